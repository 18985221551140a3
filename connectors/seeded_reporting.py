"""Seeded bugs in what is told of goods and of deadlines: each overrides one method of the correct connector."""

import time
from collections.abc import Mapping
from typing import Any

from connectors.ag import Ag, Parcel, candidate
from connectors.errors import Trouble
from connectors.escalation import Watch
from connectors.exchanges import EXPRESS, Exchanges

JSON = dict[str, Any]


class SilenceIsConsent(Ag):
    """M19."""

    PATIENCE = 1.5
    """Seconds after which a warehouse that has not answered has stopped the parcel."""
    _asked: dict[str, float]

    def cycle(self) -> None:
        """Report success for what has waited long enough."""
        asked = self._asked = getattr(self, "_asked", {})
        shop = self._delivery.shop
        for refund_id in self._memory.approaching(shop, 2**40):
            known = self._memory.written(shop, refund_id)
            if known is None or known.body.get("intercept") != "requested":
                continue
            if time.monotonic() - asked.setdefault(refund_id, time.monotonic()) < self.PATIENCE:
                continue
            try:
                self._give_up(refund_id)
            except Trouble:
                continue

    def _give_up(self, refund_id: str) -> None:
        document = self._delivery.papers.look(refund_id) or {}
        if self.fate(document) is Parcel.UNKNOWN:
            detail = self._delivery.read(refund_id)
            if candidate(detail) and self.enabled():
                self.tell(detail, "SUCCESS")


class OneAnswerForTheTrade(Ag):
    """M20."""

    _stopped: frozenset[str] = frozenset()

    def fate(self, document: Mapping[str, Any]) -> Parcel:
        """Take a parcel that was stopped for all parcels of its trade."""
        said, tid = super().fate(document), str(document.get("tid"))
        if said is Parcel.STAYED:
            self._stopped |= {tid}
        return Parcel.STAYED if tid in self._stopped else said


class TotalAsFee(Ag):
    """M90."""

    def tell(self, detail: JSON, status: str) -> None:
        """Send the line's total as the fee, which is the same for full refunds without coupons only."""
        super().tell({**detail, "refund_fee": detail["total_fee"]}, status)


class ReportsAtNight(Ag):
    """M91."""

    def tell(self, detail: JSON, status: str) -> None:
        """Leave it for the batch of the night."""


class NobodyIsTold(Watch):
    """M72."""

    def cycle(self) -> None:
        """Let the time pass."""


class ShipsWithoutTheGoods(Exchanges):
    """M73."""

    def write(self, detail: JSON) -> None:
        """Send the replacement under the buyer's own number as soon as the buyer names a parcel."""
        super().write(detail)
        if str(detail["status"]) == "3":
            parcel = {"logistics_no": detail["buyer_logistic_no"], "logistics_type": EXPRESS}
            parcel["logistics_company_name"] = detail["buyer_logistic_name"]
            self._change("tmall.exchange.confirm.consign", str(detail["dispute_id"]), parcel)


REPORTING: Mapping[str, type[Ag]] = {
    "M19": SilenceIsConsent,
    "M20": OneAnswerForTheTrade,
    "M90": TotalAsFee,
    "M91": ReportsAtNight,
}
WATCHING: Mapping[str, type[Watch]] = {"M72": NobodyIsTold}
EXCHANGING: Mapping[str, type[Exchanges]] = {"M73": ShipsWithoutTheGoods}
