"""The correct connector is not accused whichever ERP it speaks to, and a wrong one is, there as well."""

from pathlib import Path

import pytest

from connectors.mutants import MUTANTS
from contract_tests.kill_matrix import broken, play
from contract_tests.verdict import Verdict
from scenarios.reading import library
from simulator.ledger.entry import Answered
from simulator.ledger.replay import read

pytestmark = pytest.mark.slow
STORIES = (
    *("S01", "S02", "S03", "S04", "S05", "S11", "S12", "S13", "S14", "S17"),
    *("S19", "S43", "S43b", "S43c", "S44", "S45", "S46", "S46b", "S46c", "S47", "S48"),
)
ERPS = ("jiandaoyun", "jushuitan", "wangdiantong", "wangdiantong-enterprise")
"""Each has a target of the bundled connector with its name."""


@pytest.mark.parametrize("erp", ERPS)
def test_the_correct_connector_is_go_with_every_erp(tmp_path: Path, erp: str) -> None:
    judgement, died = play(tmp_path, [library()[name] for name in STORIES], erp=erp)

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because
    assert not died


@pytest.mark.parametrize("erp", ERPS)
def test_the_connector_that_listens_is_go_with_every_erp(tmp_path: Path, erp: str) -> None:
    stories = [library()[name] for name in (*STORIES, "S18b", "S49", "S50")]

    judgement, died = play(tmp_path, stories, style="messages", erp=erp)

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because
    assert not died


@pytest.mark.parametrize(
    ("mutant", "accused"), [("", frozenset[str]()), ("M87", frozenset({"ERP-02"}))], ids=["correct", "M87"]
)
def test_who_uploads_documents_together_has_to_read_what_each_row_says(
    tmp_path: Path, mutant: str, accused: frozenset[str]
) -> None:
    stories = [library()[name] for name in ("S43b", "S44", "S47")]

    judgement, _ = play(tmp_path, stories, erp="jushuitan", mutant=mutant, env={"ERP_TOGETHER": "0.3"})

    answers = [entry for entry in read(tmp_path / "ledger.jsonl") if isinstance(entry, Answered) and entry.results]
    assert any({row.succ for row in answer.results} == {True, False} for answer in answers)
    assert broken(judgement) & {"ERP-02"} == accused
    assert bool(broken(judgement)) == bool(accused)


@pytest.mark.parametrize("erp", ERPS)
def test_a_stale_approval_is_found_with_every_erp(tmp_path: Path, erp: str) -> None:
    judgement, _ = play(tmp_path, [library()["S12"], library()["S13"]], erp=erp, mutant="M01")

    assert "ORD-01" in broken(judgement)


@pytest.mark.parametrize("erp", MUTANTS["M44"].erps)
def test_who_believes_unsigned_callbacks_is_found_with_every_erp_that_calls_back(tmp_path: Path, erp: str) -> None:
    judgement, _ = play(tmp_path, [library()["S46"]], erp=erp, mutant="M44")

    assert "ERP-04" in broken(judgement)
