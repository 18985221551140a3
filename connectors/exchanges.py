"""Exchanges (换货): brought to the ERP as documents of their own, and carried out step by step as it decides."""

import logging
from collections.abc import Mapping
from typing import Any

from connectors import clock, inbound, refunds
from connectors.answers import GOODS_PROOF, Answers
from connectors.delivery import Delivery
from connectors.errors import Later, Refused, Trouble, Unknown
from connectors.memory import Written

JSON = dict[str, Any]

IMAGE = {
    "1": "pending",
    "2": "waiting_buyer",
    "3": "waiting_receipt",
    "6": "refused",
    "12": "waiting_ship",
    "13": "shipped",
    "5": "done",
    "4": "closed",
    "14": "closed",
}
"""The platform's states in the ERP's words. 14 has become a refund, which has a number and a document of its own."""

OURS = frozenset({"1", "3", "12"})
"""States in which the seller's time runs."""

FIELDS = (
    "dispute_id,biz_order_id,status,modified,refund_version,num,title,reason,bought_sku,exchange_sku,"
    "buyer_logistic_name,buyer_logistic_no,seller_logistic_name,seller_logistic_no,time_out,payment,cs_status"
)
COMPARED = ("modified", "status", "num", "exchange_sku", "buyer_logistic_name", "buyer_logistic_no")
LISTED = f"dispute_id,{','.join(COMPARED)}"
EXPRESS = 200

log = logging.getLogger("connector")


def mark(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what *row* (of the list, or a detail) says in the compared fields."""
    return {name: str(row[name]) for name in COMPARED if row.get(name) is not None}


def document(detail: Mapping[str, Any], shop: str) -> JSON:
    """Return the document of an exchange of *shop*.

    Raises:
        Refused: if it is in a state that we do not know.
    """
    status = str(detail["status"])
    if status not in IMAGE:
        raise Refused(f"exchange status {status} is unknown to this connector")
    return {
        "shop": shop,
        "refund_id": str(detail["dispute_id"]),
        "kind": "exchange",
        "tid": str(detail["biz_order_id"]),
        "type": "exchange",
        "status": IMAGE[status],
        "quantity": int(detail.get("num") or 1),
        "wanted": str(detail.get("exchange_sku") or ""),
        "waybill": str(detail.get("buyer_logistic_no") or ""),
        "company": str(detail.get("buyer_logistic_name") or ""),
        "version": int(detail["refund_version"]),
        "reason": str(detail.get("reason") or ""),
    }


class Exchanges:
    """The exchanges of one shop."""

    def __init__(self, delivery: Delivery, answers: Answers) -> None:
        """Share platform, papers and patience with the refunds."""
        self._delivery = delivery
        self._answers = answers
        self._platform = delivery.platform
        self._memory = delivery.memory
        self.shop = delivery.shop

    def read(self, dispute_id: str) -> JSON:
        """Return the exchange as it is now on the platform."""
        result = self._platform.call("tmall.exchange.get", {"dispute_id": dispute_id, "fields": FIELDS}).get("result")
        detail = result.get("exchange") if isinstance(result, dict) else None
        if not isinstance(detail, dict) or str(detail.get("dispute_id")) != dispute_id:
            raise Unknown(f"tmall.exchange.get: the answer holds no exchange {dispute_id}")
        return detail

    def bring(self, dispute_id: str, _: Mapping[str, str] | None = None) -> bool:
        """Bring an exchange to the ERP as it is now. Return False if that is to be tried again later."""
        key = ("bring", dispute_id)
        if not self._delivery.patience.due(key):
            return False
        try:
            self.write(self.read(dispute_id))
        except Trouble as trouble:
            if not self._delivery.failed(key, trouble):
                return False
        self._delivery.patience.forget(key)
        return True

    def write(self, detail: JSON) -> None:
        """Write *detail* and the notice of the goods that come back to the ERP, unless it holds something newer."""
        dispute_id, version = str(detail["dispute_id"]), int(detail["refund_version"])
        known = self._memory.written(self.shop, dispute_id)
        if known is not None and version < known.version:
            return
        if IMAGE.get(str(detail["status"])) in ("done", "closed"):
            self._memory.end(self.shop, [dispute_id], "platform")
        body = document(detail, self.shop)
        papers = self._delivery.papers
        looked = papers.unclear((dispute_id, inbound.key(dispute_id)))
        papers.write(dispute_id, body, Written(version, mark(detail), body), looked)
        self._delivery.announce(dispute_id, body, version, looked)
        running = str(detail["status"]) in OURS and detail.get("time_out")
        at = clock.seconds(str(detail["time_out"])) if running else 0
        self._memory.watch(self.shop, dispute_id, at, f"{body['status']} {version}")

    def carry_out(self, found: Mapping[str, Any], what: str, values: Mapping[str, Any]) -> str:
        """Do what the ERP's document *found* says (*what*, with *values*), if the exchange is where that belongs.

        Returns:
            What became of it, for the log.
        """
        dispute_id = str(found["refund_id"])
        detail = self.read(dispute_id)
        if self._memory.unknown(self.shop, dispute_id, "platform"):
            self._memory.end(self.shop, [dispute_id], "platform")
        step = _STEPS.get((what, str(detail["status"])))
        if step is None or not self._about_this(found, detail, what):
            self.write(detail)
            return f"moot in status {detail['status']}"
        if refunds.staff_are_in(detail):
            raise Later(f"exchange {dispute_id}: the platform's staff have it")
        step(self, dispute_id, values)
        self.write(self.read(dispute_id))
        return "done"

    def _about_this(self, found: Mapping[str, Any], detail: JSON, what: str) -> bool:
        """Tell whether a decision about the application is about what the buyer wants now."""
        same = str(found.get("wanted") or "") == str(detail.get("exchange_sku") or "")
        return same or what not in ("approve_exchange", "refuse_exchange")

    def agree(self, dispute_id: str, decision: Mapping[str, Any]) -> None:
        """Agree, and say where the goods are to come back to."""
        address = self._answers.address(str(decision.get("address") or ""))
        extra = {"address_id": address["contact_id"], "leave_message": decision.get("text") or "同意换货"}
        self._change("tmall.exchange.agree", dispute_id, extra)

    def refuse(self, dispute_id: str, decision: Mapping[str, Any]) -> None:
        """Refuse the exchange with reason, words and proof."""
        self._refuse("tmall.exchange.refuse", dispute_id, decision)

    def refuse_goods(self, dispute_id: str, decision: Mapping[str, Any]) -> None:
        """Refuse the goods that came back."""
        self._refuse("tmall.exchange.returngoods.refuse", dispute_id, decision)

    def receive(self, dispute_id: str, _: Mapping[str, Any]) -> None:
        """Confirm that the goods came back."""
        self._change("tmall.exchange.returngoods.agree", dispute_id, {})

    def ship(self, dispute_id: str, parcel: Mapping[str, Any]) -> None:
        """Tell the parcel that the ERP sent instead, by its own number."""
        extra = {"logistics_no": parcel["waybill"], "logistics_company_name": parcel["company"]}
        self._change("tmall.exchange.consigngoods", dispute_id, extra | {"logistics_type": EXPRESS})

    def _refuse(self, method: str, dispute_id: str, decision: Mapping[str, Any]) -> None:
        extra: JSON = {"seller_refuse_reason_id": self._reason(dispute_id, str(decision.get("reason_code") or ""))}
        extra["leave_message"] = str(decision.get("text") or "").strip()[:200] or "不同意换货"
        proof = self._answers.proof(decision, GOODS_PROOF, "leave_message_pics")
        self._change(method, dispute_id, extra, proof)

    def _reason(self, dispute_id: str, wanted: str) -> str:
        """Return the ERP's reason if it is valid for this exchange, else the first valid one."""
        params = {"dispute_id": dispute_id, "fields": "reason_id,reason_text"}
        result = self._platform.call("tmall.exchange.refusereason.get", params).get("result")
        found = result.get("results") if isinstance(result, dict) else None
        rows = found.get("reason") if isinstance(found, dict) else found
        valid = [str(row["reason_id"]) for row in rows or ()]
        return wanted if wanted in valid else valid[0] if valid else ""

    def _change(self, method: str, dispute_id: str, extra: JSON, files: Mapping[str, Any] | None = None) -> None:
        """Send a modifying call; its outcome stands inside the result."""
        self._memory.begin(self.shop, [dispute_id], "platform", method)
        params = {"dispute_id": dispute_id, "fields": "dispute_id,status,modified", **extra}
        try:
            result = self._platform.call(method, params, files=files).get("result")
        except Refused:
            self._memory.end(self.shop, [dispute_id], "platform")
            raise
        self._memory.end(self.shop, [dispute_id], "platform")
        if not isinstance(result, dict) or result.get("success") not in (True, "true"):
            said = result.get("message") if isinstance(result, dict) else result
            raise Refused(f"{method}: {said}")
        log.info("%s: %s: %s", self.shop, dispute_id, method)


_STEPS = {
    ("approve_exchange", "1"): Exchanges.agree,
    ("refuse_exchange", "1"): Exchanges.refuse,
    ("receive", "3"): Exchanges.receive,
    ("refuse_return", "3"): Exchanges.refuse_goods,
    ("ship", "12"): Exchanges.ship,
}
"""(what the ERP says, state) → step: goods come back and are confirmed before others go out."""
