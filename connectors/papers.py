"""The ERP's documents about one refund or exchange: each under its own number, a write of unknown outcome looked up."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from connectors import refunds
from connectors.erp import Erp
from connectors.errors import Refused
from connectors.memory import Memory, Written

JSON = dict[str, Any]

log = logging.getLogger("connector")


class Papers:
    """The documents of one shop. A *key* names one: the refund's number, with `-in` for the notice of its goods."""

    def __init__(self, shop: str, erp: Erp, memory: Memory) -> None:
        """Write to *erp*, and remember in *memory* what it holds."""
        self.shop = shop
        self.erp = erp
        self.memory = memory

    def number(self, key: str) -> str:
        """Return our number for a document."""
        return refunds.external(key)

    def sent(self, body: JSON, known: Written | None) -> JSON:
        """Return what of *body* goes over the wire: all of it, so that an update is as good as a creation."""
        return body

    def look(self, key: str) -> JSON | None:
        """Return the document as the ERP has it, after a write of unknown outcome."""
        return self.erp.get(self.number(key))

    def unclear(self, keys: Iterable[str]) -> dict[str, JSON | None]:
        """Look up those of *keys* whose last write is of unknown outcome, before anything else is written."""
        return {key: self.look(key) for key in keys if self.memory.unknown(self.shop, key, "erp")}

    def write(self, key: str, body: JSON, news: Written, looked: Mapping[str, JSON | None]) -> None:
        """Write *body*, unless the ERP holds just that; *looked* is what `unclear` found."""
        known = self.memory.written(self.shop, key)
        if key in looked:
            found = looked[key]
            if found is not None and refunds.already(found, body):
                log.info("%s: %s: the write of unknown outcome had been done", self.shop, key)
                self.memory.wrote(self.shop, key, news)
                return
        elif known is not None and known.body == body:
            self.memory.wrote(self.shop, key, news)
            return
        self._put(key, self.sent(body, known), known)
        self.memory.wrote(self.shop, key, news)
        log.info("%s: %s: %s %s written", self.shop, key, body["status"], body.get("amount", ""))

    def _put(self, key: str, body: JSON, known: Written | None) -> None:
        self.memory.begin(self.shop, [key], "erp", "update" if known else "create")
        try:
            self.erp.put(self.number(key), body)
        except Refused:
            self.memory.end(self.shop, [key], "erp")
            raise
