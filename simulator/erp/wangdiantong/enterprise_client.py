"""A client of 企业版, for the conformance test and the benchmark."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.clock import to_text
from simulator.erp import canonical
from simulator.erp.caller import Got, Seen, Wanted
from simulator.erp.wangdiantong import base, signing, store
from simulator.erp.wangdiantong.client import WangdiantongClient

PUSH, QUERY = "/openapi2/sales_refund_push.php", "/openapi2/refund_query.php"
PUSH_STOCK_IN, STOCK_INS = "/openapi2/stockin_refund_push.php", "/openapi2/stockin_order_query_refund.php"
_FORM = (b"content-type", b"application/x-www-form-urlencoded;charset=UTF-8")
_TYPES = {"refund_only": 1, "return_refund": 3}
_STATUSES = {
    "pending": "wait_seller_agree",
    "waiting_receipt": "wait_seller_confirm_goods",
    "refused": "seller_refuse_buyer",
    "refunded": "success",
}


class EnterpriseClient(WangdiantongClient):
    """Writes requests and reads answers."""

    def ask(self, path: str, other: Dict[str, str] | None = None, /, **fields: Any) -> Wanted:
        """Return a signed request; *other* replaces what its system fields would be."""
        every = {"sid": self._keys["sid"], "appkey": self._keys["appkey"]}
        every |= {"timestamp": str(self._world.clock.seconds()), **(other or {})}
        every |= {name: value if isinstance(value, str) else _json(value) for name, value in fields.items()}
        every["sign"] = signing.enterprise_sign(self._secret, every)
        return Wanted("POST", path, urlencode(every).encode(), [_FORM])

    def create(self, content: Dict[str, Any]) -> Wanted:
        """Push a refund."""
        return self.ask(PUSH, api_refund_list=[self.row(content)])

    def find(self, refund_id: str, shop: str) -> Wanted:
        """Query by the platform's number."""
        return self.ask(QUERY, src_refund_no=refund_id, shop_no=store.number(self._world, shop))

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """Query the last day, page by page until one is not full."""
        if before is not None and len(before.json()["refunds"]) < limit:
            return None
        self._page = 0 if before is None else self._page + 1
        now = self._world.clock.seconds()
        time = {"start_time": to_text(now - 86400), "end_time": to_text(now + 60)}
        return self.ask(QUERY, None, **time, page_no=self._page, page_size=limit)

    def seen(self, answer: Got) -> list[Seen]:
        """Return the rows of a query."""
        return [
            Seen(
                row["refund_no"],
                row["src_no"],
                canonical.fen(row["refund_amount"], "yuan") or 0,
                base.decision_of(int(row["process_status"]), returns=row["type"] == "3"),
            )
            for row in answer.json()["refunds"]
        ]

    def error(self, answer: Got) -> str:
        """Return the code, or nothing."""
        return str(answer.json()["code"] or "")

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return requests that are refused."""
        row = self.row({"shop": next(iter(self._world.state.shops)), "refund_id": "1", "tid": "2", "oid": "3"})
        now = self._world.clock.seconds()
        wide = {"start_time": to_text(now - 31 * 86400), "end_time": to_text(now)}
        return [
            (self.ask(PUSH, api_refund_list="["), "1"),
            (self.ask(PUSH, {"timestamp": str(now - 400)}, api_refund_list=[row]), "7"),
            (self.ask(PUSH, {"sid": "nobody"}, api_refund_list=[row]), "1"),
            (self.ask("/openapi2/nothing.php"), "1"),
            (self.ask(PUSH, api_refund_list=[row | {"platform_id": 1}]), "100"),
            (self.ask(PUSH, api_refund_list=[row | {"shop_no": "9"}]), "100"),
            (self.ask(PUSH, api_refund_list=[row | {"status": "WAIT_SELLER_AGREE"}]), "100"),
            (self.ask(PUSH, api_refund_list=[row | {"type": 4}]), "100"),
            (self.ask(PUSH, api_refund_list=[row | {"refund_fee": "a"}]), "100"),
            (self.ask(QUERY), "100"),
            (self.ask(QUERY, None, **wide), "100"),
            (self.ask(QUERY, src_refund_no="1", page_size=101), "1"),
        ]

    def row(self, content: Dict[str, Any]) -> dict[str, Any]:
        """Return *content* as a row to push."""
        return {
            "platform_id": store.OWN,
            "shop_no": store.number(self._world, content["shop"]),
            "tid": content["tid"],
            "refund_no": content["refund_id"],
            "type": _TYPES[content.get("type", "refund_only")],
            "status": _STATUSES[content.get("status", "pending")],
            "refund_fee": store.money(content.get("amount", 100)),
            "buyer_nick": "测试买家",
            "refund_time": to_text(self._world.clock.seconds()),
            "reason": "不想要了",
            "desc": str(content.get("version", 0)),
            "logistics_no": "",
            "logistics_name": "",
            "order_list": [{"oid": content["oid"], "num": content.get("quantity", 1)}],
        }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
