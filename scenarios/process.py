"""Starts, watches and ends the integration under test: a process group of its own, and nothing of the harness in it."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import urllib3

from scenarios import orphans
from scenarios.command_line import found
from scenarios.escalations import Escalations
from scenarios.target import ATTACH_TIMEOUT, Start, Target
from scenarios.values import Values
from scenarios.words import say
from simulator.clock import Clock
from simulator.errors import UserError
from simulator.ledger.entry import AnyEntry, Asked
from simulator.phrase import joined

LOG = "integration.log"
POLITE = 5.0
"""Seconds that a polite request to stop is given before the whole group is killed."""
_GLANCE = 0.05
"""Seconds between two looks at a process that is becoming ready."""
_SHOWN = 20
"""Log lines shown of a start that failed."""


class Witness(Protocol):
    """What this file needs of the control API; `simulator.client.Control` is one."""

    def life(self, who: str, event: str, detail: Mapping[str, Any]) -> Any:
        """Write into the ledger what happened to a process."""

    def callback_url(self, url: str) -> None:
        """Let the ERP send its callbacks there."""

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> Any:
        """Write a mark into the ledger."""

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Return the entries after a number, waiting for some if there are none."""


class Integration:
    """The integration: started by the target's command, or, without one, attached to when it makes its first call."""

    def __init__(self, target: Target, endpoints: Mapping[str, Any], control: Witness, folder: Path) -> None:
        """Prepare to run *target* against *endpoints*; its output goes to `integration.log` in *folder*."""
        self.target = target
        self.values = Values(endpoints, folder)
        self.log = folder / LOG
        self._folder = folder
        self._control = control
        self._secrets = (str(endpoints.get("token", "")), str(endpoints.get("control", "")))
        self._clock = Clock()
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._seen = 0
        told = Path(self.values.fill(target.log, target.path)) if target.log else self.log
        self._escalations = Escalations(target, self.values, told, control, self._cwd())
        self._shift = 0.0

    def start(self) -> None:
        """Start it and return once it is ready; without a start command wait until it makes its first call.

        Raises:
            UserError: if it cannot be started, dies, or is not ready in time; with its last log lines.
        """
        start = self.target.start
        self._escalations.start()
        if self.target.callback:
            self._control.callback_url(self.values.fill(self.target.callback, self.target.path))
        if start is None:
            self._await_call(
                ATTACH_TIMEOUT,
                say("process.attach", "No call came. Start it with the URLs and keys shown, or give a start."),
            )
            self._control.life("integration", "attached", {})
            return
        orphans.end_all(self._folder.parent)
        began = self._clock.mono()
        self._seen = self._newest()
        self._spawn(start)
        if start.ready:
            self._await_url(start)
        else:
            advice = say("process.first_call", "Its first call is waited for; a ready URL would say it more directly.")
            self._await_call(start.timeout, advice)
        self._control.life("integration", "ready", {"seconds": round((self._clock.mono() - began) / 1e6, 2)})

    def stop(self) -> None:
        """End it politely, and kill its whole group if it is still there after 5 s; hear no more of it."""
        self._end()
        self._escalations.stop()

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            orphans.ask_to_end(self._process.pid)
            try:
                self._process.wait(POLITE)
            except subprocess.TimeoutExpired:
                orphans.kill_group(self._process.pid)
                self._process.wait()
        orphans.kill_group(self._process.pid)  # whatever it left behind
        self._note_end("exited")

    def kill(self) -> None:
        """End it as a crash or power cut would."""
        if self._process is None:
            return
        orphans.kill_group(self._process.pid)
        self._process.wait()
        self._note_end("killed")

    def restart(self) -> None:
        """End it politely if it runs, start it again, and return once it is ready."""
        self._end()
        self.start()

    def move_on(self, step: Callable[[], float]) -> None:
        """Move its idea of the time on together with ours: *step* moves ours and returns by how many seconds in all.

        Where its clock hook is a variable, it is stopped before and started after.
        """
        hook = self.target.clock
        assert hook is not None, "stories that move the time on are not played without a hook"
        if hook.env:
            self._end()
            self._shift = step()
            self.start()
            return
        file = Path(self.values.fill(hook.file, self.target.path))
        self._shift = step()
        fresh = file.with_name(file.name + ".new")
        fresh.write_text(f"{self._shift:.3f}", encoding="utf-8")
        fresh.replace(file)  # whoever reads it sees the old number or the new one

    @property
    def alive(self) -> bool:
        """Tell whether its process runs; attached ones are taken to."""
        return self._process.poll() is None if self._process else self.target.start is None

    @property
    def exit_status(self) -> int | None:
        """Return the exit status of a process that has ended by itself, else None."""
        return self._process.poll() if self._process else None

    def last_lines(self, count: int = _SHOWN) -> list[str]:
        """Return the last lines of its log."""
        if not self.log.exists():
            return []
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]

    def _spawn(self, start: Start) -> None:
        place = self.target.path
        command = [self.values.fill(word, place) for word in start.command]
        cwd = self._cwd()
        self._output = self.log.open("ab")
        env = self._environment(start)
        try:
            self._process = subprocess.Popen(
                found(command, env),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=os.name == "posix",
                creationflags=orphans.NEW_GROUP,
            )
        except OSError as error:
            self._output.close()
            raise UserError(
                say(
                    "process.no_command",
                    "the start command {command} cannot be run: {reason}.",
                    command=repr(command[0]),
                    reason=error.strerror,
                ),
                where=place,
                expected=say(
                    "process.path", "It is looked for on the PATH and, if it is a path, from {folder}.", folder=cwd
                ),
            ) from error
        orphans.remember(self._folder, self._process.pid, command)
        self._control.life("integration", "started", {"pid": self._process.pid, "command": command})

    def _cwd(self) -> Path:
        start, place = self.target.start, self.target.path
        return Path(place).parent / self.values.fill(start.cwd, place) if start and start.cwd else Path.cwd()

    def _environment(self, start: Start) -> dict[str, str]:
        """Return the harness's environment without anything that leads to the control API, and the target's own."""
        secrets = [secret for secret in self._secrets if secret]
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("REFUND_SANDBOX") and not any(secret in value for secret in secrets)
        }
        own = {name: self.values.fill(text, self.target.path) for name, text in start.env.items()}
        hook = self.target.clock
        if hook is not None and hook.env and self._shift:
            own[self.values.fill(hook.env, self.target.path)] = f"{self._shift:.3f}"
        return {"PYTHONUNBUFFERED": "1"} | inherited | own

    def _await_url(self, start: Start) -> None:
        url = self.values.fill(start.ready, self.target.path)
        began, last = self._clock.mono(), ""
        with urllib3.PoolManager(retries=False, timeout=2.0) as http:
            while self._clock.mono() - began < start.timeout * 1e6:
                try:
                    status = http.request("GET", url).status
                    if 200 <= status < 300:
                        return
                    last = f"HTTP {status}"
                except urllib3.exceptions.HTTPError as error:
                    last = type(error).__name__
                self._glance()
        self.stop()
        asked = say(
            "process.gave",
            "{url} was asked and gave {last}.",
            url=url,
            last=last or say("process.no_answer", "no answer"),
        )
        message = say("process.not_ready", "not ready after {seconds} s.", seconds=f"{start.timeout:g}")
        raise UserError(message, where=self.target.path, expected=joined((asked, self._said()), " ", ""))

    def _await_call(self, timeout: float, advice: str) -> None:
        began = self._clock.mono()
        while self._clock.mono() - began < timeout * 1e6:
            entries = self._control.ledger(self._seen, wait=0.25, limit=1000)
            self._seen = entries[-1].seq if entries else self._seen
            if any(isinstance(entry, Asked) and entry.side in {"tmall", "erp"} for entry in entries):
                return
            if not entries:
                self._glance()
        self.stop()
        message = say("process.no_call", "made no call in {seconds} s.", seconds=f"{timeout:g}")
        said = (advice, self._said()) if self.target.start else (advice,)
        raise UserError(message, where=self.target.path, expected=joined(said, " ", ""))

    def _newest(self) -> int:
        """Return the number of the newest entry, so that calls of an earlier life do not count."""
        seen = self._seen
        while entries := self._control.ledger(seen, wait=0, limit=5000):
            seen = entries[-1].seq
        return seen

    def _glance(self) -> None:
        """Wait a moment for the process to die; if it does, say so."""
        if self._process is None:
            return
        try:
            status = self._process.wait(_GLANCE)
        except subprocess.TimeoutExpired:
            return
        self._note_end("exited")
        raise UserError(
            say(
                "process.ended",
                "the start command ended with exit status {status} before it was ready.",
                status=status,
            ),
            where=self.target.path,
            expected=self._said(),
        )

    def _said(self) -> str:
        lines = self.last_lines()
        if not lines:
            return say("process.silent", "It printed nothing.")
        head = say("process.log", "Its last log lines:")
        return joined((head, *(f"  {line}" for line in lines)), "\n", "\n")

    def _note_end(self, event: str) -> None:
        assert self._process is not None
        status, self._process = self._process.returncode, None
        if self._output is not None:
            self._output.close()
        orphans.forget(self._folder)
        self._control.life("integration", event, {"status": status})
