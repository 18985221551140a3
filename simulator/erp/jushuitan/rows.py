"""An after-sale document as the platform keeps and shows it, and what an uploaded row has to be."""

from typing import Any
from zlib import crc32

from simulator.clock import to_text
from simulator.erp import canonical, registry, shops
from simulator.erp.document import Document
from simulator.erp.jushuitan.errors import RowRefusal
from simulator.erp.jushuitan.receipts import DEFECTIVE, brought
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
_TYPES |= {"补发": "reship"}
_KINDS = {word: kind if kind in ("exchange", "reship") else "refund" for word, kind in _TYPES.items()}
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
_TEXTS = tuple(name for name in _KEPT if FIELDS[name] == "text")
_MOST = 10**10
"""Yuan; more than that is no amount (`canonical.fen`)."""
_STORED = {"warehouse_type": int, "wms_co_id": int, "send_lc_id": str, "send_lc_name": str}
_STORED |= dict.fromkeys(("receiver_name_en", "receiver_mobile_en", "receiver_state", "receiver_city"), str)
_STORED |= dict.fromkeys(("receiver_district", "receiver_address"), str)
"""What else an upload may say, and a query shows or not; it means nothing to the sandbox."""
PARCEL = frozenset({"logistics_company", "l_id"})
"""What tells of the parcel that comes back."""
UPDATABLE = PARCEL | {"shop_id", "outer_as_id", "shop_status", "good_status", "question_type"}
"""What the documentation calls updatable (可更新)."""
_NEEDED = ("so_id", "type", "shop_status", "question_type", "total_amount", "refund", "payment", "items")
_FIRST_VERSION = 10_000_000_000
_DOUBTFUL = frozenset({"question_type", "total_amount", "payment"})
"""That these are needed is said by samples alone."""
_AMOUNTS = ("total_amount", "refund", "payment", "freight")


def _counted(at: int) -> str:
    return str(10001 + at)


def shop_number(world: World, nick: str) -> str:
    """Return the platform's number of a shop."""
    return shops.number_of(world, nick, _counted) or "0"


def nick(world: World, number: str) -> str:
    """Return the shop with that *number*, or an empty text."""
    return shops.nick_of(world, number, _counted)


def asked_shop(world: World, biz: dict[str, Any]) -> str | None:
    """Return the shop that a query is about: empty for all of them, None if it asks for one that there is not."""
    number = biz.get("shop_id")
    return "" if number in (None, "") else nick(world, str(number)) or None


def external(row: dict[str, Any]) -> str:
    """Return what a row is unique by."""
    return f"{row.get('shop_id')}/{row.get('outer_as_id')}"


def as_id(document: Document) -> int:
    """Return the platform's own number, beyond what 32 bits hold."""
    return 3_000_000_000 + int(document.id[1:])


def of_number(world: World, number: Any) -> Document | None:
    """Return the document with the platform's *number* (as_id)."""
    if isinstance(number, bool) or not isinstance(number, int | str) or not str(number).isdecimal():
        return None
    return world.state.documents.rows.get(f"D{int(number) - 3_000_000_000:06d}")


def order_id(document: Document) -> int:
    """Return the platform's own number of the order that a document is about (o_id)."""
    return 4_000_000_000 + crc32(document.tid.encode())


def version(document: Document) -> str:
    """Return the row version of *document* (ts), beyond what 32 bits hold."""
    return str(_FIRST_VERSION + document.cursor)


def cursor(ts: int) -> int:
    """Return the cursor of the document whose row version is *ts*."""
    return ts - _FIRST_VERSION


def checked(row: Any, known: bool, every: bool = True) -> dict[str, Any]:
    """Return what of an uploaded *row* is kept; *every* field of the samples is needed, or only those of the documents.

    Raises:
        RowRefusal: if it is not as it has to be; a row that is *known* needs only what is new.
    """
    if not isinstance(row, dict):
        raise RowRefusal("数据格式不正确")
    lacking = [name for name in ("shop_id", "outer_as_id", *(() if known else _NEEDED)) if row.get(name) in (None, "")]
    if not every:
        lacking = [name for name in lacking if name not in _DOUBTFUL]
    if lacking:
        raise RowRefusal(f"{lacking[0]}不能为空")
    for name, words in (("type", TYPES), ("shop_status", SHOP_STATUSES), ("good_status", GOOD_STATUSES)):
        if row.get(name) is not None and (not isinstance(row[name], str) or row[name] not in words):
            raise RowRefusal(f"{name}的值{row[name]}无效")
    for name in _AMOUNTS:
        if row.get(name) is not None and not _is_money(row[name]):
            raise RowRefusal(f"{name}不是数字")
    texts = [name for name in _TEXTS if not isinstance(row.get(name) or "", str)]
    if texts:
        raise RowRefusal(f"{min(texts)}不是文本")
    kept = {name: value for name, value in row.items() if value is not None and name in _KEPT}
    for name in row.keys() & _STORED.keys():
        if row[name] is not None and (isinstance(row[name], bool) or not isinstance(row[name], _STORED[name])):
            raise RowRefusal(f"{name}无效")
        kept[name] = row[name]
    return kept | (_items(row["items"]) if row.get("items") is not None else {})


def _is_money(found: Any) -> bool:
    """Tell whether *found* is a number of yuan; here money is no text."""
    if type(found) is int or type(found) is float:  # all but every amount
        return abs(found) <= _MOST
    return not isinstance(found, str) and canonical.fen(found, "yuan") is not None


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
        if not isinstance(item.get("amount", 0), int | float):
            raise RowRefusal("items.amount不是数字")
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
        "o_id": order_id(document),
        "status": raw.get("status", "WaitConfirm"),
        "order_status": raw.get("order_status", "Sent"),
        "confirm_date": raw.get("confirm_date"),
        "shop_name": nick(world, str(raw.get("shop_id"))),
        "currency": "CNY",
        "shop_type": "淘宝天猫",
        "order_type": "普通订单",
        "warehouse": "退货仓",
        "wh_id": raw.get("wh_id", 2),
        "wms_co_id": raw.get("wms_co_id", 0),
        "receive_refund": document.amount / 100 if document.booked else 0,
        "free_amount": 0,
        "creator_name": "",
        "receiver_name": "***",
        "receiver_mobile": "***",
        **dict.fromkeys(("order_labels", "images", "batchs", "sns"), ()),
        "ts": version(document),
        "items": _shown_items(document, number),
    }
    link = registry.mapping_of(world).field("decision_proof")
    if row.get(link):
        row[link] = f"{host}/files/{row[link]}"
    return row


def _shown_items(document: Document, number: int) -> list[dict[str, Any]]:
    """Return the items with what was received of them."""
    left, broken = _received(document)
    found = []
    for at, item in enumerate(document.raw.get("items", ())):
        sku = str(item["sku_id"])
        came = min(left.get(sku, 0), item["qty"])
        if came:
            left[sku] -= came
        bad = min(broken.get(sku, 0), came)
        if bad:
            broken[sku] -= bad
        found.append({**item, "asi_id": number * 10 + at, "as_id": number, "r_qty": came, "defective_qty": bad})
    return found


def goods_back(document: Document) -> str:
    """Return the `good_status` of a document whose goods came back, all of them or some."""
    return "SELLER_RECEIVED" if document.received >= document.quantity else "BUYER_RETURNED_GOODS"


def _received(document: Document) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many pieces of each goods code came back, and how many of those are broken."""
    came: dict[str, int] = {}
    broken: dict[str, int] = {}
    if document.receipts:
        for goods in brought(document)[0]:
            for one in goods:
                came[one["sku_id"]] = came.get(one["sku_id"], 0) + one["qty"]
                if one["qty_type"] == DEFECTIVE:
                    broken[one["sku_id"]] = broken.get(one["sku_id"], 0) + one["qty"]
    return came, broken
