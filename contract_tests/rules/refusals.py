"""RTY-02: what the platform refused for good is not asked for again and again."""

from collections.abc import Iterator

from contract_tests.call import ACTION, MODIFYING, Call
from contract_tests.case import Case
from contract_tests.limits import sla
from contract_tests.rule import HELD, Said, broken, rule
from simulator.ledger.declaration import Declaration

MORE = 2
"""How often the same request may follow a definitive error."""
HOUR = 3_600_000_000
"""Microseconds after which a look whether that has changed is no repeat."""
POLLS = 6
"""After so many without a repeat it was left alone."""
_SESSION = 27


@rule(
    "RTY-02",
    tier="extended",
    source="TOP error guide: isv.* is the caller's side, a repeat does not help",
    confidence="documented",
)
def definitive_errors_are_not_hammered(case: Case, declared: Declaration) -> Iterator[Said]:
    """Definitive errors are not hammered.

    The same request may follow twice; a row alone is another one than the batch that was refused with it. After the
    refund has changed, or after another decision about it, or an hour later, it is another one, too. A dead session is
    PRO-03's, what passes by itself RTY-01's, a row of a batch RTY-05's.
    """
    tried: dict[tuple[object, ...], list[Call]] = {}
    for call in case.calls:
        if call.method not in MODIFYING or not _definitive(call):
            continue
        state = case.at(call.seq)
        decided = sum(decision.seq < call.seq for decision in case.decisions)
        key = (call.business(case.refund_id), call.asked.refunds, state.seq if state is not None else 0, decided)
        tries = tried.setdefault(key, [])
        if tries and call.began - tries[-1].ended >= HOUR:
            tries.clear()
        tries.append(call)
        if len(tries) == MORE + 2:
            error = tries[0].answered.error if tries[0].answered is not None else {}
            yield broken(
                "RTY-02.again",
                "{action} was refused for good ({why}), and sent {times} times more as it was",
                [tries[0].seq, *(each.proof for each in tries)],
                action=ACTION[call.method],
                why=str(error.get("sub_code") or error.get("code")),
                times=MORE + 1,
            )
            return
    polls = int((POLLS * declared.tempo.poll + case.history.stretch(declared)) * 1e6)
    for tries in tried.values():
        if case.history.last - tries[-1].ended > min(sla(case, declared), polls):
            yield HELD


def _definitive(call: Call) -> bool:
    """Tell whether the integration was told that *call* is refused, whoever repeats it."""
    error = call.answered.error if call.answered is not None else {}
    return bool(error) and call.delivered is not None and not call.failed_passing and error.get("code") != _SESSION
