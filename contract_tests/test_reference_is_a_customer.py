"""The reference connector has nothing that a customer's integration would not have, and needs nothing of its own."""

import contextlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contract_tests.judge import judge
from contract_tests.kill_matrix import broken
from contract_tests.running import running
from scenarios.engine import Engine
from scenarios.reading import library

pytestmark = pytest.mark.slow

DENIAL = """
import socket, sys

class Denied:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"simulator", "scenarios", "contract_tests", "load", "rehearsal"}:
            raise ImportError(f"denied: import {name}")

sys.meta_path.insert(0, Denied())
connect = socket.socket.connect

def guarded(self, address):
    with open(%(log)r, "a", encoding="utf-8") as log:
        log.write(f"{address[1]}\\n")
    return connect(self, address)

socket.socket.connect = guarded
"""


def test_it_works_without_the_control_port_and_without_importing_the_project(tmp_path: Path) -> None:
    denial = tmp_path / "denial"
    denial.mkdir()
    dialled = tmp_path / "dialled"
    (denial / "sitecustomize.py").write_text(DENIAL % {"log": str(dialled)}, encoding="utf-8")

    with running(tmp_path / "run", env={"PYTHONPATH": str(denial)}) as here:
        engine = Engine(here.control, here.declaration, [shop["nick"] for shop in here.endpoints["shops"]])
        results = engine.play([library()["S01"], library()["S04"]])
        control = urlsplit(here.endpoints["control"]).port

    ports = {int(line) for line in dialled.read_text(encoding="utf-8").split()}
    assert [result.outcome for result in results] == ["passed", "passed"]
    assert ports == {urlsplit(here.endpoints["tmall"]).port, urlsplit(here.endpoints["erp"]).port}
    assert control not in ports


def test_deleting_its_database_loses_nothing_on_the_platform(tmp_path: Path) -> None:
    with running(tmp_path / "run") as here:
        engine = Engine(here.control, here.declaration, [shop["nick"] for shop in here.endpoints["shops"]])
        engine.play([library()["S01"], library()["S11"]])
        here.integration.stop()
        _delete_databases(tmp_path / "run")
        here.integration.start()
        again = engine.play([library()["S01"], library()["S04"]])

    assert [result.outcome for result in again] == ["passed", "passed"]
    assert broken(judge(here.ledger)) == frozenset()


def _delete_databases(folder: Path) -> None:
    found = list(folder.rglob("*.sqlite*")) + list(folder.rglob("*.db*"))
    assert found, "the connector keeps no database here"
    for path in found:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
