"""The connector as a process of its own."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from connectors.settings import SettingsError, read
from connectors.stand_in import Sides, serve

HERE = Path(__file__).parent


def _environment(port: int, folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "PYTHONPATH", "HOME")}
    shop = {
        "nick": "shop",
        "app_key": "1",
        "app_secret": "hush-secret",
        "session": "hush-main",
        "sub_session": "hush-sub",
    }
    return kept | {
        "TOP_URL": f"http://127.0.0.1:{port}/router/rest",
        "ERP_URL": f"http://127.0.0.1:{port}/generic/v1",
        "ERP_KEY": "hush-key",
        "SHOPS": json.dumps([shop]),
        "DATABASE": str(folder / "connector.sqlite"),
        "POLL": "0.05",
        "CLOCK_FILE": str(folder / "clock"),
        **more,
    }


@pytest.fixture
def running(sides: Sides, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    server = serve(sides)
    # The stand-in's day, wherever the machine's clock is.
    at = 1795312805 - time.time()  # noqa: TID251 (the program under test has its own clock)
    (tmp_path / "clock").write_text(str(at), encoding="utf-8")
    command = [sys.executable, "-m", "connectors.polling"]
    environment = _environment(server.server_address[1], tmp_path)
    process = subprocess.Popen(command, cwd=HERE.parent, env=environment, stderr=subprocess.PIPE, encoding="utf-8")
    yield process
    process.kill()
    process.communicate()
    server.shutdown()
    server.server_close()


def _wait(reached: object, seconds: float = 10) -> None:
    assert callable(reached)
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"waited {seconds} s in vain"


def test_it_carries_a_refund_there_and_its_decision_back_and_leaves_politely(
    running: subprocess.Popen[str], sides: Sides
) -> None:
    sides.add("R1")
    _wait(lambda: sides.documents)
    with sides.lock:
        sides.decide("R1", "approve")
    _wait(lambda: sides.document("R1")["status"] == "refunded")

    asked = time.monotonic()
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=5)

    assert running.returncode == 0
    assert time.monotonic() - asked < 2
    assert "R1: refunded 8.35 written" in said
    assert "hush" not in said
    assert "Traceback" not in said


def test_health_is_told_over_http(sides: Sides) -> None:
    from connectors import health

    server = health.serve(0, lambda: True)
    try:
        answer = urllib3.request("GET", f"http://127.0.0.1:{server.server_address[1]}/health")
        assert (answer.status, answer.json()) == (200, {"ok": True})
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"TOP_URL": ""}, "TOP_URL"),
        ({"SHOPS": "", "TOP_APP_KEY": "1"}, "TOP_APP_SECRET"),
        ({"SHOPS": "[{}]"}, "SHOPS"),
        ({"SHOPS": "nonsense"}, "SHOPS"),
        ({"POLL": "soon"}, "POLL"),
        ({"PAGE_SIZE": "101"}, "PAGE_SIZE"),
    ],
)
def test_a_wrong_variable_is_named(change: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=named):
        read(_environment(1, tmp_path) | change)


def test_the_connector_imports_nothing_but_the_standard_library_urllib3_and_itself() -> None:
    allowed = {*sys.stdlib_module_names, "urllib3", "connectors"}
    for path in HERE.glob("*.py"):
        if path.name.startswith("test_") or path.name == "conftest.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name
