"""The settings of a run as its report tells them: whose they are, what they were, and who chose them."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract_tests.verdict import Judgement
from rehearsal.chosen import chosen, defaults, from_the_start, shops_own
from rehearsal.chronicle import Chronicle
from rehearsal.conftest import literal_entries
from rehearsal.report import outline, write_report
from simulator.every_setting import SETTINGS
from simulator.ledger.entry import AnyEntry, Header, SettingChanged
from simulator.settings import Settings


@pytest.fixture
def entries() -> list[AnyEntry]:
    """A run in which the target chose the edition, a shop has an order of its own, and a story had a list lag."""
    settings = Settings({"edition": "current"}, origin="target").listed()
    changes: list[tuple[str, str, Any, str]] = [
        ("二号店", "list_order", "modified_asc", "target"),
        ("", "time_scale", 20, "control"),
        ("", "time_scale", 1, "control"),
        ("一号店", "list_lag", 2, "control"),
        ("一号店", "list_lag", None, ""),
    ]
    first, *rest = literal_entries()
    assert isinstance(first, Header)
    return [
        msgspec.structs.replace(first, settings=settings),
        *rest,
        *(
            SettingChanged(shop=shop, name=name, value=value, origin=origin, seq=rest[-1].seq + number)
            for number, (shop, name, value, origin) in enumerate(changes, 1)
        ),
    ]


def _run(entries: list[AnyEntry]) -> Chronicle:
    run = Chronicle()
    for entry in entries:
        run.take(entry)
    return run


def test_what_was_chosen_is_told_with_its_values_and_who_chose_them(entries: list[AnyEntry]) -> None:
    told = [(row["name"], row["value"], row["origin"]) for row in chosen(_run(entries))]

    meanwhile = {"en": "while it ran", "zh": "运行期间"}
    assert told == [
        ("edition", "current", "target"),
        ("time_scale", "20 → 1", meanwhile),
        ("一号店/list_lag", "2", meanwhile),
        ("二号店/list_order", "modified_asc", "target"),
    ]


def test_the_terminal_tells_what_held_from_the_start(run: Path, judgement: Judgement, entries: list[AnyEntry]) -> None:
    assert from_the_start(_run(entries)) == ["edition=current", "二号店/list_order=modified_asc"]
    assert outline(judgement, run / "ledger.jsonl").settings == ["edition=current", "二号店/list_order=modified_asc"]


def test_what_was_left_alone_says_whether_a_shop_can_have_its_own(entries: list[AnyEntry]) -> None:
    left = {row["name"]: row["per_shop"] for row in defaults(_run(entries))}

    assert left.keys() == SETTINGS.keys() - {"edition"}
    assert left["list_order"]
    assert not left["server_header"]


def test_page_and_json_tell_what_shops_have_of_their_own(
    run: Path, judgement: Judgement, entries: list[AnyEntry]
) -> None:
    page = write_report(run, judgement).page.read_text(encoding="utf-8")

    for told in ("二号店/list_order", "一号店/list_lag", "while it ran", "A shop can have its own."):
        assert told in page
    facts = msgspec.json.decode((run / "report.json").read_bytes())
    own = {"二号店": {"list_order": ["modified_asc"]}, "一号店": {"list_lag": [2]}}
    assert facts["shop_settings"] == own == shops_own(_run(entries))


def test_a_run_without_a_choice_tells_of_none() -> None:
    run = _run(literal_entries())

    assert chosen(run) == []
    assert from_the_start(run) == []
