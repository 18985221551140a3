"""Exploration: draws stories by the seed, and plays them in batches against the running integration until time is up.

It drives and never judges: what its plays did is in the ledger, and the same rules judge it as everything else.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import msgspec

from contract_tests.generated import drawn
from contract_tests.reach import GENERATED, Reach, Reached
from scenarios.engine import Progress
from scenarios.play import PlayResult
from scenarios.seen import Seen
from scenarios.story import Story
from scenarios.writing import story_yaml
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import AnyEntry

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
    kinds = [kind for kind in GENERATED if kind in declaration.kinds]
    stories = drawn(kinds, seed)
    reach, results, slowest = Reach(kinds, engine.seen.seq), list[PlayResult](), 0.0

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
    found = _exploration(seed, clock() - began, results, reach)
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


def _exploration(seed: int, seconds: float, results: list[PlayResult], reach: Reach) -> Exploration:
    reached = reach.so_far(len(results))
    return Exploration(
        seed=seed,
        seconds=round(seconds, 1),
        stories=len(results),
        passed=sum(result.outcome == "passed" for result in results),
        inconclusive=sum(result.outcome == "inconclusive" for result in results),
        acts=reached.acts,
        states=reached.states,
        missed_acts=tuple(act for act in reach.alphabet if act not in reached.acts),
        missed_states=tuple(state for state in reach.possible if state not in reached.states),
        words=str(reached),
    )
