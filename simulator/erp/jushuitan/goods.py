"""Goods that came back, as a warehouse system says it: `confirmgoods` writes receipts into documents (docId=272)."""

from typing import Any

import msgspec

from simulator.erp import canonical, refusals, registry, writing
from simulator.erp.document import Document, Receipt
from simulator.erp.jushuitan import rows
from simulator.erp.jushuitan.errors import ROW_TEXTS, Refusal, RowRefusal
from simulator.erp.jushuitan.receipts import DEFECTIVE, Goods, brought
from simulator.erp.profile import cause, note_rows, noted, refusal_of
from simulator.ledger.values import RowResult
from simulator.world import World

MOST = 50
"""Documents of a call (assumed)."""
RETURNS = ("普通退货", "拒收退货", "换货", "维修")
"""Types of documents with goods to come back (by their names)."""
QUALITIES = (0, DEFECTIVE, 6, 7, 8)
"""`qty_type`: good, defective, and warehouses of one's own."""


def confirm(world: World, biz: list[Any]) -> dict[str, Any]:
    """Take in goods; each document stands for itself, and a `return_id` that is known adds nothing (docId=272)."""
    if not 0 < len(biz) <= MOST:
        raise Refusal(130, f"1-{MOST}")
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    refused: list[RowResult] = []
    for row in biz:
        number = row.get("as_id") if isinstance(row, dict) else None
        document = rows.of_number(world, number)
        try:
            if document is None:
                raise RowRefusal("售后单不存在")
            if why := refusal_of(document.refund_id):
                raise RowRefusal(ROW_TEXTS[why], why)
            _take_in(world, document, row)
        except RowRefusal as refusal:
            if document is not None:
                refused.append(refusals.row(document.refund_id, str(refusal), refusal.why))
            # Those that fail have text where the others have a number and a flag, as in the documentation.
            said: dict[str, Any] = {"as_id": str(number), "outer_as_id": document.refund_id if document else None}
            failed.append({**said, "message": str(refusal), "details": None, "is_success": "false"})
        else:
            said = {"as_id": rows.as_id(document), "outer_as_id": document.refund_id}
            done.append({**said, "message": "", "details": None, "is_success": True})
    if not done:
        noted().error = {"code": "is_success", "msg": failed[0]["message"]}
    note_rows(refused, [row["outer_as_id"] for row in (*done, *failed) if row["outer_as_id"]])
    return {"success": done, "fail": failed, "success_count": len(done), "fail_count": len(failed)}


def _take_in(world: World, document: Document, row: dict[str, Any]) -> None:
    """Add a receipt to *document*. What comes back need not have been confirmed, but it must be expected (assumed)."""
    raw = document.raw
    if raw.get("status") == "Cancelled" or raw.get("type") not in RETURNS:
        raise RowRefusal("售后单状态或类型不允许收货")
    name = row.get("return_id")
    if name is not None and (not isinstance(name, str | int) or isinstance(name, bool) or not 0 < len(str(name)) <= 50):
        raise RowRefusal("return_id无效")
    known = {receipt.id for receipt in document.receipts}
    if name is not None and str(name) in known:
        return
    if row.get("wh_id") not in (None, 1, 2):
        raise RowRefusal("wh_id无效")
    came = _came(document, row.get("items"))
    receipt = Receipt(
        id=str(name) if name is not None else f"{document.id}-R{len(known) + 1}",
        quantity=sum(item["qty"] for item in came),
        at=world.clock.wall(),
    )
    texts = {key: row[key] for key in ("logistics_company", "l_id", "remark") if row.get(key)}
    if not all(isinstance(text, str) for text in texts.values()):
        raise RowRefusal("logistics_company, l_id, remark不是文本")
    receipts = (*document.receipts, receipt)
    state = rows.goods_back(msgspec.structs.replace(document, receipts=receipts))
    said = {**texts, "good_status": state, "wh_id": row.get("wh_id") or 2}
    content = canonical.read(texts, registry.mapping_of(world)) | {"receipts": receipts}
    content.pop("status", None)
    details = {**raw.get("goods", {}), receipt.id: came}
    writing.update(world, document, content, {**said, "goods": details}, cause=cause(), always=True)
    noted().effect = True


def _came(document: Document, items: Any) -> Goods:
    """Return what came of each goods code; without *items* all that is still missing."""
    _, missing = brought(document)
    if items is None:
        return [{"sku_id": sku, "qty": qty, "qty_type": 0} for sku, qty in missing.items() if qty]
    if not isinstance(items, list) or not items:
        raise RowRefusal("items不能为空")
    came: Goods = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("sku_id"), str) or item["sku_id"] not in missing:
            raise RowRefusal("items.sku_id不在售后单中")
        quantity, quality = item.get("qty"), item.get("qty_type", 0)
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise RowRefusal("items.qty无效")
        if isinstance(quality, bool) or quality not in QUALITIES:
            raise RowRefusal("items.qty_type无效")
        missing[item["sku_id"]] -= quantity
        if missing[item["sku_id"]] < 0:
            raise RowRefusal("实收数量大于售后数量")
        came.append({"sku_id": item["sku_id"], "qty": quantity, "qty_type": quality})
    return came
