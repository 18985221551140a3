"""Stories that change settings or the time have the sandbox to themselves as far as that reaches, and put it back."""

from collections.abc import Callable
from typing import Any

from scenarios.engine import Engine
from scenarios.miniature import Miniature
from scenarios.test_engine import APPROVED, DECLARED, _play, _story
from simulator.ledger.declaration import Declaration, Tempo


def test_settings_are_changed_while_nothing_else_is_open_and_put_back() -> None:
    small = Miniature()
    declared = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, lag=1))
    story = _story(
        f"  - setting: {{list_lag: declared, time_scale: 20}}{APPROVED}", ident="S41", head="exclusive: true"
    )

    results = _play(small, story, _story(APPROVED), _story(APPROVED), declared=declared)

    assert [result.outcome for result in results] == ["passed"] * 3
    assert small.changes == [("list_lag", 1), ("time_scale", 20), ("list_lag", 0), ("time_scale", 1)]
    assert results[-1].story == "S41"
    assert small.open_altogether == [1, 2, 1]


def test_settings_of_the_shop_are_changed_while_others_go_on_elsewhere_and_put_back() -> None:
    small = Miniature()
    small.own["b"] = {"list_lag": 3}
    declared = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, lag=1))
    story = _story(
        f"  - shop_setting: {{list_lag: declared, edition: current}}{APPROVED}", ident="S41", head="exclusive: true"
    )

    results = _play(small, story, _story(APPROVED), declared=declared)

    assert [result.outcome for result in results] == ["passed"] * 2
    assert small.changes == [
        ("b/list_lag", 1),
        ("b/edition", "current"),
        ("b/list_lag", 3),
        ("b/edition", None),
    ]
    assert max(small.open_altogether) == 2


class Held:
    """An integration that is told what is done to it, and does nothing."""

    def __init__(self, told: list[Any]) -> None:
        self._told = told

    def move_on(self, step: Callable[[], float]) -> None:
        self._told.append(step())

    def kill(self) -> None:
        self._told.append("killed")

    def start(self) -> None:
        self._told.append("started")


def test_stories_that_move_the_time_on_come_last_and_the_integration_moves_with_it() -> None:
    small = Miniature()
    told: list[float] = []
    story = _story(f'  - clock: {{to: "23:59:58"}}{APPROVED}', ident="S27", head="exclusive: true")
    other = _story(f"  - setting: {{time_scale: 20}}{APPROVED}", ident="S41", head="exclusive: true")
    declared = Declaration(tempo=DECLARED.tempo, clock=True)
    engine = Engine(small, declared, ("a", "b"), clock=small.clock, pace=0, subject=Held(told))

    results = engine.play([story, other, _story(APPROVED)])

    assert [(result.story, result.outcome) for result in results] == [
        ("S90", "passed"),
        ("S41", "passed"),
        ("S27", "passed"),
    ]
    assert told == [small.clock.shift / 1000]
    assert small.clock.shift > 0


def test_without_a_clock_hook_the_calendar_is_not_applicable() -> None:
    story = _story(f"  - clock: {{by: 25h}}{APPROVED}", head="exclusive: true")

    [result] = _play(Miniature(), story)

    assert (result.outcome, result.reason) == ("not applicable", "the target does not declare clock")


def test_an_integration_that_does_not_read_up_to_the_new_time_leaves_the_play_inconclusive() -> None:
    small = Miniature()
    small.polls_at_all = False
    declared = Declaration(tempo=DECLARED.tempo, clock=True)
    told: list[float] = []
    engine = Engine(small, declared, ("a",), clock=small.clock, pace=0, subject=Held(told))

    [result] = engine.play([_story(f"  - clock: {{by: 1h}}{APPROVED}", head="exclusive: true")])

    assert result.outcome == "inconclusive"
    assert "the integration had not read up to" in result.reason
