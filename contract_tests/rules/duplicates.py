"""DUP: money moves once, unknown outcomes are resolved before anything else, and there is one document a refund."""

from collections.abc import Iterator

from contract_tests.call import AGREE, MODIFYING, WRITES, Call
from contract_tests.case import Case, Revision
from contract_tests.limits import IMAGE, grace
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CLOSED, SUCCESS


@rule("DUP-01", source="failure catalogue: agree again after success", confidence="documented")
def money_moves_once(case: Case, declared: Declaration) -> Iterator[Said]:
    """Money is moved at most once per refund and never asked for again once the outcome is known."""
    agrees = [call for call in case.calls if call.method == AGREE]
    if not agrees:
        return
    paid = [state for state in case.states if state.action == "agree" and state.refund.status == SUCCESS]
    if len(paid) > 1:
        yield broken(
            "DUP-01.twice",
            "{fee} 元 were paid back {times} times",
            [state.seq for state in paid],
            fee=yuan(paid[0].refund.amount),
            times=len(paid),
        )
        return
    over = case.told_status(SUCCESS, CLOSED)
    again = [call for call in agrees if over is not None and call.began > over.mono + grace(declared)]
    if over is None or not again:
        yield HELD
        return
    yield broken(
        "DUP-01.again",
        "agree was sent {times} times more after the outcome had been told, {after} s later at first",
        [over.seq, again[0].seq],
        times=len(again),
        after=seconds(again[0].began - over.mono),
    )


@rule("DUP-02", source="failure catalogue: unknown outcome taken for a failure", confidence="documented")
def unknown_outcomes_are_resolved(case: Case, _: Declaration) -> Iterator[Said]:
    """An unknown outcome is resolved by reading or by repeating the identical request, never by another step."""
    for unknown in case.calls:
        if unknown.method not in MODIFYING and unknown.method not in WRITES:
            continue
        if not unknown.unknown or unknown.answered is None:
            continue
        following = _next_step(case, unknown)
        if following is None or following.business(case.refund_id) == unknown.business(case.refund_id):
            yield HELD
        elif case.history.interrupted(unknown.seq, following.seq):
            continue  # killed in between: that is SYN-01's
        elif _read_between(case, unknown, following):
            yield HELD
        elif _listed_between(case, unknown, following):
            yield Doubt(
                say("doubt.only_lists", "after a write of unknown outcome only lists without the document were read")
            )
        else:
            yield broken(
                "DUP-02.other",
                "the outcome of {method} was unknown; {next} followed without reading, and is no identical repeat",
                [unknown.seq, unknown.proof, following.seq],
                method=unknown.method,
                next=following.method,
            )


def _next_step(case: Case, unknown: Call) -> Call | None:
    """Return the first later call that repeats the unknown one or presupposes an outcome of it."""
    on_platform = unknown.asked.side == "tmall"
    for call in case.calls:
        if call.seq <= unknown.seq:
            continue
        if call.method in (MODIFYING if on_platform else WRITES):
            return call
        if on_platform and call.method in WRITES and _presupposes(case, call):
            return call
    return None


def _presupposes(case: Case, write: Call) -> bool:
    """Tell whether an ERP write says done, failed, released or open again, beyond what the platform had told."""
    changed = next((found for found in case.revisions if found.cause == write.seq), None)
    if changed is None:
        return False
    before = _before(case, changed)
    new = changed.document
    if before is not None and before.document.hold and not new.hold:
        released = True
    else:
        reopened = before is not None and bool(before.document.decision) and not new.decision
        moved = new.status != (before.document.status if before is not None else "pending")
        if not (reopened or moved):
            return False
        released = False
    said = [status for status, image in IMAGE.items() if image == new.status]
    if case.told_status(*said, until=write.began) is not None and (not released or new.status != "pending"):
        return False
    return released or new.status in {"refunded", "refused", "closed", "waiting_buyer", "pending"}


def _before(case: Case, changed: Revision) -> Revision | None:
    earlier = [
        found for found in case.revisions if found.seq < changed.seq and found.document.id == changed.document.id
    ]
    return earlier[-1] if earlier else None


def _read_between(case: Case, unknown: Call, following: Call) -> bool:
    """Tell whether a read of the refund on the same side was asked after the one call and answered before the other."""
    if unknown.asked.side == "tmall":
        if _told_by_message(case, unknown, following):
            return True
        reads = case.reads
    else:
        reads = case.lookups + case.history.erp_reads.get(
            unknown.asked.document or str(unknown.asked.params.get("path")), []
        )
    return any(_between(read, unknown, following) for read in reads if read is not following)


def _told_by_message(case: Case, unknown: Call, following: Call) -> bool:
    """Tell whether a message that was published after the one call told the refund's state before the other."""
    return any(
        letter.mono >= unknown.asked.mono and letter.arrived is not None and unknown.ended <= letter.arrived
        and letter.arrived <= following.began
        for letter in case.letters
    )  # fmt: skip


def _between(read: Call, unknown: Call, following: Call) -> bool:
    return (
        read.began >= unknown.ended
        and read.seq > unknown.seq
        and read.delivered is not None
        and (read.delivered.mono <= following.began or read.delivered.seq < following.seq)
    )


def _listed_between(case: Case, unknown: Call, following: Call) -> bool:
    if unknown.asked.side == "tmall":
        return False
    return any(_between(call, unknown, following) for call in case.history.erp_lists)


@rule("DUP-03", source="failure catalogue: new key on every try, check-then-insert", confidence="documented")
def one_document_a_refund(case: Case, declared: Declaration) -> Iterator[Said]:
    """One ERP document of each kind per refund.

    A surplus one that is cancelled at once and never became effective is forgiven; so is what a person made by hand.
    """
    kinds = {found.document.kind for found in (*case.revisions, *case.goods) if found.actor == "integration"}
    for kind in sorted(kinds):
        yield from _of_kind(case, kind, declared)


def _of_kind(case: Case, kind: str, declared: Declaration) -> Iterator[Said]:
    live: dict[str, Revision] = {}
    ours: set[str] = set()
    surplus: Revision | None = None
    first: Revision | None = None
    booked: set[str] = set()
    for found in case.revisions if kind == "refund" else case.goods:
        document = found.document
        if document.kind != kind:
            continue
        if found.action == "create" and found.actor == "integration":
            ours.add(document.id)
        if document.id not in ours:
            continue
        if document.cancelled:
            live.pop(document.id, None)
        else:
            live.setdefault(document.id, found)
        if document.booked:
            booked.add(document.id)
        if len(live) > 1 and surplus is None:
            first, surplus = list(live.values())[:2]
        elif len(live) <= 1 and surplus is not None:
            if found.mono > _written(case, surplus) + grace(declared) or surplus.document.id in booked:
                break
            surplus = None
    if surplus is None or first is None:
        yield HELD
    elif len(live) > 1 and case.history.until <= _written(case, surplus) + grace(declared):
        yield Doubt(say("doubt.second_document", "a second document was there when the run ended, within the grace"))
    else:
        yield broken(
            "DUP-03.two",
            "two documents of the refund: {first} and {second}",
            [first.seq, surplus.seq],
            first=first.document.external,
            second=surplus.document.external,
        )


def _written(case: Case, revision: Revision) -> int:
    """Return when the exchange that wrote *revision* had ended."""
    call = next((call for call in case.calls if call.seq == revision.cause), None)
    return max(revision.mono, call.ended if call is not None else 0)
