"""The judge is itself measured: every seeded bug is killed every time, and a correct connector never accused."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.mutants import MUTANTS
from contract_tests.judge import judge
from contract_tests.kill_matrix import Hunt, broken, huntable, hunts, play
from contract_tests.verdict import Verdict
from scenarios.reading import library
from simulator.ledger.entry import AnyEntry, Header, Mark
from simulator.ledger.replay import read

TIMES = 1
"""`python -m contract_tests.kill_matrix 5` hunts each five times, which takes a quarter of an hour and more."""


def _spin() -> None:
    while True:
        sum(range(10_000))


@pytest.fixture(name="busy")
def _busy() -> Iterator[None]:
    """Keep a processor busy beside the test."""
    burner = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    burner.start()
    yield
    burner.terminate()
    burner.join()


def test_every_mutant_has_a_story_in_the_library_and_a_rule_of_the_law() -> None:
    assert huntable() == list(MUTANTS.values())


@pytest.mark.slow
def test_every_mutant_is_killed_every_time(tmp_path: Path) -> None:
    found = hunts(tmp_path, times=TIMES)

    assert len(found) == TIMES * len(huntable())
    assert [_told(one) for one in found if not one.killed] == []


def _told(one: Hunt) -> str:
    return f"{one.mutant.id}: broken {sorted(one.broken)}, not of its row {sorted(one.unlisted)}, died {one.died}"


@pytest.mark.slow
@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("style", "seed"), [("polling", 1), ("polling", 2), ("messages", 3)])
def test_the_correct_connector_is_go_with_the_processor_kept_busy(tmp_path: Path, style: str, seed: int) -> None:
    judgement, died = play(tmp_path, list(library().values()), style=style, seed=seed)

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because
    assert not died


@pytest.mark.slow
def test_a_connector_that_polls_seven_times_slower_gets_the_same_verdict(tmp_path: Path) -> None:
    # Deadlines follow from the declared tempo, and this connector does not keep it: it hears of them too late.
    ordinary = [story for story in library().values() if not story.exclusive and "DDL-02" not in story.judges]
    judgement, _ = play(tmp_path, ordinary, env={"POLL": "3.5"})

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


@pytest.mark.slow
def test_each_story_alone_is_go_and_without_what_happened_in_it_nothing_is_proven(tmp_path: Path) -> None:
    play(tmp_path, list(library().values()))
    entries = list(read(tmp_path / "ledger.jsonl"))
    plays = {str(entry.detail["play"]) for entry in entries if isinstance(entry, Mark) and entry.name == "play"}
    stories = {name.partition("#")[0] for name in plays}
    stories -= {story.id for story in library().values() if "messages" in story.requires}  # for the other style

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
