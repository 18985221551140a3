"""Exploration: draws stories by the seed, and plays them in batches against the running integration until time is up.

It drives and never judges: what its plays did is in the ledger, and the same rules judge it as everything else.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import msgspec

from contract_tests.generated import drawn
from contract_tests.moves import ALPHABET
from scenarios.acts import KINDS
from scenarios.engine import Progress
from scenarios.play import PlayResult
from scenarios.seen import Seen
from scenarios.story import Story
from scenarios.writing import story_yaml
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Act, AnyEntry, Changed
from simulator.tmall.lifecycle import STATES

BATCH = 48
"""How many stories are played at once."""

_PAGE = 5000


class Book(Protocol):
    """What exploration itself needs of the control API."""

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Return the entries after a number."""

    def mark(self, name: str, detail: dict[str, Any]) -> Any:
        """Write a mark into the ledger."""


class Player(Protocol):
    """What plays the stories; `scenarios.engine.Engine` is one."""

    on_progress: Callable[[Progress], None] | None
    seen: Seen

    @property
    def control(self) -> Book:
        """The sandbox it plays in."""

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to end."""

    def play(self, stories: Sequence[Story], *, until: float | None = None) -> list[PlayResult]:
        """Play *stories*, until a monotonic time at the latest."""


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far exploration came; `str` of it is the line that a person reads."""

    stories: int
    acts: tuple[str, ...]
    """Acts that were accepted at least once."""
    states: tuple[str, ...]
    """States that a refund was in."""

    def __str__(self) -> str:
        """Return the counts in words."""
        return (
            f"{self.stories} stories, {len(self.acts)} of {len(ALPHABET)} acts,"
            f" {len(self.states)} of {len(STATES)} states"
        )


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """What was explored: for the report, and, as the mark `explored`, for the ledger."""

    seed: int
    seconds: float
    """How long it really took."""
    stories: int
    passed: int
    inconclusive: int
    acts: tuple[str, ...]
    states: tuple[str, ...]
    missed_acts: tuple[str, ...]
    missed_states: tuple[str, ...]
    words: str


class Reach:
    """Collects which acts and states generated plays reached, from the ledger."""

    def __init__(self, after: int = 0) -> None:
        """Start with nothing; entries up to number *after* do not count."""
        self.seq = after
        self._acts: set[str] = set()
        self._states: set[str] = set()

    def take(self, entries: Iterable[AnyEntry]) -> None:
        """Take in more of the ledger."""
        for entry in entries:
            self.seq = max(self.seq, entry.seq)
            if not any(is_generated(play) for play in entry.plays):
                continue
            if isinstance(entry, Act):
                if entry.accepted and not entry.started:
                    self._acts.add(entry.act)
            elif isinstance(entry, Changed):
                for row in entry.rows:
                    if row.entity == "refund" and isinstance(row.values, dict):
                        self._states.add(row.values["status"])

    def so_far(self, stories: int) -> Reached:
        """Return what was reached, in the order of the alphabet and the table."""
        acts = tuple(act for act in ALPHABET if act in self._acts)
        return Reached(stories=stories, acts=acts, states=tuple(state for state in STATES if state in self._states))


def is_generated(play: str) -> bool:
    """Tell whether *play* (`X012#1`) is of a generated story."""
    story = play.partition("#")[0]
    return story.startswith("X") and story[1:].isdigit()


def explore(
    engine: Player,
    declaration: Declaration,
    *,
    seed: int,
    seconds: float,
    out: Path,
    batch: int = BATCH,
    on_progress: Callable[[Reached], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Exploration:
    """Play generated stories for *seconds*, *batch* at once, and return what they reached.

    Each story is written to *out* as `X001.yaml` and so on before it is played; `refund-sandbox run FILE` repeats
    it. The same *seed* gives the same stories in the same order; how many of them are played depends on time, which
    *clock*, the engine's, tells in seconds.
    """
    out.mkdir(parents=True, exist_ok=True)
    began = clock()
    end = began + seconds
    stories = drawn([kind for kind in KINDS if kind in declaration.kinds], seed)
    reach, results, slowest = Reach(engine.seen.seq), list[PlayResult](), 0.0

    def watch(progress: Progress) -> None:
        if progress.event == "ended" and on_progress:
            _read(engine.control, reach)
            on_progress(reach.so_far(len(results) + progress.done))

    with _watched(engine, watch):
        while not engine.stopped and clock() + slowest < end:
            chosen = list(islice(stories, batch))
            if not chosen:
                break
            for story in chosen:
                (out / f"{story.id}.yaml").write_text(story_yaml(story), encoding="utf-8")
            started = clock()
            results += engine.play(chosen, until=end)
            slowest = max(slowest, clock() - started)
    _read(engine.control, reach)
    found = _exploration(seed, clock() - began, results, reach.so_far(len(results)))
    engine.control.mark("explored", msgspec.to_builtins(found))
    return found


@contextmanager
def _watched(engine: Player, watch: Callable[[Progress], None]) -> Iterator[None]:
    """Have *engine* tell *watch*, and afterwards whom it told before."""
    before, engine.on_progress = engine.on_progress, watch
    try:
        yield
    finally:
        engine.on_progress = before


def _read(control: Book, reach: Reach) -> None:
    while True:
        entries = control.ledger(reach.seq, 0.0, _PAGE)
        reach.take(entries)
        if len(entries) < _PAGE:
            return


def _exploration(seed: int, seconds: float, results: list[PlayResult], reached: Reached) -> Exploration:
    return Exploration(
        seed=seed,
        seconds=round(seconds, 1),
        stories=len(results),
        passed=sum(result.outcome == "passed" for result in results),
        inconclusive=sum(result.outcome == "inconclusive" for result in results),
        acts=reached.acts,
        states=reached.states,
        missed_acts=tuple(act for act in ALPHABET if act not in reached.acts),
        missed_states=tuple(state for state in STATES if state not in reached.states),
        words=str(reached),
    )
