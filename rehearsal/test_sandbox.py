"""The simulator's process: it ends with whoever started it, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.conftest import wait_for

_HARNESS = """
import sys, threading
from pathlib import Path
from rehearsal.sandbox import Sandbox
sandbox = Sandbox.start(Path(sys.argv[1]), seed=1, command="run")
print(sandbox.endpoints["pid"], flush=True)
threading.Event().wait()
"""


@pytest.mark.skipif(os.name != "posix", reason="asks the system by signal whether a process lives")
def test_the_simulator_ends_when_the_harness_is_killed_and_its_ledger_is_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HARNESS, str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as harness:
        assert harness.stdout is not None
        simulator = int(harness.stdout.readline())
        harness.send_signal(signal.SIGKILL)

    wait_for(lambda: not (tmp_path / "run" / "endpoints.json").exists(), seconds=30)
    wait_for(lambda: not _lives(simulator), seconds=30)
    assert (tmp_path / "run" / "ledger.jsonl").read_bytes().endswith(b"\n")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
