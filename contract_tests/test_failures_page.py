"""The page of failures names what there is, tells of every rule and seeded bug, and says why where nothing judges."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from connectors.mutants import MUTANTS
from contract_tests.law import LAW
from scenarios.doctor import PHRASES
from scenarios.reading import library
from simulator.every_setting import SETTINGS
from simulator.faults.plan import FAULTS

PAGE = (Path(__file__).parents[1] / "docs" / "failures.md").read_text(encoding="utf-8")
TABLES, ABSENT = PAGE.split("## What no rule accuses")
ROWS = [line.strip("| ").split(" | ") for line in TABLES.splitlines() if re.match(r"\| F\d", line)]
RULES = {rule.id for rule in LAW}


def _named(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_there_are_a_hundred_and_thirty_one_and_each_is_told_once() -> None:
    assert sorted(row[0] for row in ROWS) == [f"F{number:03}" for number in range(1, 132)]


def test_what_no_rule_accuses_is_named_with_the_reason() -> None:
    told = _named(r"\bF\d{3}\b", ABSENT.split("## What is judged")[0])
    silent = {
        line.split(" | ")[0].strip("| ")
        for line in TABLES.splitlines()
        if line.startswith("| F") and not _named(r"\b[A-Z]{3}-\d\d\b", line)
    }

    assert told == silent


def test_every_rule_and_every_seeded_bug_has_its_failure() -> None:
    bugs = _named(r"\bM\d\d\b", TABLES)

    assert sorted(RULES - _named(r"\b[A-Z]{3}-\d\d\b", TABLES)) == []
    assert sorted(set(MUTANTS) - bugs) == []


@pytest.mark.parametrize(
    "line",
    [line for line in TABLES.splitlines() if re.search(r"\bM\d\d\b", line) and line.startswith("| F")],
    ids=lambda line: line[2:6],
)
def test_a_seeded_bug_shows_in_a_story_of_its_row_and_breaks_a_rule_of_it(line: str) -> None:
    stories = {name[:3] for name in _named(r"\bS\d\d[a-z]?\b", line)}
    rules = _named(r"\b[A-Z]{3}-\d\d\b", line)
    bugs = [MUTANTS[name] for name in _named(r"\bM\d\d\b", line)]

    assert [bug.id for bug in bugs if not stories & set(bug.exposed_by)] == []
    assert [bug.id for bug in bugs if not rules & {*bug.caught_by, *bug.drags}] == []


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        pytest.param(r"\bS\d\d[a-z]?\b", library, id="stories"),
        pytest.param(r"\bM\d\d\b", lambda: MUTANTS, id="mutants"),
        pytest.param(r"\b[A-Z]{3}-\d\d\b", lambda: RULES, id="rules"),
        pytest.param(r"settings? `(\w+)`", lambda: SETTINGS, id="settings"),
        pytest.param(r"fault `([\w-]+)`", lambda: FAULTS, id="faults"),
        pytest.param(r"doctor(?: \(|\s)`(\w+)`", lambda: PHRASES, id="doctor"),
    ],
)
def test_it_names_only_what_there_is(pattern: str, known: Callable[[], Collection[str]]) -> None:
    named = _named(pattern, PAGE)

    assert named
    assert sorted(named - set(known())) == []
