"""What came back, and when: receipts of all documents, page by page (`received/query`, docId=40)."""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from simulator.clock import to_text
from simulator.erp import canonical
from simulator.erp.document import Document, Receipt
from simulator.erp.jushuitan import paging, rows
from simulator.erp.jushuitan.errors import Refusal
from simulator.erp.jushuitan.receipts import brought
from simulator.erp.profile import noted
from simulator.ledger.values import Told
from simulator.world import World

MOST = 50
"""Rows of a page, and numbers of a list."""
_DATES = ("0", "1", "2", "4")
"""`date_type`: of the last change, of creation, of the order, of the receipt."""


class Row(NamedTuple):
    """One receipt of a document, with its place among them."""

    document: Document
    receipt: Receipt
    number: int

    @property
    def io_id(self) -> int:
        """Return the platform's own number of the receipt."""
        return rows.as_id(self.document) * 100 + self.number


def query(world: World, biz: dict[str, Any]) -> dict[str, Any]:
    """Return a page of receipts, the oldest first (docId=40).

    A row tells what the warehouse said: of a document whose last decision is another one nothing is told by it.
    """
    index, size = paging.asked(biz, MOST)
    found = sorted(_asked(world, biz), key=lambda row: (row.receipt.at, row.io_id))
    page = paging.page(index, size, found)
    chosen: list[Row] = page["datas"]
    answer = noted()
    about = {row.document.id: row.document for row in chosen if row.document.decision.get("kind") == "receive"}
    answer.told = [Told(row.refund_id, row.revision, document=row.id) for row in about.values()]
    answer.fields = ("io_id", "as_id", "items")
    page["datas"] = [_shown(row) for row in chosen]
    return page


def _asked(world: World, biz: dict[str, Any]) -> Iterator[Row]:
    """Yield the receipts that were asked for."""
    shop = rows.asked_shop(world, biz)
    lists = {name: paging.numbers(biz, name, MOST) for name in ("so_ids", "o_ids", "as_ids", "io_ids")}
    kind = str(biz.get("date_type") or 0)
    if kind not in _DATES:
        raise Refusal(130, "date_type")
    window, version = paging.window(biz, 7), biz.get("start_ts")
    least = paging.whole(biz, "start_ts", 0)
    if window is None and version is None and not any(lists.values()):
        raise Refusal(130, "modified_begin, so_ids, o_ids, as_ids, io_ids")
    # What came in a time was written in it or later; the date of an order may be long before.
    since = window[0] if window is not None and kind != "2" else 0
    if shop is None or world.settings["jst_hides_tmall"]:
        return
    for document in world.state.documents.changes.between(since, sys.maxsize, shop):
        for place, receipt in enumerate(document.receipts, 1):
            row = Row(document, receipt, place)
            at = _ordered(world, document) if kind == "2" else receipt.at
            timely = window is None or window[0] <= at < window[1]
            if timely and (version is None or receipt.at > least) and _is_named(row, lists):
                yield row


def _ordered(world: World, document: Document) -> int:
    """Return when the order of *document* was placed (ms), or the document made if its order is unknown."""
    trade = world.state.trades.get(int(document.tid)) if document.tid.isdecimal() else None
    return trade.created if trade is not None else document.created


def _is_named(row: Row, lists: dict[str, set[str]]) -> bool:
    own = {
        "so_ids": row.document.tid,
        "o_ids": str(rows.order_id(row.document)),
        "as_ids": str(rows.as_id(row.document)),
        "io_ids": str(row.io_id),
    }
    return all(not wanted or own[name] in wanted for name, wanted in lists.items())


def _shown(row: Row) -> dict[str, Any]:
    document, receipt, raw = row.document, row.receipt, row.document.raw
    at = to_text(receipt.at // 1000)
    return {
        "io_id": row.io_id,
        "o_id": rows.order_id(document),
        "so_id": raw.get("so_id"),
        "as_id": rows.as_id(document),
        "outer_as_id": raw.get("outer_as_id"),
        "l_id": raw.get("l_id", ""),
        "logistics_company": raw.get("logistics_company", ""),
        "lc_id": "",
        "io_date": at,
        "modified": at,
        "created": at,
        "warehouse": "退货仓",
        "wh_id": raw.get("wh_id", 2),
        "wms_co_id": raw.get("wms_co_id", 0),
        "status": "Confirmed",
        "shop_id": raw.get("shop_id"),
        "aftersale_remark": raw.get("remark", ""),
        "type": "销售退货",
        "ts": str(receipt.at),
        "drp_co_name": "",
        "drp_co_id_to": "",
        "creator": 0,
        "creator_name": "",
        "items": _shown_items(row),
        "batchs": [],
        "sns": [],
    }


def _shown_items(row: Row) -> list[dict[str, Any]]:
    items = {str(item["sku_id"]): item for item in reversed(row.document.raw.get("items", ()))}
    shown = []
    for place, came in enumerate(brought(row.document)[0][row.number - 1]):
        item = items[came["sku_id"]]
        price = (canonical.fen(item.get("amount"), "yuan") or 0) / max(item["qty"], 1) / 100
        about = {"io_id": row.io_id, "ioi_id": row.io_id * 10 + place, "sku_id": came["sku_id"], "i_id": came["sku_id"]}
        texts = {name: item.get(name) or "" for name in ("name", "properties_value")}
        money = {"sale_price": round(price, 2), "sale_amount": round(price * came["qty"], 2)}
        shown.append({**about, "unit": "", "qty": came["qty"], **texts, **money})
    return shown
