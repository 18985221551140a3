"""An after-sale document as the platform keeps and shows it, and what an uploaded row has to be."""

from typing import Any

from simulator.clock import to_text
from simulator.erp import canonical, registry
from simulator.erp.document import Document
from simulator.erp.jushuitan.errors import RowRefusal
from simulator.ledger.mapping import Mapped, Mapping
from simulator.world import World

TYPES = ("普通退货", "其它", "拒收退货", "仅退款", "投诉", "补发", "维修", "换货")
SHOP_STATUSES = {
    "WAIT_SELLER_AGREE": "pending",
    "WAIT_BUYER_RETURN_GOODS": "waiting_buyer",
    "WAIT_SELLER_CONFIRM_GOODS": "waiting_receipt",
    "SELLER_REFUSE_BUYER": "refused",
    "SUCCESS": "refunded",
    "CLOSED": "closed",
}
GOOD_STATUSES = ("BUYER_NOT_RECEIVED", "BUYER_RECEIVED", "BUYER_RETURNED_GOODS", "SELLER_RECEIVED")
ITEM_TYPES = ("退货", "换货", "其它", "补发")
_TYPES = {"仅退款": "refund_only", "普通退货": "return_refund", "拒收退货": "return_refund", "换货": "exchange"}
_KINDS = {word: "exchange" if kind == "exchange" else "refund" for word, kind in _TYPES.items()}
FIELDS = {
    **dict.fromkeys(("outer_as_id", "so_id", "type", "shop_status", "good_status", "question_type"), "text"),
    **dict.fromkeys(("logistics_company", "l_id", "remark", "node", "labels", "result"), "text"),
    **dict.fromkeys(("shop_id", "refund_version", "total_amount", "refund", "payment", "freight"), "number"),
    **dict.fromkeys(("status", "outer_oi_id", "qty"), "text"),
}
"""What a mapping can name. `outer_oi_id` and `qty` are those of the items: the first one's, and the sum."""
MEANING = Mapping(
    fields={
        "shop": Mapped("shop_id"),
        "refund_id": Mapped("outer_as_id"),
        "tid": Mapped("so_id"),
        "oid": Mapped("outer_oi_id"),
        "kind": Mapped("type", values=_KINDS),
        "type": Mapped("type", values=_TYPES),
        "status": Mapped("shop_status", values=SHOP_STATUSES),
        "amount": Mapped("refund", "yuan"),
        "quantity": Mapped("qty"),
        "waybill": Mapped("l_id"),
        "company": Mapped("logistics_company"),
        "version": Mapped("refund_version"),
        "reason": Mapped("question_type"),
        "note": Mapped("node"),
    }
)
"""The fields' meaning (docId 38, 41). That an upload may carry `refund_version`, which a query shows, is assumed."""
_KEPT = frozenset(FIELDS) - {"status", "outer_oi_id", "qty"}
_NEEDED = ("so_id", "type", "shop_status", "question_type", "total_amount", "refund", "payment", "items")
_AMOUNTS = ("total_amount", "refund", "payment", "freight")


def shop_number(world: World, mapping: Mapping, nick: str) -> str:
    """Return the platform's number of a shop: that of the target's mapping, else one counted from 10001."""
    return _numbers(world, mapping).get(nick, "0")


def nick(world: World, mapping: Mapping, number: str) -> str:
    """Return the shop with that *number*, or an empty text."""
    return next((known for known, its in _numbers(world, mapping).items() if its == number), "")


def _numbers(world: World, mapping: Mapping) -> dict[str, str]:
    return {nick: mapping.shops.get(nick) or str(10001 + at) for at, nick in enumerate(world.state.shops)}


def external(row: dict[str, Any]) -> str:
    """Return what a row is unique by."""
    return f"{row.get('shop_id')}/{row.get('outer_as_id')}"


def as_id(document: Document) -> int:
    """Return the platform's own number, beyond what 32 bits hold."""
    return 3_000_000_000 + int(document.id[1:])


def checked(row: Any, known: bool) -> dict[str, Any]:
    """Return what of an uploaded *row* is kept.

    Raises:
        RowRefusal: if it is not as it has to be; a row that is *known* needs only what is new.
    """
    if not isinstance(row, dict):
        raise RowRefusal("数据格式不正确")
    lacking = [name for name in ("shop_id", "outer_as_id", *(() if known else _NEEDED)) if row.get(name) in (None, "")]
    if lacking:
        raise RowRefusal(f"{lacking[0]}不能为空")
    for name, words in (("type", TYPES), ("shop_status", SHOP_STATUSES), ("good_status", GOOD_STATUSES)):
        if row.get(name) is not None and (not isinstance(row[name], str) or row[name] not in words):
            raise RowRefusal(f"{name}的值{row[name]}无效")
    for name in _AMOUNTS:
        if row.get(name) is not None and (isinstance(row[name], str) or canonical.fen(row[name], "yuan") is None):
            raise RowRefusal(f"{name}不是数字")
    texts = [name for name in _KEPT if FIELDS[name] == "text" and not isinstance(row.get(name) or "", str)]
    if texts:
        raise RowRefusal(f"{min(texts)}不是文本")
    kept = {name: row[name] for name in _KEPT if row.get(name) is not None}
    return kept | (_items(row["items"]) if row.get("items") is not None else {})


def _items(items: Any) -> dict[str, Any]:
    if not isinstance(items, list) or not items:
        raise RowRefusal("items不能为空")
    for item in items:
        if not isinstance(item, dict) or item.get("type") not in ITEM_TYPES:
            raise RowRefusal("items.type无效")
        if isinstance(item.get("qty"), bool) or not isinstance(item.get("qty"), int) or item["qty"] < 0:
            raise RowRefusal("items.qty无效")
        if not item.get("sku_id"):
            raise RowRefusal("items.sku_id不能为空")
    first = str(items[0].get("outer_oi_id") or "")
    return {"items": items, "outer_oi_id": first, "qty": sum(item["qty"] for item in items)}


def shown(world: World, document: Document, host: str) -> dict[str, Any]:
    """Return *document* as a query shows it (docId=38), with its proof as a link to *host*.

    The platform keeps no pictures: that people leave a link to one in a field of text is assumed.
    """
    raw = document.raw
    number = as_id(document)
    row = {name: found for name, found in raw.items() if name in FIELDS and name not in ("outer_oi_id", "qty")}
    row |= {
        "as_id": number,
        "as_date": to_text(document.created // 1000),
        "created": to_text(document.created // 1000),
        "modified": to_text(document.updated // 1000),
        "o_id": number + 1_000_000_000,
        "status": raw.get("status", "WaitConfirm"),
        "order_status": raw.get("order_status", "Sent"),
        "confirm_date": raw.get("confirm_date"),
        "shop_name": nick(world, Mapping(), str(raw.get("shop_id"))),
        "currency": "CNY",
        "ts": str(10_000_000_000 + document.cursor),
        "items": _shown_items(document, number),
    }
    link = registry.mapping_of(world).field("decision_proof")
    if row.get(link):
        row[link] = f"{host}/files/{row[link]}"
    return row


def _shown_items(document: Document, number: int) -> list[dict[str, Any]]:
    """Return the items, what was received put to them in their order."""
    left, found = document.received, []
    for at, item in enumerate(document.raw.get("items", ())):
        came = min(left, item["qty"])
        left -= came
        found.append({**item, "asi_id": number * 10 + at, "as_id": number, "r_qty": came, "defective_qty": 0})
    return found
