"""The page of open facts: every open fact of the platform stands there with the setting that chooses it."""

import re
from fnmatch import filter as matching
from pathlib import Path

from simulator.every_setting import SETTINGS

PAGE = (Path(__file__).parents[1] / "docs" / "open-facts.md").read_text(encoding="utf-8")
CHOSEN, _, UNCHOSEN = PAGE.partition("## Open, and no setting")
ROWS = [line.strip("|").split(" | ") for line in CHOSEN.splitlines() if re.match(r"\| (?!What is open|---)", line)]
NAMED = [name for row in ROWS for pattern in re.findall(r"`([\w*]+)`", row[1]) for name in matching(SETTINGS, pattern)]
OF_ERPS = ("erp_", "jdy_", "jst_", "wdt_")


def test_it_names_only_settings_that_there_are() -> None:
    patterns = [pattern for row in ROWS for pattern in re.findall(r"`([\w*]+)`", row[1])]

    assert [pattern for pattern in patterns if not matching(SETTINGS, pattern)] == []


def test_every_setting_of_the_platform_that_is_not_ours_stands_there_once() -> None:
    platform = [name for name, one in SETTINGS.items() if one.provenance != "ours" and not name.startswith(OF_ERPS)]

    assert sorted(set(platform) - set(NAMED)) == []
    assert len(NAMED) == len(set(NAMED))


def test_every_fact_has_a_setting_or_a_reason() -> None:
    assert [row for row in ROWS if "`" not in row[1]] == []
    reasons = [line for line in UNCHOSEN.splitlines() if re.match(r"\| (?!What is open|---)", line)]
    assert len(reasons) == 11
    assert all(len(line.strip("|").split(" | ")[1]) > 20 for line in reasons)
