"""npm taobao-sdk's message client in a process of its own, and what came to it."""

import os
import subprocess
import threading
from typing import Any

import msgspec

from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import HERE


class Listening:
    """A running client. It reconnects by itself, 3 s after a connection ended, 15 s after one that broke."""

    def __init__(self, sandbox: Sandbox, *, group: str = "default", keep: int = 0, **keys: str) -> None:
        """Start it for the first shop's app; *keys* replace its key or secret; see listen.js for *keep*."""
        assert (HERE / "node_modules").is_dir(), "the SDKs are not installed: run simulator/real_clients/install.sh"
        app = sandbox.app() | keys
        about = [
            sandbox.control.endpoints()["tmc"],
            app["app_key"],
            app["app_secret"],
            group,
            *([str(keep)] * (keep > 0)),
        ]
        self._process = subprocess.Popen(
            ["node", str(HERE / "listen.js"), *about],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )
        self._came: list[dict[str, Any]] = []
        self._printed: list[str] = []
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._overhear)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self._came.append(msgspec.json.decode(line))
                self._news.notify_all()

    def _overhear(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._news:
                self._printed.append(line.decode().rstrip())
                self._news.notify_all()

    def messages(self, least: int, seconds: float = 30) -> list[dict[str, Any]]:
        """Return what came so far, once it is *least* messages."""
        with self._news:
            there = self._news.wait_for(lambda: len(self._came) >= least, seconds)
            assert there, f"{len(self._came)} of {least} messages after {seconds:.0f} s; it said {self._printed}"
            return list(self._came)

    def says(self, text: str, seconds: float = 30) -> None:
        """Wait until the SDK prints something with *text* in it."""
        with self._news:
            said = self._news.wait_for(lambda: any(text in line for line in self._printed), seconds)
            assert said, f"not said within {seconds:.0f} s: {text}; but {self._printed}"

    def crashed(self, seconds: float = 30) -> bool:
        """Return whether the process ended with an error, which it gets *seconds* for."""
        return self._process.wait(seconds) != 0

    def end(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
