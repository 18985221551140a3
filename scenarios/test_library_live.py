"""The whole library against the bundled connector: every play reaches its end in time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from scenarios.doctor import Diagnosis, diagnose
from scenarios.engine import Engine
from scenarios.play import PlayResult
from scenarios.process import Integration
from scenarios.reading import library
from scenarios.target import Target, read_target
from simulator.client import Control

pytestmark = pytest.mark.slow

REFERENCE = Path(__file__).parents[1] / "connectors" / "reference.yaml"


@contextmanager
def _rehearsal(target: Target, folder: Path) -> Iterator[tuple[Engine, Diagnosis]]:
    """Start simulator and integration, look at it, and lend an engine."""
    command = [sys.executable, "-m", "simulator.serving", "--data", str(folder), "--port", "0"]
    command += ["--shops", str(target.shops)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as simulator:
        assert simulator.stdout is not None
        endpoints = msgspec.json.decode(simulator.stdout.readline())
        control = Control(endpoints["control"], endpoints["token"])
        integration = Integration(target, endpoints, control, folder)
        try:
            integration.start()
            diagnosis = diagnose(control, target.declaration, endpoints)
            nicks = [shop["nick"] for shop in endpoints["shops"]]
            yield Engine(control, target.declaration, nicks, subject=integration), diagnosis
            assert integration.alive
        finally:
            integration.stop()
            simulator.terminate()


def _outcomes(results: list[PlayResult]) -> dict[str, tuple[str, str, str]]:
    """Return how each play ended that could be played: messages and callbacks are for the other style."""
    played = [
        result
        for result in results
        if result.outcome != "not applicable" or not any(word in result.reason for word in ("messages", "callbacks"))
    ]
    return {result.play: (result.outcome, result.settled, result.reason) for result in played}


def test_every_play_of_the_library_reaches_its_end_within_the_promised_time(tmp_path: Path) -> None:
    with _rehearsal(read_target(REFERENCE), tmp_path) as (engine, diagnosis):
        results = engine.play(list(library().values()))

    assert diagnosis.healthy
    assert set(_outcomes(results).values()) == {("passed", "rest", "")}
    longest = {result.story: 0.0 for result in results}
    for result in results:
        longest[result.story] = max(longest[result.story], result.seconds)
    # S26b waits 17 s for a deadline to pass, and before that for three polls of a shop that others' slow ERP holds up.
    assert longest.pop("S26b") < 40
    assert max(longest.values()) < 25
