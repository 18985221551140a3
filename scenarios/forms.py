"""The small forms that stories and targets are written in: yuan, seconds, and what a wait may ask for."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from scenarios.located import Located
from scenarios.words import say
from simulator.erp.document import STATUSES
from simulator.tmall import exchange_lifecycle, repair_lifecycle, reship_lifecycle

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)")


class WaitForm(msgspec.Struct, frozen=True):
    """One kind of wait: how it is written, what it looks at, and what it may ask for."""

    key: str
    """The key that names it and, but for `call`, what it is about."""
    text: str
    takes: Mapping[str, str] = {}
    """Argument name to its type: yuan, text, words, kind, document_kind, flag, whole."""


WAITS: Mapping[str, WaitForm] = {
    "document": WaitForm(
        "document",
        "the ERP's document of this refund says so",
        {"amount": "yuan", "status": "words", "type": "kind", "waybill": "text", "hold": "flag", "decision": "text"}
        | {"kind": "document_kind", "intercept": "text", "received": "whole", "quantity": "whole", "wanted": "text"},
    ),
    "refund": WaitForm(
        "refund",
        "the platform's refund says so",
        {"status": "words", "amount": "yuan", "kind": "kind", "waybill": "text"},
    ),
    "exchange": WaitForm(
        "exchange",
        "the platform's exchange says so (its states are numbers: 1 to 6, 12 to 14)",
        {"status": "words", "waybill": "text"},
    ),
    "reship": WaitForm(
        "reship",
        "the platform's re-send says so (its states are numbers: 1, 4, 5, 6, 7, 12)",
        {"status": "words", "num": "whole"},
    ),
    "repair": WaitForm(
        "repair",
        "the platform's repair says so (its states are numbers: 1 to 7, 14)",
        {"status": "words", "waybill": "text"},
    ),
    "call": WaitForm(
        "call", "a call about this refund got this far", {"refund": "refund", "moment": "moment", "times": "whole"}
    ),
    "told": WaitForm("told", "the integration was told the refund's newest state"),
    "decision": WaitForm("decision told", "the integration was told the newest decision about the document"),
    "called_back": WaitForm(
        "called_back", "the ERP's callback about this decision came, whatever it was answered", {"decision": "text"}
    ),
    "escalated": WaitForm("escalated", "people heard of this refund by the declared escalation channel"),
    "cycles": WaitForm(
        "cycles",
        "the integration has gone round this often since: in a style that polls, the list was read to its end and"
        " reached the refund's newest change, in one that listens the queue was emptied, and in both the ERP was asked",
        {"times": "whole"},
    ),
    "scan": WaitForm(
        "scan",
        "in this many polls of the shop since, a complete scan reached the refund's newest change",
        {"times": "whole"},
    ),
    "polls": WaitForm("polls", "the shop was polled this often since, whatever came of it", {"times": "whole"}),
    "overlap": WaitForm(
        "overlap",
        "windows of the list have moved on by more than they overlap, which takes this many polls; where messages are"
        " listened to it is seen sooner",
        {"times": "whole"},
    ),
    "fault": WaitForm("fault", "the fault has struck this often", {"struck": "whole"}),
}
HOOK_MOMENTS = ("before effect", "after effect", "after answer")
"""Moments of an exchange on which an act can hang (`simulator.hooks`)."""
MOMENTS = ("asked", "answered", "delivered")
DOCUMENT_STATUSES = tuple(dict.fromkeys(word for words in STATUSES.values() for word in words))
EXCHANGE_STATUSES = exchange_lifecycle.STATES
RESHIP_STATUSES = reship_lifecycle.STATES
REPAIR_STATUSES = repair_lifecycle.STATES
DOCUMENT_KINDS = tuple(STATUSES)


def yuan(node: Located, text: str) -> int:
    """Return *text* (yuan, at most two decimals) as fen; *node* is where it stands.

    Raises:
        UserError: if it is no amount, negative, or has a third decimal.
    """
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        node.no(repr(text), say("form.yuan", "an amount of yuan with at most two decimals, such as 8.35"))
    return int(amount)


def yuan_text(fen: int) -> str:
    """Return fen as yuan with two decimals: 835 is `8.35`."""
    return f"{fen // 100}.{fen % 100:02d}"


def seconds(node: Located) -> float:
    """Return a duration (`500ms`, `5s`, `2 min`, `1.5h`) in seconds.

    Raises:
        UserError: if there is no unit, or it is not above zero.
    """
    text = node.text().strip()
    match = _DURATION.fullmatch(text)
    if match is None or float(match[1]) <= 0:
        node.no(repr(text), say("form.duration", "a duration with its unit, such as 500ms, 5s or 2 min"))
    return round(float(match[1]) * _UNITS[match[2]], 6)
