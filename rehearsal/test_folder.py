"""Run folders: new ones by date and seed, named ones only when empty, and how a ledger is found in them."""

import re
from pathlib import Path

import pytest

from rehearsal.folder import ledger_of, make_folder, newest, shown, today_seed
from simulator.errors import UserError


def test_a_run_gets_a_folder_of_its_own_without_colons(tmp_path: Path) -> None:
    first, second = (make_folder(None, 7, runs=tmp_path / "runs") for _ in range(2))

    assert first != second
    assert re.fullmatch(r"\d{8}T\d{6}-7", first.name)
    assert first.is_dir()


def test_a_named_folder_may_be_new_or_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert make_folder(tmp_path / "new" / "deep", 7).is_dir()
    assert make_folder(tmp_path / "empty", 7).is_dir()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()

    with pytest.raises(UserError, match="the folder is not empty"):
        make_folder(tmp_path, 7)


def test_a_file_in_place_of_a_folder_is_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UserError, match="cannot be made"):
        make_folder(tmp_path / "file", 7)


def test_a_ledger_is_found_by_its_file_or_its_folder(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    ledger.touch()

    assert ledger_of(ledger) == ledger_of(tmp_path) == ledger


def test_a_missing_ledger_says_where_the_newest_run_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = tmp_path / "runs" / "20261122T101500-1"
    run.mkdir(parents=True)
    (run / "ledger.jsonl").touch()

    with pytest.raises(UserError, match="20261122T101500-1"):
        ledger_of(tmp_path / "nowhere")


def test_the_newest_run_is_the_one_whose_file_is_newest(tmp_path: Path) -> None:
    assert newest("endpoints.json", runs=tmp_path / "none") is None
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "endpoints.json").touch()

    found = newest("endpoints.json", runs=tmp_path)

    assert found is not None
    assert found.parent == tmp_path


def test_todays_seed_is_the_date() -> None:
    assert re.fullmatch(r"20\d{6}", str(today_seed()))


def test_a_path_is_shown_as_one_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert shown(tmp_path / "runs" / "x") == str(Path("runs") / "x")
