"""Refunds cut out of real runs are judged as they were: the small ledgers of the other tests are not all there is."""

from pathlib import Path

import pytest
import yaml

from contract_tests.builder import Ledger
from contract_tests.cut import cut
from contract_tests.judge import judge
from contract_tests.law import LAW
from contract_tests.verdict import Outcome
from simulator.errors import UserError
from simulator.ledger.replay import read

GOLDEN = Path(__file__).with_name("golden")
EXPECTED: dict[str, dict[str, list[str]]] = yaml.safe_load((GOLDEN / "expected.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_refund_of_a_real_run_is_judged_as_it_was(name: str) -> None:
    rules = judge(GOLDEN / f"{name}.jsonl").rules

    assert [rule.id for rule in rules if rule.outcome is Outcome.BROKEN] == EXPECTED[name]["broken"]
    assert [rule.id for rule in rules if rule.outcome is Outcome.HELD] == EXPECTED[name]["held"]


SEVERAL = {"MNY-03", "DAT-01", "RTY-04"}
"""Laws about several refunds together: a cut tells of one alone."""


def test_every_rule_has_such_a_refund_and_every_such_ledger_is_expected() -> None:
    told = {rule for outcomes in EXPECTED.values() for rules in outcomes.values() for rule in rules}

    assert told | SEVERAL == {rule.id for rule in LAW}
    assert {path.stem for path in GOLDEN.glob("*.jsonl")} == set(EXPECTED)


def test_a_cut_tells_of_one_refund_alone_and_is_a_ledger_again(tmp_path: Path) -> None:
    ledger = Ledger()
    for refund in ("A", "B"):
        ledger.applied(refund).told(refund).document(refund).decide(refund, "approve").agree(refund, amount=1)
    ledger.listed("A", "B").after(20).end()
    path = tmp_path / "cut.jsonl"
    path.write_bytes(b"".join(cut(ledger.entries, "B")))

    assert {refund for entry in read(path) for refund in entry.refunds} == {"B"}
    assert [finding.refund for rule in judge(path).rules for finding in rule.findings if rule.id == "MNY-01"] == ["B"]


def test_a_refund_that_the_ledger_does_not_know_cannot_be_cut() -> None:
    with pytest.raises(UserError, match="C is no refund"):
        cut(Ledger().applied("A").end().entries, "C")
