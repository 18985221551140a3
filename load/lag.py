"""How long the integration took, from the ledger alone: into the ERP, to act on decisions, to closure.

`Lags` is a fold over entries, used live during a wave and again by anyone who judges the ledger later.
Durations are milliseconds of the monotonic clock.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from load.crowd import PLAY
from scenarios.settle import IMAGES
from simulator.ledger.entry import AnyEntry, Changed, Decision
from simulator.ledger.values import Row
from simulator.tmall.refund import CLOSED, SELLER_REFUSE_BUYER, SUCCESS

_REST = frozenset({SUCCESS, CLOSED, SELLER_REFUSE_BUYER})
"""States in which a wave leaves its refunds."""


class Percentiles(msgspec.Struct, frozen=True):
    """Durations in ms, each one that a real refund had (nearest rank); all 0 if nothing was measured."""

    p50: int = 0
    p95: int = 0
    p99: int = 0
    longest: int = 0
    count: int = 0

    @classmethod
    def of(cls, values: Iterable[float]) -> "Percentiles":
        """Return the percentiles of *values*, in ms."""
        ranked = sorted(values)
        if not ranked:
            return cls()
        count = len(ranked)
        p50, p95, p99 = (round(ranked[max(0, -(-share * count // 100) - 1)]) for share in (50, 95, 99))
        return cls(p50, p95, p99, round(ranked[-1]), count)


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """What one wave's refunds waited for."""

    opened: int
    """Refunds that the ledger shows as opened."""
    settled: int
    """Of those: at rest on the platform, and the ERP shows the same."""
    in_erp: Percentiles
    """From the buyer's application to the first document in the ERP."""
    acted: Percentiles
    """From a decision in the ERP to its effect on the platform."""
    booked: Percentiles
    """From the refund's rest on the platform to the ERP showing it."""
    closed: Percentiles
    """From the buyer's application to closure on both sides, thinking people included."""
    backlog: tuple[tuple[int, int], ...]
    """(second since the first refund, refunds that then waited for the integration)."""
    peak: int
    """The largest backlog."""
    left: int
    """The backlog at the end."""
    unsettled: tuple[str, ...]
    """Refund ids that did not settle."""


class _Course(msgspec.Struct):
    """One refund on its way. Times are `mono` in microseconds; 0: not yet."""

    opened: int
    status: str = ""
    amount: int = 0
    rested: int = 0
    document: str = ""
    shown: int = -1
    imported: int = 0
    decided: int = 0
    closed: int = 0
    owed: bool = True

    @property
    def agrees(self) -> bool:
        """Whether the ERP shows the refund as the platform has it."""
        return self.document == IMAGES.get(self.status, "") and self.shown == self.amount


class Lags:
    """Follows the refunds of one play through the ledger."""

    def __init__(self, play: str = PLAY) -> None:
        """Follow the refunds of *play*; an empty one means every refund."""
        self._play = play
        self._courses: dict[str, _Course] = {}
        self._acted: list[float] = []
        self._backlog: dict[int, int] = {}
        self._first = 0
        self._owed = 0

    @property
    def refunds(self) -> frozenset[str]:
        """The ids of all refunds seen."""
        return frozenset(self._courses)

    @property
    def in_erp(self) -> int:
        """How many of them have a document."""
        return sum(1 for course in self._courses.values() if course.imported)

    @property
    def settled(self) -> int:
        """How many of them are closed on both sides."""
        return sum(1 for course in self._courses.values() if course.closed)

    @property
    def owed(self) -> int:
        """How many of them wait for the integration now."""
        return self._owed

    def add(self, entry: AnyEntry) -> None:
        """Take the next entry."""
        if isinstance(entry, Changed):
            if not self._play or self._play in entry.plays:
                for row in entry.rows:
                    if row.entity == "refund":
                        self._refund(entry, row)
                    elif row.entity == "document":
                        self._document(entry, row)
        elif isinstance(entry, Decision):
            for refund in entry.refunds:
                if course := self._courses.get(refund):
                    course.decided = entry.mono
                    self._weigh(course, entry.mono)

    def _refund(self, entry: Changed, row: Row) -> None:
        values = _plain(row.values)
        course = self._courses.get(row.id)
        if course is None:
            course = self._courses[row.id] = _Course(opened=entry.mono)
            self._first = self._first or entry.mono
            self._owed += 1
        if course.decided and entry.actor == "integration" and values["status"] != course.status:
            self._acted.append((entry.mono - course.decided) / 1000)
        if values["status"] != course.status:
            course.decided = 0  # carried out, or overtaken by somebody else
            course.rested = entry.mono if values["status"] in _REST else 0
        course.status, course.amount = values["status"], values["amount"]
        self._weigh(course, entry.mono)

    def _document(self, entry: Changed, row: Row) -> None:
        values = _plain(row.values)
        course = self._courses.get(str(values.get("refund_id", "")))
        if course is None or values.get("kind", "refund") != "refund":  # a notice of goods says nothing of the money
            return
        course.imported = course.imported or entry.mono
        course.document, course.shown = values.get("status", "pending"), values.get("amount", 0)
        if not values.get("decision"):
            course.decided = 0
        self._weigh(course, entry.mono)

    def _weigh(self, course: _Course, now: int) -> None:
        """Note whether *course* is closed, and whether it waits for the integration."""
        course.closed = (course.closed or now) if course.rested and course.agrees else 0
        owed = not course.agrees or course.decided > 0
        if owed != course.owed:
            course.owed = owed
            self._owed += 1 if owed else -1
        self._backlog[(now - self._first) // 1_000_000] = self._owed

    def result(self) -> Lag:
        """Return what was measured so far."""
        courses = self._courses
        return Lag(
            opened=len(courses),
            settled=self.settled,
            in_erp=Percentiles.of((c.imported - c.opened) / 1000 for c in courses.values() if c.imported),
            acted=Percentiles.of(self._acted),
            booked=Percentiles.of((c.closed - c.rested) / 1000 for c in courses.values() if c.closed),
            closed=Percentiles.of((c.closed - c.opened) / 1000 for c in courses.values() if c.closed),
            backlog=self._filled(),
            peak=max(self._backlog.values(), default=0),
            left=self._owed,
            unsettled=tuple(sorted(refund for refund, course in courses.items() if not course.closed)),
        )

    def _filled(self) -> tuple[tuple[int, int], ...]:
        """Return the backlog at the end of each second, also of those in which nothing happened."""
        points, last = [], 0
        for second in range(max(self._backlog, default=-1) + 1):
            last = self._backlog.get(second, last)
            points.append((second, last))
        return tuple(points)


def _plain(values: Any) -> dict[str, Any]:
    """Return a row's values as a dictionary (entries that were never written hold the row's own type)."""
    plain: dict[str, Any] = values if isinstance(values, dict) else msgspec.to_builtins(values)
    return plain


def measure(entries: Iterable[AnyEntry], play: str = PLAY) -> Lag:
    """Return the lags of *play*'s refunds in a ledger's *entries*; anyone can repeat this offline."""
    lags = Lags(play)
    for entry in entries:
        lags.add(entry)
    return lags.result()
