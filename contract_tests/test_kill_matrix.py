"""The judge is itself measured: every seeded bug is killed every time."""

from pathlib import Path

import pytest

from connectors.mutants import MUTANTS
from contract_tests.kill_matrix import Hunt, huntable, hunts

TIMES = 1
"""`python -m contract_tests.kill_matrix 5` hunts each five times, which takes a quarter of an hour and more."""


def test_every_mutant_has_a_story_in_the_library_and_a_rule_of_the_law() -> None:
    assert huntable() == list(MUTANTS.values())


@pytest.mark.slow
def test_every_mutant_is_killed_every_time(tmp_path: Path) -> None:
    found = hunts(tmp_path, times=TIMES)

    assert len(found) == TIMES * len(huntable())
    assert [_told(one) for one in found if not one.killed] == []


def _told(one: Hunt) -> str:
    return f"{one.mutant.id}: broken {sorted(one.broken)}, not of its row {sorted(one.unlisted)}, died {one.died}"
