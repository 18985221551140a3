"""STA-05 and MNY-03: refunds of one trade are kept apart, and together give back no more than was paid."""

from collections.abc import Iterator

from contract_tests.case import Case, Revision
from contract_tests.limits import IMAGE, grace, in_scope
from contract_tests.rule import HELD, Said, broken, rule
from contract_tests.words import yuan
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import TERMINAL, WAIT_SELLER_AGREE


@rule("STA-05", source="failure catalogue: flags and keys by trade, merged refunds", confidence="documented")
def refunds_do_not_influence_each_other(case: Case, declared: Declaration) -> Iterator[Said]:
    """Refunds and sub-orders do not influence each other.

    An event of one refund changes its own documents, lines and holds in the ERP and no other's. What the refund itself
    was told allows everything; that several are held for one parcel is the merchant's choice.
    """
    if not in_scope(case, declared):
        return
    others = [other for other in case.history.trades[str(case.last.refund.tid)] if other is not case]
    if not others and len(case.history.sold.oids(case.last.refund.tid)) < 2:
        return
    foreign = {found.document.id: found for other in others for found in other.revisions}
    written = False
    for found in case.revisions:
        if found.actor != "integration":
            continue
        written = True
        said = _mixed_up(case, found, foreign) or _as_another(case, found, others)
        said = said or _let_go(case, found, others, declared)
        if said is not None:
            yield said
            return
    if written:
        yield HELD


def _mixed_up(case: Case, found: Revision, foreign: dict[str, Revision]) -> Said | None:
    """See whether the document is another refund's too, or names another sub-order."""
    document, refund = found.document, case.last.refund
    other = foreign.get(document.id)
    if other is not None:
        return broken(
            "STA-05.merged",
            "one document, {document}, is kept for this refund and for {other}",
            [other.seq, found.seq],
            document=document.external,
            other=other.document.refund_id,
        )
    if document.oid not in {"", str(refund.oid)}:
        return broken(
            "STA-05.order",
            "the document names sub-order {shown}; the refund is of {oid}",
            [case.first.seq, found.seq],
            shown=document.oid,
            oid=refund.oid,
        )
    return None


def _as_another(case: Case, found: Revision, others: list[Case]) -> Said | None:
    """See whether the document was given a status that another refund has, and this one never had."""
    status = found.document.status
    if any(IMAGE.get(state.refund.status) == status for state in case.states if state.seq < found.seq):
        return None
    if any("status" in telling.altered for telling in case.tellings):
        return None
    for other in others:
        state = other.at(found.seq)
        if state is not None and IMAGE.get(state.refund.status) == status:
            return broken(
                "STA-05.status",
                "the document became {status}, which refund {other} is and this one never was",
                [state.seq, found.seq],
                status=status,
                other=other.refund_id,
            )
    return None


def _let_go(case: Case, found: Revision, others: list[Case], declared: Declaration) -> Said | None:
    """See whether goods of an open refund were let go once another refund of the trade had ended."""
    state = case.at(found.seq)
    if (
        not declared.owns_hold
        or found.document.hold
        or state is None
        or case.history.sold.shipped(case.last.refund.oid, found.seq)
    ):
        return None
    if state.refund.status != WAIT_SELLER_AGREE or state.refund.kind != "refund_only" or state.refund.purpose:
        return None
    before = [old for old in case.revisions if old.seq < found.seq and old.document.id == found.document.id]
    if not before or not before[-1].document.hold or _held_again(case, found, declared):
        return None
    ended = next((other for other in others if (at := other.at(found.seq)) and at.refund.status in TERMINAL), None)
    if ended is None:
        return None
    return broken(
        "STA-05.hold",
        "the goods were let go although the refund is open; refund {other} of the same trade had ended",
        [ended.last.seq if ended.last.seq < found.seq else 0, before[-1].seq, found.seq],
        other=ended.refund_id,
    )


def _held_again(case: Case, found: Revision, declared: Declaration) -> bool:
    until = found.mono + grace(declared)
    return any(later.document.hold for later in case.revisions if found.seq < later.seq and later.mono <= until)


@rule(
    "MNY-03", tier="extended", source="failure catalogue: discounts and postage not shared out", confidence="documented"
)
def no_more_is_credited_than_was_paid(case: Case, _: Declaration) -> Iterator[Said]:
    """Nothing is credited beyond what was paid.

    Judged where a trade has several refunds, on what is booked in the ERP at each moment: open claims may add up to
    more. A booking of each refund must have stood at the same time as the others'.
    """
    cases = case.history.trades[str(case.last.refund.tid)]
    if cases[0] is not case or len(cases) < 2:
        return
    trade, bookings = case.history.sold.paid(case.last.refund.tid), _credits(cases)
    if trade is None or not bookings:
        return
    total = 0
    booked: dict[int, int] = {}
    for found, oid, amount in bookings:
        total += amount
        booked[oid] = booked.get(oid, 0) + amount
        share = trade.share(oid)
        if total > trade.payment:
            yield _too_much("trade", found, total, trade.payment)
            return
        if booked[oid] > share + trade.post_fee:
            yield _too_much("sub-order", found, booked[oid], share)
            return
    yield HELD


def _too_much(what: str, found: Revision, booked: int, paid: int) -> Said:
    return broken(
        "MNY-03.beyond",
        "with this document {booked} 元 are booked as refunded for one {what}, and {paid} 元 were paid for it",
        [found.seq],
        booked=yuan(booked),
        what=what,
        paid=yuan(paid),
    )


def _credits(cases: list[Case]) -> list[tuple[Revision, int, int]]:
    """Return by how much the booked amount of each sub-order changed, with the revision that did it, in order."""
    changes: list[tuple[Revision, int, int]] = []
    for case in cases:
        effective: dict[str, int] = {}
        for found in case.revisions:
            document = found.document
            now = abs(document.amount) if document.booked and not document.cancelled else 0
            was = effective.get(document.id, 0)
            effective[document.id] = now
            if now != was:
                changes.append((found, case.last.refund.oid, now - was))
    return sorted(changes, key=lambda change: change[0].seq)
