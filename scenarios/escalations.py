"""Hears what the integration escalates, through the channel that its target declares, and notes it in the ledger.

Three channels: a URL at which the harness listens, a command that prints what was escalated so far, or lines of the
integration's log. Whatever names a refund's number in one of them becomes a mark `escalated` about that refund.
"""

import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from scenarios.target import Target
from scenarios.values import Values
from scenarios.words import say
from simulator.errors import UserError

ALERT = "alert.url"
_NUMBER = re.compile(r"(?<!\d)\d{18}(?!\d)")
"""A refund's number: 18 digits."""
_TEXT = 500
"""Characters kept of what was said."""
_BODY = 1 << 20
"""Bytes of a report that are read."""
_GLANCE = 0.25
"""Seconds between two looks at the log."""
_COMMAND_PAUSE = 1.0
"""Seconds between two runs of the command."""
_COMMAND_TIME = 10.0
"""Seconds that the command may take."""


class Marker(Protocol):
    """What this file needs of the control API; `simulator.client.Control` is one."""

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> Any:
        """Write a mark into the ledger."""


class Escalations:
    """The channel of one target, heard from `start` to `stop`. Without a declared channel it hears nothing."""

    def __init__(self, target: Target, values: Values, log: Path, control: Marker, cwd: Path) -> None:
        """Prepare to hear; a listener of the harness is open from here on, so that `${alert.url}` can be given out.

        Raises:
            UserError: if nobody can listen at the URL that the target names.
        """
        self._channel = target.escalation
        self._values, self._place = values, target.path
        self._log, self._control, self._cwd = log, control, cwd
        self._heard = 0
        self._printed: set[str] = set()
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: ThreadingHTTPServer | None = None
        if self._channel is not None and self._channel.url:
            self._server = self._listen(self._channel.url)

    def start(self) -> None:
        """Hear from now on. Once is enough, however often the integration is started."""
        if self._channel is None or self._thread is not None:
            return
        work: Callable[[], None] = self._follow_log
        if self._server is not None:
            work = self._server.serve_forever
        elif self._channel.command:
            work = self._run_command
        self._thread = threading.Thread(target=work, name="escalations", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hear the last of it, and no more."""
        self._leaving.set()
        if self._server is not None:
            if self._thread is not None:
                self._server.shutdown()
            self._server.server_close()
        if self._thread is not None:
            self._thread.join(_COMMAND_TIME)

    def hear(self, text: str) -> None:
        """Note that *text* was said, once for all refunds whose numbers it holds."""
        refunds = tuple(dict.fromkeys(_NUMBER.findall(text)))
        if refunds and self._channel is not None:
            detail = {"channel": self._channel.kind, "text": text[:_TEXT]}
            self._control.mark("escalated", detail, refunds=refunds)

    def _listen(self, wanted: str) -> ThreadingHTTPServer:
        if wanted == f"${{{ALERT}}}":
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.hear))
            self._values.add(ALERT, f"http://127.0.0.1:{server.server_address[1]}/alert")
            return server
        url = self._values.fill(wanted, self._place)
        parts = urlsplit(url)
        try:
            return ThreadingHTTPServer((parts.hostname or "", parts.port or 80), _handler(self.hear))
        except (OSError, ValueError, OverflowError) as error:
            raise UserError(
                say("channel.nobody", "nobody can listen at {url}: {error}.", url=url, error=error),
                where=self._place,
                expected=say("channel.own", "Write escalation: {url: '${alert.url}'} for a listener of the harness."),
            ) from error

    def _follow_log(self) -> None:
        assert self._channel is not None
        pattern = re.compile(self._channel.log)
        last = False
        while not last:
            last = self._leaving.wait(_GLANCE)  # one look more after the end
            for line in self._new_lines():
                if pattern.search(line):
                    self.hear(line)

    def _new_lines(self) -> list[str]:
        """Return the whole lines that came since the last look."""
        if not self._log.exists():
            return []
        with self._log.open("rb") as file:
            file.seek(self._heard)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._heard += len(whole + newline)
        return whole.decode("utf-8", errors="replace").splitlines()

    def _run_command(self) -> None:
        assert self._channel is not None
        command = [self._values.fill(word, self._place) for word in self._channel.command]
        last = False
        while not last:
            last = self._leaving.wait(_COMMAND_PAUSE)
            try:
                done = subprocess.run(
                    command, cwd=self._cwd, capture_output=True, check=False, timeout=_COMMAND_TIME, text=True,
                    encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL,
                )  # fmt: skip
                lines, trouble = done.stdout.splitlines(), f"exit status {done.returncode}" if done.returncode else ""
            except (OSError, subprocess.TimeoutExpired) as error:
                lines, trouble = [], str(error)
            if trouble and trouble not in self._printed:
                # A hook that fails must not do so silently; the ledger says it once.
                self._control.mark("escalation failed", {"command": command, "error": trouble})
                self._printed.add(trouble)
            for line in lines:
                if line not in self._printed:
                    self._printed.add(line)
                    self.hear(line)


def _handler(hear: Callable[[str], None]) -> type[BaseHTTPRequestHandler]:
    """Return what answers a report: 204 to everything, as nothing that is said can be wrong."""

    class Report(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _BODY)
            text = self.rfile.read(length).decode("utf-8", errors="replace")
            hear(f"{text} {self.path}")
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name in the library)
            """Print nothing."""

    return Report
