"""A client of 旗舰版, for the conformance test and the benchmark."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.clock import to_text
from simulator.erp import canonical
from simulator.erp.caller import Got, Seen, Wanted
from simulator.erp.wangdiantong import signing, store
from simulator.erp.wangdiantong.client import WangdiantongClient

UPLOAD = "aftersales.refund.RawRefund.upload2"
UPLOAD_ALL = "aftersales.refund.RawRefund.upload"
SEARCH_RAW = "aftersales.refund.RawRefund.search"
SEARCH = "aftersales.refund.Refund.search"
CREATE_STOCK_IN, SEARCH_STOCK_INS = "wms.stockin.Refund.createOrder", "wms.stockin.Refund.queryWithDetail"
SMART = "wms.stockin.SmartRefund.upload"
_JSON = (b"content-type", b"application/json")
_TYPES = {"refund_only": 1, "return_refund": 2}
_STATUSES = {"pending": 2, "waiting_receipt": 4, "refused": 7, "refunded": 5}


class FlagshipClient(WangdiantongClient):
    """Writes requests and reads answers."""

    def ask(self, method: str, args: Any, **other: str) -> Wanted:
        """Return a signed request; *other* adds parameters, or replaces what they would be."""
        body = args if isinstance(args, str) else msgspec.json.encode(args).decode()
        params = {"sid": self._keys["sid"], "key": self._keys["app_key"], "salt": self._keys["salt"], "v": "1.0"}
        stamp = str(self._world.clock.seconds() - signing.EPOCH)
        params |= {"method": method, "timestamp": stamp, **other}
        params["sign"] = signing.flagship_sign(self._secret, params, body)
        return Wanted("POST", "/openapi", body.encode(), [_JSON], urlencode(params).encode())

    def create(self, content: Dict[str, Any]) -> Wanted:
        """Upload a refund."""
        return self.ask(UPLOAD, [store.number(self._world, content["shop"]), [self.row(content)]])

    def find(self, refund_id: str, shop: str) -> Wanted:
        """Search by the platform's number, within the last month."""
        asked = {**self._lately(30), "raw_refund_nos": refund_id, "shop_nos": store.number(self._world, shop)}
        return self.ask(SEARCH, [asked], page_no="0", page_size="50")

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """Search the last day, page by page until one is not full."""
        if before is not None and len(before.json()["data"]["order"]) < limit:
            return None
        self._page = 0 if before is None else self._page + 1
        return self.ask(SEARCH, [self._lately(1)], page_no=str(self._page), page_size=str(limit), calc_total="1")

    def _lately(self, days: int) -> dict[str, str]:
        now = self._world.clock.seconds()
        return {"modified_from": to_text(now + 60 - days * 86400), "modified_to": to_text(now + 60)}

    def seen(self, answer: Got) -> list[Seen]:
        """Return the documents of a search."""
        return [
            Seen(
                row["refund_no"],
                row["raw_refund_nos"],
                canonical.fen(row["guarantee_refund_amount"], "yuan") or 0,
                _decision(row),
            )
            for row in answer.json()["data"]["order"]
        ]

    def error(self, answer: Got) -> str:
        """Return the status, or error_list if a row of an upload failed."""
        found = answer.json()
        if found["status"]:
            return str(found["status"])
        data = found["data"]
        return "error_list" if isinstance(data, dict) and data.get("error_list") else ""

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return requests that are refused, whole or by row."""
        shop = store.number(self._world, next(iter(self._world.state.shops)))
        row = self.row({"shop": "", "refund_id": "1", "tid": "2", "oid": "3"})
        now = self._world.clock.seconds()
        page = {"page_no": "0", "page_size": "50"}
        return [
            (self.ask(UPLOAD, "["), "1"),
            (self.ask(UPLOAD, [[row]]), "1"),
            (self.ask(UPLOAD, [shop, [row]], timestamp=str(now)), "7"),
            (self.ask(UPLOAD, [shop, [row]], timestamp=f"{now}000"), "1"),
            (self.ask(UPLOAD, [shop, [row]], sid="nobody"), "1"),
            (self.ask("nothing", []), "1"),
            (self.ask(UPLOAD, ["9", [row]]), "error_list"),
            (self.ask(UPLOAD_ALL, ["9", [row]]), "100"),
            (self.ask(UPLOAD, [shop, [row | {"colour": "red"}]]), "2"),
            (self.ask(UPLOAD, [shop, [row | {"title": None}]]), "error_list"),
            (self.ask(UPLOAD, [shop, [row | {"status": "WAIT_SELLER_AGREE"}]]), "error_list"),
            (self.ask(SEARCH, [self._lately(1)]), "100"),
            (self.ask(SEARCH, [{}], **page), "100"),
            (self.ask(SEARCH, [self._lately(40)], **page), "100"),
            (self.ask(SEARCH_RAW, [{"start_time": "2023/02/06 17:59:19", "end_time": "x"}], **page), "100"),
        ]

    def row(self, content: Dict[str, Any]) -> dict[str, Any]:
        """Return *content* as a row to upload."""
        amount = float(Decimal(content.get("amount", 100)) / 100)
        return {
            "refund_no": content["refund_id"],
            "tid": content["tid"],
            "oid": content["oid"],
            "num": content.get("quantity", 1),
            "type": _TYPES[content.get("type", "refund_only")],
            "status": _STATUSES[content.get("status", "pending")],
            "refund_version": str(content.get("version", 1)),
            "refund_amount": amount,
            "actual_refund_amount": amount,
            "title": "",
            "buyer_nick": "测试买家",
            "is_aftersale": 0,
            "reason": "不想要了",
        }


def _decision(row: dict[str, Any]) -> str:
    """Return what a document's own statuses say was decided."""
    if row["is_reject"]:
        return "refuse"
    if row["stockin_status"] in (2, 3):
        return "receive"
    if row["status"] != 30:
        return ""
    return "approve_return" if row["type"] == 2 else "approve"
