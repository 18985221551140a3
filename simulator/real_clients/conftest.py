"""What the tests of real clients share: one simulator a module, and one process an SDK."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import COMMANDS, Sdk

SHANGHAI = "Asia/Shanghai"
PNG = b"\x89PNG\r\n\x1a\n\x00\xff\xfe picture \r\n--x\r\n"
"""Enough of a PNG to be told one, with bytes that are no text and look like a boundary."""

every_sdk = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.node if name.startswith("npm") else pytest.mark.slow) for name in COMMANDS],
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.end()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The module's simulator, with all that was heard before the test forgotten."""
    running.heard()
    return running


@pytest.fixture(scope="module")
def sdks() -> Iterator[Callable[..., Sdk]]:
    """Gives the running SDK of a name, in a time zone; starts it when it is wanted first."""
    started: dict[tuple[str, str], Sdk] = {}

    def of(name: str, zone: str = SHANGHAI) -> Sdk:
        if (name, zone) not in started:
            started[name, zone] = Sdk(name, zone=zone)
        return started[name, zone]

    yield of
    for sdk in started.values():
        sdk.end()


@pytest.fixture
def picture(tmp_path: Path) -> dict[str, str]:
    """A picture, as the drivers are told of one."""
    path = tmp_path / "proof.png"
    path.write_bytes(PNG)
    return {"file": str(path)}
