"""AG, automatic refunds: the platform is told what became of a parcel, and pays by itself what stayed or came back."""

import json
import logging
from collections.abc import Mapping
from enum import Enum
from typing import Any

from connectors import clock, refunds
from connectors.account import Account
from connectors.delivery import Delivery
from connectors.errors import Refused, Trouble

JSON = dict[str, Any]

CANCEL = "taobao.rdc.aligenius.sendgoods.cancel"
CHECK = "taobao.rdc.aligenius.refunds.check"
STORED = "taobao.nextone.logistics.warehouse.update"

log = logging.getLogger("connector")


class Parcel(Enum):
    """What the ERP says of the parcel."""

    UNKNOWN = "the warehouse has not answered"
    STAYED = "the parcel was stopped"
    GONE = "the parcel is gone"
    CONTRADICTORY = "the parcel was shipped, and then said to be stopped"


def parcel(document: Mapping[str, Any]) -> Parcel:
    """Return what the ERP's *document* says of its own parcel; a silent warehouse has said nothing."""
    said = str((document.get("intercept") or {}).get("result") or "")
    shipped = bool(document.get("shipped"))
    if said == "stopped":
        return Parcel.CONTRADICTORY if shipped else Parcel.STAYED
    return Parcel.GONE if said == "gone" or shipped else Parcel.UNKNOWN


def candidate(detail: Mapping[str, Any]) -> bool:
    """Tell whether AG waits for the fate of this refund's parcel."""
    unshipped = detail.get("order_status") == "WAIT_SELLER_SEND_GOODS"
    return unshipped and detail["status"] == "WAIT_SELLER_AGREE" and refunds.kind(detail) == "refund_only"


class Ag:
    """The reports of one shop. Each says what was told last about that very sub-order, once for each version."""

    def __init__(self, delivery: Delivery, now: clock.Clock, margin: float) -> None:
        """Report through the delivery's platform; *margin* seconds before the end a silent warehouse has failed."""
        self._margin = margin
        self._delivery = delivery
        self._platform = delivery.platform
        self._account = Account(delivery.platform)
        self._memory = delivery.memory
        self._clock = now

    def enabled(self) -> bool:
        """Tell whether the shop has AG."""
        return self._account.enabled()

    def fate(self, document: Mapping[str, Any]) -> Parcel:
        """Return what is known of the parcel of *document*, which is the ERP's newest."""
        return parcel(document)

    def report(self, document: Mapping[str, Any], detail: JSON) -> Parcel:
        """Tell the platform what *document* says of the parcel, if AG waits for that; return what it says."""
        said = self.fate(document)
        status = {Parcel.STAYED: "SUCCESS", Parcel.GONE: "FAIL"}.get(said, "")
        if status and candidate(detail) and self.enabled():
            self.tell(detail, status)
        return said

    def cycle(self) -> None:
        """Close what AG will not wait for any longer."""
        shop = self._delivery.shop
        for refund_id in self._memory.approaching(shop, self._clock.now() + self._margin):
            known = self._memory.written(shop, refund_id)
            asked = known is not None and known.body.get("intercept") == "requested"
            if known is None or not asked or self._memory.fact(shop, refund_id, f"closed {known.version}"):
                continue
            try:
                self.close(refund_id)
            except Trouble as trouble:
                log.warning("%s: %s: %s", shop, refund_id, trouble)
            else:
                self._memory.learn(shop, refund_id, f"closed {known.version}", "1")

    def close(self, refund_id: str) -> Parcel:
        """Say at the end of the platform's patience that the parcel could not be stopped, unless the ERP knows more."""
        document = self._delivery.papers.look(refund_id) or {}
        detail = self._delivery.read(refund_id)
        said = self.report(document, detail)
        if said is Parcel.UNKNOWN and candidate(detail) and self.enabled():
            self.tell(detail, "FAIL")
        return said

    def tell(self, detail: JSON, status: str) -> None:
        """Send the result for one refund. A later SUCCESS corrects a FAIL; money that went cannot be called back."""
        refund_id, name = str(detail["refund_id"]), f"ag {refunds.version(detail)}"
        shop, before = self._delivery.shop, self._memory.fact(self._delivery.shop, str(detail["refund_id"]), name)
        if before in (status, "SUCCESS"):
            return
        answer = self._sent(
            CANCEL,
            refund_id,
            {
                "refund_id": int(refund_id),
                "tid": int(detail["tid"]),
                "oid": int(detail["oid"]),
                "refund_fee": refunds.fen(detail["refund_fee"]),
                "status": status,
                "operate_time": clock.text(self._clock.now()),
                "msg": "已拦截，未发货" if status == "SUCCESS" else "无法拦截",
            },
        )
        _must(CANCEL, answer.get("result"), "success")
        self._memory.learn(shop, refund_id, name, status)
        log.info("%s: %s: told AG %s", shop, refund_id, status)
        if status == "SUCCESS":
            self.check(detail, "cancelled")

    def stored(self, detail: JSON) -> None:
        """Tell that the goods of a return are in the warehouse."""
        refund_id = str(detail["refund_id"])
        if self._memory.fact(self._delivery.shop, refund_id, "stored"):
            return
        self.check(detail, "received")
        answer = self._call(STORED, refund_id, {"refund_id": refund_id, "warehouse_status": 1})
        _must(STORED, answer, "succeed")
        self._memory.learn(self._delivery.shop, refund_id, "stored", "1")
        log.info("%s: %s: told AG that the goods are back", self._delivery.shop, refund_id)

    def check(self, detail: JSON, what: str) -> None:
        """Tell that the refund passed our own review."""
        refund_id = str(detail["refund_id"])
        about = {"refund_id": int(refund_id), "tid": int(detail["tid"]), "oid": int(detail["oid"])}
        answer = self._sent(CHECK, refund_id, about | {"status": "SUCCESS", "msg": what})
        _must(CHECK, answer.get("result"), "success")

    def _sent(self, method: str, refund_id: str, about: JSON) -> JSON:
        return self._call(method, refund_id, {"param": json.dumps(about, ensure_ascii=False)})

    def _call(self, method: str, refund_id: str, params: JSON) -> JSON:
        """Send a report. That it may have arrived is noted first, and forgotten once it is known."""
        shop = self._delivery.shop
        self._memory.begin(shop, [refund_id], "platform", method)
        try:
            answer = self._platform.call(method, params)
        except Refused:
            self._memory.end(shop, [refund_id], "platform")
            raise
        self._memory.end(shop, [refund_id], "platform")
        return answer


def _must(method: str, result: Any, name: str) -> None:
    if not isinstance(result, dict) or result.get(name) not in (True, "true"):
        raise Refused(f"{method}: the platform did not take it: {result}")
