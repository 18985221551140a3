"""Parcels that came back and say nothing of the order they belong to (`noinfo/upload`, docId=124)."""

from typing import Any

from simulator.chance import token as chance
from simulator.erp import canonical, writing
from simulator.erp.document import Document
from simulator.erp.jushuitan import rows
from simulator.erp.jushuitan.errors import Refusal, RowRefusal
from simulator.erp.profile import cause, noted
from simulator.world import World

MOST = 50
"""Parcels of a call (assumed)."""
_LONGEST = {"question_type": 100, "question_reason": 100, "remark": 500, "logistics_company": 100, "l_id": 100}
"""Signs of a text; the last two are assumed."""
_NOWHERE = ("0", "-1")
"""Shops that are none: offline, and unknown."""


def upload(world: World, biz: dict[str, Any]) -> list[dict[str, Any]]:
    """Take parcels; each stands for itself. This call names things otherwise than the upload of documents does."""
    parcels = biz.get("data")
    if not isinstance(parcels, list) or not 0 < len(parcels) <= MOST:
        raise Refusal(130, f"data: 1-{MOST}")
    answers = [_taken(world, row) for row in parcels]
    failed = [row["message"] for row in answers if not row["success"]]
    if len(failed) == len(answers):
        noted().error = {"code": "success", "msg": failed[0]}
    return answers


def _taken(world: World, row: Any) -> dict[str, Any]:
    try:
        document = _saved(world, row)
    except RowRefusal as refusal:
        named = row.get("outer_as_id") if isinstance(row, dict) else None
        return {"as_id": 0, "outer_as_id": named, "success": False, "message": str(refusal)}
    return {
        "as_id": rows.as_id(document),
        "outer_as_id": document.raw["outer_as_id"],
        "success": True,
        "message": "",
    }


def _saved(world: World, row: Any) -> Document:
    if not isinstance(row, dict):
        raise RowRefusal("数据格式不正确")
    known = _known(world, row)
    raw = _raw(row)
    shop = "" if raw["shop_id"] in _NOWHERE else rows.nick(world, raw["shop_id"])
    if not shop and raw["shop_id"] not in _NOWHERE:
        raise RowRefusal("店铺不存在")
    closed = raw["shop_status"] == "CLOSED"
    content = {
        "kind": "inbound",
        "shop": shop,
        "status": "closed" if closed else "waiting_receipt",
        "quantity": raw["qty"],
        "waybill": raw["l_id"],
        "company": raw["logistics_company"],
    }
    raw["status"] = "Cancelled" if closed else "WaitConfirm"
    noted().effect = True
    if known is not None:
        raw["outer_as_id"] = known.raw["outer_as_id"]
        return writing.update(world, known, content, raw, cause=cause(), always=True)
    count = len(world.state.documents.rows)
    raw["outer_as_id"] = raw["outer_as_id"] or chance(world.seed, f"parcel {count}")[:18]
    return writing.create(world, f"parcel/{raw['outer_as_id']}", content, raw, cause=cause())


def _known(world: World, row: dict[str, Any]) -> Document | None:
    """Return the parcel that *row* is about: by the platform's number, else by the sender's; None if it is new."""
    number = row.get("as_id") or 0
    if not number:
        return world.state.documents.external(f"parcel/{row.get('outer_as_id')}") if row.get("outer_as_id") else None
    found = rows.of_number(world, number)
    if found is None or not found.external.startswith("parcel/"):
        raise RowRefusal("as_id不存在")
    return found


def _raw(row: dict[str, Any]) -> dict[str, Any]:
    """Return what of *row* is kept."""
    if row.get("type") != "普通退货":
        raise RowRefusal("type只能是普通退货")
    if not isinstance(row.get("shop_status"), str) or row["shop_status"] not in rows.SHOP_STATUSES:
        raise RowRefusal(f"shop_status的值{row.get('shop_status')}无效")
    shop, outer = row.get("shop_id"), row.get("outer_as_id") or ""
    if isinstance(shop, bool) or not isinstance(shop, int | str) or not isinstance(outer, str) or len(outer) > 50:
        raise RowRefusal("shop_id或outer_as_id无效")
    texts = {}
    for name, most in _LONGEST.items():
        texts[name] = row.get(name) or ""
        if not isinstance(texts[name], str) or len(texts[name]) > most:
            raise RowRefusal(f"{name}无效或超过{most}个字符")
    if not texts["question_type"]:
        raise RowRefusal("question_type不能为空")
    said = {"shop_id": str(shop), "outer_as_id": outer, "type": row["type"], "shop_status": row["shop_status"]}
    return {**texts, **said, **_items(row.get("items"))}


def _items(items: Any) -> dict[str, Any]:
    if not isinstance(items, list) or not items:
        raise RowRefusal("items不能为空")
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("sku_id"), str) or not item["sku_id"]:
            raise RowRefusal("items.sku_id不能为空")
        if isinstance(item.get("qty"), bool) or not isinstance(item.get("qty"), int) or item["qty"] < 1:
            raise RowRefusal("items.qty无效")
        if item.get("type", "退货") != "退货":
            raise RowRefusal("items.type只能是退货")
        amount = item.get("amount", "0")
        if not isinstance(amount, str) or canonical.fen(amount, "yuan") is None:  # here money is text
            raise RowRefusal("items.amount不是金额文本")
    return {"items": items, "qty": sum(item["qty"] for item in items)}
