"""What the platform wants to hear about a refund besides the money: review, return address, refusals with proof."""

from collections.abc import Mapping
from typing import Any

from connectors import refunds
from connectors.delivery import Delivery
from connectors.errors import Later, Refused
from connectors.platform import rows
from connectors.refunds import Step

JSON = dict[str, Any]

REFUSE_PROOF = 130_000
"""Bytes: the largest picture that the platform takes with a refusal."""

GOODS_PROOF = 5 * 1024 * 1024
"""Bytes: the largest one with refused goods."""

_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class Answers:
    """Each answer is one modifying call, based on a detail that is still the newest we have heard."""

    def __init__(self, delivery: Delivery) -> None:
        """Answer with the delivery's platform, with proofs out of its ERP."""
        self._delivery = delivery
        self._platform = delivery.platform
        self._tmall = delivery.platform.shop.type == "B"
        self._reviewed: dict[str, int] = {}
        self._addresses: list[JSON] = []
        self._review_bumps: bool | None = None

    def give(self, step: Step, detail: JSON, decision: Mapping[str, Any]) -> None:
        """Carry out *step*, which is none about money."""
        {Step.TAKE_BACK: self.take_back, Step.REFUSE: self.refuse, Step.REFUSE_GOODS: self.refuse_goods}[step](
            detail, decision
        )

    def review(self, detail: JSON, decision: Mapping[str, Any]) -> JSON:
        """Mark a Tmall refund as fit for payment; return it as it is to be paid. A mark holds for its version only."""
        refund_id, version = str(detail["refund_id"]), refunds.version(detail)
        if not self._tmall or self._reviewed.get(refund_id) == version:
            return detail
        answer = self._change(
            "taobao.rp.refund.review",
            detail,
            {"operator": decision.get("by") or "ERP", "message": decision.get("text") or "同意退款", "result": True},
        )
        self._must("taobao.rp.refund.review", answer.get("is_success"))
        after = self._as_reviewed(detail)
        self._reviewed[refund_id] = refunds.version(after)
        return after

    def _as_reviewed(self, detail: JSON) -> JSON:
        """Return the refund after our review. Whether that raises the version is not documented: look until we know."""
        if self._review_bumps is False:
            return detail
        after = self._delivery.read(str(detail["refund_id"]))
        same = all(after.get(name) == detail.get(name) for name in ("status", "refund_fee", "has_good_return"))
        if not same:
            raise Later("taobao.rp.refund.review: the refund has just changed")
        self._review_bumps = refunds.version(after) != refunds.version(detail)
        return after

    def forget_review(self, refund_id: str) -> None:
        """Review again before the next try: the platform may have lost the mark."""
        self._reviewed.pop(refund_id, None)

    def take_back(self, detail: JSON, decision: Mapping[str, Any]) -> None:
        """Agree to the return, to the address that the ERP chose or else to the default return address."""
        address = self.address(str(decision.get("address") or ""))
        extra: JSON = {"remark": decision.get("text") or "同意退货", "seller_address_id": address["contact_id"]}
        if not self._tmall:  # Taobao wants the address spelt out as well
            place = (address.get(name) or "" for name in ("province", "city", "country", "addr"))
            extra |= {"name": address.get("contact_name"), "address": "".join(place), "post": address.get("zip_code")}
            extra |= {"tel": address.get("phone"), "mobile": address.get("mobile_phone")}
        answer = self._change("taobao.rp.returngoods.agree", detail, extra)
        self._must("taobao.rp.returngoods.agree", answer.get("is_success"))

    def refuse(self, detail: JSON, decision: Mapping[str, Any]) -> None:
        """Refuse the refund with reason, words and proof."""
        reason_id, reason = self.reason(detail, decision)
        words = str(decision.get("text") or "").strip()
        words = words if len(words) >= 2 else (reason or "不同意退款")
        extra = {"refuse_message": words[:200], "refuse_reason_id": reason_id}
        answer = self._change("taobao.refund.refuse", detail, extra, self.proof(decision, REFUSE_PROOF))
        self._must("taobao.refund.refuse", answer.get("is_success"))

    def refuse_goods(self, detail: JSON, decision: Mapping[str, Any]) -> None:
        """Refuse the goods that came back, with reason and proof."""
        reason_id, _ = self.reason(detail, decision)
        proof = self.proof(decision, GOODS_PROOF)
        answer = self._change("taobao.rp.returngoods.refuse", detail, {"refuse_reason_id": reason_id}, proof)
        self._must("taobao.rp.returngoods.refuse", answer.get("result"))

    def _change(self, method: str, detail: JSON, extra: JSON, files: Mapping[str, Any] | None = None) -> JSON:
        """Send a modifying call. That it may have happened is noted first, and forgotten once it is known."""
        delivery, refund_id = self._delivery, str(detail["refund_id"])
        if not delivery.current(detail):
            raise Later(f"{method}: the refund has just changed")
        params: JSON = {"refund_id": refund_id, "refund_version": refunds.version(detail), **extra}
        if self._tmall:
            params["refund_phase"] = detail["refund_phase"]
        delivery.memory.begin(delivery.shop, [refund_id], "platform", method)
        try:
            answer = self._platform.call(method, params, files=files)
        except Refused:
            delivery.memory.end(delivery.shop, [refund_id], "platform")
            raise
        delivery.memory.end(delivery.shop, [refund_id], "platform")
        return answer

    def _must(self, method: str, said: Any) -> None:
        if said not in (True, "true"):
            raise Refused(f"{method}: the platform did not do it")

    def address(self, wanted: str) -> JSON:
        """Return the entry of the shop's address book with that contact id, or its default return address."""
        for _ in range(2):
            for address in self._addresses:
                chosen = str(address["contact_id"]) == wanted if wanted else address.get("cancel_def") in (True, "true")
                if chosen:
                    return address
            answer = self._platform.call("taobao.logistics.address.search", {})
            self._addresses = rows(answer, "addresses", "address_result")
        raise Refused(f"the shop's address book has no {f'address {wanted}' if wanted else 'default return address'}")

    def reason(self, detail: JSON, decision: Mapping[str, Any]) -> tuple[str, str]:
        """Return id and text of the ERP's reason if it is valid for this refund, else of the first valid one."""
        params = {"refund_id": detail["refund_id"], "refund_phase": detail["refund_phase"]}
        params["fields"] = "reason_id,reason_text,reason_tips"
        answer = self._platform.call("taobao.refund.refusereason.get", params)
        valid = {str(row["reason_id"]): str(row.get("reason_text") or "") for row in rows(answer, "reasons", "reason")}
        wanted = str(decision.get("reason_code") or "")
        if wanted in valid:
            return wanted, valid[wanted]
        return next(iter(valid.items()), ("", ""))

    def proof(self, decision: Mapping[str, Any], most: int, name: str = "refuse_proof") -> JSON | None:
        """Return the decision's picture as a file to send along under *name*."""
        proof = decision.get("proof")
        if not proof:
            if self._tmall:
                raise Refused("the ERP gave no proof picture, and Tmall takes no refusal without one")
            return None
        picture = self._delivery.erp.proof(str(proof["sha256"]))
        media = next((media for start, media in _PICTURES.items() if picture.startswith(start)), "")
        if not media or len(picture) > most:
            raise Refused(f"the proof picture is no PNG, JPEG or GIF of at most {most} bytes")
        return {name: (str(proof.get("filename") or "proof"), picture, media)}
