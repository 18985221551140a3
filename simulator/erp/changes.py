"""Documents in the order of their last change, shop by shop; a stretch of it is counted and cut without a walk."""

from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import islice
from typing import Protocol

from sortedcontainers import SortedDict

from simulator.erp.document import Document


class Changes:
    """Cursors of documents. Who changed later has the higher one, over all shops."""

    def __init__(self, rows: Mapping[str, Document]) -> None:
        """Order the documents of *rows*, which are found there by their ids."""
        self._rows = rows
        self._shops: dict[str, SortedDict] = {}

    def put(self, document: Document, old: Document | None) -> None:
        """Put *document* in the place of *old*."""
        if old is not None:
            self._shops[old.shop].pop(old.cursor, None)
        shop = self._shops.get(document.shop)
        if shop is None:
            shop = self._shops[document.shop] = SortedDict()
        shop[document.cursor] = document.id

    @property
    def shops(self) -> list[str]:
        """Return every shop that a document has named."""
        return list(self._shops)

    def after(self, cursor: int, shop: str = "") -> "Stretch":
        """Return the documents (of *shop*) with a higher cursor."""
        return Stretch(self._rows, [(one, one.bisect_right(cursor), len(one)) for one in self._of(shop)])

    def between(self, since: int, until: int, shop: str = "") -> "Stretch":
        """Return the documents (of *shop*) that were changed last from *since* up to before *until* (ms)."""
        return Stretch(
            self._rows, [(one, self._position(one, since), self._position(one, until)) for one in self._of(shop)]
        )

    def _of(self, shop: str) -> list[SortedDict]:
        if not shop:
            return list(self._shops.values())
        return [self._shops[shop]] if shop in self._shops else []

    def _position(self, shop: SortedDict, ms: int) -> int:
        """Return how many documents of *shop* were changed before that moment."""
        low, high, ids = 0, len(shop), shop.values()
        # Most windows end now, and many begin before everything: neither has to be searched for.
        if not high or self._rows[ids[-1]].updated < ms:
            return high
        if self._rows[ids[0]].updated >= ms:
            return 0
        while low < high:
            middle = (low + high) // 2
            if self._rows[ids[middle]].updated < ms:
                low = middle + 1
            else:
                high = middle
        return low


class Found(Protocol):
    """Documents to page through."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[Document]:
        """Yield them."""

    def cut(self, begin: int, count: int) -> list[Document]:
        """Return up to *count* of them, from position *begin*."""
        ...


class Listed(list[Document]):
    """Documents that were looked at one by one."""

    def cut(self, begin: int, count: int) -> list[Document]:
        """Return up to *count* of them, from position *begin*."""
        return self[begin : begin + count]


class Stretch:
    """Some documents, the oldest change first."""

    def __init__(self, rows: Mapping[str, Document], parts: list[tuple[SortedDict, int, int]]) -> None:
        """Keep from each of *parts* what lies between two positions."""
        self._rows = rows
        self._parts = [part for part in parts if part[1] < part[2]]

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(high - low for _, low, high in self._parts)

    def __iter__(self) -> Iterator[Document]:
        """Yield them."""
        if len(self._parts) == 1:
            ((shop, low, high),) = self._parts
            return (self._rows[ident] for ident in shop.values()[low:high])
        return (self._rows[ident] for _, ident in self._merged(len(self)))

    def cut(self, begin: int, count: int) -> list[Document]:
        """Return up to *count* of them, from position *begin*."""
        if len(self._parts) == 1:
            ((shop, low, high),) = self._parts
            return [self._rows[ident] for ident in shop.values()[low + begin : min(high, low + begin + count)]]
        return [self._rows[ident] for _, ident in islice(self._merged(begin + count), begin, begin + count)]

    def _merged(self, most: int) -> Iterator[tuple[int, str]]:
        """Yield cursors and ids of all parts; who needs no more than *most* pays for no more."""
        return merge(*(shop.items()[low : min(high, low + most)] for shop, low, high in self._parts))
