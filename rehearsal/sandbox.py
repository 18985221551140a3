"""Starts the simulator as a process of its own, knows its endpoints, and stops it cleanly."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rehearsal.words import language, say
from simulator.client import Control
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration
from simulator.phrase import VARIABLE

LOG = "simulator.log"

_READY = 60.0
"""Seconds after which a simulator that said nothing is given up (a large ledger is replayed first)."""

_POLITE = 10.0
"""Seconds a simulator has to end its ledger."""


class SandboxError(Exception):
    """The simulator did not do what it always does; the harness is at fault."""


class Sandbox:
    """A running simulator."""

    def __init__(self, process: "subprocess.Popen[bytes]", endpoints: dict[str, Any]) -> None:
        """Take over *process*, which listens at *endpoints*."""
        self._process = process
        self.endpoints = endpoints
        self.control = Control(endpoints["control"], endpoints["token"])

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        seed: int,
        command: str,
        declaration: Declaration | None = None,
        port: int | None = 0,
        options: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> "Sandbox":
        """Start a simulator on *data* and return when it listens; *options* are further ones of `simulator.serving`.

        Raises:
            UserError: if it refuses what it was given (a port in use, a ledger that cannot be read).
            SandboxError: if it died or stayed silent.
        """
        arguments = [sys.executable, "-m", "simulator.serving", "--data", str(data), "--seed", str(seed)]
        arguments += ["--command", command, "--leashed", *options]
        if port is not None:
            arguments += ["--port", str(port)]
        data.mkdir(parents=True, exist_ok=True)
        fresh = not any(data.iterdir())
        declared = data / "declaration.json"
        if declaration is not None:
            declared.write_bytes(msgspec.json.encode(declaration))
            arguments += ["--declaration", str(declared), "--profile", declaration.profile]
        try:
            with (data / LOG).open("ab") as log:
                process = subprocess.Popen(
                    arguments,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    stdin=subprocess.PIPE,  # it ends when this does, should we be killed
                    env={**os.environ, **(environ or {}), VARIABLE: language(), "PYTHONIOENCODING": "utf-8"},
                    **_own_group(),
                )
            endpoints = _endpoints(process, data / LOG)
        except UserError:
            if fresh:  # what was wrong has been said; the same command must find the folder as it was
                (data / LOG).unlink(missing_ok=True)
            raise
        finally:
            declared.unlink(missing_ok=True)
        return cls(process, endpoints)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until it ends by itself and return its exit status."""
        return self._process.wait()

    def stop(self) -> None:
        """End it: politely, so that the ledger is whole; after ten seconds for good."""
        _end(self._process)


def _own_group() -> dict[str, Any]:
    """Keep Ctrl-C for the harness, which stops its processes in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        try:
            if sys.platform == "win32":
                process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                process.terminate()
            process.wait(_POLITE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _endpoints(process: "subprocess.Popen[bytes]", log: Path) -> dict[str, Any]:
    """Read the one line that says where it listens."""
    lines: list[bytes] = []
    stdout = process.stdout
    assert stdout is not None
    reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
    reader.start()
    try:
        reader.join(_READY)
    except BaseException:
        _end(process)
        raise
    if lines and lines[0].startswith(b"{"):
        found: dict[str, Any] = msgspec.json.decode(lines[0])
        return found
    if not lines:
        _end(process)
        raise SandboxError(
            say(
                "sandbox.silent",
                "the simulator said nothing for {seconds} s; see {log}",
                seconds=f"{_READY:g}",
                log=log,
            )
        )
    status = process.wait()
    _end(process)
    last = _last_lines(log)
    if status == 3:
        raise UserError(last.rsplit("refund-sandbox: ", 1)[-1].strip())
    raise SandboxError(say("sandbox.died", "the simulator ended with status {status}:\n{log}", status=status, log=last))


def _last_lines(log: Path, most: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-most:])
