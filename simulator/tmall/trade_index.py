"""Finds trades by shop, status, buyer and a window of time at a cost that does not grow with their number.

There are three orders (by creation, by last change, by shipment) with four combinations of filters each. The lists of
a combination are made when it is first asked for, in one pass, and kept in step from then on: a run that never asks
for trades pays nothing for them.
"""

from collections.abc import Iterator, Mapping

from sortedcontainers import SortedList

from simulator.tmall.trade import Trade

CREATED, MODIFIED, CONSIGNED = "created", "modified", "consigned"
"""The orders; trades that are not shipped are not in the last one."""

_FINISHED = "TRADE_FINISHED"

UNDER_WAY, RECEIVED = "CREATED", "ACCEPTED_BY_RECEIVER"
"""The status by which shipments are filtered in order CONSIGNED: on the way, or received."""

Key = tuple[str, str, str]
"""Shop, status or empty, buyer or empty."""
Shape = tuple[str, bool, bool]
"""Order, and whether its lists are for one status and for one buyer."""


def parcel_status(trade: Trade) -> str:
    """Return the status of the shipment of *trade*."""
    return RECEIVED if trade.status == _FINISHED else UNDER_WAY


def _key(trade: Trade, shape: Shape) -> Key:
    order, of_status, of_buyer = shape
    status = parcel_status(trade) if order == CONSIGNED else trade.status
    return trade.shop, status if of_status else "", trade.buyer if of_buyer else ""


class TradeIndex:
    """Sorted (second, tid) pairs for every combination of filters that was asked for."""

    def __init__(self, trades: Mapping[int, Trade]) -> None:
        """Index *trades*, of which `put` tells every change."""
        self._trades = trades
        self._shapes: dict[Shape, dict[Key, SortedList]] = {}

    def put(self, new: Trade, old: Trade | None) -> None:
        """Note that *new* has taken the place of *old* (None for a trade just created)."""
        for shape, lists in self._shapes.items():
            if old is not None and (found := getattr(old, shape[0])):
                lists[_key(old, shape)].remove((found, old.tid))
            self._add(shape, lists, new)

    @staticmethod
    def _add(shape: Shape, lists: dict[Key, SortedList], trade: Trade) -> None:
        second = getattr(trade, shape[0])
        if second:
            key = _key(trade, shape)
            if key not in lists:
                lists[key] = SortedList()
            lists[key].add((second, trade.tid))

    def window(
        self,
        order: str,
        shop: str,
        *,
        status: str = "",
        buyer: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> "Window":
        """Return the trades of *shop* whose time of *order* is from *start* to *end* (seconds, both inclusive)."""
        shape = (order, bool(status), bool(buyer))
        if shape not in self._shapes:
            self._shapes[shape] = self._made(shape)
        found = self._shapes[shape].get((shop, status, buyer))
        if found is None:
            return Window(SortedList(), 0, 0)
        low = 0 if start is None else found.bisect_left((start, 0))
        high = len(found) if end is None else found.bisect_left((end + 1, 0))
        return Window(found, low, max(low, high))

    def _made(self, shape: Shape) -> dict[Key, SortedList]:
        pairs: dict[Key, list[tuple[int, int]]] = {}
        for trade in self._trades.values():
            second = getattr(trade, shape[0])
            if second:
                pairs.setdefault(_key(trade, shape), []).append((second, trade.tid))
        return {key: SortedList(found) for key, found in pairs.items()}


class Window:
    """A part of one sorted list; pages of it are read without copying it."""

    __slots__ = ("_found", "_high", "_low")

    def __init__(self, found: SortedList, low: int, high: int) -> None:
        """Hold positions *low* to *high* (exclusive) of *found*."""
        self._found, self._low, self._high = found, low, high

    def __len__(self) -> int:
        """Return how many trades are in the window."""
        return self._high - self._low

    def page(self, number: int, size: int) -> Iterator[int]:
        """Return the numbers of page *number* (from 1), newest first; beyond the end, none."""
        stop = self._high - (number - 1) * size
        rows = self._found[max(self._low, stop - size) : stop] if stop > self._low else []
        return (tid for _, tid in reversed(rows))
