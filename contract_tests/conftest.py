"""Plays of one test file at the same time: each waits more than it works."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contract_tests.kill_matrix import play
from contract_tests.verdict import Judgement
from scenarios.story import Story

AT_ONCE = 4
"""Sandboxes of a file at the same time, unless it says otherwise; other files' are open beside them."""


@dataclass(frozen=True, eq=False)
class Case:
    """What is played for one test: stories, and how (`kill_matrix.play`)."""

    stories: Sequence[Story]
    how: Mapping[str, Any]


class Played(NamedTuple):
    """What came of a case."""

    judgement: Judgement
    died: bool
    ledger: Path


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Played]]:
    """Lend what tells what came of a case: those of the file's chosen tests (parameter `case`) are played at once."""
    place = tmp_path_factory.mktemp("played")
    chosen = [item for item in request.session.items if item.getparent(pytest.Module) is request.node]
    specs: list[Any] = [getattr(item, "callspec", None) for item in chosen]
    cases: list[Case] = [spec.params["case"] for spec in specs if spec is not None and "case" in spec.params]
    pool = ThreadPoolExecutor(getattr(request.module, "AT_ONCE", AT_ONCE))
    futures = {case: pool.submit(_play, case, place / str(number)) for number, case in enumerate(dict.fromkeys(cases))}
    yield lambda case: futures[case].result()
    pool.shutdown(cancel_futures=True)


def _play(case: Case, folder: Path) -> Played:
    judgement, died = play(folder, case.stories, **case.how)
    return Played(judgement, died, folder / "ledger.jsonl")
