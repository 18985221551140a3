"""Re-sends (补寄): goods sent once more. They come with the refunds, and are carried out by reports to AG."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from connectors import refunds
from connectors.delivery import Delivery
from connectors.errors import Later, Refused

JSON = dict[str, Any]

PARCEL = "taobao.rdc.aligenius.warehouse.resend.logistics.msg.post"
STATE = "taobao.rdc.aligenius.warehouse.resend.update"
SENT, NOTHING_IS_SENT = 1, -1

OPEN_TO_US = ("WAIT_SELLER_AGREE", "WAIT_SELLER_CONSIGN_GOODS")
"""States in which it is ours to send the goods, or to say that we will not."""

log = logging.getLogger("connector")


class Reships:
    """The re-sends of one shop.

    The platform's API has no call that agrees to one: people do that, or the parcel says so. What the API has are AG's
    two reports, whose source is the re-send.
    """

    def __init__(self, delivery: Delivery) -> None:
        """Share platform and papers with the refunds."""
        self._delivery = delivery
        self._platform = delivery.platform
        self._memory = delivery.memory
        self.shop = delivery.shop

    def carry_out(self, found: Mapping[str, Any], what: str, fact: Mapping[str, Any]) -> str:
        """Do what the ERP's document *found* says (*what*, with the *fact*), if it is still the re-send's turn.

        Returns:
            What became of it, for the log.
        """
        number = str(found["refund_id"])
        detail = self._delivery.read(number)
        if self._memory.unknown(self.shop, number, "platform"):
            self._memory.end(self.shop, [number], "platform")  # the state shows whether it had been done
        if detail["status"] not in OPEN_TO_US or not self._about_this(found, detail, what, fact):
            self._delivery.write(detail)
            return f"moot in status {detail['status']}"
        if refunds.staff_are_in(detail):
            raise Later(f"re-send {number}: the platform's staff have it")
        self.do(what, detail, fact)
        self._delivery.bring(number)
        return "done"

    def do(self, what: str, detail: JSON, fact: Mapping[str, Any]) -> None:
        """Report what the ERP did or decided. An approval has no call: the parcel follows, and says it."""
        if what == "ship":
            self.ship(detail, fact)
        elif what == "refuse_reship":
            self.refuse(detail, fact)

    def _about_this(self, found: Mapping[str, Any], detail: JSON, what: str, fact: Mapping[str, Any]) -> bool:
        """Tell whether a decision is about what the buyer wants now; a parcel that left is told of in any case."""
        wants = str(found.get("wanted") or ""), int(fact.get("quantity") or found.get("quantity") or 0)
        return what == "ship" or wants == (str(detail.get("desc") or ""), int(detail.get("num") or 1))

    def ship(self, detail: JSON, parcel: Mapping[str, Any]) -> None:
        """Tell the parcel that the ERP sent, by its own number."""
        goods: JSON = {"oid": int(detail["oid"]), "num": int(detail.get("num") or 1)}
        goods["goods_id"] = str(detail.get("outer_id") or detail["oid"])
        told = {"status": SENT, "msg": "已补寄", "mail_no": parcel["waybill"], "company_name": parcel["company"]}
        self._report(PARCEL, detail, told | {"goods_item_list": [goods]})

    def refuse(self, detail: JSON, decision: Mapping[str, Any]) -> None:
        """Tell that nothing is sent, and why."""
        why = str(decision.get("text") or "").strip()[:200] or "不同意补寄"
        self._report(STATE, detail, {"status": NOTHING_IS_SENT, "msg": why})

    def _report(self, method: str, detail: JSON, told: JSON) -> None:
        """Send a report about a re-send; its outcome stands inside the result."""
        number = str(detail["refund_id"])
        whole = {"tid": int(detail["tid"]), "source_id": number, **told}
        self._memory.begin(self.shop, [number], "platform", method)
        try:
            result = self._platform.call(method, {"param0": json.dumps(whole, ensure_ascii=False)}).get("result")
        except Refused:
            self._memory.end(self.shop, [number], "platform")
            raise
        self._memory.end(self.shop, [number], "platform")
        if not isinstance(result, dict) or result.get("success_flag") not in (True, "true"):
            said = result.get("fail_info") if isinstance(result, dict) else result
            raise Refused(f"{method}: {said}")
        log.info("%s: %s: %s", self.shop, number, method)
