"""Which time limit ends next: the running countdowns by their end, and the reminders some time before it.

Those of the next seconds stand in a heap, all later ones in a list for every few seconds: 8 bytes each, of which
there may be a million. When a countdown really ends says its row; what is found here is checked against that.
"""

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from typing import NamedTuple

_SPAN = 4096
"""Milliseconds that share a list."""


class Found(NamedTuple):
    """A moment that was waited for."""

    at: int
    """When it is, in ms since 1970."""
    ident: str
    """Number of the refund or exchange."""
    due: int
    """When its countdown ends: the same as *at*, unless this is the reminder."""

    @property
    def reminds(self) -> bool:
        """Whether it is the reminder before the end."""
        return self.at != self.due


class DueTimes:
    """Due times by number, the earliest at hand. What was moved stays where it was until there is too much of it."""

    def __init__(self, due_of: Callable[[str], int]) -> None:
        """Start with nothing due; *due_of* says when the countdown of a number ends now (ms; 0: none runs)."""
        self._due_of = due_of
        self._lead = 0
        self.sooner: Callable[[], None] | None = None
        """Called when something is due before everything else."""
        self._clear()

    def _clear(self) -> None:
        self._near: list[tuple[int, str]] = []
        """Moments before `_horizon`, as a heap."""
        self._horizon = 0
        self._far: dict[int, list[str]] = {}
        """Numbers by the span in which their moment is."""
        self._spans: list[int] = []
        """The keys of `_far`, as a heap."""
        self._count, self._most = 0, 64

    def put(self, ident: str, due: int) -> None:
        """Note that the countdown of *ident* ends at *due* (ms) from now on; 0: that none runs."""
        if not due:
            return
        self._count += 1
        first = self._add(due - self._lead, ident)
        if self._count > self._most:
            self._rebuild()
        elif first and self.sooner is not None:
            self.sooner()

    def _add(self, at: int, ident: str) -> bool:
        """Wait for *at*; return whether nothing else may be sooner."""
        if at < self._horizon:
            heappush(self._near, (at, ident))
            return self._near[0][1] == ident
        span = at // _SPAN
        kept = self._far.get(span)
        if kept is None:
            self._far[span] = [ident]
            heappush(self._spans, span)
        else:
            kept.append(ident)
        return not self._near and self._spans[0] == span

    def remind(self, lead: int) -> None:
        """Remind *lead* ms before each end; 0: never."""
        self._lead = lead
        self._rebuild()

    def _rebuild(self) -> None:
        """Leave out what was moved meanwhile."""
        idents = dict.fromkeys(self._idents())
        self._clear()
        for ident in idents:
            due = self._due_of(ident)
            if due:
                self._count += 1
                self._add(due - self._lead, ident)
        self._most = 64 + 4 * self._count
        if self.sooner is not None:
            self.sooner()

    def _idents(self) -> Iterator[str]:
        for _, ident in self._near:
            yield ident
        for idents in self._far.values():
            yield from idents

    def first(self) -> int | None:
        """Return when the next moment is, in ms; None if nothing is waited for."""
        while True:
            near = self._near
            while near and not self._stands(*near[0]):
                heappop(near)
                self._count -= 1
            if near:
                return near[0][0]
            if not self._spans:
                return None
            self._come_near(heappop(self._spans))

    def _stands(self, at: int, ident: str) -> bool:
        due = self._due_of(ident)
        return at in (due, due - self._lead) and due != 0

    def _come_near(self, span: int) -> None:
        """Put what is due in *span*, the earliest, into the heap."""
        idents = self._far.pop(span)
        self._horizon = (span + 1) * _SPAN
        for ident in dict.fromkeys(idents):
            due = self._due_of(ident)
            at = next((at for at in (due - self._lead, due) if at // _SPAN == span), None)
            if due and at is not None:
                self._near.append((at, ident))
        heapify(self._near)
        self._count += len(self._near) - len(idents)

    def pop(self, wall: int) -> Found | None:
        """Return the next moment that is reached at *wall* (ms), each once; None if there is none."""
        first = self.first()
        if first is None or first > wall:
            return None
        at, ident = heappop(self._near)
        self._count -= 1
        while self._near and self._near[0] == (at, ident):  # it was moved away and back
            heappop(self._near)
            self._count -= 1
        found = Found(at, ident, self._due_of(ident))
        if found.reminds:  # only the next moment of each is waited for: that is half of the space
            self._count += 1
            self._add(found.due, ident)
        return found
