"""Finds trades by shop, status, buyer and a window of time at a cost that does not grow with their number.

There are three orders (by creation, by last change, by shipment) with eight combinations of filters each. The lists of
a combination are made when it is first asked for, in one pass, and kept in step from then on: a run that never asks
for trades pays nothing for them.
"""

from collections.abc import Iterator, Mapping

import msgspec
from sortedcontainers import SortedList

from simulator.tmall.receivers import shown_name
from simulator.tmall.trade import Trade

CREATED, MODIFIED, CONSIGNED = "created", "modified", "consigned"
"""The orders; the last one has an entry for each parcel, and none of a trade that is not shipped."""

_FINISHED = "TRADE_FINISHED"

UNDER_WAY, RECEIVED = "CREATED", "ACCEPTED_BY_RECEIVER"
"""The status by which shipments are filtered in order CONSIGNED: on the way, or received."""

Key = tuple[str, str, str, str]
"""Shop, and status, buyer and receiver or empty."""
Shape = tuple[str, bool, bool, bool]
"""Order, and whether its lists are for one status, one buyer and one receiver."""


class TradeSlot(msgspec.Struct, order=True, frozen=True, gc=False):
    """Where a trade stands in a sorted list. Half the size of a tuple."""

    at: int
    """The second of the list's order."""
    tid: int = 0
    part: int = 0
    """In order CONSIGNED: which of its parcels, from 0."""


def parcel_status(trade: Trade) -> str:
    """Return the status of the shipments of *trade*."""
    return RECEIVED if trade.status == _FINISHED else UNDER_WAY


def _key(trade: Trade, shape: Shape) -> Key:
    order, of_status, of_buyer, of_receiver = shape
    status = parcel_status(trade) if order == CONSIGNED else trade.status
    receiver = shown_name(trade.buyer) if of_receiver else ""
    return trade.shop, status if of_status else "", trade.buyer if of_buyer else "", receiver


def _slots(trade: Trade, order: str) -> list[TradeSlot]:
    if order == CONSIGNED:
        return [TradeSlot(second, trade.tid, number) for number, second in enumerate(trade.parcels)]
    second: int = getattr(trade, order)
    return [TradeSlot(second, trade.tid)] if second else []


class TradeIndex:
    """Sorted entries for every combination of filters that was asked for."""

    def __init__(self, trades: Mapping[int, Trade]) -> None:
        """Index *trades*, of which `put` tells every change."""
        self._trades = trades
        self._shapes: dict[Shape, dict[Key, SortedList]] = {}

    def put(self, new: Trade, old: Trade | None) -> None:
        """Note that *new* has taken the place of *old* (None for a trade just created)."""
        for shape, lists in self._shapes.items():
            for slot in _slots(old, shape[0]) if old is not None else ():
                lists[_key(old, shape)].remove(slot)  # type: ignore[arg-type]
            for slot in _slots(new, shape[0]):
                key = _key(new, shape)
                if key not in lists:
                    lists[key] = SortedList()
                lists[key].add(slot)

    def window(
        self,
        order: str,
        shop: str,
        *,
        status: str = "",
        buyer: str = "",
        receiver: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> "Window":
        """Return the trades of *shop* whose time of *order* is from *start* to *end* (seconds, both inclusive).

        *receiver* is a name as it is shown.
        """
        shape = (order, bool(status), bool(buyer), bool(receiver))
        if shape not in self._shapes:
            self._shapes[shape] = self._made(shape)
        found = self._shapes[shape].get((shop, status, buyer, receiver))
        if found is None:
            return Window(SortedList(), 0, 0)
        # A slot of no trade stands before all of its second.
        low = 0 if start is None else found.bisect_left(TradeSlot(start))
        high = len(found) if end is None else found.bisect_left(TradeSlot(end + 1))
        return Window(found, low, max(low, high))

    def _made(self, shape: Shape) -> dict[Key, SortedList]:
        rows: dict[Key, list[TradeSlot]] = {}
        for trade in self._trades.values():
            slots = _slots(trade, shape[0])
            if slots:
                rows.setdefault(_key(trade, shape), []).extend(slots)
        return {key: SortedList(found) for key, found in rows.items()}


class Window:
    """A part of one sorted list; pages of it are read without copying it."""

    __slots__ = ("_found", "_high", "_low")

    def __init__(self, found: SortedList, low: int, high: int) -> None:
        """Hold positions *low* to *high* (exclusive) of *found*."""
        self._found, self._low, self._high = found, low, high

    def __len__(self) -> int:
        """Return how many trades (of order CONSIGNED: parcels) are in the window."""
        return self._high - self._low

    def page(self, number: int, size: int) -> Iterator[TradeSlot]:
        """Return what stands on page *number* (from 1), newest first; beyond the end, nothing."""
        stop = self._high - (number - 1) * size
        slots: list[TradeSlot] = self._found[max(self._low, stop - size) : stop] if stop > self._low else []
        return reversed(slots)
