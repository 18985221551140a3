"""What the engine has seen: a projection of the ledger that waits and settling look at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from scenarios.post import Post
from scenarios.pulse import Pulse
from scenarios.scans import Scans
from simulator.erp.document import MAIN, Document
from simulator.ledger.entry import (
    Act,
    Answered,
    AnyEntry,
    Asked,
    Callback,
    Changed,
    Confirmed,
    Decision,
    Delivered,
    Entry,
    Expired,
    Fault,
    Header,
    Life,
    Mark,
    Published,
    Pushed,
)
from simulator.tmall.exchange import Exchange
from simulator.tmall.method import surface
from simulator.tmall.refund import Refund

ALIASES = {name: method.alias for name, method in surface().methods.items()}
"""TOP methods by the names that stories give them; the ERP's operations have theirs in the ledger already."""


@dataclass(slots=True)
class Change:
    """The last change of a refund or of its document: number, monotonic time (microseconds), platform second."""

    seq: int = 0
    mono: int = 0
    second: int = 0


@dataclass(slots=True)
class Reached:
    """How many calls of one kind about one refund got how far."""

    asked: int = 0
    answered: int = 0
    delivered: int = 0


@dataclass(slots=True)
class _Open:
    alias: str
    refunds: tuple[str, ...]
    answer: Answered | None = None


@dataclass(slots=True)
class Seen:
    """Everything up to entry `seq`. Feed it with `take`."""

    seq: int = 0
    mono: int = 0
    seed: int = 0
    """The run's, as the ledger's first line says."""
    wall: int = 0
    """Of the newest entry, ms."""
    refunds: dict[str, Refund] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    documents: dict[str, dict[str, Document]] = field(default_factory=dict)
    """By refund id, then by the document's own id; cancelled ones too."""
    changed: dict[str, Change] = field(default_factory=dict)
    calls: dict[tuple[str, str], Reached] = field(default_factory=dict)
    """By (name of the call, refund id)."""
    told: dict[str, int] = field(default_factory=dict)
    """Refund id to the newest change that the integration was told."""
    told_documents: dict[str, int] = field(default_factory=dict)
    """Document id to the newest revision of it that the integration was told."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    hooked: dict[str, Act] = field(default_factory=dict)
    """What became of the acts that hung on a call, by hook id."""
    strikes: dict[str, int] = field(default_factory=dict)
    disturbed: dict[str, int] = field(default_factory=dict)
    """Monotonic time (microseconds) of the last strike that touched this refund or play."""
    called_back: dict[str, set[str]] = field(default_factory=dict)
    """Refund id to the kinds of decisions about which the ERP's callback came."""
    escalated: set[str] = field(default_factory=set)
    """Refunds that people heard of."""
    scans: Scans = field(default_factory=Scans)
    pulse: Pulse = field(default_factory=Pulse)
    post: Post = field(default_factory=Post)
    exited: bool = False
    """The integration's process has ended."""
    _open: dict[int, _Open] = field(default_factory=dict)
    _decided: dict[tuple[str, int], str] = field(default_factory=dict)
    """What was decided in a document's revision."""

    def take(self, entries: Iterable[AnyEntry]) -> None:
        """Take in *entries*, which follow those taken so far."""
        for entry in entries:
            self.seq, self.mono, self.wall = entry.seq, entry.mono, entry.wall
            handler = _HANDLERS.get(type(entry))
            if handler is not None:
                handler(self, entry)

    def document(self, refund_id: str, kind: str = "") -> Document | None:
        """Return the newest document of a refund (or exchange) that is not cancelled, else its newest.

        Without a *kind* it is the one that reviewers decide about.
        """
        kinds = (kind,) if kind else MAIN
        found = [document for document in self.documents.get(refund_id, {}).values() if document.kind in kinds]
        return max(found, key=lambda document: (not document.cancelled, document.cursor, document.id), default=None)

    def told_decision(self, refund_id: str) -> bool:
        """Tell whether the integration was told the newest decision about a refund's documents."""
        decision = self.decisions.get(refund_id)
        return decision is not None and self.told_documents.get(decision.document, 0) >= decision.revision

    def reached(self, call: str, refund_id: str, moment: str) -> int:
        """Return how many calls named *call* about a refund were asked, answered or delivered."""
        counted = self.calls.get((call, refund_id))
        return getattr(counted, moment) if counted else 0

    def _header(self, entry: Header) -> None:
        self.seed = entry.seed

    def _change(self, entry: Changed) -> None:
        for row in entry.rows:
            if row.entity == "refund" and row.values is not None:
                refund = msgspec.convert(row.values, Refund)
                self.refunds[refund.refund_id] = refund
                self._moved(refund.refund_id, entry, refund.modified)
            elif row.entity == "exchange" and row.values is not None:
                exchange = msgspec.convert(row.values, Exchange)
                self.exchanges[exchange.dispute_id] = exchange
                self._moved(exchange.dispute_id, entry, exchange.modified)
            elif row.entity == "document" and row.values is not None:
                document = msgspec.convert(row.values, Document)
                self.documents.setdefault(document.refund_id, {})[document.id] = document
                self._moved(document.refund_id, entry, 0)

    def _moved(self, refund_id: str, entry: Changed, second: int) -> None:
        change = self.changed.setdefault(refund_id, Change())
        change.seq, change.mono, change.second = entry.seq, entry.mono, second or change.second

    def _asked(self, entry: Asked) -> None:
        alias = ALIASES.get(entry.method, entry.method)
        self._open[entry.seq] = _Open(alias, entry.refunds)
        for refund in entry.refunds:
            self.calls.setdefault((alias, refund), Reached()).asked += 1
        if alias == "tmall.list":
            self.scans.asked(entry)
        self.pulse.asked(entry, self.scans.of_shop)

    def _answered(self, entry: Answered) -> None:
        call = self._open.get(entry.call)
        if call is None:
            return
        call.answer = entry
        for refund in call.refunds:
            self.calls.setdefault((call.alias, refund), Reached()).answered += 1
        if entry.lost:
            del self._open[entry.call]

    def _delivered(self, entry: Delivered) -> None:
        call = self._open.pop(entry.call, None)
        if call is None or call.answer is None:
            return
        for refund in call.refunds:
            self.calls.setdefault((call.alias, refund), Reached()).delivered += 1
        of_erp = call.alias.startswith("erp.")
        known = self.told_documents if of_erp else self.told
        for told in call.answer.told:
            name = told.document if of_erp else told.refund
            known[name] = max(known.get(name, 0), told.change)
        if call.alias == "tmall.list":
            self.scans.delivered(call.answer)

    def _decision(self, entry: Decision) -> None:
        self._decided[entry.document, entry.revision] = entry.decision
        for refund in entry.refunds:
            self.decisions[refund] = entry

    def _callback(self, entry: Callback) -> None:
        kind = self._decided.get((entry.document, entry.revision))
        if entry.defect or entry.event not in {"answered", "refused"}:
            return
        if entry.event == "answered":
            self.told_documents[entry.document] = max(self.told_documents.get(entry.document, 0), entry.revision)
        if kind is not None:
            for refund in entry.refunds:
                self.called_back.setdefault(refund, set()).add(kind)

    def _act(self, entry: Act) -> None:
        if entry.hook and not entry.started:
            self.hooked[entry.hook] = entry

    def _fault(self, entry: Fault) -> None:
        if entry.event == "strike":
            self.strikes[entry.fault] = self.strikes.get(entry.fault, 0) + 1
        for touched in (*entry.refunds, *entry.plays):
            self.disturbed[touched] = entry.mono

    def _life(self, entry: Life) -> None:
        if entry.who == "integration":
            self.exited = entry.event in {"exited", "killed"}

    def _published(self, entry: Published) -> None:
        self.post.published(entry)

    def _pushed(self, entry: Pushed) -> None:
        self.post.pushed(entry)

    def _gone(self, entry: Confirmed | Expired) -> None:
        self.post.gone(entry)

    def _mark(self, entry: Mark) -> None:
        if entry.name == "escalated":
            self.escalated.update(entry.refunds)


_HANDLERS: dict[type[Entry], Callable[[Seen, Any], None]] = {
    Header: Seen._header,
    Changed: Seen._change,
    Asked: Seen._asked,
    Answered: Seen._answered,
    Delivered: Seen._delivered,
    Decision: Seen._decision,
    Callback: Seen._callback,
    Act: Seen._act,
    Fault: Seen._fault,
    Life: Seen._life,
    Mark: Seen._mark,
    Published: Seen._published,
    Pushed: Seen._pushed,
    Confirmed: Seen._gone,
    Expired: Seen._gone,
}
