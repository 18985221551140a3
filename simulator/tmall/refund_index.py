"""Finds refunds by shop, status, buyer and window of `modified` at a cost that does not grow with their number.

Each refund stands in four sorted lists, one for every combination of the filters of `taobao.refunds.receive.get`,
so that a page, the first as the last, is two bisections and a slice.
"""

from collections.abc import Callable, Iterator
from itertools import groupby

from sortedcontainers import SortedList

from simulator.tmall.refund import Refund

Key = tuple[str, str, str]
"""Shop, status or empty, buyer or empty."""


def _keys(refund: Refund) -> Iterator[Key]:
    shop, status, buyer = refund.shop, refund.status, refund.buyer
    yield (shop, "", "")
    yield (shop, status, "")
    yield (shop, "", buyer)
    yield (shop, status, buyer)


class RefundIndex:
    """Sorted (modified, refund_id) pairs for every combination of filters."""

    def __init__(self) -> None:
        """Start empty."""
        self._lists: dict[Key, SortedList] = {}

    def put(self, new: Refund, old: Refund | None) -> None:
        """Note that *new* has taken the place of *old* (None for a refund just created)."""
        if old is not None:
            entry = (old.modified, old.refund_id)
            for key in _keys(old):
                self._lists[key].remove(entry)
        entry = (new.modified, new.refund_id)
        for key in _keys(new):
            found = self._lists.get(key)
            if found is None:
                found = self._lists[key] = SortedList()
            found.add(entry)

    def window(
        self, shop: str, *, status: str = "", buyer: str = "", start: int | None = None, end: int | None = None
    ) -> "Window":
        """Return the refunds of *shop* with *start* <= modified <= *end* (seconds, both inclusive)."""
        found = self._lists.get((shop, status, buyer))
        if found is None:
            return Window(None, 0, 0)
        low = 0 if start is None else found.bisect_left((start, ""))
        high = len(found) if end is None else found.bisect_left((end + 1, ""))
        return Window(found, low, max(low, high))


class Window:
    """A part of one sorted list; pages of it are read without copying it."""

    __slots__ = ("_found", "_high", "_low")

    def __init__(self, found: SortedList | None, low: int, high: int) -> None:
        """Hold positions *low* to *high* (exclusive) of *found*."""
        self._found, self._low, self._high = found, low, high

    def __len__(self) -> int:
        """Return how many refunds are in the window."""
        return self._high - self._low

    def entry(self, position: int) -> tuple[int, str]:
        """Return the entry (second, id) at *position*, from the oldest on."""
        assert self._found is not None
        found: tuple[int, str] = self._found[self._low + position]
        return found

    def entries(self, start: int, stop: int) -> list[tuple[int, str]]:
        """Return the entries from position *start* to *stop* (exclusive), oldest first."""
        return [] if self._found is None else list(self._found[self._low + start : self._low + stop])

    def only(self, fits: Callable[[str], bool]) -> "Window":
        """Return a window on those of its refunds whose id *fits*, which reads them all."""
        found = SortedList(entry for entry in self.entries(0, len(self)) if fits(entry[1]))
        return Window(found, 0, len(found))

    def page(self, number: int, size: int, *, newest_first: bool = True, turned: bool = False) -> list[str]:
        """Return the refund ids of page *number* (from 1); beyond the end, none.

        Of one second the higher id is the newer one, or with *turned* the older one.
        """
        if self._found is None:
            return []
        first = (number - 1) * size
        if first >= len(self):
            return []
        if turned:
            return self._turned(first, size, newest_first=newest_first)
        if newest_first:
            stop = self._high - first
            rows = self._found[max(self._low, stop - size) : stop]
            return [refund_id for _, refund_id in reversed(rows)]
        begin = self._low + first
        return [refund_id for _, refund_id in self._found[begin : min(self._high, begin + size)]]

    def _turned(self, first: int, size: int, *, newest_first: bool) -> list[str]:
        """Return a page in which the refunds of each second stand the other way round; whole seconds are turned."""
        assert self._found is not None
        last = min(first + size, len(self)) - 1
        ends = (first, last) if not newest_first else (len(self) - 1 - last, len(self) - 1 - first)
        low = max(self._low, self._found.bisect_left((self.entry(ends[0])[0], "")))
        high = min(self._high, self._found.bisect_left((self.entry(ends[1])[0] + 1, "")))
        seconds = [list(rows) for _, rows in groupby(self._found[low:high], key=lambda entry: int(entry[0]))]
        ordered = [refund_id for rows in seconds for _, refund_id in reversed(rows)]
        if newest_first:
            skipped = self._high - high
            return ordered[::-1][first - skipped : last + 1 - skipped]
        skipped = low - self._low
        return ordered[first - skipped : last + 1 - skipped]
