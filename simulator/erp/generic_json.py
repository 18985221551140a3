"""The generic profile's JSON: a body read into canonical fields, and a document shown again. Yuan text, no Flask."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from simulator.act import yuan
from simulator.clock import to_iso
from simulator.erp.document import STATUSES, Document, Line
from simulator.errors import unknown_name
from simulator.words import say

KINDS = tuple(STATUSES)
TYPES = ("refund_only", "return_refund", "exchange", "reship")
REQUIRED = {
    "refund": ("shop", "refund_id", "type", "amount"),
    "exchange": ("shop", "refund_id", "quantity"),
    "reship": ("shop", "refund_id", "quantity"),
    "inbound": ("shop", "refund_id", "quantity"),
}
"""What a document of each kind cannot be created without."""
FIRST = {"exchange": {"type": "exchange"}, "reship": {"type": "reship"}, "inbound": {"status": "waiting_buyer"}}
"""What a new document says where the integration does not."""
READ_ONLY = frozenset(
    {"id", "revision", "cursor", "created", "updated", "booked", "cancelled", "decision", "shipped", "received"}
    | {"receipts"}
)
"""What an answer has and a body need not; ignored there, so that an answer can be sent back."""
PROOFS = "/generic/v1/proofs/"

_MOST = 10**9
"""Yuan; more than that is a mistake."""
_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)


class Wrong(Exception):
    """A field of a body is not what it has to be."""

    def __init__(self, field: str, found: Any, expected: str, *, code: str = "invalid_field") -> None:
        """Say which *field*, what was *found* there and what was *expected*."""
        super().__init__(f"{field}: expected {expected}")
        self.code = code
        self.field = field
        self.found = str(found) if isinstance(found, Decimal) else found
        self.expected = expected


def read(body: Any) -> dict[str, Any]:
    """Return the canonical fields that *body* (decoded JSON, floats as `Decimal`) sets.

    Raises:
        Wrong: if it is no object, or has a field that is unknown or of the wrong kind.
    """
    if not isinstance(body, dict):
        raise Wrong("", body, "a JSON object")
    content: dict[str, Any] = {}
    for name, value in body.items():
        reader = _READERS.get(name)
        if reader is not None:
            content[name] = reader(name, value)
        elif name not in READ_ONLY and name != "external":
            known = unknown_name(say("what.field", "field"), name, _READERS).expected
            raise Wrong(name, value, f"a known field. {known}", code="unknown_field")
    return content


def show(document: Document) -> dict[str, Any]:
    """Return *document* as the API answers it: all written keys and what the ERP adds."""
    return {
        "id": document.id,
        "external": document.external,
        "revision": document.revision,
        "cursor": document.cursor,
        "shop": document.shop,
        "refund_id": document.refund_id,
        "kind": document.kind,
        "tid": document.tid,
        "oid": document.oid,
        "type": document.type,
        "status": document.status,
        "amount": yuan(document.amount),
        "quantity": document.quantity,
        "lines": [
            {"oid": str(line.oid), "sku": line.sku, "quantity": line.quantity, "amount": yuan(line.amount)}
            for line in document.lines
        ],
        "waybill": document.waybill,
        "company": document.company,
        "wanted": document.wanted,
        "hold": document.hold,
        "intercept": _at(document.intercept),
        "shipped": _at(document.shipped),
        "received": document.received,
        "receipts": [
            {"id": receipt.id, "quantity": receipt.quantity, "at": to_iso(receipt.at)} for receipt in document.receipts
        ],
        "version": document.version,
        "reason": document.reason,
        "note": document.note,
        "booked": document.booked,
        "cancelled": document.cancelled,
        "created": to_iso(document.created),
        "updated": to_iso(document.updated),
        "decision": _decision(document) if document.decision else None,
    }


def _at(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    return {**fact, "at": to_iso(fact["at"])} if fact else None


def _decision(document: Document) -> dict[str, Any]:
    decision = document.decision
    sha256 = decision["proof"]
    proof = {"sha256": sha256, "url": PROOFS + sha256, "filename": f"proof-{document.refund_id}.png"}
    return decision | {
        "at": to_iso(decision["at"]),
        "amount": yuan(decision["amount"]),
        "proof": proof if sha256 else None,
        "address": decision["address"] or None,
    }


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 2000:
        raise Wrong(name, value, "a text of at most 2000 characters")
    return value


def _ident(name: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise Wrong(name, value, "an id: a text of 1 to 64 characters, or its digits as a number")
    return value


def _ident_or_none(name: str, value: Any) -> str:
    return "" if value == "" else _ident(name, value)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Wrong(name, value, "a whole number from 0")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(name, value, "true or false")
    return value


def _amount(name: str, value: Any) -> int:
    right = False
    if isinstance(value, str):
        right = _AMOUNT.fullmatch(value) is not None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= _MOST:
        exponent = Decimal(value).as_tuple().exponent
        right = isinstance(exponent, int) and exponent >= -2
    if not right or Decimal(value) > _MOST:
        raise Wrong(name, value, 'yuan from 0 with at most two decimals, such as "8.35"')
    return int(Decimal(value) * 100)


def _intercept(name: str, value: Any) -> dict[str, Any]:
    """Read a request to stop the parcel; what an answer showed can be sent back and asks for nothing new."""
    if value is None or value == "":
        return {}
    if value == "requested" or (isinstance(value, dict) and value.get("result") in {"requested", "stopped", "gone"}):
        return {"result": "requested"}
    raise Wrong(name, value, "requested, or null for no request")


def _one_of(*words: str) -> Callable[[str, Any], str]:
    def reader(name: str, value: Any) -> str:
        if value not in words:
            raise Wrong(name, value, f"one of {', '.join(words)}")
        return str(value)

    return reader


def _lines(name: str, value: Any) -> tuple[Line, ...]:
    if not isinstance(value, list) or len(value) > 200:
        raise Wrong(name, value, "a list of at most 200 lines")
    return tuple(_line(f"{name}[{number}]", line) for number, line in enumerate(value))


def _line(name: str, value: Any) -> Line:
    if not isinstance(value, dict) or not value.keys() <= _LINE_READERS.keys():
        raise Wrong(name, value, f"an object with {', '.join(_LINE_READERS)}")
    return Line(**{key: _LINE_READERS[key](f"{name}.{key}", found) for key, found in value.items()})


_LINE_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "oid": _whole,
    "sku": _text,
    "quantity": _whole,
    "amount": _amount,
}

_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "shop": _ident,
    "refund_id": _ident,
    "kind": _one_of(*KINDS),
    "tid": _ident_or_none,
    "oid": _ident_or_none,
    "type": _one_of(*TYPES),
    "status": _one_of(*dict.fromkeys(word for words in STATUSES.values() for word in words)),
    "amount": _amount,
    "quantity": _whole,
    "lines": _lines,
    "waybill": _text,
    "company": _text,
    "wanted": _text,
    "hold": _flag,
    "intercept": _intercept,
    "version": _whole,
    "reason": _text,
    "note": _text,
}
