"""Exploration by itself: clean for a correct integration, and the end of one that ignores modifications (M33)."""

from pathlib import Path

import pytest

from contract_tests.explore import Exploration, explore
from contract_tests.judge import judge
from contract_tests.reach import is_generated
from contract_tests.running import running
from contract_tests.verdict import Judgement, Outcome, Verdict
from scenarios.engine import Engine

pytestmark = pytest.mark.slow


def _explored(folder: Path, *, seconds: float, mutant: str = "", seed: int = 1) -> tuple[Exploration, Judgement]:
    with running(folder / "run", mutant=mutant, seed=seed) as here:
        engine = Engine(here.control, here.declaration, [shop["nick"] for shop in here.endpoints["shops"]])
        found = explore(engine, here.declaration, seed=seed, seconds=seconds, out=folder / "stories")
    return found, judge(here.ledger)


def _broken(judgement: Judgement) -> set[str]:
    return {rule.id for rule in judgement.rules if rule.outcome == Outcome.BROKEN}


def test_a_correct_integration_is_never_accused_and_every_act_and_state_is_reached(tmp_path: Path) -> None:
    found, judgement = _explored(tmp_path, seconds=45)

    assert _broken(judgement) == set()
    assert judgement.verdict == Verdict.GO, judgement.because
    assert found.missed_acts == ()
    assert found.missed_states == ()
    assert found.inconclusive <= found.stories / 20


def test_an_update_path_that_never_touches_the_amount_is_found_by_exploration_alone(tmp_path: Path) -> None:
    _, judgement = _explored(tmp_path, seconds=30, mutant="M33")

    assert {"COV-02", "MNY-02"} <= _broken(judgement) <= {"COV-02", "COV-03", "MNY-02", "STA-01", "ERP-01", "RTY-04"}
    findings = [finding for rule in judgement.rules for finding in rule.findings]
    assert all(is_generated(finding.play) for finding in findings)
    assert all((tmp_path / "stories" / f"{finding.play.partition('#')[0]}.yaml").exists() for finding in findings)


@pytest.mark.parametrize(
    ("mutant", "caught_by", "drags"),
    [
        pytest.param("M73", "ORD-06", {"DAT-01", "COV-04"}, id="ships-before-the-goods-are-back"),
        pytest.param("M85", "COV-01", {"COV-02", "COV-04"}, id="takes-a-re-send-for-a-refund"),
        pytest.param("M86", "ORD-06", {"COV-04"}, id="tells-parcels-that-were-not-sent"),
    ],
)
def test_bugs_about_exchanges_and_re_sends_are_found_by_exploration_alone(
    tmp_path: Path, mutant: str, caught_by: str, drags: set[str]
) -> None:
    _, judgement = _explored(tmp_path, seconds=30, mutant=mutant)

    assert {caught_by} <= _broken(judgement) <= {caught_by, *drags}
