"""The suite makes one test of each exercised rule, and fails for a broken one with its findings."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HELD = {"id": "MNY-01", "outcome": "held", "witnesses": 3, "findings": []}
BROKEN = {
    "id": "MNY-02",
    "outcome": "broken",
    "witnesses": 1,
    "findings": [{"refund": "318273645091827364", "because": "the document says 19.99, the refund is 8.35"}],
}
IDLE = {"id": "RTY-05", "outcome": "not exercised", "witnesses": 0, "findings": []}

STAND_IN = """
import pytest
from contract_tests import pytest_target

FOUND = {found}

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.stash[pytest_target.KEY] = FOUND
"""


def _suite(folder: Path, verdict: str, *rules: dict[str, Any]) -> str:
    """Run the suite over what a rehearsal is said to have found; return pytest's own words."""
    found = {"verdict": verdict, "out": "runs/1", "rules": list(rules)}
    (folder / "said.py").write_text(STAND_IN.format(found=json.dumps(found)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "contract_tests.pytest_target", "-p", "said"]
    command += ["-p", "no:cacheprovider", "-v", "--pyargs", "contract_tests.pytest_suite"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(Path(__file__).parents[1])))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr


def test_each_exercised_rule_is_a_test(tmp_path: Path) -> None:
    said = _suite(tmp_path, "GO", HELD, IDLE)

    assert "test_rule[MNY-01] PASSED" in said
    assert "RTY-05" not in said
    assert "2 passed" in said


def test_a_broken_rule_fails_with_its_findings(tmp_path: Path) -> None:
    said = _suite(tmp_path, "NO-GO", HELD, BROKEN)

    assert "test_rule[MNY-02] FAILED" in said
    assert "318273645091827364: the document says 19.99" in said
    assert "2 failed, 1 passed" in said


def test_what_is_not_proven_does_not_pass(tmp_path: Path) -> None:
    said = _suite(tmp_path, "NOT PROVEN", HELD)

    assert "test_the_verdict_is_go FAILED" in said
    assert "NOT PROVEN; see runs/1" in said
