"""Exploration plays batches until time is up, keeps every story, and says what it reached."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contract_tests.explore import explore
from contract_tests.reach import Reach, Reached, alphabet, is_generated
from scenarios.engine import Progress
from scenarios.play import PlayResult
from scenarios.reading import read_story
from scenarios.seen import Seen
from scenarios.story import Story
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Act, AnyEntry, Changed
from simulator.ledger.values import Row

BOTH = ("refund_only", "return_refund")


class _Book:
    """A ledger in memory."""

    def __init__(self) -> None:
        self.entries: list[AnyEntry] = []
        self.marks: dict[str, dict[str, Any]] = {}

    def add(self, entry: AnyEntry) -> None:
        entry.seq = len(self.entries) + 1
        self.entries.append(entry)

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        return self.entries[after : after + limit]

    def mark(self, name: str, detail: dict[str, Any]) -> None:
        self.marks[name] = detail


class _Engine:
    """Plays every story at once: each refund is applied for and withdrawn."""

    def __init__(self, *, takes: float = 0.0, stop_after: int = 0) -> None:
        self.control = _Book()
        self.seen = Seen()
        self.on_progress: Callable[[Progress], None] | None = None
        self.played: list[list[str]] = []
        self._takes, self._stop_after = takes, stop_after
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    @property
    def stopped(self) -> bool:
        return bool(self._stop_after) and len(self.played) >= self._stop_after

    def play(self, stories: Sequence[Story], *, until: float | None = None) -> list[PlayResult]:
        self.now += self._takes
        self.played.append([story.id for story in stories])
        for done, story in enumerate(stories, start=1):
            play = f"{story.id}#1"
            self.control.add(Act(act="buyer.apply", started=True, plays=(play,)))
            self.control.add(Changed(rows=(Row("refund", "R", {"status": "WAIT_SELLER_AGREE"}),), plays=(play,)))
            self.control.add(Act(act="buyer.apply", plays=(play,)))
            self.control.add(Act(act="buyer.withdraw", accepted=False, plays=(play,)))
            if self.on_progress:
                self.on_progress(Progress("ended", play, story.id, story.title, done, len(stories), 0))
        return [PlayResult(play=f"{story.id}#1", story=story.id, outcome="passed") for story in stories]


def test_batches_are_played_until_the_time_is_up(tmp_path: Path) -> None:
    engine = _Engine(takes=0.2)

    found = explore(engine, Declaration(), seed=1, seconds=1.5, out=tmp_path, batch=4, clock=engine.clock)

    assert [len(batch) for batch in engine.played] == [4] * 7
    assert found.stories == found.passed == 4 * 7
    assert found.seconds == 1.4


def test_no_batch_is_begun_that_would_not_end_in_time(tmp_path: Path) -> None:
    engine = _Engine(takes=0.6)

    explore(engine, Declaration(), seed=1, seconds=1.0, out=tmp_path, batch=2, clock=engine.clock)

    assert len(engine.played) == 1


def test_whoever_stops_the_engine_stops_the_exploration(tmp_path: Path) -> None:
    engine = _Engine(stop_after=1)

    explore(engine, Declaration(), seed=1, seconds=60, out=tmp_path, batch=2)

    assert len(engine.played) == 1


def test_every_played_story_is_kept_and_can_be_read(tmp_path: Path) -> None:
    engine = _Engine(stop_after=2)

    explore(engine, Declaration(), seed=1, seconds=60, out=tmp_path / "stories", batch=3)

    kept = sorted((tmp_path / "stories").glob("*.yaml"))
    assert [path.stem for path in kept] == [ident for batch in engine.played for ident in batch]
    assert [read_story(path).id for path in kept] == [path.stem for path in kept]


def test_what_was_reached_is_told_meanwhile_and_marked_at_the_end(tmp_path: Path) -> None:
    engine, told = _Engine(stop_after=1), list[Reached]()

    found = explore(engine, Declaration(), seed=1, seconds=60, out=tmp_path, batch=3, on_progress=told.append)

    assert [reached.stories for reached in told] == [1, 2, 3]
    assert found.acts == ("buyer.apply",)
    assert found.states == ("WAIT_SELLER_AGREE",)
    known = alphabet(BOTH)
    assert set(found.acts) | set(found.missed_acts) == set(known)
    assert engine.control.marks["explored"]["words"] == f"3 stories, 1 of {len(known)} acts, 1 of 6 states"
    assert engine.on_progress is None


def test_an_integration_that_handles_nothing_known_is_not_explored(tmp_path: Path) -> None:
    found = explore(_Engine(), Declaration(kinds=("price_protect",)), seed=1, seconds=60, out=tmp_path)

    assert found.stories == 0


def test_other_plays_do_not_count_as_reached() -> None:
    reach = Reach(BOTH)
    reach.take([Act(seq=1, act="buyer.apply", plays=("S01#1",)), Act(seq=2, act="buyer.modify", plays=("LOAD",))])

    assert reach.so_far(0).acts == ()
    assert reach.seq == 2


@pytest.mark.parametrize(
    ("play", "generated"), [("X001#1", True), ("X1234#2", True), ("XA#1", False), ("S01#1", False)]
)
def test_generated_plays_are_known_by_their_number(play: str, generated: bool) -> None:
    assert is_generated(play) is generated


def test_what_can_be_reached_follows_from_what_the_integration_handles() -> None:
    reach = Reach(("refund_only", "exchange"))
    plays = ("X001#1",)
    reach.take(
        [
            Act(seq=1, act="buyer.apply_exchange", plays=plays),
            Changed(seq=2, rows=(Row("exchange", "E", {"status": "12"}),), plays=plays),
            Changed(seq=3, rows=(Row("exchange", "S", {"status": "7", "kind": "reship"}),), plays=plays),
        ]
    )

    found = reach.so_far(1)

    assert (found.acts, found.states) == (("buyer.apply_exchange",), ("exchange 12",))
    assert found.all_states == 6 + 9
    assert "buyer.apply_reship" not in reach.alphabet
