"""The judge is itself measured: a correct connector is never accused, whatever the machine, the pace and the story."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract_tests.judge import judge
from contract_tests.kill_matrix import broken, play
from contract_tests.verdict import Judgement, Verdict
from scenarios.reading import library
from simulator.ledger.entry import AnyEntry, Header, Mark
from simulator.ledger.replay import read


def _spin() -> None:
    while True:
        sum(range(10_000))


@pytest.fixture(name="busy")
def _busy() -> Iterator[None]:
    """Keep a processor busy beside the test."""
    with _spinning():
        yield


@contextmanager
def _spinning() -> Iterator[None]:
    burner = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    burner.start()
    try:
        yield
    finally:
        burner.terminate()
        burner.join()


@pytest.fixture(name="whole", scope="module")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Judgement, bool]:
    """Return ledger and judgement of the whole library, played with a processor kept busy, and whether it died."""
    folder = tmp_path_factory.mktemp("whole")
    with _spinning():
        judgement, died = play(folder, list(library().values()), seed=1)
    return folder / "ledger.jsonl", judgement, died


@pytest.mark.slow
def test_the_correct_connector_is_go(whole: tuple[Path, Judgement, bool]) -> None:
    _, judgement, died = whole

    _is_innocent(judgement, died)


@pytest.mark.slow
@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("style", "seed"), [("polling", 2), ("messages", 3)])
def test_the_correct_connector_is_go_in_each_style(tmp_path: Path, style: str, seed: int) -> None:
    _is_innocent(*play(tmp_path, list(library().values()), style=style, seed=seed))


def _is_innocent(judgement: Judgement, died: bool) -> None:
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
def test_each_story_alone_is_go_and_without_what_happened_in_it_nothing_is_proven(
    whole: tuple[Path, Judgement, bool],
) -> None:
    entries = list(read(whole[0]))
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
