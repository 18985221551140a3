"""The plan: what will be played, and an honest guess of how long it takes."""

import msgspec

from rehearsal.plan import Plan
from scenarios.reading import library
from simulator.ledger.declaration import Declaration, Tempo

QUICK = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, margin=5, lag=1), clock=True, escalation="url")
WHOLE = Plan(command="rehearse", stories=tuple(library().values()), explore=30, rate=20, load_seconds=15, shops=4)


def test_the_default_run_is_announced_at_less_than_two_minutes() -> None:
    assert 45 < WHOLE.about(QUICK) < 120


def test_a_slow_integration_makes_a_long_plan() -> None:
    assert WHOLE.about(Declaration(tempo=Tempo())) > 5 * 60


def test_the_time_limit_bounds_the_plan() -> None:
    assert msgspec.structs.replace(WHOLE, most=20.0).about(QUICK) == 20


def test_the_plan_names_only_what_is_in_it() -> None:
    words = Plan(command="load", rate=5, load_seconds=60).words(QUICK)

    assert words.startswith("60 s load, about ")
    assert "stories" not in words


def test_the_whole_plan_reads_as_one_line() -> None:
    words = WHOLE.words(QUICK)

    assert f"{len(WHOLE.stories)} stories, 30 s exploring, 15 s load, about " in words


def test_the_plan_says_which_stories_need_a_clock_hook_that_is_not_there() -> None:
    words = WHOLE.words(Declaration(tempo=QUICK.tempo))

    idle = sum(story.moves_time for story in WHOLE.stories)
    assert idle
    assert f"{len(WHOLE.stories)} stories, {idle} of them not applicable for lack of a clock hook, 30 s" in words
