"""The correct connector is not accused whichever ERP it speaks to, and a wrong one is, there as well."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connectors.mutants import MUTANTS
from contract_tests.conftest import Case, Played
from contract_tests.kill_matrix import broken
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


KNOWN = library()


def _case(stories: Sequence[str], **how: Any) -> Case:
    return Case([KNOWN[name] for name in stories], how)


@pytest.mark.parametrize("case", [_case(STORIES, erp=erp) for erp in ERPS], ids=ERPS)
def test_the_correct_connector_is_go_with_every_erp(played: Callable[[Case], Played], case: Case) -> None:
    _is_go(played(case))


@pytest.mark.parametrize(
    "case", [_case((*STORIES, "S18b", "S49", "S50"), style="messages", erp=erp) for erp in ERPS], ids=ERPS
)
def test_the_connector_that_listens_is_go_with_every_erp(played: Callable[[Case], Played], case: Case) -> None:
    _is_go(played(case))


def _is_go(found: Played) -> None:
    assert broken(found.judgement) == frozenset()
    assert found.judgement.verdict == Verdict.GO, found.judgement.because
    assert not found.died


@pytest.mark.parametrize(
    ("case", "accused"),
    [
        (_case(("S43b", "S44", "S47"), erp="jushuitan", mutant=mutant, env={"ERP_TOGETHER": "0.3"}), accused)
        for mutant, accused in (("", frozenset[str]()), ("M87", frozenset({"ERP-02"})))
    ],
    ids=["correct", "M87"],
)
def test_who_uploads_documents_together_has_to_read_what_each_row_says(
    played: Callable[[Case], Played], case: Case, accused: frozenset[str]
) -> None:
    judgement, _, ledger = played(case)

    answers = [entry for entry in read(ledger) if isinstance(entry, Answered) and entry.results]
    assert any({row.succ for row in answer.results} == {True, False} for answer in answers)
    assert broken(judgement) & {"ERP-02"} == accused
    assert bool(broken(judgement)) == bool(accused)


@pytest.mark.parametrize("case", [_case(("S12", "S13"), erp=erp, mutant="M01") for erp in ERPS], ids=ERPS)
def test_a_stale_approval_is_found_with_every_erp(played: Callable[[Case], Played], case: Case) -> None:
    assert "ORD-01" in broken(played(case).judgement)


@pytest.mark.parametrize(
    "case", [_case(("S46",), erp=erp, mutant="M44") for erp in MUTANTS["M44"].erps], ids=MUTANTS["M44"].erps
)
def test_who_believes_unsigned_callbacks_is_found_with_every_erp_that_calls_back(
    played: Callable[[Case], Played], case: Case
) -> None:
    assert "ERP-04" in broken(played(case).judgement)
