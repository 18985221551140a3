"""The contract as a pytest suite: one rehearsal of a target, one test for each rule that it exercised.

    pytest --pyargs contract_tests.pytest_suite --target refund-sandbox.yaml

A rule that was broken fails with its findings, one that could not be decided fails with the reason. Rules that
nothing exercised have no test; if one of them was owed, the verdict is not GO, and the last test says so.
"""

from typing import Any

import pytest

from contract_tests.pytest_target import rehearsal
from contract_tests.verdict import Outcome, Verdict


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each rule outcome of the rehearsal."""
    if "rule" in metafunc.fixturenames:
        rules = rehearsal(metafunc.config)["rules"]
        exercised = [rule for rule in rules if rule["outcome"] != Outcome.NOT_EXERCISED]
        metafunc.parametrize("rule", exercised, ids=[rule["id"] for rule in exercised])


def test_rule(rule: dict[str, Any]) -> None:
    """The integration kept this rule, and was seen to."""
    findings = "\n".join(f"{found['refund']}: {found['because']}" for found in rule["findings"])

    assert rule["outcome"] == Outcome.HELD, f"{rule['id']} is {rule['outcome']}.\n{findings}"
    assert rule["witnesses"] > 0


def test_the_verdict_is_go(request: pytest.FixtureRequest) -> None:
    """All that had to be exercised was, and nothing was broken."""
    found = rehearsal(request.config)

    assert found["verdict"] == Verdict.GO, f"{found['verdict']}; see {found['out']}"
