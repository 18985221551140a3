"""RTY: whoever is told to stay away does."""

from collections.abc import Iterator

from contract_tests.bans import Told
from contract_tests.history import History
from contract_tests.rule import HELD, Doubt, Said, broken, run_rule
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration

WORKERS = 4
"""Calls of one shop that may be under way when its app is told of a ban."""
PROBE = 5.0
"""Seconds after which one call may ask whether the ban is over."""


@run_rule(
    "RTY-03",
    source="TOP error guide: code 7; failure catalogue: retry storm",
    confidence="documented",
)
def bans_are_heeded(history: History, _: Declaration) -> Iterator[Said]:
    """Limits of the platform are answered with restraint: while a ban is known to last, nobody goes on calling.

    What was under way may still arrive (four calls of each shop), and one call in five seconds may ask whether it is
    over. The last second is free, for the seconds that are told are rounded up. A ban without seconds asks for nothing.
    """
    for ban in history.bans.all:
        if ban.seconds <= 1:
            continue
        most = WORKERS * len({call.asked.shop for call in (ban.by, *ban.ran_into)}) + int(ban.seconds // PROBE)
        if len(ban.ran_into) > most:
            first, last = ban.ran_into[0], ban.ran_into[-1]
            yield broken(
                "RTY-03.went_on",
                "{method} was banned for {seconds} s, and {count} calls ran into the ban while that was known",
                [ban.by.seq, ban.by.proof, first.seq, last.seq],
                method=ban.method or say("restraint.app", "everything of the app"),
                seconds=seconds(ban.until - ban.since),
                count=len(ban.ran_into),
            )
        elif _over(ban, history):
            yield HELD
        else:
            yield Doubt(say("doubt.ban_late", "a ban was still on when the run ended"))


def _over(ban: Told, history: History) -> bool:
    return history.until >= ban.until - 1_000_000
