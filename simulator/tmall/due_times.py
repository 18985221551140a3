"""Which time limit ends next: the running countdowns by their end, and the reminders some time before it."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import NamedTuple


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
    """Due times by number, the earliest at hand. What was moved stays in the heap until there is too much of it."""

    def __init__(self) -> None:
        """Start with nothing due."""
        self._live: dict[str, int] = {}
        self._heap: list[Found] = []
        self._lead = 0
        self.sooner: Callable[[], None] | None = None
        """Called when something is due before everything else."""

    def put(self, ident: str, due: int) -> None:
        """Note that the countdown of *ident* ends at *due* (ms); 0: that none runs."""
        if not due:
            self._live.pop(ident, None)
            return
        self._live[ident] = due
        heap = self._heap
        if len(heap) > 64 + 4 * len(self._live):
            self._rebuild()
            return
        heappush(heap, Found(due - self._lead, ident, due))
        if self.sooner is not None and heap[0].ident == ident:
            self.sooner()

    def remind(self, lead: int) -> None:
        """Remind *lead* ms before each end; 0: never."""
        self._lead = lead
        self._rebuild()

    def _rebuild(self) -> None:
        self._heap = [Found(due - self._lead, ident, due) for ident, due in self._live.items()]
        heapify(self._heap)
        if self.sooner is not None:
            self.sooner()

    def first(self) -> int | None:
        """Return when the next moment is, in ms; None if nothing is waited for."""
        heap = self._heap
        while heap and self._live.get(heap[0].ident) != heap[0].due:
            heappop(heap)
        return heap[0].at if heap else None

    def pop(self, wall: int) -> Found | None:
        """Return the next moment that is reached at *wall* (ms), each once; None if there is none."""
        first = self.first()
        if first is None or first > wall:
            return None
        found = heappop(self._heap)
        if found.reminds:  # only the next moment of each waits in the heap: that is half of its size
            heappush(self._heap, Found(found.due, found.ident, found.due))
        return found
