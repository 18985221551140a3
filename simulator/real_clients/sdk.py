"""One SDK in a process of its own: it is told calls a line at a time, and says what the SDK made of each."""

import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent
PATIENCE = 60.0
"""Seconds after which an SDK that says nothing is ended."""

_NODE = ("node", str(HERE / "driver.js"))
_BIN = HERE / ".venv" / ("Scripts" if os.name == "nt" else "bin")
_PYTHON = (str(_BIN / "python"), "-W", "ignore", str(HERE / "driver.py"))

COMMANDS = {
    "npm taobao-sdk": (*_NODE, "taobao-sdk"),
    "npm topsdk": (*_NODE, "topsdk"),
    "npm node-taobao-topclient": (*_NODE, "node-taobao-topclient"),
    "PyPI topsdk": (*_PYTHON, "topsdk"),
    "PyPI taobaopy": (*_PYTHON, "taobaopy"),
}


class SdkError(msgspec.Struct, frozen=True):
    """The error that an SDK gave its user. Fields it has not are None."""

    name: str
    message: str | None = None
    code: int | str | None = None
    """The platform's number, or a word of the SDK's own for what went wrong on the way."""
    sub_code: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What the SDK made of a call: an answer as its user gets it, or an error."""

    answer: Any = None
    missing: bool = False
    """The SDK gave `undefined` for an answer."""
    error: SdkError | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The fields of a good answer. Some SDKs leave the `…_response` around them, some take it off."""
        assert self.error is None, self.error
        (name, *others) = self.answer
        inner: dict[str, Any] = self.answer[name] if not others and name.endswith("_response") else self.answer
        return inner

    @property
    def refusal(self) -> SdkError:
        """The error of a call that must not have gone well."""
        assert self.error is not None, self.answer
        return self.error


class Sdk:
    """A running driver. One call at a time."""

    def __init__(self, name: str, *, zone: str = "Asia/Shanghai") -> None:
        """Start the driver of SDK *name* on a machine whose clock stands in time *zone*."""
        self.name = name
        assert (HERE / "node_modules").is_dir(), "the SDKs are not installed: run simulator/real_clients/install.sh"
        self._process = subprocess.Popen(
            COMMANDS[name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TZ": zone}
        )

    def call(self, app: Mapping[str, str], method: str, /, *, via: str = "", within: int = 0, **params: Any) -> Outcome:
        """Call *method* as *app* (url, app_key, app_secret, session), waiting *within* ms if the SDK waits for ever."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        call = {**app, "method": method, "params": params, "via": via, "within": within}
        self._process.stdin.write(msgspec.json.encode(call) + b"\n")
        self._process.stdin.flush()
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        assert line, f"{self.name} ended, or said nothing for {PATIENCE:.0f} s, when it called {method}"
        return msgspec.json.decode(line, type=Outcome)

    def end(self) -> None:
        """Let the driver run out of calls."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()
