"""ORD-04: goods that have not left are held back as soon as their refund is known."""

from collections.abc import Iterator

from contract_tests.case import Case, Telling
from contract_tests.limits import in_scope, sla
from contract_tests.rule import HELD, Said, broken, rule
from contract_tests.words import seconds
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import OPEN

HOLD_LIMIT = 60.0
"""Seconds: the longest that L_hold is, whatever else the target declares."""


@rule("ORD-04", source="failure catalogue: shipped although a refund is open", confidence="documented")
def goods_are_held_at_once(case: Case, declared: Declaration) -> Iterator[Said]:
    """Goods are held as soon as the refund is known.

    Where the integration owns the hold and the goods have not left. The limit is 60 s, or what the target declares for
    everything if that is less. A hold of the whole parcel is one of these goods as well.
    """
    first = case.first.refund
    if not declared.owns_hold or first.kind != "refund_only" or first.purpose or not in_scope(case, declared):
        return
    told = case.told_status(*OPEN)
    if told is None or case.history.sold.shipped(case.last.refund.oid, told.seq):
        return
    over = _over(case)
    if not case.revisions or case.undisturbed(case.first.mono, case.revisions[0].mono) > sla(case, declared):
        return  # without a document nothing can be held: that is COV-01's
    limit = min(sla(case, declared), int(HOLD_LIMIT * 1e6) + sla(case, declared) - int(declared.tempo.sla * 1e6))
    held = next((found for found in case.revisions if found.document.hold and found.seq <= over.seq), None)
    if held is None:
        yield from _not_held(case, told, over.mono, limit, declared)
        return
    took = case.undisturbed(told.mono, held.mono)
    if took > limit:
        yield broken(
            "ORD-04.late",
            "the goods were held only {took} s undisturbed after the refund had been told; the limit is {limit} s",
            [told.seq, held.seq],
            took=seconds(took),
            limit=seconds(limit),
        )
        return
    freed = next(
        (
            found
            for found in case.revisions
            if held.seq < found.seq <= over.seq and found.actor == "integration" and not found.document.hold
        ),
        None,
    )
    if freed is not None and case.undisturbed(freed.mono, over.mono) > 0 and not _again(case, freed.seq, over.seq):
        yield broken(
            "ORD-04.freed",
            "the goods were let go while the refund was open and they had not left",
            [held.seq, freed.seq],
        )
    else:
        yield HELD


class _Over:
    """When the duty to hold ended: the refund was over, became another one, or the goods had left."""

    def __init__(self, seq: int, mono: int) -> None:
        self.seq = seq
        self.mono = mono


def _over(case: Case) -> _Over:
    ends = [_Over(10**18, case.history.until)]
    change = next(
        (state for state in case.states if state.refund.status not in OPEN or state.refund.kind != "refund_only"), None
    )
    if change is not None:
        ends.append(_Over(change.seq, change.mono))
    gone = case.history.sold.departed(case.last.refund.oid)
    if gone is not None:
        ends.append(_Over(*gone))
    return min(ends, key=lambda end: end.seq)


def _again(case: Case, since: int, until: int) -> bool:
    return any(found.document.hold for found in case.revisions if since < found.seq <= until)


def _not_held(case: Case, told: Telling, over: int, limit: int, declared: Declaration) -> Iterator[Said]:
    waited = case.undisturbed(told.mono, over)
    others = case.history.trades[str(case.last.refund.tid)] if declared.hold_scope == "trade" else ()
    if any(found.document.hold for other in others for found in other.revisions):
        yield HELD
    elif waited > limit:
        yield broken(
            "ORD-04.never",
            "the refund had been told, and {waited} s undisturbed later the goods were not held",
            [told.seq],
            waited=seconds(waited),
        )
