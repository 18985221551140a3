"""Two sorted lists as if they were one, at a cost that grows with neither."""

from simulator.tmall.refund_index import Slot, Window


class Both(Window):
    """The slots of two windows together; each number is in one of them only."""

    __slots__ = ("_one", "_other")

    def __init__(self, one: Window, other: Window) -> None:
        """Put *one* and *other* together."""
        self._one, self._other = one, other

    def __len__(self) -> int:
        """Return how many both hold."""
        return len(self._one) + len(self._other)

    def slot(self, position: int) -> Slot:
        """Return the slot at *position*, from the oldest on."""
        return self.slots(position, position + 1)[0]

    def slots(self, start: int, stop: int) -> list[Slot]:
        """Return the slots from position *start* to *stop* (exclusive), oldest first."""
        low, high = self._share(start), self._share(stop)
        return sorted(self._one.slots(low, high) + self._other.slots(start - low, stop - high))

    def before(self, second: int) -> int:
        """Return how many of both are older than *second*."""
        return self._one.before(second) + self._other.before(second)

    def _share(self, count: int) -> int:
        """Return how many of the *count* oldest slots of both are in the first window."""
        one, other = self._one, self._other
        low, high = max(0, count - len(other)), min(count, len(one))
        while low < high:
            middle = (low + high) // 2
            # Too few of the first if its next one is older than the last that is taken of the other.
            if one.slot(middle) < other.slot(count - middle - 1):
                low = middle + 1
            else:
                high = middle
        return low
