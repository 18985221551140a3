"""PRO: a session that the platform has told to be dead is not worked with any more."""

from collections.abc import Iterator

from contract_tests.call import Call
from contract_tests.history import History
from contract_tests.limits import grace
from contract_tests.rule import HELD, Doubt, Said, broken, run_rule
from contract_tests.words import say
from simulator.ledger.declaration import Declaration
from simulator.tmall.errors import EXPIRED_SESSION, REVOKED_SESSION

PROBE = 300_000_000
"""Microseconds in which one call may look whether the session lives again."""

_DEATHS = frozenset({EXPIRED_SESSION.sub_msg, REVOKED_SESSION.sub_msg})
"""What is said of a session that had lived. One that never did is a mistake of the settings."""


@run_rule("PRO-03", source="TOP error 27; session life of authorised apps", confidence="documented")
def dead_sessions_are_not_used(history: History, declared: Declaration) -> Iterator[Said]:
    """A session that was told to be expired or revoked is not used for work any more."""
    for calls in history.dead.values():
        died = [call for call in calls if call.answered and call.answered.error.get("sub_msg") in _DEATHS]
        if died:
            yield _left_alone(history, died, grace(declared))


def _left_alone(history: History, calls: list[Call], pardon: int) -> Said:
    """Return what is to be said of one session that died: *calls* are those refused for it."""
    told = next((call for call in calls if call.delivered is not None), None)
    if told is None or history.until <= told.ended + pardon:
        return Doubt(say("doubt.session_late", "a session died shortly before the run ended, or nobody was told"))
    misused: list[Call] = []
    probed = None
    for call in calls:
        if call.began <= told.ended + pardon:
            continue
        if probed is None or call.began - probed >= PROBE:
            probed = call.began
        else:
            misused.append(call)
    if not misused:
        return HELD
    return broken(
        "PRO-03.used",
        "{times} calls came with a session of shop {shop} that had been told to be dead, the first was {method}",
        [told.seq, told.proof, misused[0].seq],
        times=len(misused),
        shop=told.asked.shop or "—",
        method=misused[0].method,
    )
