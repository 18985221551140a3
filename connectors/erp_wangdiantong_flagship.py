"""旗舰版: one URL, the method a parameter, arguments a JSON array, time counted from 2012."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from connectors.clock import text
from connectors.erp_wangdiantong import DAY, JSON, Dialect, failure, whole, yuan
from connectors.errors import Refused

EPOCH = 1_325_347_200
_TYPES = {1: "refund_only", 2: "return_refund", 4: "refund_only"}
_STATUSES = {"closed": 1, "pending": 2, "waiting_buyer": 3, "waiting_receipt": 4, "refunded": 5, "refused": 7}
_SEEN = {number: ours for ours, number in _STATUSES.items()}
_REVIEWED = 30


class Erp(Dialect):
    """The documents of all shops, in 旗舰版."""

    def _push(self, shop: str, body: JSON, *, early: bool) -> None:
        kind = 2 if body["type"] == "return_refund" else 1 if early else 4
        row = {
            "refund_no": str(body["refund_id"]),
            "tid": str(body["tid"]),
            "oid": str(body["oid"]),
            "num": int(body["quantity"]),
            "type": kind,
            "status": _STATUSES[str(body["status"])],
            "refund_version": str(body["version"]),
            "refund_amount": float(body["amount"]),
            "actual_refund_amount": float(body["amount"]),
            "title": "",
            "logistics_name": str(body.get("company") or ""),
            "logistics_no": str(body.get("waybill") or ""),
            "buyer_nick": "",
            "is_aftersale": 0 if early else 1,
            "reason": str(body.get("reason") or ""),
            "spec_no": str(body["lines"][0]["sku"]),
        }
        data = self._call("aftersales.refund.RawRefund.upload2", [shop, [row]])["data"]
        for failed in data.get("error_list") or ():
            raise failure(f"erp upload: {failed.get('error')}")

    def _search(self, shop: str, begin: int, end: int, page: int, size: int) -> list[JSON]:
        asked = {"modified_from": text(begin), "modified_to": text(end), "shop_nos": shop}
        pager = {"page_no": str(page), "page_size": str(size), "calc_total": "0"}
        rows: list[JSON] = self._call("aftersales.refund.Refund.search", [asked], pager)["data"]["order"]
        return rows

    def _find(self, refund_id: str) -> list[JSON]:
        now = int(self._clock.now())
        asked = {"modified_from": text(now - 29 * DAY), "modified_to": text(now + 60)}
        pager = {"page_no": "0", "page_size": "10", "calc_total": "0"}
        asked["raw_refund_nos"] = refund_id
        rows: list[JSON] = self._call("aftersales.refund.Refund.search", [asked], pager)["data"]["order"]
        return rows

    def _document(self, row: JSON) -> JSON:
        detail = row["detail_list"][0]
        kind = "return_refund" if row["type"] == 2 else "refund_only"
        return {
            "refund_id": str(row["raw_refund_nos"]),
            "tid": str(row["src_tids"]),
            "oid": str(detail["oid"]),
            "type": kind,
            "status": _SEEN.get(int(row["rr_status"]), ""),
            "amount": yuan(row["guarantee_refund_amount"]),
            "quantity": whole(detail["refund_num"]),
            "received": whole(detail["stockin_num"]),
            "waybill": str(row.get("return_logistics_no") or "").strip(),
            "company": str(row.get("return_logistics_name") or "").strip(),
            "version": int(row.get("refund_version") or 0),
            "changed": int(row["modified"]) // 1000,
            "kind_decided": _decided(row, kind),
            "picture": str(row.get("flag_name") or "").strip(),
        }

    def _call(self, method: str, args: list[Any], pager: Mapping[str, str] | None = None) -> JSON:
        body = json.dumps(args, ensure_ascii=False, separators=(",", ":"))
        keys = self._keys
        if not keys.get("salt"):
            raise Refused("erp: ERP_SALT is missing, the second half of an app secret `secret:salt`")
        params = {"sid": keys["sid"], "key": keys["app"], "salt": keys["salt"], "v": "1.0", "method": method}
        params |= {"timestamp": str(int(self._clock.now()) - EPOCH), **(pager or {})}
        params["sign"] = sign(keys["secret"], params, body)
        url = f"{self._url}/openapi?{urlencode(params)}"
        return self._request(url, body.encode(), "application/json", method.rpartition(".")[2])


def sign(secret: str, params: Mapping[str, str], body: str) -> str:
    """Return the sign: hex MD5 of every parameter and the body in order of name, between two secrets."""
    every = {**params, "body": body}
    middle = "".join(name + every[name] for name in sorted(every) if name != "sign")
    return hashlib.md5(f"{secret}{middle}{secret}".encode()).hexdigest()


def _decided(row: JSON, kind: str) -> str:
    """Return what a document's own statuses say: a cancelled one was refused, goods outrank the review."""
    if row.get("is_reject"):
        return "refuse"
    if int(row["stockin_status"]) in (2, 3):
        return "receive"
    if int(row["status"]) != _REVIEWED:
        return ""
    return "approve_return" if kind == "return_refund" else "approve"
