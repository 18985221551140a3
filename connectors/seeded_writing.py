"""Seeded bugs in what is written to the ERP: each overrides one method of the correct delivery, or of its papers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from connectors import clock, inbound, refunds
from connectors.delivery import Delivery
from connectors.errors import Trouble
from connectors.memory import Written
from connectors.papers import Papers
from connectors.patience import Patience
from connectors.platform import Platform
from connectors.settings import Settings

JSON = dict[str, Any]


class NewNumberAfterTimeout(Papers):
    """M28."""

    _tries: dict[str, int]

    def number(self, key: str) -> str:
        """Return another number for each creation whose outcome was unknown."""
        tries = getattr(self, "_tries", {}).get(key, 0)
        return refunds.external(key) + (f"-{tries + 1}" if tries else "")

    def look(self, key: str) -> JSON | None:
        """Do not look: take the creation as failed."""
        if self.memory.unknown(self.shop, key, "erp") != "create":
            return super().look(key)
        self._tries = {**getattr(self, "_tries", {}), key: getattr(self, "_tries", {}).get(key, 0) + 1}
        return None


class TotalAsAmount(Delivery):
    """M32."""

    def amount(self, detail: Mapping[str, Any]) -> str:
        """Return the line's total in yuan."""
        return str(detail["total_fee"])


class UpdateWithoutAmount(Papers):
    """M33."""

    def sent(self, body: JSON, known: Written | None) -> JSON:
        """Leave the amount as it was first seen."""
        if known is None:
            return body
        return {name: value for name, value in body.items() if name not in ("amount", "type", "quantity", "lines")}


class NeverGivesUp(Delivery):
    """M41, with `seeded_reading.StopAtTrouble`."""

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Take no failure as the last."""
        super().failed(key, trouble)
        return False


class ThreeTries(Delivery):
    """M45."""

    TRIES = 3

    def __init__(self, *told: Any) -> None:
        """Begin with no failures."""
        super().__init__(*told)
        self._failures: Counter[tuple[str, str]] = Counter()

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Drop what failed so often, whatever the reason."""
        self._failures[key] += 1
        return super().failed(key, trouble) or self._failures[key] % self.TRIES == 0


class OnlyTheOpen(Delivery):
    """M02."""

    def __init__(self, platform: Platform, papers: Papers, patience: Patience, told: Settings) -> None:
        """Note when the program started."""
        super().__init__(platform, papers, patience, told)
        self._started = told.clock.now()

    def write(self, detail: Mapping[str, Any]) -> None:
        """Take what was over when the program started for done."""
        if detail["status"] not in refunds.TERMINAL or clock.seconds(str(detail["modified"])) >= self._started:
            super().write(detail)


class TellsTheLogAlone(Delivery):
    """M81."""

    def _surfaced(self, refund_id: str, trouble: Trouble) -> bool:
        """Tell nobody."""
        return True


class WritesOverOthers(Papers):
    """M82."""

    def unclear(self, keys: Iterable[str]) -> dict[str, JSON | None]:
        """Look at nothing before writing again."""
        return {}


class NextNumber(Papers):
    """M83."""

    _next: dict[str, int]

    def number(self, key: str) -> str:
        """Return the number that was free at last."""
        found = getattr(self, "_next", {}).get(key, 1)
        return refunds.external(key) + (f"-{found}" if found > 1 else "")

    def _put(self, key: str, body: JSON, known: Written | None) -> None:
        try:
            super()._put(key, body, known)
        except Trouble as trouble:
            if not _is_taken(trouble):
                raise
            self._next = {**getattr(self, "_next", {}), key: getattr(self, "_next", {}).get(key, 1) + 1}
            super()._put(key, body, known)


class ThereMeansDone(Papers):
    """M84."""

    def _put(self, key: str, body: JSON, known: Written | None) -> None:
        try:
            super()._put(key, body, known)
        except Trouble as trouble:
            if not _is_taken(trouble):
                raise


class CallWentWell(Papers):
    """M87."""

    def _put(self, key: str, body: JSON, known: Written | None) -> None:
        try:
            super()._put(key, body, known)
        except Trouble as trouble:
            if "erp upload:" not in str(trouble):  # which a row said, and not the call
                raise


def _is_taken(trouble: Trouble) -> bool:
    return "duplicate" in str(trouble)


class NoRetry(Delivery):
    """M58."""

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Take every failure as the last."""
        super().failed(key, trouble)
        return True


class LeftoverFields(Delivery):
    """M05."""

    _row: JSON

    def read(self, refund_id: str) -> JSON:
        """Read into the row of the refund before, which keeps what this one lacks."""
        detail = super().read(refund_id)
        row = {**getattr(self, "_row", {}), **detail}
        self._row = row
        return row


class FirstRoundOnly(Delivery):
    """M16."""

    def write(self, detail: Mapping[str, Any]) -> None:
        """Take a refund that was refused once for one that is dealt with."""
        known = self.memory.written(self.shop, str(detail["refund_id"]))
        if known is not None and known.body["status"] == "refused" and detail["status"] == "WAIT_SELLER_AGREE":
            return
        super().write(detail)


class HoldOfTheTrade(Delivery):
    """M18."""

    def release(self, refund_id: str, body: Mapping[str, Any]) -> None:
        """Let the whole trade go when one refund of it is over."""
        if body["status"] != "closed":
            return
        for key, other in self.memory.of_trade(self.shop, body["tid"]).items():
            if other.body["hold"] and key != refund_id:
                freed = {**other.body, "hold": False}
                self.papers.write(key, freed, Written(other.version, other.mark, freed), {})


class OwnAgreesOnly(Delivery):
    """M26."""

    def write(self, detail: Mapping[str, Any]) -> None:
        """Leave out money that went without us."""
        refund_id = str(detail["refund_id"])
        if detail["status"] == "SUCCESS" and not self.memory.was(self.shop, refund_id, "paid"):
            return
        super().write(detail)


class TerminalForEver(Delivery):
    """M29."""

    def write(self, detail: Mapping[str, Any]) -> None:
        """Never look at what is finished again."""
        known = self.memory.written(self.shop, str(detail["refund_id"]))
        if known is not None and known.body["status"] in ("refunded", "closed"):
            return
        super().write(detail)


class NoticeForEachParcel(Delivery):
    """M70."""

    def announce(
        self, refund_id: str, body: JSON, version: int, looked: Mapping[str, JSON | None], *, owed: bool = False
    ) -> None:
        """Write another notice when the buyer corrects the number of the parcel."""
        super().announce(refund_id, body, version, looked, owed=owed)
        first = self.memory.fact(self.shop, refund_id, "parcel")
        if body["status"] != "waiting_receipt" or not body["waybill"] or first == body["waybill"]:
            return
        self.memory.learn(self.shop, refund_id, "parcel", body["waybill"])
        notice = inbound.notice(body, None, received=False, owed=owed)
        if first and notice is not None:
            self.erp.put(f"{self.papers.number(inbound.key(refund_id))}-{body['waybill']}", notice)


class LateRetry(Delivery):
    """M74."""

    def write(self, detail: Mapping[str, Any]) -> None:
        """Let the write before be tried once more, out of a queue of its own, after this one; then notice."""
        refund_id = str(detail["refund_id"])
        older = self.memory.written(self.shop, refund_id)
        super().write(detail)
        newer = self.memory.written(self.shop, refund_id)
        if older is None or newer is None or older.body["status"] == newer.body["status"]:
            return
        for written in (older, newer):
            self.papers.write(refund_id, dict(written.body), written, {})


class PostageWithEach(Delivery):
    """M75."""

    POSTAGE = 10

    def amount(self, detail: Mapping[str, Any]) -> str:
        """Return the amount and, once the money went, the postage on top of it."""
        fee = super().amount(detail)
        return str(Decimal(fee) + self.POSTAGE) if detail["status"] == "SUCCESS" else fee


WRITING: Mapping[str, type[Delivery]] = {
    "M02": OnlyTheOpen,
    "M05": LeftoverFields,
    "M16": FirstRoundOnly,
    "M18": HoldOfTheTrade,
    "M26": OwnAgreesOnly,
    "M29": TerminalForEver,
    "M32": TotalAsAmount,
    "M45": ThreeTries,
    "M58": NoRetry,
    "M70": NoticeForEachParcel,
    "M74": LateRetry,
    "M75": PostageWithEach,
    "M81": TellsTheLogAlone,
}
FILING: Mapping[str, type[Papers]] = {
    "M28": NewNumberAfterTimeout,
    "M33": UpdateWithoutAmount,
    "M82": WritesOverOthers,
    "M83": NextNumber,
    "M84": ThereMeansDone,
    "M87": CallWentWell,
}
