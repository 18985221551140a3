"""企业版: forms to one page for each call, numbers as text, Tmall's statuses in lower case, type numbers of its own."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from connectors.clock import seconds, text
from connectors.erp_wangdiantong import OWN_PLATFORM, Dialect, whole, yuan

JSON = dict[str, Any]

_STATUSES = {
    "pending": "wait_seller_agree",
    "waiting_buyer": "wait_buyer_return_goods",
    "waiting_receipt": "wait_seller_confirm_goods",
    "refused": "seller_refuse_buyer",
    "refunded": "success",
    "closed": "closed",
}
_SEEN = {theirs: ours for ours, theirs in _STATUSES.items()}
_DECIDED = {30: "approve", 40: "refuse", 60: "approve_return", 70: "receive", 71: "receive", 80: "receive"}


class Erp(Dialect):
    """The documents of all shops, in 企业版. No field is there for the platform's version: `desc` carries it."""

    def _push(self, shop: str, body: JSON, *, early: bool) -> None:
        kind = 3 if body["type"] == "return_refund" else 1 if early else 2
        row = {
            "platform_id": OWN_PLATFORM,
            "shop_no": shop,
            "tid": str(body["tid"]),
            "refund_no": str(body["refund_id"]),
            "type": kind,
            "status": _STATUSES[str(body["status"])],
            "refund_fee": str(body["amount"]),
            "buyer_nick": "",
            "refund_time": "",
            "reason": str(body.get("reason") or ""),
            "desc": str(body["version"]),
            "logistics_no": str(body.get("waybill") or ""),
            "logistics_name": str(body.get("company") or ""),
            "order_list": [{"oid": str(body["oid"]), "num": int(body["quantity"])}],
        }
        self._call("sales_refund_push", api_refund_list=json.dumps([row], ensure_ascii=False))

    def _search(self, shop: str, begin: int, end: int, page: int, size: int) -> list[JSON]:
        span = {"start_time": text(begin), "end_time": text(end), "shop_no": shop}
        rows: list[JSON] = self._call("refund_query", **span, page_no=str(page), page_size=str(size))["refunds"]
        return rows

    def _find(self, refund_id: str) -> list[JSON]:
        rows: list[JSON] = self._call("refund_query", src_refund_no=refund_id)["refunds"]
        return rows

    def _document(self, row: JSON) -> JSON:
        (line, *_) = row["refund_order_list"]
        kind = "return_refund" if str(row["type"]) == "3" else "refund_only"
        return {
            "refund_id": str(row["src_no"]),
            "tid": str(row["tid"]),
            "oid": str(line["oid"]),
            "type": kind,
            "status": _SEEN.get(str(row["status"]), ""),
            "amount": yuan(row["refund_amount"]),
            "quantity": whole(line["num"]),
            "received": whole(line["stockin_num"]),
            "waybill": str(row.get("logistics_no") or ""),
            "company": str(row.get("logistics_name") or ""),
            "version": int(row.get("desc") or 0),
            "changed": seconds(str(row["modified"])),
            "kind_decided": _DECIDED.get(int(row["process_status"]), ""),
            "picture": str(row.get("flag_name") or ""),
        }

    def _call(self, name: str, **fields: str) -> JSON:
        every = {"sid": self._keys["sid"], "appkey": self._keys["app"], "timestamp": str(int(self._clock.now()))}
        every |= fields
        every["sign"] = sign(self._keys["secret"], every)
        kind = "application/x-www-form-urlencoded;charset=UTF-8"
        return self._request(f"{self._url}/{name}.php", urlencode(every).encode(), kind, name)


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return the sign: each field with its lengths in characters, in order of name, then the secret; hex MD5."""
    names = sorted(fields.keys() - {"sign"})
    parts = (f"{len(name):02d}-{name}:{len(fields[name]):04d}-{fields[name]}" for name in names)
    return hashlib.md5((";".join(parts) + secret).encode()).hexdigest()
