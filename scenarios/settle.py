"""When a play is at rest: both sides agree, nothing is left to do, and the integration has looked again since.

Settling goes by what the integration is seen to do, never by a fixed time. It ends early when everything is at
rest, and at the latest when the declared limit of undisturbed time has passed, so that what had to happen and did
not can be judged.
"""

from collections.abc import Sequence

from scenarios.cycles import cycles_since, stretch
from scenarios.forms import yuan_text
from scenarios.seen import Change, Seen
from simulator.erp.document import EXCHANGE_IMAGES, Document
from simulator.ledger.declaration import Declaration
from simulator.tmall.exchange import EXCHANGE, OPEN, PENDING, RESHIP, RETURNED, WAIT_SELLER_SHIP, Exchange
from simulator.tmall.refund import (
    CLOSED,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
    Refund,
)

IMAGES = {
    WAIT_SELLER_AGREE: "pending",
    WAIT_BUYER_RETURN_GOODS: "waiting_buyer",
    WAIT_SELLER_CONFIRM_GOODS: "waiting_receipt",
    SELLER_REFUSE_BUYER: "refused",
    SUCCESS: "refunded",
    CLOSED: "closed",
}
"""The ERP's status for each of the platform's."""

_ACTIONABLE = {
    "approve": (WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS),
    "refuse": (WAIT_SELLER_AGREE,),
    "approve_return": (WAIT_SELLER_AGREE,),
    "receive": (WAIT_SELLER_CONFIRM_GOODS,),
    "refuse_return": (WAIT_SELLER_CONFIRM_GOODS,),
}
_GOODS_ACTIONABLE = {
    "approve_exchange": (PENDING,),
    "refuse_exchange": (PENDING,),
    "refuse_return": (RETURNED,),
    "refuse_reship": (PENDING, WAIT_SELLER_SHIP),
}
_SHIPPABLE = {EXCHANGE: (WAIT_SELLER_SHIP,), RESHIP: (PENDING, WAIT_SELLER_SHIP)}
CYCLES = 2
"""Cycles after the last change: one that meets it, one more in which a repeated action would show."""
_SOON = 10.0
"""Seconds: a message that is held back for longer is none that a play waits for."""


def unrest(refund_id: str, seen: Seen, declared: Declaration) -> str:
    """Return why a refund is not at rest, in words; empty if it is."""
    if (exchange := seen.exchanges.get(refund_id)) is not None:
        return _unlike(exchange, seen) if exchange.kind in declared.kinds else ""
    refund = seen.refunds.get(refund_id)
    if refund is None or refund.kind not in declared.kinds:
        return ""
    document = seen.document(refund_id)
    if document is None:
        # Withdrawn before the integration could know of it: nobody owes a document.
        unknown = refund.status == CLOSED and not seen.told.get(refund_id)
        return "" if unknown else f"{refund_id} has no document"
    return _disagreement(refund, document) or _undone(refund, document)


def _unlike(exchange: Exchange, seen: Seen) -> str:
    document = seen.document(exchange.dispute_id, exchange.kind)
    if document is None:
        return f"{exchange.dispute_id} has no document"
    if document.status != EXCHANGE_IMAGES[exchange.status]:
        return f"{exchange.dispute_id} is {exchange.status}, its document {document.status}"
    if exchange.kind == RESHIP and exchange.status in OPEN and document.quantity != exchange.num:
        return f"{exchange.dispute_id} is about {exchange.num} pieces, its document about {document.quantity}"
    kind = str(document.decision.get("kind", "")) if document.decision else ""
    if exchange.status in _GOODS_ACTIONABLE.get(kind, ()):
        return f"{exchange.dispute_id}: the decision {kind} is not carried out"
    sent = document.shipped and exchange.status in _SHIPPABLE[exchange.kind]
    return f"{exchange.dispute_id}: the parcel is not told of" if sent else ""


def _disagreement(refund: Refund, document: Document) -> str:
    if document.status != IMAGES.get(refund.status, document.status):
        return f"{refund.refund_id} is {refund.status}, its document {document.status}"
    if refund.status != CLOSED and document.amount != refund.amount:
        return f"{refund.refund_id} is {yuan_text(refund.amount)}, its document {yuan_text(document.amount)}"
    return ""


def _undone(refund: Refund, document: Document) -> str:
    kind = str(document.decision.get("kind", "")) if document.decision else ""
    waits = refund.status in _ACTIONABLE.get(kind, ())
    return f"{refund.refund_id}: the decision {kind} is not carried out" if waits else ""


def last_change(refunds: Sequence[str], seen: Seen) -> Change:
    """Return the newest change of *refunds* and their documents: number, time, and the second a list must reach."""
    changes = [change for refund in refunds if (change := seen.changed.get(refund))]
    return Change(
        seq=max((change.seq for change in changes), default=0),
        mono=max((change.mono for change in changes), default=0),
        second=max((change.second for change in changes), default=0),
    )


def settled(refunds: Sequence[str], play: str, shop: str, seen: Seen, declared: Declaration, now: int) -> str:
    """Return `rest` when a play is at rest, else an empty text.

    Args:
        refunds: the refunds of the play.
        play: its id.
        shop: the nick of its shop.
        seen: what is known.
        declared: what the target declares.
        now: monotonic time in microseconds, as in the ledger.
    """
    if not refunds:
        return "rest"
    change = last_change(refunds, seen)
    if declared.messages:
        if seen.post.waiting((*refunds, play), seen.wall + int(_SOON * 1000)):
            return ""
        seq, mono = seen.post.handed((*refunds, play))
        change = Change(seq=max(change.seq, seq), mono=max(change.mono, mono), second=change.second)
    if cycles_since(shop, change, seen, declared, now) < CYCLES:
        return ""
    return "" if any(unrest(refund, seen, declared) for refund in refunds) else "rest"


def limit(refunds: Sequence[str], declared: Declaration, seen: Seen) -> float:
    """Return the seconds of undisturbed time after which settling ends in any case."""
    tempo = declared.tempo
    listed = declared.reconcile if declared.messages and seen.post.astray(refunds) else 0.0
    return tempo.sla + tempo.backoff + tempo.grace + tempo.poll + listed + stretch(seen, declared)


def undisturbed(refunds: Sequence[str], play: str, seen: Seen, *, now: int, since: int) -> float:
    """Return the seconds since the play last changed or a fault of it struck or ended.

    *now* is in microseconds of the monotonic clock, as in the ledger; *since* is when the play began.
    """
    touched = [seen.disturbed.get(name, 0) for name in (*refunds, play)]
    return (now - max(since, last_change(refunds, seen).mono, *touched)) / 1e6
