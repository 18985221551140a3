"""The ERP's side: after-sale documents of Jushuitan (聚水潭) on its present gateway, unique by shop and refund number.

An upload of a known document is an update, so that a repeat does no harm. Everything else is said more than once:
every answer is HTTP 200, what went wrong stands in its `code`, and a row can fail although the code is 0. Agreement
is native (`status` Confirmed), the rest is told by labels that the two sides agreed on, with remarks beside them.
"""

import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import urllib3

from connectors.clock import Clock
from connectors.erp_decision import decision
from connectors.erp_http import picture
from connectors.erp_jushuitan_gateway import Gateway
from connectors.erp_together import Together
from connectors.errors import Later, Refused, Unknown

MOST_ROWS = 50
KEPT = 50_000
"""How many documents' content is kept at hand."""

JSON = dict[str, Any]

_TYPES = {"refund_only": "仅退款", "return_refund": "普通退货"}
_STATUSES = {
    "pending": "WAIT_SELLER_AGREE",
    "waiting_buyer": "WAIT_BUYER_RETURN_GOODS",
    "waiting_receipt": "WAIT_SELLER_CONFIRM_GOODS",
    "refused": "SELLER_REFUSE_BUYER",
    "refunded": "SUCCESS",
    "closed": "CLOSED",
}
_LABELS = {
    "同意退款": "approve",
    "拒绝退款": "refuse",
    "同意退货": "approve_return",
    "确认收货": "receive",
    "拒收退货": "refuse_return",
}
"""Labels by which reviewers and the warehouse say what they decided."""
_KINDS = tuple(_LABELS.values())
_ORDER_UNKNOWN = "未找到对应的订单"
_LOOK_FIRST = ("已被修改", "售后单已存在")
"""What a row that failed says when only a look tells how the document is: others wrote it, or it is there already."""


class Erp:
    """The documents of all shops. Every failure is one of the three in `connectors.errors`."""

    def __init__(
        self, url: str, app: tuple[str, str], clock: Clock, http: urllib3.PoolManager, *, together: float = 0.0
    ) -> None:
        """Speak to the platform at *url* as *app* (key, secret), whose calls carry the time.

        *together*: seconds that an upload waits for others to join it.
        """
        self._together = Together(self._uploaded, together, MOST_ROWS)
        self._gateway = Gateway(url, app, clock, http)
        self._http = http
        self._shops: dict[str, int] = {}
        self._rows: dict[str, JSON] = {}
        self._trades: dict[str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update the document with our number *external*; return it as it is now."""
        self._remember(self._trades, external, (str(body["shop"]), str(body["tid"])))
        row = self._rows.get(external) or self._row(external)
        data = _row(body)
        new = data if row is None else _changes(row, data)
        if row is not None and not new:
            return _document(row, str(body["shop"]))
        own = {"shop_id": self._shop(str(body["shop"])), "outer_as_id": _refund(external)}
        try:
            self._together.put(own | new)
        except (Unknown, Later):
            self._rows.pop(external, None)  # look again before the next write
            raise
        self._remember(self._rows, external, {**(row or {}), **own, **data, **new})
        return _document(self._rows[external], str(body["shop"]))

    def _uploaded(self, rows: Sequence[JSON]) -> list[JSON | Exception]:
        """Upload *rows*; each can fail although the call went well, and the order of the answers means nothing."""
        answers: list[JSON] = self._gateway.call("/open/aftersale/upload", list(rows))["datas"]
        if len(rows) == len(answers) == 1:
            return [_became(answers[0])]
        said = {str(row["outer_as_id"]): row for row in answers}
        return [_became(said.get(str(row["outer_as_id"]))) for row in rows]

    def get(self, external: str) -> JSON | None:
        """Return the document with our number *external*; None if there is none, or we forgot which trade it is of.

        To write it once more is then harmless: it is the same document.
        """
        row = self._row(external)
        return None if row is None else _document(row, self._trades[external][0])

    def documents(self, shop: str, after: str, limit: int = MOST_ROWS) -> tuple[list[JSON], str, bool]:
        """Return documents of *shop* after a row version, the newest version of them, and whether there are more."""
        asked = {"shop_id": self._shop(shop), "start_ts": int(after or 0), "is_get_total": False}
        data = self._gateway.call(
            "/open/refund/single/query", asked | {"page_size": min(limit, MOST_ROWS), "page_index": 1}
        )
        rows: list[JSON] = data["datas"]
        newest = max((int(row["ts"]) for row in rows), default=int(after or 0))
        return [_document(row, shop) for row in rows], str(newest), bool(data["has_next"])

    def proof(self, sha256: str) -> bytes:
        """Return the picture at the URL that a reviewer left (it stands in the place of a digest)."""
        return picture(self._http, sha256)

    def _row(self, external: str) -> JSON | None:
        """Look a document up by its trade: its own number is none that a query takes."""
        if external not in self._trades:
            return None
        shop, tid = self._trades[external]
        asked = {"shop_id": self._shop(shop), "so_ids": [tid], "page_size": MOST_ROWS, "page_index": 1}
        found: list[JSON] = self._gateway.call("/open/refund/single/query", asked)["datas"]
        return next((row for row in found if str(row["outer_as_id"]) == _refund(external)), None)

    def _shop(self, nick: str) -> int:
        """Return the platform's number of a shop."""
        if nick not in self._shops:
            found = self._gateway.call("/open/shops/query", {"page_index": 1, "page_size": 100})["datas"]
            self._shops = {str(row["nick"]): int(row["shop_id"]) for row in found}
        if nick not in self._shops:
            raise Refused(f"erp: shop {nick} is none of the ERP's")
        return self._shops[nick]

    def _remember(self, where: dict[str, Any], external: str, value: Any) -> None:
        with self._lock:
            where[external] = value
            if len(where) > KEPT:
                where.pop(next(iter(where)))


def _became(row: JSON | None) -> JSON | Exception:
    """Return the answer about a row, or what went wrong with it."""
    if row is None:
        return Unknown("erp upload: the answer says nothing of this document")
    if row.get("issuccess") in (True, "true"):
        return row
    text = f"erp upload: {row.get('msg')}"
    if _ORDER_UNKNOWN in text:
        return Later(text)
    return Unknown(text) if any(words in text for words in _LOOK_FIRST) else Refused(text)


def _refund(external: str) -> str:
    return external.removeprefix("TM-")


def _row(body: Mapping[str, Any]) -> JSON:
    """Return what *body* says as a row to upload; money is a number of at most two decimals."""
    kind, status = str(body.get("type")), str(body["status"])
    if body["kind"] != "refund" or kind not in _TYPES or status not in _STATUSES:
        raise Refused(f"erp: no after-sale document says {body['kind']} {kind} {status}")
    amount = float(Decimal(str(body["amount"])))
    return {
        "so_id": str(body["tid"]),
        "type": _TYPES[kind],
        "shop_status": _STATUSES[status],
        "good_status": "BUYER_RETURNED_GOODS" if body.get("waybill") else "BUYER_NOT_RECEIVED",
        "question_type": str(body.get("reason") or "其它"),
        "total_amount": amount,
        "refund": amount,
        "payment": 0,
        "logistics_company": str(body.get("company") or ""),
        "l_id": str(body.get("waybill") or ""),
        "refund_version": int(body["version"]),
        "items": [
            {
                # Without the sub-order's number the ERP takes the whole order for refunded, and cancels it.
                "outer_oi_id": str(line["oid"]),
                "sku_id": str(line["sku"] or line["oid"]),
                "qty": int(line["quantity"]),
                "amount": float(Decimal(str(line["amount"]))),
                "type": "退货",
            }
            for line in body["lines"]
        ],
    }


def _changes(row: Mapping[str, Any], data: JSON) -> JSON:
    """Return what of *data* the row does not say yet, and no label if it was put on other content."""
    found = {name: value for name, value in data.items() if name != "items" and not _same(row.get(name), value)}
    if row.get("good_status") == "SELLER_RECEIVED":  # the warehouse has the last word, and the parcel's with it
        for name in ("good_status", "logistics_company", "l_id"):
            found.pop(name, None)
    if "refund" in found:
        found["items"] = data["items"]
    if "refund" in found or "type" in found or found.get("shop_status") == _STATUSES["pending"]:
        found["labels"] = ""
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, float):
        return one is not None and Decimal(str(one)) == Decimal(str(other))
    return bool(one == other) or (one is None and other == "")


def _document(row: Mapping[str, Any], shop: str) -> JSON:
    """Return a row as one of our documents."""
    items = row["items"]
    found: JSON = {
        "shop": shop,
        "external": f"TM-{row['outer_as_id']}",
        "refund_id": str(row["outer_as_id"]),
        "kind": "refund",
        "tid": str(row["so_id"]),
        "oid": str(items[0].get("outer_oi_id") or ""),
        "type": next((ours for ours, theirs in _TYPES.items() if theirs == row["type"]), ""),
        "status": next((ours for ours, theirs in _STATUSES.items() if theirs == row["shop_status"]), ""),
        "amount": f"{Decimal(str(row['refund'])):.2f}",
        "quantity": sum(int(item["qty"]) for item in items),
        "waybill": row.get("l_id") or "",
        "company": row.get("logistics_company") or "",
        "version": int(row.get("refund_version") or 0),
        "reason": row["question_type"],
        "revision": int(row.get("ts") or 0),
        "received": sum(int(item.get("r_qty") or 0) for item in items),
        "hold": False,
        "intercept": None,
        "shipped": None,
    }
    found["decision"] = _decision(row, found)
    return found


def _decision(row: Mapping[str, Any], found: Mapping[str, Any]) -> JSON | None:
    """Return what a label says; a document that is confirmed without a label of ours is agreed to."""
    kind = _LABELS.get(str(row.get("labels") or ""), "")
    if not kind and row.get("status") == "Confirmed":
        kind = "approve_return" if found["type"] == "return_refund" else "approve"
    if not kind:
        return None
    return decision(kind, _KINDS, found, text=str(row.get("remark") or ""), picture=str(row.get("result") or ""))
