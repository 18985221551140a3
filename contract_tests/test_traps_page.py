"""The page of traps names what there is: stories, rules, seeded bugs, settings, faults, profiles, doctor's words."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from connectors.mutants import MUTANTS
from contract_tests.law import LAW
from scenarios.doctor import PHRASES
from scenarios.reading import library
from simulator.erp import registry
from simulator.every_setting import SETTINGS
from simulator.faults.plan import FAULTS

PAGE = (Path(__file__).parents[1] / "docs" / "traps.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def test_there_are_thirty_four_of_them_in_order() -> None:
    assert [row[0].strip("| ") for row in ROWS] == [str(number) for number in range(1, 35)]


def test_each_is_shown_by_something_that_can_be_run() -> None:
    assert [row[0] for row in ROWS if not re.search(r"\bS\d|[A-Z]{3}-\d|`", row[2])] == []


@pytest.mark.parametrize("row", [row for row in ROWS if re.search(r"\bM\d\d\b", row[3])], ids=lambda row: row[0])
def test_each_seeded_bug_shows_in_a_story_of_its_row_and_breaks_a_rule_of_it(row: list[str]) -> None:
    stories = {name[:3] for name in re.findall(r"\bS\d\d[a-z]?\b", row[2])}
    rules = set(re.findall(r"\b[A-Z]{3}-\d\d\b", row[2]))
    bugs = [MUTANTS[name] for name in re.findall(r"\bM\d\d\b", row[3])]

    assert [bug.id for bug in bugs if not stories & set(bug.exposed_by)] == []
    assert [bug.id for bug in bugs if not rules & set(bug.caught_by)] == []


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        pytest.param(r"\bS\d\d[a-z]?\b", library, id="stories"),
        pytest.param(r"\bM\d\d\b", lambda: MUTANTS, id="mutants"),
        pytest.param(r"\b[A-Z]{3}-\d\d\b", lambda: {rule.id for rule in LAW}, id="rules"),
        pytest.param(r"settings? ((?:`\w+`(?:, )?)+)", lambda: SETTINGS, id="settings"),
        pytest.param(r"faults? ((?:`[\w-]+`(?:, )?)+)", lambda: FAULTS, id="faults"),
        pytest.param(r"profiles? ((?:`[\w-]+`(?:, | and )?)+)", registry.names, id="profiles"),
        pytest.param(r"doctor ((?:`\w+`(?:, )?)+)", lambda: PHRASES, id="doctor"),
    ],
)
def test_it_names_only_what_there_is(pattern: str, known: Callable[[], Collection[str]]) -> None:
    text = "\n".join("|".join(row) for row in ROWS)
    named = {name.strip("`") for found in re.findall(pattern, text) for name in re.split(r", | and ", found) if name}

    assert named
    assert sorted(named - set(known())) == []
