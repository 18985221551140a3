"""The store of documents: found by their own id, by (shop, refund, kind), by external number, and by update."""

import sys
from collections.abc import Iterator

from simulator.erp.changes import Changes
from simulator.erp.document import Document


class Store:
    """All documents. Rows are replaced whole, by `put`, which `State.apply` alone calls."""

    def __init__(self) -> None:
        """Start empty."""
        self.rows: dict[str, Document] = {}
        self.by_external: dict[str, str] = {}
        self.by_refund: dict[tuple[str, str], list[str]] = {}
        """Ids of the documents of (shop, refund_id), oldest first."""
        self.by_trade: dict[str, dict[str, None]] = {}
        """Ids of the documents that name a trade (tid)."""
        self.changes = Changes(self.rows)
        self._order: list[str] = []
        """Ids in the order of creation."""
        self._positions: dict[str, int] = {}
        """Place in that order by id."""
        self.cursor = 0
        """The highest cursor given out."""

    def put(self, document: Document) -> None:
        """Put *document* in the place of the one with its id."""
        old = self.rows.get(document.id)
        if old is None:
            self._positions[document.id] = len(self._order)
            self._order.append(document.id)
            self.by_refund.setdefault((document.shop, document.refund_id), []).append(document.id)
        else:
            if (old.shop, old.refund_id) != (document.shop, document.refund_id):
                self.by_refund[(old.shop, old.refund_id)].remove(old.id)
                self.by_refund.setdefault((document.shop, document.refund_id), []).append(document.id)
        if old is None or old.tid != document.tid:
            if old is not None:
                self.by_trade[old.tid].pop(old.id, None)
            self.by_trade.setdefault(document.tid, {})[document.id] = None
        self.rows[document.id] = document
        self.changes.put(document, old)
        self.by_external[document.external] = document.id
        self.cursor = max(self.cursor, document.cursor)

    def external(self, number: str) -> Document | None:
        """Return the document with the integration's own *number*."""
        ident = self.by_external.get(number)
        return None if ident is None else self.rows[ident]

    def of_refund(self, shop: str, refund_id: str) -> list[Document]:
        """Return the documents of a refund, oldest first."""
        return [self.rows[ident] for ident in self.by_refund.get((shop, refund_id), ())]

    def updated_after(self, cursor: int, limit: int, *, shop: str = "", refund_id: str = "") -> list[Document]:
        """Return up to *limit* documents with a cursor above *cursor*, in the order of their updates.

        *shop* and *refund_id* narrow it; asking for a refund costs the same however many documents there are.
        """
        if refund_id:
            shops = [shop] if shop else self.changes.shops
            every = (row for name in shops for row in self.of_refund(name, refund_id) if row.cursor > cursor)
            return sorted(every, key=lambda row: row.cursor)[:limit]
        return self.changes.after(cursor, shop).cut(0, limit)

    def of_trade(self, tid: str) -> list[Document]:
        """Return the documents that name a trade, oldest first."""
        return [self.rows[ident] for ident in self.by_trade.get(tid, ())]

    def created_after(self, external: str) -> Iterator[Document]:
        """Yield the documents that were created after the one with that external number, oldest first."""
        ident = self.by_external.get(external)
        begin = self._positions[ident] + 1 if ident is not None else 0
        for number in range(begin, len(self._order)):
            yield self.rows[self._order[number]]

    def updated_since(self, ms: int) -> list[Document]:
        """Return the documents that were changed at that moment (ms) or later, the newest change first."""
        return list(self.changes.between(ms, sys.maxsize))[::-1]
