"""A sandbox with the bundled reference connector, both as processes: what slow tests of exploration and load need.

The command line has a richer way of its own (`rehearsal.sandbox`); this one is for tests of the layers below it.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from scenarios.bundled import bundled
from scenarios.process import Integration
from scenarios.target import SHOPS, Target
from simulator.client import Control
from simulator.ledger.declaration import Declaration


class Running(NamedTuple):
    """A sandbox in which an integration is at work."""

    control: Control
    endpoints: dict[str, Any]
    declaration: Declaration
    ledger: Path
    """Read it after the `with` block: only then is it whole."""
    integration: Integration


@contextmanager
def running(
    folder: Path,
    *,
    mutant: str = "",
    seed: int = 1,
    idle: bool = False,
    env: Mapping[str, str] | None = None,
    style: str = "polling",
    erp: str = "",
    declared: Mapping[str, Any] | None = None,
    shops: int = SHOPS,
) -> Iterator[Running]:
    """Run a simulator and the reference connector of *style* in *folder*, with the seeded bug *mutant* if it is named.

    It speaks to *erp*, or to the generic one; there are *shops* shops. With *idle* the connector is not started, as if
    it had died unnoticed. *env* is added to its environment, and *declared* to what its target declares.
    """
    target = _target(bundled(style, erp), {"MUTANT": mutant} if mutant else {}, env or {})
    declaration = msgspec.structs.replace(target.declaration, **(declared or {}))
    target = msgspec.structs.replace(target, declaration=declaration)
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / "declaration.json"
    written.write_bytes(msgspec.json.encode(declaration))
    command = [sys.executable, "-m", "simulator.serving", "--data", str(folder), "--port", "0", "--seed", str(seed)]
    command += ["--shops", str(shops)]
    with subprocess.Popen([*command, "--declaration", str(written)], stdout=subprocess.PIPE) as simulator:
        try:
            assert simulator.stdout is not None
            endpoints: dict[str, Any] = msgspec.json.decode(simulator.stdout.readline())
            control = Control(endpoints["control"], endpoints["token"])
            integration = Integration(target, endpoints, control, folder)
            try:
                if not idle:
                    integration.start()
                yield Running(control, endpoints, target.declaration, folder / "ledger.jsonl", integration)
            finally:
                integration.stop()
            control.mark("end", {"complete": True})
        finally:
            simulator.terminate()


def _target(target: Target, *more: Mapping[str, str]) -> Target:
    assert target.start is not None
    env = dict(target.start.env)
    for added in more:
        env |= added
    return msgspec.structs.replace(target, start=msgspec.structs.replace(target.start, env=env))
