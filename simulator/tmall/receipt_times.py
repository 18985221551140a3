"""Which receipts are confirmed next: sub-orders by the second in which they are due, eight bytes each."""

from array import array
from collections.abc import Callable, Mapping
from heapq import heappop, heappush

from simulator.tmall.trade import Order


class ReceiptTimes:
    """Due times of sub-orders. What was moved stays where it was until its old second comes, and is passed over."""

    def __init__(self, orders: Mapping[int, Order]) -> None:
        """Keep the times of *orders*, whose rows say what holds."""
        self._orders = orders
        self._by_second: dict[int, array[int]] = {}
        self._seconds: list[int] = []
        self.sooner: Callable[[], None] | None = None
        """Called when something is due before everything else."""

    def put(self, oid: int, due: int) -> None:
        """Note that the receipt of *oid* is due at *due* (ms)."""
        second = _second(due)
        bucket = self._by_second.get(second)
        if bucket is not None:
            bucket.append(oid)
            return
        self._by_second[second] = array("q", (oid,))
        heappush(self._seconds, second)
        if self.sooner is not None and self._seconds[0] == second:
            self.sooner()

    def first(self) -> int | None:
        """Return the next moment (ms) at which something may be due; None if nothing is waited for."""
        return self._seconds[0] * 1000 if self._seconds else None

    def pop(self, wall: int) -> Order | None:
        """Return a sub-order whose receipt is due at *wall* (ms), each once; None if there is none."""
        while self._seconds and self._seconds[0] * 1000 <= wall:
            second = self._seconds[0]
            bucket = self._by_second[second]
            order = self._orders[bucket.pop()]
            if not bucket:
                heappop(self._seconds)
                del self._by_second[second]
            if order.due and _second(order.due) == second:
                return order
        return None


def _second(due: int) -> int:
    """Return the first whole second at which *due* (ms) has passed."""
    return -(-due // 1000)
