"""The judge is itself measured: a correct connector is never accused, whatever the machine, the pace and the story."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contract_tests.conftest import Case, Played
from contract_tests.judge import judge
from contract_tests.kill_matrix import broken
from contract_tests.verdict import Verdict
from scenarios.reading import library
from simulator.ledger.entry import AnyEntry, Header, Mark
from simulator.ledger.replay import read

pytestmark = pytest.mark.slow


def _spin() -> None:
    while True:
        sum(range(10_000))


@contextmanager
def _spinning() -> Iterator[None]:
    burner = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    burner.start()
    try:
        yield
    finally:
        burner.terminate()
        burner.join()


ALL = list(library().values())
WHOLE = Case(ALL, {"seed": 1, "shops": 4})
STYLES = [Case(ALL, {"style": style, "seed": seed}) for style, seed in (("polling", 2), ("messages", 3))]
AT_ONCE = 2
"""Whole libraries at the same time."""


@pytest.fixture(autouse=True, scope="module")
def _busy() -> Iterator[None]:
    """Keep a processor busy beside all of them."""
    with _spinning():
        yield


@pytest.mark.parametrize("case", [WHOLE, *STYLES], ids=["polling", "polling, fewer shops", "messages"])
def test_the_correct_connector_is_go(played: Callable[[Case], Played], case: Case) -> None:
    found = played(case)

    assert broken(found.judgement) == frozenset()
    assert found.judgement.verdict == Verdict.GO, found.judgement.because
    assert not found.died


@pytest.mark.parametrize("case", [WHOLE], ids=["whole"])
def test_each_story_alone_is_go_and_without_what_happened_in_it_nothing_is_proven(
    played: Callable[[Case], Played], case: Case
) -> None:
    entries = list(read(played(case).ledger))
    plays = {str(entry.detail["play"]) for entry in entries if isinstance(entry, Mark) and entry.name == "play"}
    stories = {name.partition("#")[0] for name in plays}
    other_style = {"messages", "callbacks"}
    stories -= {story.id for story in library().values() if other_style & set(story.requires)}

    with_it = {story: judge(_only(entries, story, empty=False)).verdict for story in stories}
    without = {story: judge(_only(entries, story, empty=True)).verdict for story in stories}

    assert set(with_it.values()) == {Verdict.GO}, with_it
    assert set(without.values()) == {Verdict.NOT_PROVEN}, without


def _only(entries: list[AnyEntry], story: str, *, empty: bool) -> Iterator[AnyEntry]:
    """Yield the ledger as if *story* alone had been played; *empty*: as if nothing had happened in it."""
    for entry in entries:
        mine = any(play.partition("#")[0] == story for play in entry.plays)
        if isinstance(entry, Mark) and entry.name == "play":
            if str(entry.detail["play"]).partition("#")[0] == story:
                yield entry
        elif isinstance(entry, Header | Mark) or (not empty and (mine or not entry.plays)):
            yield entry
