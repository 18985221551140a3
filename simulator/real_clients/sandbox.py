"""A simulator in a process of its own, and what the tests of real clients ask of it and of its ledger."""

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from simulator.client import Control
from simulator.ledger.entry import Answered, Asked


class Heard(NamedTuple):
    """One call as the ledger has it."""

    asked: Asked
    answered: Answered


class Opened(NamedTuple):
    """A refund that a buyer asked for, and its trade."""

    refund_id: str
    version: str
    tid: str

    def refusal(self, message: str) -> dict[str, Any]:
        """Return the parameters of `taobao.refund.refuse`, its picture aside."""
        about = {"refund_id": self.refund_id, "refund_version": self.version, "refund_phase": "onsale"}
        return {**about, "refuse_message": message}


class Sandbox:
    """A running simulator."""

    def __init__(self, data: Path, *options: str) -> None:
        """Start one with its ledger in *data*, on free ports, and with *options* of its command line."""
        command = [sys.executable, "-m", "simulator.serving", "--data", str(data), "--port", "0", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the simulator did not come up"
        self.endpoints: dict[str, Any] = msgspec.json.decode(line)
        self.control = Control(self.endpoints["control"], self.endpoints["token"])
        self._seen = 0

    @property
    def shop(self) -> dict[str, Any]:
        """The first shop with its keys."""
        return dict(self.endpoints["shops"][0])

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the gateway."""
        found = urlsplit(self.endpoints["tmall"])
        assert found.hostname is not None
        assert found.port is not None
        return found.hostname, found.port

    def app(self, session: str = "session", /, **others: str) -> dict[str, str]:
        """Return what an SDK must know: *session* is session, sub_session or empty; *others* replace values."""
        shop = self.shop
        keys = {"app_key": shop["app_key"], "app_secret": shop["app_secret"]}
        return {"url": self.endpoints["tmall"], **keys, "session": shop[session] if session else "", **others}

    def refund(self, amount: str = "8.35", *, returns: bool = False, **apply: Any) -> Opened:
        """Let a buyer pay 19.99 yuan and want *amount* back; with *returns*, after delivery, goods against money."""
        trade = self.control.trades({"orders": [{"price": "19.99"}], "shipped": returns})
        kind = "return_refund" if returns else "refund_only"
        act = self.control.act("buyer.apply", {"tid": trade["tid"], "amount": amount, "kind": kind, **apply})
        result = act["result"]
        return Opened(result["refund_id"], str(result["version"]), trade["tid"])

    def status(self, refund: Opened) -> str:
        """Return where *refund* stands."""
        return str(self.control.state("refund", refund.refund_id)["status"])

    def heard(self) -> list[Heard]:
        """Return the platform calls that the ledger got since this was asked last."""
        entries = self.control.ledger(after=self._seen)
        self._seen = entries[-1].seq if entries else self._seen
        answers = {entry.call: entry for entry in entries if isinstance(entry, Answered)}
        return [Heard(e, answers[e.seq]) for e in entries if isinstance(e, Asked) and e.side == "tmall"]

    def end(self) -> None:
        """Stop the simulator."""
        assert self._process.stdout is not None
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
