"""Messages of one queue that nobody was handed yet: number, time and place in the ledger, 24 bytes each.

A million may wait where nobody reads. What they say lies in the ledger already, so it is not kept a second time.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

_GONE = -1
"""The place of one that was taken out of the middle."""
_MANY = 4096
"""How many that are gone at the front are carried along before the arrays are made anew."""


class Unread:
    """In the order in which they were published, which is that of their numbers."""

    def __init__(self) -> None:
        """Start with none."""
        self._numbers = array("q")
        self._times = array("q")
        """When each was published, which is when it is due (ms since 1970)."""
        self._places = array("q")
        self._start = 0
        """Where the first one is that is still there."""
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def put(self, number: int, published: int, place: int) -> bool:
        """Put one behind all others; False if it would not be the last by number and by time."""
        numbers = self._numbers
        if numbers and (number <= numbers[-1] or published < self._times[-1]):
            return False
        numbers.append(number)
        self._times.append(published)
        self._places.append(place)
        self._count += 1
        return True

    def take(self, number: int) -> int | None:
        """Take *number* out and return its place in the ledger; None if it is not there."""
        at = bisect_left(self._numbers, number, self._start)
        if at == len(self._numbers) or self._numbers[at] != number or self._places[at] == _GONE:
            return None
        place = self._places[at]
        self._places[at] = _GONE
        self._count -= 1
        self._forget_gone()
        return place

    def _forget_gone(self) -> None:
        while self._start < len(self._places) and self._places[self._start] == _GONE:
            self._start += 1
        if self._start >= _MANY and 2 * self._start >= len(self._places):
            for kept in (self._numbers, self._times, self._places):
                del kept[: self._start]
            self._start = 0

    def first(self) -> int:
        """Return when the oldest was published; there is one."""
        return self._times[self._start]

    def number(self) -> int:
        """Return the number of the oldest; there is one."""
        return self._numbers[self._start]

    def places(self) -> Iterator[int]:
        """Yield where in the ledger each one is, oldest first."""
        return (place for place in self._places[self._start :] if place != _GONE)
