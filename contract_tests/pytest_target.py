"""The pytest plugin that knows which target `contract_tests.pytest_suite` rehearses: the option `--target`.

It is a file of its own, and an entry point of the product, because pytest reads options before it imports a test
module.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KEY = pytest.StashKey[dict[str, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a rehearsal, in the words of `refund-sandbox rehearse`."""
    group = parser.getgroup("refund-sandbox", "rehearsal of a refund integration")
    group.addoption("--target", default="", help="Target file; without it the bundled reference connector.")
    group.addoption("--mutant", default="", help="Rehearse the reference connector with this seeded bug.")
    group.addoption("--rehearsal-seed", default="", help="Seed of the rehearsal.")
    group.addoption("--rehearsal-out", default="", help="Run folder; it must not hold anything yet.")


def rehearsal(config: pytest.Config) -> dict[str, Any]:
    """Return what one rehearsal of the target found; it runs when first asked for, and once.

    Raises:
        pytest.UsageError: if there was no rehearsal, with what the command says.
    """
    if KEY not in config.stash:
        config.stash[KEY] = _rehearse(config)
    return config.stash[KEY]


def _rehearse(config: pytest.Config) -> dict[str, Any]:
    command = [sys.executable, "-m", "rehearsal.cli", "rehearse", "--json"]
    for option, name in (("--target", "--target"), ("--mutant", "--mutant"), ("--rehearsal-seed", "--seed")):
        if value := config.getoption(option):
            command += [name, str(value)]
    if out := config.getoption("--rehearsal-out"):
        command += ["--out", str(Path(out))]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1, 2):
        raise pytest.UsageError(f"the rehearsal did not take place (status {done.returncode}): {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
