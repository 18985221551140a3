"""How long a run took, whatever happened to the clock meanwhile."""

from rehearsal.chronicle import Chronicle
from simulator.ledger.entry import ClockStepped, Header, Mark


def test_time_that_a_story_moved_on_did_not_pass() -> None:
    run = Chronicle()
    day = 86_400_000
    for entry in (
        Header(wall=1_000, mono=0),
        ClockStepped(by=25 * day, wall=1_000, mono=0),
        Mark(name="end", wall=25 * day + 61_000, mono=60_000_000),
    ):
        run.take(entry)

    assert run.seconds == 60
