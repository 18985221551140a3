"""What an integration's first calls say about it: gathered from the ledger, put into words by `scenarios.doctor`."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scenarios.scans import Scan
from scenarios.seen import ALIASES, Seen
from simulator.clock import from_text
from simulator.ledger.entry import Answered, AnyEntry, Asked, Connection, Life

_AT_LEAST = 4
"""Scans of one shop after which the interval is believed."""


class Symptoms:
    """Facts about the integration's behaviour so far."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.seen = Seen()
        self.calls: Counter[str] = Counter()
        """Names of calls (`tmall.list`), and for others the TOP method."""
        self.sign_methods: set[str] = set()
        self.bad_signature = 0
        self.skews: list[int] = []
        """Caller's timestamp minus ours, in ms."""
        self.window_offsets: list[int] = []
        """End of each list window minus our time, in seconds."""
        self.fields: set[str] = set()
        """Field names that it asked a refund's detail or the list for."""
        self.errors: Counter[str] = Counter()
        """Errors it was answered: `25 Invalid signature`."""
        self.externals: set[str] = set()
        self.channels: dict[str, str] = {}
        """Group of the message queue to the channel by which it takes messages: http or websocket."""
        self.exited: dict[str, Any] | None = None

    def take(self, entries: Iterable[AnyEntry]) -> None:
        """Take in *entries*."""
        known = list(entries)
        self.seen.take(known)
        for entry in known:
            if isinstance(entry, Asked):
                self._asked(entry)
            elif isinstance(entry, Answered) and entry.error and not entry.fault:
                code, text = entry.error.get("code", ""), entry.error.get("msg") or entry.error.get("message", "")
                sub = entry.error.get("sub_code") or ""
                self.errors[f"{code} {text} {sub}".strip()] += 1
            elif isinstance(entry, Connection) and entry.event == "opened":
                self.channels[entry.group] = "websocket"
            elif isinstance(entry, Life) and entry.who == "integration":
                self.exited = entry.detail if entry.event in {"exited", "killed"} else None

    def _asked(self, entry: Asked) -> None:
        alias = ALIASES.get(entry.method, entry.method)
        self.calls[alias] += 1
        if entry.side == "tmall":
            self._platform_call(entry, alias)
        elif alias in {"erp.create", "erp.update"}:
            self.externals.add(entry.document or str(entry.params.get("path", "")).rpartition("/")[2])

    def _platform_call(self, entry: Asked, alias: str) -> None:
        self.sign_methods.add(str(entry.params.get("sign_method", "")) or "md5")
        self.bad_signature += entry.signed is False
        if entry.skew is not None:
            self.skews.append(entry.skew)
        if alias in {"tmall.list", "tmall.detail"}:
            self.fields |= {name.strip() for name in str(entry.params.get("fields", "")).split(",") if name.strip()}
        end = str(entry.params.get("end_modified", ""))
        if entry.method == "taobao.tmc.messages.consume":
            self.channels.setdefault(str(entry.params.get("group_name") or "default"), "http")
        if alias == "tmall.list" and end:
            try:
                self.window_offsets.append(from_text(end) - entry.wall // 1000)
            except ValueError:
                return

    def scans(self) -> list[Scan]:
        """Return the scans of the shop that was listed most often."""
        return max(self.seen.scans.of_shop.values(), key=len, default=[])

    def interval(self) -> float:
        """Return the seconds between two scans; 0.0 if that is not known yet."""
        return self.seen.scans.interval() if len(self.scans()) >= _AT_LEAST else 0.0

    def window(self) -> tuple[int, int]:
        """Return the seconds that the newest window spans and by how many it overlaps; (0, 0): unknown."""
        # Asking for the total first, and then for the pages, is one window read twice: it does not overlap itself.
        scans = list({scan.window: scan for scan in self.scans() if scan.start()}.values())
        if len(scans) < 2:
            return 0, 0
        before, newest = scans[-2], scans[-1]
        return newest.end() - newest.start(), max(0, before.end() - newest.start())

    def first_page(self) -> str:
        """Return `last` or `first`, the page from which scans of several pages began; empty if none had several."""
        for scan in reversed(self.scans()):
            turned = scan.pages[1:] if scan.pages[:1] == [1] else scan.pages  # page 1 may only have asked for the total
            if len(turned) > 1:
                return "last" if turned[0] > turned[-1] else "first"
        return ""

    def enough(self, *, writes: bool) -> bool:
        """Tell whether nothing more is worth waiting for; *writes*: a document is expected too."""
        known = bool(self.interval()) and bool(self.externals or not writes)
        return known or self.exited is not None
