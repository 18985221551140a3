"""What a wait looks at: pure functions of what was seen, with words for what was missed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scenarios import cycles
from scenarios.forms import WAITS, yuan_text
from scenarios.seen import Change, Seen
from scenarios.story import Wait
from scenarios.words import say
from simulator.erp.document import Document
from simulator.ledger.declaration import Declaration
from simulator.phrase import joined
from simulator.tmall.refund import Refund

_KEYS: Mapping[str, str] = {
    **{kind: form.key for kind, form in WAITS.items()},
    "document": say("key.document", "document"),
    "refund": say("key.refund", "refund"),
    "exchange": say("key.exchange", "exchange"),
    "reship": say("key.reship", "re-send"),
    "repair": say("key.repair", "repair"),
    "told": say("key.told", "told"),
    "decision": say("key.decision", "decision told"),
    "called_back": say("key.called_back", "callback"),
    "escalated": say("key.escalated", "escalated"),
    "cycles": say("key.cycles", "cycles"),
    "scan": say("key.scan", "scan"),
    "overlap": say("key.overlap", "overlap"),
    "polls": say("key.polls", "polls"),
}
"""What each kind of wait looks at, in a word."""

PATIENCE = 1.5
"""A wait's cap is this many times (sla + backoff): longer than anything a rule would still call in time."""


def cap(wait: Wait, seen: Seen, declared: Declaration, now: int = 0) -> float:
    """Return how many seconds *wait* may take; one that counts cycles or polls may take the time of as many.

    Where messages are listened to, what they failed to tell is in the list. *now* is monotonic, in microseconds.
    """
    tempo, times = declared.tempo, int(wait.wants.get("times", 1))
    counted = {"cycles": cycles.length(seen, declared, now), "polls": max(tempo.poll, seen.scans.interval())}
    counted["scan"] = counted["overlap"] = counted["polls"]
    listed = declared.reconcile if declared.messages else 0.0
    return (
        PATIENCE * (tempo.sla + tempo.backoff + times * counted.get(wait.kind, 0.0))
        + listed
        + cycles.stretch(seen, declared)
    )


def catching_up(by: float, seen: Seen, declared: Declaration) -> float:
    """Return the seconds that reading up to the new time may take after it was moved on *by* seconds.

    Half an hour for each day, at the pace at which a limit of five minutes is the usual one.
    """
    tempo = declared.tempo
    polls = declared.reconcile if declared.messages else 2 * max(tempo.poll, seen.scans.interval())
    days = 6 * tempo.sla * by / 86_400
    return PATIENCE * (tempo.sla + tempo.backoff + polls) + days + cycles.stretch(seen, declared)


class Here(NamedTuple):
    """When a wait began and what is declared: what those that count need to know."""

    since: int = 0
    """Number of the last entry before it began."""
    began: int = 0
    """Monotonic time in microseconds, as in the ledger."""
    now: int = 0
    """The same, of now."""
    declared: Declaration = Declaration()


EVER = Here()
"""Everything that was ever seen counts."""


def met(wait: Wait, refunds: Sequence[str], seen: Seen, here: Here = EVER, *, fault: str = "") -> bool:
    """Tell whether what *wait* asks for is so, for every one of *refunds*.

    Args:
        wait: the step.
        refunds: ids behind the name that it is about.
        seen: what is known.
        here: from when on cycles, scans and polls count.
        fault: id of the fault that it is about.
    """
    if wait.kind == "fault":
        return seen.strikes.get(fault, 0) >= int(wait.wants.get("struck", 1))
    return bool(refunds) and all(_met(wait, refund, seen, here) for refund in refunds)


def _met(wait: Wait, ident: str, seen: Seen, here: Here) -> bool:
    wants, refund = wait.wants, seen.refunds.get(ident)
    match wait.kind:
        case "document":
            document = seen.document(ident, str(wants.get("kind", "")))
            return document is not None and _document(wants, document)
        case "refund":
            return refund is not None and _refund(wants, refund)
        case "exchange" | "repair":
            exchange = seen.exchanges.get(ident)
            return exchange is not None and (
                exchange.status in wants.get("status", (exchange.status,))
                and exchange.waybill == wants.get("waybill", exchange.waybill)
            )
        case "reship":
            reship = seen.exchanges.get(ident)
            return reship is not None and (
                reship.status in wants.get("status", (reship.status,))
                and reship.num == int(wants.get("num", reship.num))
            )
        case "call":
            return seen.reached(wants["call"], ident, wants.get("moment", "delivered")) >= int(wants.get("times", 1))
        case "told":
            return refund is not None and seen.told.get(ident, 0) >= refund.change
        case "called_back":
            kinds = seen.called_back.get(ident, set())
            return wants["decision"] in kinds if "decision" in wants else bool(kinds)
        case "escalated":
            return ident in seen.escalated
        case "decision":
            return seen.told_decision(ident)
        case "cycles" | "scan" | "overlap" | "polls":
            return refund is not None and _often(wait, refund, seen, here)
    raise AssertionError(f"no such wait: {wait.kind}")


def _often(wait: Wait, refund: Refund, seen: Seen, here: Here) -> bool:
    """Tell whether the integration has looked as often as *wait* asks."""
    times, shop = int(wait.wants.get("times", 1)), refund.shop
    match wait.kind:
        case "cycles":
            change = Change(seq=here.since, mono=here.began, second=refund.modified)
            return cycles.cycles_since(shop, change, seen, here.declared, here.now) >= times
        case "scan":
            return seen.scans.complete_since(shop, here.since, refund.modified) >= times
        case "overlap" if here.declared.messages and seen.scans.left_behind(shop, here.since, here.began):
            return True  # one that polls is quicker by counting, and its polls are as slow as the machine
    return seen.scans.polls_since(shop, here.since) >= times


def _document(wants: Mapping[str, Any], document: Document) -> bool:
    decision = document.decision.get("kind", "none") if document.decision else "none"
    return (
        document.status in wants.get("status", (document.status,))
        and document.amount == wants.get("amount", document.amount)
        and document.type == wants.get("type", document.type)
        and document.waybill == wants.get("waybill", document.waybill)
        and document.hold == wants.get("hold", document.hold)
        and decision == wants.get("decision", decision)
        and document.intercept.get("result", "none") == wants.get("intercept", document.intercept.get("result", "none"))
        and document.received == wants.get("received", document.received)
        and document.quantity == wants.get("quantity", document.quantity)
        and document.wanted == wants.get("wanted", document.wanted)
    )


def _refund(wants: Mapping[str, Any], refund: Refund) -> bool:
    return (
        refund.status in wants.get("status", (refund.status,))
        and refund.amount == wants.get("amount", refund.amount)
        and refund.kind == wants.get("kind", refund.kind)
        and refund.waybill == wants.get("waybill", refund.waybill)
    )


def described(wait: Wait) -> str:
    """Return what is waited for, in words: `document of r with amount 60.00`."""
    wants = {key: yuan_text(value) if key == "amount" else value for key, value in wait.wants.items()}
    if wait.kind == "call":
        moment, times = wants.get("moment", "delivered"), int(wait.wants.get("times", 1))
        return say(
            "wait.call",
            "call {call} about {refund} to be {moment}{often}",
            call=wants["call"],
            refund=wait.of,
            moment=moment,
            often=say("wait.times", " {times} times", times=times) if times > 1 else "",
        )
    parts = [joined((key, _plain(value)), " ", " ") for key, value in wants.items()]
    subject = say("wait.of", "{key} of {name}", key=_KEYS[wait.kind], name=wait.of)
    if wait.kind == "fault":
        subject = say("wait.fault", "fault {name}", name=wait.of)
    return (
        say("wait.with", "{subject} with {parts}", subject=subject, parts=joined(parts, " and ")) if parts else subject
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return say("wait.on", "on") if value else say("wait.off", "off")
    return joined(map(str, value), " or ", " 或 ") if isinstance(value, list | tuple) else str(value)


def last_seen(wait: Wait, refunds: Sequence[str], seen: Seen, here: Here = EVER, *, fault: str = "") -> str:
    """Return how the first refund that still lacks it looks now: `100.00 pending`."""
    if wait.kind == "fault":
        return say("seen.strikes", "{count} strikes", count=seen.strikes.get(fault, 0))
    lacking = [refund for refund in refunds if not met(wait, [refund], seen, here)]
    ident = next(iter(lacking), "")
    others = say("seen.lacking", " ({count} of {all} lack it)", count=len(lacking), all=len(refunds))
    return joined((_seen(wait, ident, seen), others if len(refunds) > 1 else ""), "", "")


def _seen(wait: Wait, ident: str, seen: Seen) -> str:
    if wait.kind in {"document", "decision"}:
        document = seen.document(ident, str(wait.wants.get("kind", "")))
        if document is None:
            return say("seen.no_document", "no document")
        return f"{yuan_text(document.amount)} {document.status}"
    if wait.kind == "exchange":
        exchange = seen.exchanges.get(ident)
        return exchange.status if exchange is not None else say("seen.no_exchange", "no exchange")
    if wait.kind == "reship":
        reship = seen.exchanges.get(ident)
        return reship.status if reship is not None else say("seen.no_reship", "no re-send")
    if wait.kind == "repair":
        repair = seen.exchanges.get(ident)
        return repair.status if repair is not None else say("seen.no_repair", "no repair")
    if wait.kind == "call":
        moment = wait.wants.get("moment", "delivered")
        return say("seen.calls", "{count} such calls", count=seen.reached(wait.wants["call"], ident, moment))
    refund = seen.refunds.get(ident)
    return f"{yuan_text(refund.amount)} {refund.status}" if refund else say("seen.no_refund", "no refund")
