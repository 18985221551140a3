"""Which goods each receipt of a document brought: as a warehouse system said, else in the order of the items."""

from typing import Any

from simulator.erp.document import Document

DEFECTIVE = 4
"""`qty_type` of goods that came back broken (docId=272)."""

Goods = list[dict[str, Any]]
"""`sku_id`, `qty` and `qty_type` of what came."""


def brought(document: Document) -> tuple[list[Goods], dict[str, int]]:
    """Return the goods of each receipt of *document*, and how many pieces of each goods code are still missing."""
    missing: dict[str, int] = {}
    for item in document.raw.get("items", ()):
        missing[str(item["sku_id"])] = missing.get(str(item["sku_id"]), 0) + item["qty"]
    said = document.raw.get("goods", {})
    every = []
    for receipt in document.receipts:
        goods: Goods = said.get(receipt.id, [])
        if sum(one["qty"] for one in goods) != receipt.quantity:  # the warehouse's own, or corrected since
            goods = _in_order(receipt.quantity, missing)
        for one in goods:
            missing[one["sku_id"]] = missing.get(one["sku_id"], 0) - one["qty"]
        every.append(goods)
    return every, missing


def _in_order(quantity: int, missing: dict[str, int]) -> Goods:
    found = []
    for sku, wanted in missing.items():
        part = min(quantity, max(wanted, 0))
        quantity -= part
        if part:
            found.append({"sku_id": sku, "qty": part, "qty_type": 0})
    return found
