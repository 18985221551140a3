"""Exchanges and re-sends, and how they are found: by number, sub-order, parcel, and windows of time.

What finding one costs does not grow with their number.
"""

from collections.abc import Iterator

from sortedcontainers import SortedList

from simulator.tmall.exchange import OPEN, TURNED_TO_REFUND, Exchange
from simulator.tmall.refund_index import Window

Key = tuple[str, str, str, str, str]
"""Shop, kind or empty, status or empty, buyer or empty, and which time it is sorted by: modified or created."""

Entry = tuple[int, str]


def _entries(exchange: Exchange) -> Iterator[tuple[Key, Entry]]:
    for by, seconds in (("modified", exchange.modified), ("created", exchange.created)):
        entry = (seconds, exchange.dispute_id)
        for kind in ("", exchange.kind):
            for status in ("", exchange.status):
                for buyer in ("", exchange.buyer):
                    yield (exchange.shop, kind, status, buyer, by), entry


class Exchanges:
    """All exchanges and re-sends."""

    def __init__(self) -> None:
        """Start with none."""
        self.rows: dict[str, Exchange] = {}
        self._of_order: dict[int, list[str]] = {}
        self._of_trade: dict[int, list[str]] = {}
        self._of_parcel: dict[str, dict[str, None]] = {}
        self._lists: dict[Key, SortedList] = {}

    def put(self, new: Exchange) -> None:
        """Put *new* in the place of what had its number."""
        old = self.rows.get(new.dispute_id)
        self.rows[new.dispute_id] = new
        if old is None:
            self._of_order.setdefault(new.oid, []).append(new.dispute_id)
            self._of_trade.setdefault(new.tid, []).append(new.dispute_id)
        else:
            for key, entry in _entries(old):
                self._lists[key].remove(entry)
        for key, entry in _entries(new):
            found = self._lists.get(key)
            if found is None:
                found = self._lists[key] = SortedList()
            found.add(entry)
        for waybill in (new.waybill, new.seller_waybill):
            if waybill:
                self._of_parcel.setdefault(waybill, {})[new.dispute_id] = None

    def open_on(self, oid: int) -> Exchange | None:
        """Return the open exchange or re-send of sub-order *oid*, if there is one."""
        for dispute_id in reversed(self._of_order.get(oid, ())):
            if self.rows[dispute_id].status in OPEN:
                return self.rows[dispute_id]
        return None

    def turned(self, oid: int) -> bool:
        """Tell whether the latest exchange of sub-order *oid* turned into a refund."""
        found = self._of_order.get(oid, [""])[-1]
        return bool(found) and self.rows[found].status == TURNED_TO_REFUND

    def of_trade(self, tid: int) -> list[Exchange]:
        """Return the exchanges and re-sends of trade *tid*, oldest first."""
        return [self.rows[dispute_id] for dispute_id in self._of_trade.get(tid, ())]

    def of_parcel(self, waybill: str) -> list[Exchange]:
        """Return the exchanges and re-sends of which *waybill* is, or was, one of the parcels."""
        found = (self.rows[dispute_id] for dispute_id in self._of_parcel.get(waybill, ()))
        return [exchange for exchange in found if waybill in (exchange.waybill, exchange.seller_waybill)]

    def window(
        self,
        shop: str,
        *,
        kind: str = "",
        status: str = "",
        buyer: str = "",
        by: str = "modified",
        start: int | None = None,
        end: int | None = None,
    ) -> Window:
        """Return those of *shop*, of one *kind* or all, with *start* <= the time *by* <= *end* (seconds, inclusive)."""
        found = self._lists.get((shop, kind, status, buyer, by))
        if found is None:
            return Window(None, 0, 0)
        low = 0 if start is None else found.bisect_left((start, ""))
        high = len(found) if end is None else found.bisect_left((end + 1, ""))
        return Window(found, low, max(low, high))
