"""RTY: one refund that cannot be processed, or is slow, does not hold up the others of its shop."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from contract_tests.agreement import shown_at
from contract_tests.call import WRITES, Call
from contract_tests.case import Case, State
from contract_tests.history import History
from contract_tests.limits import in_scope, retry
from contract_tests.rule import HELD, Said, broken, run_rule
from contract_tests.words import seconds
from simulator.ledger.declaration import Declaration

TROUBLES = 2
"""So many calls about a refund must fail or be slow before it counts as one that others could wait for."""


@run_rule("RTY-04", source="failure catalogue: poison item, slow partner", confidence="documented")
def one_broken_refund_does_not_stop_the_others(history: History, declared: Declaration) -> Iterator[Said]:
    """One broken or slow refund does not stop the others: what changes meanwhile reaches the ERP all the same."""
    by_shop = {shop: list(cases) for shop, cases in groupby(_sound(history, declared), key=lambda case: case.shop)}
    for case in history.cases.values():
        window = _trouble(case, declared)
        if window is None or case.shop not in by_shop:
            continue
        first, last = window
        for other in by_shop[case.shop]:
            if other is not case:
                yield from _went_on(first, last, other, declared)


def _sound(history: History, declared: Declaration) -> list[Case]:
    """Return the refunds about which no call failed, by shop."""
    sound = [
        case
        for case in history.cases.values()
        if in_scope(case, declared) and case.states and not any(_failed(call) for call in case.calls)
    ]
    return sorted(sound, key=lambda case: case.shop)


def _failed(call: Call) -> bool:
    answer = call.answered
    refused = call.method in WRITES and answer is not None and bool(answer.error)
    return call.failed_passing or refused


def _trouble(case: Case, declared: Declaration) -> tuple[Call, Call] | None:
    """Return the first and the last call about *case* that failed or was slow; None: there was no lasting trouble."""
    slow = declared.tempo.sla * 1e6 / 5
    found = [call for call in case.calls if _failed(call) or call.ended - call.began > slow]
    if len(found) < TROUBLES or not any(call.began > found[0].ended for call in found[1:]):
        return None
    return found[0], max(found, key=lambda call: call.ended)


def _went_on(first: Call, last: Call, other: Case, declared: Declaration) -> Iterator[Said]:
    """Say of each state of *other* that stood while a broken refund was tried whether the ERP got it."""
    low = max(0, bisect_right(other.states, first.began, key=_mono) - 1)
    high = bisect_right(other.states, last.ended, key=_mono)
    limit = retry(other, declared)
    for state in other.states[low:high]:
        following, shown, since = other.following(state), shown_at(other, state), max(state.mono, first.began)
        if shown is not None and shown < first.began:
            continue
        late = shown or (following.mono if following is not None else other.history.until)
        waited = other.undisturbed(since, late)
        if waited > limit:
            yield broken(
                "RTY-04.held_up",
                "while another refund of the shop could not be processed, this one waited {waited} s undisturbed to be "
                "in the ERP as it was",
                [first.seq, last.proof, state.seq],
                waited=seconds(waited),
            ).of(other)
        elif shown is not None:
            yield HELD


def _mono(state: State) -> int:
    return state.mono
