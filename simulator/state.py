"""What exists, as a projection of the ledger: dictionaries of rows that only `apply` changes.

The live world and its recovery apply the same `Row`s with the same function, so the two cannot differ.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from simulator.erp.document import Document
from simulator.erp.store import Store
from simulator.ledger.values import Row
from simulator.shared import Sharing
from simulator.tmall.account import App, AuthCode, Session
from simulator.tmall.ban import Ban
from simulator.tmall.due_times import DueTimes
from simulator.tmall.exchange import Exchange
from simulator.tmall.exchange_store import Exchanges
from simulator.tmall.permit import Group, Permit
from simulator.tmall.queue import Queues
from simulator.tmall.receipt_times import ReceiptTimes
from simulator.tmall.refund import SPECIAL, Refund, RefundMessage
from simulator.tmall.refund_index import RefundIndex
from simulator.tmall.shop import Shop
from simulator.tmall.trade import Order, Trade
from simulator.tmall.trade_index import TradeIndex

_TYPES: dict[str, Any] = {
    "refund": Refund,
    "order": Order,
    "trade": Trade,
    "shop": Shop,
    "refund_message": RefundMessage,
    "exchange": Exchange,
    "document": Document,
    "ban": Ban,
    "app": App,
    "session": Session,
    "auth_code": AuthCode,
    "permit": Permit,
    "group": Group,
}
"""Row types by entity; rows of other entities (play, fault, hook, proof, address) are plain values."""

ENTITIES = (
    *_TYPES,
    "play",
    "fault",
    "hook",
    "proof",
    "callback_url",
    "erp_record",
    "attached",
    "ag_report",
    "message",
)
"""Every entity there can be rows of."""


class State:
    """All rows. Read them freely; change them through `simulator.world.World.change` only."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.shops: dict[str, Shop] = {}
        self.trades: dict[int, Trade] = {}
        self.trade_index = TradeIndex(self.trades)
        self.orders: dict[int, Order] = {}
        self.receipts = ReceiptTimes(self.orders)
        """When receipts are confirmed by themselves."""
        self.refunds: dict[str, Refund] = {}
        self._refunds_on: dict[int, tuple[str, ...]] = {}
        """The refunds of a sub-order, oldest first, unless it has one only and its row names that."""
        self.index = RefundIndex(self.refunds)
        self.special_index = RefundIndex(self.refunds)
        """Of the refunds that the ordinary list leaves out."""
        self.messages: dict[str, list[RefundMessage]] = {}
        self.message_count = 0
        self.exchanges = Exchanges()
        self.due = DueTimes(self._due_of)
        """When the countdowns of refunds and exchanges end."""
        self.documents = Store()
        self.plays: dict[str, str] = {}
        """Play of a trade, by tid as text."""
        self.bans: dict[str, Ban] = {}
        self.apps: dict[str, App] = {}
        self.sessions: dict[str, Session] = {}
        """By token of the session key."""
        self.by_refresh: dict[str, str] = {}
        """Session by token of the refresh token."""
        self.codes: dict[str, AuthCode] = {}
        self._kept: dict[str, dict[str, Any]] = {"ban": self.bans, "app": self.apps, "auth_code": self.codes}
        self.queues = Queues()
        """Messages that are not confirmed; entries other than `Changed` tell of them."""
        self._sharing = Sharing()
        self.plain: dict[str, dict[str, Any]] = {}
        """Rows of the other entities, by entity and id."""

    def apply(self, rows: Iterable[Row]) -> None:
        """Put *rows* in the place of what was there; rows read from a ledger are turned into their types."""
        for row in rows:
            values = row.values
            kind = _TYPES.get(row.entity)
            if kind is not None and isinstance(values, dict):
                values = msgspec.convert(self._sharing.row(values), kind)
            self._apply(row.entity, row.id, values)

    def _apply(self, entity: str, ident: str, values: Any) -> None:
        if entity == "refund":
            self._put_refund(values)
        elif entity == "order":
            before = self.orders.get(values.oid)
            self.orders[values.oid] = values
            self._name_refund(values, before.refund_id if before is not None else "")
            if values.due and (before is None or before.due != values.due):
                self.receipts.put(values.oid, values.due)
        elif entity == "trade":
            old = self.trades.get(values.tid)
            self.trades[values.tid] = values
            self.trade_index.put(values, old)
        elif entity == "document":
            self.documents.put(values)
        elif entity == "shop":
            self.shops[values.nick] = values
        elif entity == "refund_message":
            self.messages.setdefault(values.refund_id, []).append(values)
            self.message_count += 1
        elif entity == "exchange":
            self.exchanges.put(values)
            self.due.put(values.dispute_id, values.due)
        elif entity == "play":
            self.plays[ident] = values
        elif entity in self._kept:
            _put(self._kept[entity], ident, values)
        elif entity == "session":
            self.sessions[ident] = values
            if values.refresh:
                self.by_refresh[values.refresh] = ident
        else:
            _put(self.plain.setdefault(entity, {}), ident, values)

    def _put_refund(self, refund: Refund) -> None:
        old = self.refunds.get(refund.refund_id)
        self.refunds[refund.refund_id] = refund
        (self.special_index if refund.purpose in SPECIAL else self.index).put(refund, old)
        if refund.due != (old.due if old is not None else 0):
            self.due.put(refund.refund_id, refund.due)
        if old is None and refund.refund_id not in (numbers := self._numbers_on(refund.oid)):
            self._refunds_on[refund.oid] = (*numbers, refund.refund_id)

    def _name_refund(self, order: Order, named: str) -> None:
        """Keep no list of refunds where *order* itself names the only one; *named* is the one that it named so far."""
        if self._refunds_on.get(order.oid) == (order.refund_id,):
            del self._refunds_on[order.oid]
        elif named and named != order.refund_id:
            self._refunds_on.setdefault(order.oid, (named,))

    def _numbers_on(self, oid: int) -> tuple[str, ...]:
        found = self._refunds_on.get(oid)
        if found is None:
            order = self.orders.get(oid)
            found = (order.refund_id,) if order is not None and order.refund_id else ()
        return found

    def refunds_on(self, oid: int) -> list[Refund]:
        """Return the refunds of sub-order *oid*, oldest first."""
        return [self.refunds[number] for number in self._numbers_on(oid)]

    def _due_of(self, number: str) -> int:
        """Return when the countdown of a refund or exchange ends (ms); 0: none runs."""
        row = self.refunds.get(number) or self.exchanges.rows.get(number)
        return row.due if row is not None else 0

    def table(self, entity: str) -> Mapping[str, Any]:
        """Return the rows of *entity* as they are, by id as text."""
        kept: dict[str, Mapping[str, Any]] = {
            "shop": self.shops,
            "refund": self.refunds,
            "exchange": self.exchanges.rows,
            "document": self.documents.rows,
            "play": self.plays,
            "ban": self.bans,
            "app": self.apps,
            "session": self.sessions,
            "auth_code": self.codes,
        }
        if entity == "message":
            return {name: row.shown() for name, row in self.queues.rows.items()}
        if entity == "trade":
            return {str(key): row for key, row in self.trades.items()}
        if entity == "order":
            return {str(key): row for key, row in self.orders.items()}
        if entity == "refund_message":
            return {str(row.id): row for rows in self.messages.values() for row in rows}
        return kept.get(entity) or self.plain.get(entity, {})

    def tables(self) -> dict[str, Mapping[str, Any]]:
        """Return the rows of every entity that has some."""
        every = {entity: self.table(entity) for entity in dict.fromkeys((*ENTITIES, *self.plain))}
        return {entity: rows for entity, rows in every.items() if rows}

    def dump(self) -> dict[str, dict[str, Any]]:
        """Return every row as plain JSON values, by entity and id (for the control API and the recovery test)."""
        found: dict[str, dict[str, Any]] = msgspec.to_builtins(self.tables())
        return found


def _put(rows: dict[str, Any], ident: str, values: Any) -> None:
    """Put one row in place, or take it away."""
    if values is None:
        rows.pop(ident, None)
    else:
        rows[ident] = values
