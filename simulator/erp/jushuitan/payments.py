"""Money that went back, as the ERP's books have it: one row of each refund that succeeded (docId=982)."""

from typing import Any

from simulator.clock import to_text
from simulator.erp.document import Document
from simulator.erp.jushuitan import paging, rows
from simulator.erp.jushuitan.errors import Refusal
from simulator.erp.profile import noted
from simulator.world import World

MOST_ROWS, MOST_PAGES = 1000, 800
DAYS = 184
"""Six months."""


def query(world: World, biz: dict[str, Any]) -> dict[str, Any]:
    """Return a page of payments, by the time of their last change or by row version.

    That a row's version is its document's, and a payment is made when the document says SUCCESS, is assumed.
    """
    index, size = paging.asked(biz, MOST_ROWS, MOST_PAGES)
    window, version = paging.window(biz, DAYS), biz.get("start_ts")
    if window is None and version is None:
        raise Refusal(130, "modified_begin, modified_end")
    shop = rows.asked_shop(world, biz)
    least, changes = rows.cursor(paging.whole(biz, "start_ts", 0)), world.state.documents.changes
    found: list[Document] = []
    if shop is not None:
        some = changes.after(least, shop) if window is None else changes.between(*window, shop)
        found = [row for row in some if row.booked and row.cursor > least]
    page = paging.page(index, size, found)
    noted().fields = ("pay_id", "as_id", "amount")
    page["datas"] = list(map(_shown, page["datas"]))
    return page


def _shown(document: Document) -> dict[str, Any]:
    number, at = rows.as_id(document), to_text(document.updated // 1000)
    return {
        "as_id": number,
        "pay_id": number + 2_000_000_000,
        "pay_date": at,
        "confirm_date": at,
        "amount": document.amount / 100,
        "status": "Confirmed",
        "payment": "支付宝",
        "ts": rows.version(document),
    }
