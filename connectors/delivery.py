"""One refund from the platform to the ERP: read whole, written under its own number, never an older over a newer."""

import logging
import threading
from collections.abc import Mapping
from typing import Any

from connectors import refunds
from connectors.erp_generic import Erp
from connectors.errors import Refused, Trouble, Unknown
from connectors.memory import Memory, Written
from connectors.patience import Patience
from connectors.platform import Platform

JSON = dict[str, Any]

HEARD = 100_000
"""How many refunds' newest versions are kept at hand."""

log = logging.getLogger("connector")


class Delivery:
    """What the intake and the decisions of one shop share: how a refund is read, and how it is written."""

    def __init__(self, platform: Platform, erp: Erp, memory: Memory, patience: Patience) -> None:
        """Carry refunds of the platform's shop to *erp*, and remember it."""
        self.platform = platform
        self.erp = erp
        self.memory = memory
        self.patience = patience
        self.shop = platform.shop.nick
        self._told: dict[str, tuple[int, str]] = {}
        self._lock = threading.Lock()
        self._parked: dict[str, Mapping[str, str]] = {}

    def amount(self, detail: Mapping[str, Any]) -> str:
        """Return the refund's amount in yuan."""
        return refunds.amount(detail)

    def read(self, refund_id: str) -> JSON:
        """Return the refund as it is now on the platform."""
        answer = self.platform.call("taobao.refund.get", {"refund_id": refund_id, "fields": refunds.FIELDS})
        detail = answer.get("refund")
        if not isinstance(detail, dict) or str(detail.get("refund_id")) != refund_id:
            raise Unknown(f"taobao.refund.get: the answer holds no refund {refund_id}")
        self.told(detail)
        return detail

    def told(self, row: Mapping[str, Any]) -> None:
        """Note what the platform said last about a refund, be it in a list or in a detail."""
        if row.get("refund_version") is None:
            return
        refund_id, heard = str(row["refund_id"]), (refunds.version(row), str(row["status"]))
        with self._lock:
            # A list may be a little behind a detail: the version never goes back.
            if heard[0] >= self._told.get(refund_id, (0, ""))[0]:
                self._told[refund_id] = heard
            if len(self._told) > HEARD:
                self._told.pop(next(iter(self._told)))

    def current(self, detail: Mapping[str, Any]) -> bool:
        """Tell whether *detail* is still the newest we have heard; asked right before anything is changed by it."""
        said = (refunds.version(detail), str(detail["status"]))
        return self._told.get(str(detail["refund_id"]), said) == said

    def bring(self, refund_id: str, mark: Mapping[str, str] | None = None) -> bool:
        """Bring a refund to the ERP as it is now. Return False if that is to be tried again later.

        *mark* is what a list said about it. What was given up at that mark is not tried again.
        """
        if mark is not None and self._parked.get(refund_id) == mark:
            return True
        key = ("bring", refund_id)
        if not self.patience.due(key):
            return False
        try:
            self.write(self.read(refund_id))
        except Trouble as trouble:
            if not self.failed(key, trouble):
                return False
            if mark is not None:
                self._parked[refund_id] = mark
        self.patience.forget(key)
        return True

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Note that something about a refund failed. Return whether it is over for good."""
        last = self.patience.failed(key, trouble)
        log.warning("%s: %s %s: %s%s", self.shop, *key, trouble, "; given up until it changes" if last else "")
        return last

    def write(self, detail: Mapping[str, Any]) -> None:
        """Write *detail* to the ERP, unless it holds just that, or something newer."""
        refund_id, version = str(detail["refund_id"]), refunds.version(detail)
        known = self.memory.written(self.shop, refund_id)
        if known is not None and version < known.version:
            log.info("%s: %s: version %d is older than what the ERP has", self.shop, refund_id, version)
            return
        if detail["status"] in refunds.TERMINAL and self.memory.unknown(self.shop, refund_id, "platform"):
            self.memory.end(self.shop, [refund_id], "platform")
        body = refunds.document(detail, self.shop, self.amount(detail))
        news = Written(version, refunds.mark(detail), body)
        if self.memory.unknown(self.shop, refund_id, "erp"):
            found = self.look(refund_id)
            if found is not None and refunds.already(found, body):
                log.info("%s: %s: the write of unknown outcome had been done", self.shop, refund_id)
                self.memory.wrote(self.shop, refund_id, news)
                return
        elif known is not None and known.body == body:
            self.memory.wrote(self.shop, refund_id, news)
            return
        self._put(refund_id, self.sent(body, known), known)
        self.memory.wrote(self.shop, refund_id, news)
        log.info("%s: %s: %s %s written", self.shop, refund_id, body["status"], body["amount"])

    def number(self, refund_id: str) -> str:
        """Return our number for the refund's document."""
        return refunds.external(refund_id)

    def sent(self, body: JSON, known: Written | None) -> JSON:
        """Return what of *body* goes over the wire: all of it, so that an update is as good as a creation."""
        return body

    def look(self, refund_id: str) -> JSON | None:
        """Return what the ERP holds about a refund, after a write of unknown outcome."""
        return self.erp.get(self.number(refund_id))

    def _put(self, refund_id: str, body: JSON, known: Written | None) -> None:
        self.memory.begin(self.shop, [refund_id], "erp", "update" if known else "create")
        try:
            self.erp.put(self.number(refund_id), body)
        except Refused:
            self.memory.end(self.shop, [refund_id], "erp")
            raise
