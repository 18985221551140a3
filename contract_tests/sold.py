"""What was sold: trades and sub-orders as the ledger shows them, what was paid for each, and when the goods left."""

from typing import Any

import msgspec


class Paid(msgspec.Struct, frozen=True):
    """What was paid for a trade, in fen."""

    payment: int
    """Postage included."""
    post_fee: int
    shares: dict[int, int]
    """By oid."""

    def share(self, oid: int) -> int:
        """Return the share of a sub-order; of one that the ledger does not show, all of it."""
        return self.shares.get(oid, self.payment)


class Sold:
    """The trades of a run."""

    def __init__(self) -> None:
        """Begin with nothing sold."""
        self._trades: dict[str, Any] = {}
        self._orders: dict[str, Any] = {}
        self._gone: dict[str, tuple[int, int]] = {}
        self._ag: set[str] = set()
        self.shops: set[str] = set()
        """Nicks of all shops."""

    def shop(self, nick: str, values: Any) -> None:
        """Take the newest values of a shop."""
        self.shops.add(nick)
        (self._ag.add if _value(values, "ag") else self._ag.discard)(nick)

    def has_ag(self, nick: str) -> bool:
        """Tell whether a shop has AG, automatic refunds."""
        return nick in self._ag

    def trade(self, ident: str, values: Any) -> None:
        """Take the newest values of a trade."""
        self._trades[ident] = values

    def order(self, ident: str, values: Any, seq: int, mono: int) -> None:
        """Take the newest values of a sub-order, which entry *seq* holds."""
        self._orders[ident] = values
        if ident not in self._gone and _value(values, "consigned"):
            self._gone[ident] = seq, mono

    def left(self, oid: int, seq: int, mono: int) -> None:
        """Note that the warehouse sent the goods of a sub-order away."""
        self._gone.setdefault(str(oid), (seq, mono))

    def departed(self, oid: int) -> tuple[int, int] | None:
        """Return the entry and the time at which the goods of a sub-order left, or None."""
        return self._gone.get(str(oid))

    def shipped(self, oid: int, seq: int) -> bool:
        """Tell whether the goods of a sub-order had left before entry *seq*."""
        gone = self.departed(oid)
        return gone is not None and gone[0] < seq

    def oids(self, tid: int) -> tuple[int, ...]:
        """Return the sub-orders of a trade."""
        return tuple(_value(self._trades.get(str(tid), {}), "oids") or ())

    def paid(self, tid: int) -> Paid | None:
        """Return what was paid for a trade, if the ledger says."""
        trade = self._trades.get(str(tid))
        if trade is None:
            return None
        shares = {oid: int(_value(self._orders.get(str(oid), {}), "paid") or 0) for oid in self.oids(tid)}
        return Paid(int(_value(trade, "payment") or 0), int(_value(trade, "post_fee") or 0), shares)


def _value(row: Any, name: str) -> Any:
    """Return a value of a row, which is a struct in a run and a dictionary in a ledger that was read."""
    return row.get(name) if isinstance(row, dict) else getattr(row, name)
