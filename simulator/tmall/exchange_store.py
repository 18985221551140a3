"""Exchanges, re-sends and repairs, and how they are found: by number, sub-order, parcel, and windows of time.

What finding one costs does not grow with their number.
"""

from collections.abc import Iterable, Iterator

from sortedcontainers import SortedList

from simulator.tmall.exchange import EXCHANGE, OPEN, TURNED_TO_REFUND, Exchange
from simulator.tmall.refund_index import Slot, Window, window_of

Key = tuple[str, str, str, str, str, str]
"""Shop, kind (or `AMONG_REFUNDS`), status, buyer and phase or empty, and by which time: modified or created."""

AMONG_REFUNDS = "among_refunds"
"""Stands for both kinds that lists of refunds show: re-sends and repairs."""


def _slots(exchange: Exchange, phase: str = "") -> Iterator[tuple[Key, Slot]]:
    for by, seconds in (("modified", exchange.modified), ("created", exchange.created)):
        slot = Slot(seconds, exchange.dispute_id)
        kinds = ("", EXCHANGE) if exchange.kind == EXCHANGE else ("", exchange.kind, AMONG_REFUNDS)
        for kind in kinds:
            for status in ("", exchange.status):
                for buyer in ("", exchange.buyer):
                    yield (exchange.shop, kind, status, buyer, phase, by), slot


class Exchanges:
    """All exchanges, re-sends and repairs."""

    def __init__(self) -> None:
        """Start with none."""
        self.rows: dict[str, Exchange] = {}
        self._of_order: dict[int, list[str]] = {}
        self._of_trade: dict[int, list[str]] = {}
        self._of_parcel: dict[str, dict[str, None]] = {}
        self._lists: dict[Key, SortedList] = {}
        self._phases: set[str] = set()
        """Those that have lists of their own, made when they were first asked for."""

    def put(self, new: Exchange) -> None:
        """Put *new* in the place of what had its number."""
        old = self.rows.get(new.dispute_id)
        self.rows[new.dispute_id] = new
        if old is None:
            self._of_order.setdefault(new.oid, []).append(new.dispute_id)
            self._of_trade.setdefault(new.tid, []).append(new.dispute_id)
        else:
            for key, slot in self._places(old):
                self._lists[key].remove(slot)
        self._add(self._places(new))
        for waybill in (new.waybill, new.seller_waybill):
            if waybill:
                self._of_parcel.setdefault(waybill, {})[new.dispute_id] = None

    def _places(self, exchange: Exchange) -> Iterator[tuple[Key, Slot]]:
        yield from _slots(exchange)
        if exchange.phase in self._phases:
            yield from _slots(exchange, exchange.phase)

    def _add(self, places: Iterable[tuple[Key, Slot]]) -> None:
        for key, slot in places:
            found = self._lists.get(key)
            if found is None:
                found = self._lists[key] = SortedList()
            found.add(slot)

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
        phase: str = "",
        by: str = "modified",
        start: int | None = None,
        end: int | None = None,
    ) -> Window:
        """Return those of *shop*, of one *kind* or all, with *start* <= the time *by* <= *end* (seconds, inclusive)."""
        if phase and phase not in self._phases:
            self._phases.add(phase)
            for exchange in self.rows.values():
                if exchange.phase == phase:
                    self._add(_slots(exchange, phase))
        return window_of(self._lists.get((shop, kind, status, buyer, phase, by)), start, end)
