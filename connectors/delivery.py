"""One refund from the platform to the ERP: read whole, written under its own number, never an older over a newer."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from connectors import inbound, refunds
from connectors.errors import Trouble, Unknown
from connectors.memory import Written
from connectors.papers import Papers
from connectors.patience import Patience
from connectors.platform import Platform
from connectors.settings import Settings

JSON = dict[str, Any]

HEARD = 100_000
"""How many refunds' newest versions are kept at hand."""

log = logging.getLogger("connector")


def _nobody(refund_id: str, text: str, key: str) -> None:
    """Tell nobody."""


class Delivery:
    """What the intake and the decisions of one shop share: how a refund is read, and how it is written."""

    def __init__(self, platform: Platform, papers: Papers, patience: Patience, told: Settings) -> None:
        """Carry refunds of the platform's shop to the ERP's *papers*."""
        self.platform = platform
        self.papers = papers
        self.erp = papers.erp
        self.memory = papers.memory
        self.patience = patience
        self.shop = platform.shop.nick
        self.separate = told.separate
        self.hold_trade = told.hold_trade
        self.part_pays = told.part_pays
        self.surface: Callable[[str, str, str], None] = _nobody
        """Tells people of a refund (number, text, key): `escalation.Watch.surface`."""
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
            detail = self.read(refund_id)
            if refunds.is_ours(detail):
                self.write(detail)
            elif mark is not None:
                self._parked[refund_id] = mark
        except Trouble as trouble:
            if not self.failed(key, trouble) or not self._surfaced(refund_id, trouble):
                return False
            if mark is not None:
                self._parked[refund_id] = mark
        self.patience.forget(key)
        return True

    def _surfaced(self, refund_id: str, trouble: Trouble) -> bool:
        """Tell people that we gave a refund up; return False if they could not be told."""
        try:
            self.surface(refund_id, f"not in the ERP: {trouble}", f"given up: {trouble}")
        except Trouble as mute:
            log.warning("%s: %s: nobody could be told: %s", self.shop, refund_id, mute)
            return False
        return True

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Note that something about a refund failed. Return whether it is over for good."""
        last = self.patience.failed(key, trouble)
        log.warning("%s: %s %s: %s%s", self.shop, *key, trouble, "; given up until it changes" if last else "")
        return last

    def write(self, detail: Mapping[str, Any]) -> None:
        """Write *detail* to the ERP, unless it holds just that, or something newer; and the notice of its goods."""
        refund_id, version = str(detail["refund_id"]), refunds.version(detail)
        known = self.memory.written(self.shop, refund_id)
        if known is not None and version < known.version:
            log.info("%s: %s: version %d is older than what the ERP has", self.shop, refund_id, version)
            return
        if detail["status"] in refunds.TERMINAL and self.memory.unknown(self.shop, refund_id, "platform"):
            self.memory.end(self.shop, [refund_id], "platform")
        body = self.body(detail, known)
        looked = self.papers.unclear((refund_id, inbound.key(refund_id)))
        self.papers.write(refund_id, body, Written(version, refunds.mark(detail), body), looked)
        self.announce(refund_id, body, version, looked, owed=refunds.owed(detail))
        self.release(refund_id, body)
        at = refunds.deadline(detail)
        said = f"{body['status']} {body['type']} {body.get('amount', '')} {version}"
        self.memory.watch(self.shop, refund_id, at, said)

    def body(self, detail: Mapping[str, Any], known: Written | None) -> JSON:
        """Return the document of a refund (or re-send) as it is to be written."""
        if refunds.is_reship(detail):
            return refunds.reship_document(detail, self.shop)
        body = refunds.document(detail, self.shop, self.amount(detail))
        if body["hold"] and body["type"] == "refund_only":
            body["intercept"] = "requested"  # with AG the platform pays at once if the parcel stays
        elif known is not None and known.body.get("intercept"):
            body["intercept"] = None
        if self.hold_trade and known is not None and known.body["hold"] and body["status"] == "closed":
            trade = self.memory.of_trade(self.shop, body["tid"])
            body["hold"] = bool(set(_open(trade)) - {str(detail["refund_id"])})
        return body

    def release(self, refund_id: str, body: Mapping[str, Any]) -> None:
        """Let go of what was held back for the whole parcel, once no refund of it is open."""
        if not self.hold_trade or body["kind"] != "refund" or body["hold"]:
            return
        # Looked at once: what somebody else writes meanwhile is not among them, and holds by itself.
        trade = self.memory.of_trade(self.shop, body["tid"])
        if _open(trade):
            return
        for key, other in trade.items():
            if other.body["hold"] and key != refund_id:
                freed = {**other.body, "hold": False}
                self.papers.write(key, freed, Written(other.version, other.mark, freed), {})

    def announce(
        self, refund_id: str, body: JSON, version: int, looked: Mapping[str, JSON | None], *, owed: bool = False
    ) -> None:
        """Write the notice that goods come back, or take it back, as the document *body* of their refund demands."""
        key = inbound.key(refund_id)
        known = self.memory.written(self.shop, key)
        received = bool(self.memory.fact(self.shop, refund_id, "received"))
        notice = inbound.notice(body, known.body if known else None, received=received, owed=owed)
        if notice is not None and self.separate:
            self.papers.write(key, notice, Written(version, {}, notice), looked)


def _open(trade: Mapping[str, Written]) -> list[str]:
    """Return the keys of the documents of a *trade* that have not ended."""
    return [key for key, other in trade.items() if other.body["status"] not in ("closed", "refunded")]
