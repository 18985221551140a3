"""A client of the present gateway, for the conformance test and the benchmark."""

import hmac
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from simulator.clock import to_text
from simulator.erp import canonical
from simulator.erp.caller import Got, Seen, Wanted
from simulator.erp.jushuitan import gateway, rows, signing
from simulator.world import World

UPLOAD, QUERY = "/open/aftersale/upload", "/open/refund/single/query"
RECEIVED, CONFIRM_GOODS = "/open/aftersale/received/query", "/open/webapi/aftersaleapi/confirmgoods"
PARCELS, PAYMENTS = "/open/aftersale/noinfo/upload", "/open/webapi/aftersaleapi/pay/payqueryasmodified"
_FORM = (b"content-type", b"application/x-www-form-urlencoded;charset=UTF-8")


class Client:
    """Signs with an app's secret."""

    repeats = True

    def __init__(self, world: World, secret: str, keys: Dict[str, str]) -> None:
        """Speak to *world*'s ERP with *secret* and the other *keys*."""
        self._world = world
        self._secret = secret
        self._keys = keys

    def ask(self, path: str, biz: Any, **other: str) -> Wanted:
        """Return a signed request; *other* replaces what its fields would be."""
        text = biz if isinstance(biz, str) else msgspec.json.encode(biz).decode()
        fields = {"app_key": self._keys["app_key"], "access_token": self._keys["access_token"], "version": "2"}
        fields |= {"timestamp": str(self._world.clock.seconds()), "charset": "utf-8", "biz": text, **other}
        fields["sign"] = signing.sign(self._secret, fields)
        return Wanted("POST", path, urlencode(fields).encode(), [_FORM])

    def auth(self, path: str, **fields: str) -> Wanted:
        """Return a signed call for tokens; a refresh token in *fields* makes it one that refreshes."""
        grant = "refresh_token" if "refresh_token" in fields else "authorization_code"
        every = {"app_key": self._keys["app_key"], "timestamp": str(self._world.clock.seconds()), "charset": "utf-8"}
        every |= {"grant_type": grant, **({"scope": "all"} if grant == "refresh_token" else {}), **fields}
        every["sign"] = signing.sign(self._secret, every)
        return Wanted("POST", path, urlencode(every).encode(), [_FORM])

    def old(self, method: str, biz: Any, **other: str) -> Wanted:
        """Return a call of the older gateway; *other* replaces what its query would say."""
        about = {"method": method, "partnerid": self._keys["app_key"], "token": self._keys["access_token"]}
        about |= {"ts": str(self._world.clock.seconds()), **other}
        names = ("method", "partnerid", "token", "ts")
        sign = signing.old_sign(self._secret, *(about[name] for name in names))
        return Wanted("POST", gateway.OLD, msgspec.json.encode(biz), [], urlencode({"sign": sign, **about}).encode())

    def create(self, content: Dict[str, Any]) -> Wanted:
        """Upload a row."""
        return self.ask(UPLOAD, [self.row(content)])

    def update(self, seen: Seen, content: Dict[str, Any]) -> Wanted:
        """Upload it again."""
        return self.create(content)

    def stale(self, seen: Seen, content: Dict[str, Any]) -> Wanted | None:
        """There are no revisions that a writer could name."""
        return None

    def find(self, refund_id: str, shop: str) -> Wanted:
        """Query by the platform's own number, as one who has kept it would."""
        known = self._world.state.documents.of_refund(shop, refund_id)
        return self.ask(QUERY, {"as_ids": [rows.as_id(row) for row in known] or [1], "page_index": 1, "page_size": 50})

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """Query the last day, page by page."""
        page = before.json()["data"] if before is not None else {"page_index": 0, "has_next": True}
        if not page["has_next"]:
            return None
        now = self._world.clock.seconds()
        time = {"modified_begin": to_text(now - 86400), "modified_end": to_text(now + 60)}
        return self.ask(QUERY, {**time, "page_index": page["page_index"] + 1, "page_size": limit})

    def seen(self, answer: Got) -> list[Seen]:
        """Return the rows of a query."""
        return [
            Seen(str(row["as_id"]), row["outer_as_id"], canonical.fen(row["refund"], "yuan") or 0, _decision(row))
            for row in answer.json()["data"]["datas"]
        ]

    def error(self, answer: Got) -> str:
        """Return the code, or issuccess if a row of an upload failed."""
        found = answer.json()
        if found["code"]:
            return str(found["code"])
        data = found["data"]
        rows = data if isinstance(data, list) else data.get("datas", ())
        return "issuccess" if any(False in (row.get("issuccess"), row.get("success")) for row in rows) else ""

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return requests that are refused, whole or by row."""
        row = self.row({"shop": next(iter(self._world.state.shops)), "refund_id": "1", "tid": "2", "oid": "3"})
        old = str(self._world.clock.seconds() - 3600)
        return [
            (self.ask(UPLOAD, "{"), "130"),
            (self.ask(UPLOAD, [row], access_token="stale"), "100"),
            (self.ask(UPLOAD, [row], timestamp=old), "140"),
            (self.ask("/open/nothing", {}), "190"),
            (self.ask(QUERY, {}), "130"),
            (self.ask(QUERY, {"as_ids": [1], "page_size": 51}), "130"),
            (self.ask(UPLOAD, [row | {"type": "退货退款"}]), "issuccess"),
            (self.ask(UPLOAD, [row | {"shop_status": "wait"}]), "issuccess"),
            (self.ask(UPLOAD, [row | {"shop_id": 9}]), "issuccess"),
            (self.ask(UPLOAD, [row | {"refund": "8.35"}]), "issuccess"),
        ]

    def denied(self) -> str:
        """Return the code of a wrong sign."""
        return "10"

    def genuine(self, push: Got, secret: str) -> bool:
        """Check the sign over the form's fields."""
        fields = dict(parse_qsl(push.content.decode()))
        return hmac.compare_digest(fields.get("sign", ""), signing.sign(secret, fields))

    def row(self, content: Dict[str, Any]) -> dict[str, Any]:
        """Return *content* as a row to upload."""
        words = rows.MEANING.fields
        amount = float(Decimal(content.get("amount", 100)) / 100)
        item = {"outer_oi_id": content["oid"], "sku_id": "SKU-A", "qty": content.get("quantity", 1), "type": "退货"}
        return {
            "shop_id": int(rows.shop_number(self._world, content["shop"])),
            "outer_as_id": content["refund_id"],
            "so_id": content["tid"],
            "type": words["type"].theirs(content.get("type", "refund_only")),
            "shop_status": words["status"].theirs(content.get("status", "pending")),
            "question_type": "不想要了",
            "total_amount": amount,
            "refund": amount,
            "payment": 0,
            "refund_version": content.get("version", 0),
            "items": [{**item, "amount": amount}],
        }


def _decision(row: dict[str, Any]) -> str:
    """Return what a row's own statuses say was decided."""
    if any(item["r_qty"] for item in row["items"]):
        return "receive"
    if row["status"] != "Confirmed":
        return ""
    return "approve" if row["type"] == "仅退款" else "approve_return"
