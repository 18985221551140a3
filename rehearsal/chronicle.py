"""What a ledger says about its run besides the law: who, when, with what, and what it touched."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from contract_tests.reach import is_generated
from simulator.clock import GMT8
from simulator.ledger.entry import (
    Answered,
    AnyEntry,
    Changed,
    ClockStepped,
    Confirmed,
    Fault,
    Header,
    Life,
    Mark,
    SettingChanged,
)
from simulator.ledger.replay import read
from simulator.ledger.words import plain
from simulator.tmall.exchange import EXCHANGE, RESHIP
from simulator.tmall.exchange import SUCCESS as DONE


class Chronicle:
    """The facts of one run, gathered in one pass over its ledger."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.header = Header()
        self.began = 0
        """Wall time of the first entry, ms."""
        self.ended = 0
        self.entries = 0
        self.truncated = 0
        """Bytes of a last line that a killed run left behind."""
        self.complete = False
        self.notes: dict[str, dict[str, Any]] = {}
        """The last mark of each name: plan, doctor, explored, load …"""
        self.phases: dict[str, float] = {}
        """Seconds that each phase took."""
        self.faults: dict[str, int] = {}
        """How often each fault struck, by name."""
        self.settled: dict[str, int] = {}
        """Refunds that reached SUCCESS, by kind."""
        self.asked: set[str] = set()
        """Kinds of refunds that buyers asked for."""
        self.exchanged = 0
        """Exchanges that were done."""
        self.resent = 0
        """Re-sends that were done."""
        self.reported = 0
        """Reports to AG of parcels and returned goods."""
        self.confirmed = 0
        """Messages that the integration confirmed."""
        self.generated: dict[str, list[str]] = {}
        """Refunds, exchanges and re-sends of each generated play (`X012#1`), in the order of their beginning."""
        self.settings: dict[tuple[str, str], list[SettingChanged]] = {}
        """What was set since the first entry, by shop (empty: for the whole run) and name."""
        self.shops: set[str] = set()
        self.restarts = 0
        self.unbuilt: set[str] = set()
        """Known methods that were called and are not built."""
        self._stepped = 0
        self._phase_began: dict[str, int] = {}
        self._kinds: dict[str, str] = {}

    def take(self, entry: AnyEntry) -> None:
        """Take the next entry."""
        self.entries += 1
        self.began = self.began or entry.wall
        self.ended = entry.wall
        if isinstance(entry, Changed):
            self._changed(entry)
        elif isinstance(entry, Mark):
            self._mark(entry)
        elif isinstance(entry, Answered):
            if entry.understood:
                self.unbuilt.add(entry.method)
        elif isinstance(entry, Confirmed):
            self.confirmed += entry.result == "ok"
        elif isinstance(entry, Fault):
            if entry.event == "strike":
                self.faults[entry.name] = self.faults.get(entry.name, 0) + 1
        elif isinstance(entry, Life):
            self.restarts += entry.who == "integration" and entry.event == "killed"
        elif isinstance(entry, ClockStepped):
            self._stepped += entry.by
        elif isinstance(entry, SettingChanged):
            self.settings.setdefault((entry.shop, entry.name), []).append(entry)
        elif isinstance(entry, Header):
            self.header = entry

    def note(self, name: str) -> dict[str, Any]:
        """Return the detail of the last mark called *name*, or an empty dictionary."""
        return self.notes.get(name, {})

    @property
    def seconds(self) -> float:
        """How long the run took; time that a story moved on, or the machine's clock jumped over, did not pass."""
        return (self.ended - self.began - self._stepped) / 1000

    @property
    def date(self) -> str:
        """When it began, GMT+8: `2026-11-22 10:15:00`."""
        return datetime.fromtimestamp(self.began // 1000, GMT8).strftime("%Y-%m-%d %H:%M:%S")

    def _changed(self, entry: Changed) -> None:
        for row in entry.rows:
            if row.entity in ("exchange", "refund") and row.values is not None:
                self._begun(row.id, entry.plays)
            if row.entity == "exchange" and row.values is not None:
                values = plain(row.values)
                done = values.get("status") == DONE
                kind = values.get("kind", EXCHANGE)
                self.exchanged += done and kind == EXCHANGE
                self.resent += done and kind == RESHIP
            elif row.entity == "ag_report" and row.values is not None:
                self.reported += plain(row.values).get("kind") in ("ag_cancel", "ag_stored")
            elif row.entity == "refund" and row.values is not None:
                values = plain(row.values)
                self.shops.add(values.get("shop", ""))
                self.asked.add(values.get("kind", ""))
                if values.get("status") == "SUCCESS" and self._kinds.get(row.id) != "SUCCESS":
                    kind = values.get("kind", "")
                    self.settled[kind] = self.settled.get(kind, 0) + 1
                self._kinds[row.id] = values.get("status", "")

    def _begun(self, number: str, plays: Sequence[str]) -> None:
        """Note a refund, exchange or re-send of a generated play."""
        if plays and is_generated(plays[0]):
            known = self.generated.setdefault(plays[0], [])
            if number not in known:
                known.append(number)

    def _mark(self, entry: Mark) -> None:
        detail = entry.detail
        if entry.name == "phase":
            phase = str(detail.get("phase", ""))
            if detail.get("event") == "started":
                self._phase_began[phase] = entry.mono
            elif phase in self._phase_began:
                self.phases[phase] = (entry.mono - self._phase_began[phase]) / 1e6
        elif entry.name == "end":
            self.complete = bool(detail.get("complete"))
        elif entry.name not in ("play", "clean"):
            self.notes[entry.name] = detail


def chronicle(ledger: Path) -> Chronicle:
    """Return the chronicle of the *ledger* file.

    Raises:
        UserError: if it cannot be read, with file and line.
    """
    found, reader = Chronicle(), read(ledger)
    for entry in reader:
        found.take(entry)
    found.truncated = reader.truncated
    return found
