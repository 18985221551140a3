"""Process groups: how one is ended, and how an integration left behind by a harness that died is found and ended.

Beside the log lies `integration.pid` while the integration runs: its process, the harness's, and when each began,
so that a number used again by some other program is never mistaken for either.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

FILE = "integration.pid"
NEW_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""Windows: the flag that gives a process a group of its own. 0 elsewhere."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What `integration.pid` holds."""

    pid: int
    began: str
    """When the process began, as the system says it; empty where it does not."""
    harness: int
    harness_began: str
    command: tuple[str, ...] = ()


def remember(folder: Path, pid: int, command: Sequence[str]) -> None:
    """Note in *folder* that process *pid* is our integration."""
    left = Left(
        pid=pid, began=began(pid), harness=os.getpid(), harness_began=began(os.getpid()), command=tuple(command[:1])
    )
    (folder / FILE).write_bytes(msgspec.json.encode(left))


def forget(folder: Path) -> None:
    """Note in *folder* that it has ended."""
    (folder / FILE).unlink(missing_ok=True)


def found(runs: Path) -> dict[Path, Left]:
    """Return the integrations in the run folders under *runs* that still run although their harness does not."""
    living: dict[Path, Left] = {}
    for path in sorted(runs.glob(f"*/{FILE}")):
        try:
            left = msgspec.json.decode(path.read_bytes(), type=Left)
        except (OSError, msgspec.MsgspecError):
            continue  # half written by a harness that was killed, or just now removed by its own
        harness_lives = left.harness_began and began(left.harness) == left.harness_began
        if not harness_lives and left.began and began(left.pid) == left.began:
            living[path] = left
    return living


def end_all(runs: Path) -> list[Left]:
    """Kill the orphans under *runs* with their whole groups, and return them."""
    ended = found(runs)
    for path, left in ended.items():
        kill_group(left.pid)
        path.unlink(missing_ok=True)
    return list(ended.values())


def ask_to_end(pid: int) -> None:
    """Ask the group of process *pid* politely to end."""
    if os.name == "posix":
        _signal_group(pid, signal.SIGTERM)
    else:
        with suppress(OSError):  # it has just ended, or there is no console: it is killed soon
            os.kill(pid, getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))


def kill_group(pid: int) -> None:
    """Kill the group of process *pid*: it, and whatever it has started."""
    if os.name == "posix":
        _signal_group(pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/PID", str(pid), "/T", "/F"], check=False, capture_output=True)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)  # it leads its group: it was started in a session of its own
    except ProcessLookupError:
        return


def began(pid: int) -> str:
    """Return when process *pid* began, as the system says it; empty if it does not run, or where nobody says."""
    if not Path("/proc/self/stat").exists():
        return _listed(pid) if os.name == "posix" else ""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _listed(pid: int) -> str:
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], check=False, capture_output=True, text=True)
    return answer.stdout.strip()
