"""A story kills the integration, leaves it dead for a while and starts it again, where somebody can."""

from typing import Any

from scenarios.engine import Engine
from scenarios.miniature import Miniature
from scenarios.test_engine import APPROVED, DECLARED, _play, _story
from scenarios.test_engine_circumstances import Held
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration


def test_a_crash_kills_the_integration_and_starts_it_again_after_the_time_told() -> None:
    small, told = Miniature(), list[Any]()
    declared = Declaration(tempo=DECLARED.tempo, restartable=True)
    engine = Engine(small, declared, ("a",), clock=small.clock, pace=0, subject=Held(told))
    began = small.clock.mono()

    [result] = engine.play([_story(f"  - crash: {{down: 20s}}{APPROVED}", head="exclusive: true")])

    assert (result.outcome, told) == ("passed", ["killed", "started"])
    assert small.clock.mono() - began >= 20_000_000


def test_what_cannot_be_started_again_is_not_killed() -> None:
    [result] = _play(Miniature(), _story(f"  - crash{APPROVED}", head="exclusive: true"))

    assert (result.outcome, result.reason) == ("not applicable", "the target does not declare restartable")


def test_an_integration_that_does_not_start_again_leaves_the_play_inconclusive() -> None:
    class Dead(Held):
        def start(self) -> None:
            raise UserError("not ready after 30 s.")

    declared = Declaration(tempo=DECLARED.tempo, restartable=True)
    small = Miniature()
    engine = Engine(small, declared, ("a",), clock=small.clock, pace=0, subject=Dead([]))

    [result] = engine.play([_story(f"  - crash{APPROVED}", head="exclusive: true")])

    assert result.outcome == "inconclusive"
    assert "after a kill it did not start: not ready after 30 s." in result.reason
