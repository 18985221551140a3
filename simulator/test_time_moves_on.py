"""A story moves the time on: platform and ERP follow at once, durations do not feel it, and a restart remembers."""

from pathlib import Path

import pytest

from simulator.clock import Clock, to_text
from simulator.errors import UserError
from simulator.ledger.entry import ClockStepped
from simulator.ledger.replay import read
from simulator.tmall.caller import Caller
from simulator.world import World

DAY = 86_400_000


class Hand(Clock):
    """A clock whose durations stand still until they are moved."""

    passed = 0

    def mono(self) -> int:
        """Return microseconds."""
        return self.passed


def test_the_wall_clock_moves_and_durations_do_not(tmp_path: Path) -> None:
    world = World.open(tmp_path)
    wall, mono = world.clock.wall(), world.clock.mono()

    world.move_on(DAY, play="S27#1")

    assert DAY <= world.clock.wall() - wall < DAY + 60_000
    assert world.clock.mono() - mono < 60_000_000
    (step,) = [entry for entry in read(tmp_path / "ledger.jsonl") if isinstance(entry, ClockStepped)]
    assert (step.by, step.wanted, step.plays) == (DAY, True, ("S27#1",))
    assert step.wall - wall >= DAY


def test_a_restart_remembers_how_far_the_time_was_moved(tmp_path: Path) -> None:
    World.open(tmp_path).move_on(DAY)

    assert World.open(tmp_path).clock.shift == DAY


@pytest.mark.parametrize("by", [0, -1])
def test_time_does_not_go_back(tmp_path: Path, by: int) -> None:
    with pytest.raises(UserError, match=f"time cannot go back, by {by} ms"):
        World.open(tmp_path).move_on(by)


def test_whoever_follows_a_moment_later_is_not_refused_and_not_accused(tmp_path: Path) -> None:
    clock = Hand()
    caller = Caller.open(tmp_path, clock=clock)
    before = to_text(clock.seconds())
    caller.world.move_on(DAY)

    at_once = caller.receive(caller.signed("taobao.time.get", timestamp=before))
    clock.passed += 6_000_000
    later = caller.receive(caller.signed("taobao.time.get", timestamp=before))

    assert at_once.refusal is None
    assert at_once.asked.skew is not None
    assert abs(at_once.asked.skew) < 60_000
    assert later.refusal is not None
    assert later.asked.skew is not None
    assert abs(later.asked.skew + DAY) < 60_000


def test_a_new_ledger_begins_at_the_machines_time(tmp_path: Path) -> None:
    world = World.open(tmp_path / "data")
    world.move_on(DAY)

    world.begin_again()

    assert world.clock.shift == 0
