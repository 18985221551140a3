"""The calls of 企业版: refunds are pushed, documents queried, and so are stock-in orders of goods that came back."""

from collections.abc import Mapping, Sized
from typing import Any, NamedTuple

import msgspec

from simulator.clock import to_text
from simulator.erp import canonical
from simulator.erp.changes import Found, Listed
from simulator.erp.document import Document
from simulator.erp.wangdiantong import stockin, store
from simulator.erp.wangdiantong.errors import APPLICATION, PARAMETER, Refusal
from simulator.world import World

Fields = Mapping[str, str]

MOST_ROWS = 100
TYPES = {"1": "refund_only", "2": "refund_only", "3": "return_refund"}
"""1 before shipping, 2 without return, 3 with return."""
STATUSES = {
    "wait_seller_agree": "pending",
    "wait_buyer_return_goods": "waiting_buyer",
    "wait_seller_confirm_goods": "waiting_receipt",
    "seller_refuse_buyer": "refused",
    "success": "refunded",
    "closed": "closed",
}
"""Two are confirmed by samples, the others follow from them (assumed)."""
TEXTS = (
    *("shop_no", "tid", "refund_no", "status", "buyer_nick", "refund_time", "reason", "desc"),
    *("logistics_no", "logistics_name"),
)
"""Fields of a push that are text."""
_STOCK_IN = {"refund_no": 40, "outer_no": 40, "logistics_code": 20, "logistics_no": 40, "remark": 255}
"""Texts of a stock-in order, and how many signs each has at the most."""
_NEEDED = ("platform_id", "shop_no", "tid", "refund_no", "type", "status", "refund_fee", "order_list")


def push(world: World, fields: Fields) -> dict[str, Any]:
    """Take refunds: all of them, or none if one is wrong (assumed; the answer has no place for single errors)."""
    pushed = as_json(fields, "api_refund_list")
    if not isinstance(pushed, list) or not 0 < len(pushed) <= MOST_ROWS:
        raise Refusal(PARAMETER, f"api_refund_list须包含1-{MOST_ROWS}条")
    entries = [store.checked(world, _entry(world, row)) for row in pushed]
    return store.counted(world, [store.save(world, entry) for entry in entries])


def _entry(world: World, row: Any) -> store.Entry:
    """Return a pushed row if it is as it has to be."""
    if not isinstance(row, dict):
        raise Refusal(PARAMETER, "api_refund_list的元素不是对象")
    for name in _NEEDED:
        if row.get(name) in (None, ""):
            raise Refusal(APPLICATION, f"{name}不能为空")
    if str(row["platform_id"]) != str(store.OWN):
        raise Refusal(APPLICATION, "店铺平台不是自有平台")
    store.check_shop(world, str(row["shop_no"]))
    if str(row["type"]) not in TYPES or str(row["status"]) not in STATUSES:
        raise Refusal(APPLICATION, f"type或status的值无效: {row['type']} {row['status']}")
    amount = canonical.fen(row["refund_fee"], "yuan")
    if amount is None or amount < 0:
        raise Refusal(APPLICATION, f"refund_fee的值无效: {row['refund_fee']}")
    lines = row["order_list"]
    if not isinstance(lines, list) or not lines or not all(map(_is_line, lines)):
        raise Refusal(APPLICATION, "order_list无效")
    count = sum((canonical.fen(line.get("num"), "fen") or 0) for line in lines)
    raw: dict[str, Any] = {name: str(row[name]) for name in TEXTS if row.get(name) is not None}
    raw |= {"type": str(row["type"]), "refund_fee": row["refund_fee"], "order_list": lines}
    return store.Entry(raw["shop_no"], raw["refund_no"], raw | {"oid": str(lines[0]["oid"]), "num": count})


def _is_line(line: Any) -> bool:
    return isinstance(line, dict) and bool(line.get("oid"))


class Page(NamedTuple):
    """A page of documents."""

    total: dict[str, int]
    """`total_count`, on the first page."""
    rows: list[Document]


def query(world: World, fields: Fields) -> Page:
    """Return documents by the platform's number, or by time of change."""
    number, size = _sized(fields)
    if fields.get("time_type", "0") not in ("", "0"):
        raise Refusal(PARAMETER, "time_type: 沙箱不支持")
    one = fields.get("src_refund_no")
    if one:
        found: Found = Listed(store.named(world, [one]))
    else:
        found = store.between(world, fields.get("start_time"), fields.get("end_time"), fields.get("shop_no", ""))
    found = store.shown(world, found)
    if one or any(fields.get(name) for name in _CHOSEN_BY):
        found = Listed(row for row in found if _fits(row, fields))
    return Page(_counted(found, number), store.page(found, number, size))


def _counted(found: Sized, number: int) -> dict[str, int]:
    return {} if number else {"total_count": len(found)}


def _sized(fields: Fields) -> tuple[int, int]:
    """Return number and size of the page that is asked for."""
    number, size = _whole(fields, "page_no", 0), _whole(fields, "page_size", 40)
    if not 1 <= size <= MOST_ROWS:
        raise Refusal(PARAMETER, "page_size须在1-100之间")
    return number, size


_CHOSEN_BY = ("process_status", "tid", "trade_no", "status", "refund_no")
"""Besides the shop, which times of change are looked up by."""


def _fits(document: Document, fields: Fields) -> bool:
    raw = document.raw | {"refund_no": f"TK{store.own_number(document)}", "trade_no": store.trade_no(document)}
    return all(fields.get(name) in (None, "", str(raw.get(name))) for name in (*_CHOSEN_BY, "shop_no"))


def shown(document: Document) -> dict[str, Any]:
    """Return a document; numbers are text in this answer."""
    raw, ident = document.raw, store.own_number(document)
    return {
        "refund_id": str(ident),
        "refund_no": f"TK{ident}",
        "src_no": raw["refund_no"],
        "trade_no": store.trade_no(document),
        "tid": raw["tid"],
        "shop_no": raw["shop_no"],
        "platform_id": str(store.OWN),
        "type": raw["type"],
        "process_status": str(raw["process_status"]),
        "status": raw["status"],
        "refund_amount": store.money(document.amount),
        "remark": raw.get("remark", ""),
        "flag_name": raw.get("flag_name", ""),
        "reason": raw.get("reason", ""),
        "desc": raw.get("desc", ""),
        "logistics_no": raw.get("logistics_no", ""),
        "logistics_name": raw.get("logistics_name", ""),
        "created": to_text(document.created // 1000),
        "modified": to_text(document.updated // 1000),
        "refund_order_list": [
            {
                "oid": str(line["oid"]),
                "num": f"{line.get('num', 0)}.0000",
                "stockin_num": f"{document.received}.0000" if at == 0 else "0.0000",
            }
            for at, line in enumerate(raw["order_list"])
        ],
    }


def query_raw(world: World, fields: Fields) -> dict[str, Any]:
    """Return the refunds as they were pushed."""
    page = query(world, fields)
    names = (*TEXTS, "type", "refund_fee", "order_list")
    every = [{name: row.raw[name] for name in names if name in row.raw} for row in page.rows]
    return {**page.total, "refund_list": every}


def as_json(fields: Fields, name: str) -> Any:
    """Return the JSON in a field, or raise Refusal if it is none."""
    try:
        return msgspec.json.decode(fields.get(name, ""))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(PARAMETER, f"{name}不是合法的JSON") from error


def push_stock_in(world: World, fields: Fields) -> dict[str, Any]:
    """Make the stock-in order of a document that waits for goods; the sender's number makes it once.

    That it is checked at once only if `is_check` says so, and that the answer names it, is assumed.
    """
    order = as_json(fields, "stockin_refund_info")
    if not isinstance(order, dict):
        raise Refusal(PARAMETER, "stockin_refund_info不是对象")
    said = {}
    for name, most in _STOCK_IN.items():
        value = order.get(name, "")
        if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > most:
            raise Refusal(APPLICATION, f"{name}无效或超过{most}个字符")
        said[name] = str(value)
    lacking = [name for name in ("refund_no", "outer_no") if not said[name]]
    if lacking:
        raise Refusal(APPLICATION, f"{lacking[0]}不能为空")
    if order.get("is_check", 0) not in (0, 1, "0", "1"):
        raise Refusal(APPLICATION, "is_check无效")
    made = stockin.create(
        world,
        stockin.Pushed(
            refund_no=said["refund_no"],
            out_no=said["outer_no"],
            warehouse_no=stockin.warehouse(world, order.get("warehouse_no")),
            status=stockin.DONE if str(order.get("is_check", 0)) == "1" else stockin.TO_CHECK,
            logistics_no=said["logistics_no"],
            remark=said["remark"],
            goods=stockin.goods(order.get("detail_list"), "stockin_num"),
        ),
    )
    return {"stockin_no": made.no}


def query_stock_ins(world: World, fields: Fields) -> dict[str, Any]:
    """Return stock-in orders by time of change; without a status those that are done (as documented)."""
    number, size = _sized(fields)
    found = stockin.between(
        world,
        fields.get("start_time"),
        fields.get("end_time"),
        shops={fields["shop_no"]} if fields.get("shop_no") else set(),
        statuses={fields.get("status") or str(stockin.DONE)},
    )
    rows = [_shown_stock_in(order) for order in stockin.page(found, number, size)]
    return {**_counted(found, number), "stockin_list": rows}


def _shown_stock_in(order: stockin.Order) -> dict[str, Any]:
    document, raw = order.document, order.document.raw
    number = f"TK{store.own_number(document)}"
    return {
        "stockin_id": str(order.id),
        "order_no": order.no,
        "stockin_no": order.no,
        "src_order_no": number,
        "refund_no": number,
        "tid": document.tid,
        "trade_no": store.trade_no(document),
        "shop_no": raw["shop_no"],
        "warehouse_no": order.warehouse_no,
        "status": str(order.status),
        "process_status": str(raw["process_status"]),
        "stockin_time": to_text(order.checked // 1000) if order.checked else "",
        "created_time": to_text(order.created // 1000),
        "check_time": to_text(order.checked // 1000) if order.checked else "",
        "modified": to_text(order.modified // 1000),
        "goods_count": f"{order.pieces}.0000",
        "actual_refund_amount": store.money(document.amount),
        "logistics_no": order.logistics_no,
        "nick_name": raw.get("buyer_nick", ""),
        "refund_remark": raw.get("remark", ""),
        "remark": order.remark,
        "details_list": [
            {
                "spec_no": line["spec_no"],
                "num": f"{line['num']}.0000",
                "goods_count": f"{line['num']}.0000",
                "defect": int(line["defect"]),
                "tid": document.tid,
                "oid": document.oid,
                "remark": "",
            }
            for line in order.goods
        ],
    }


def _whole(fields: Fields, name: str, default: int) -> int:
    found = fields.get(name) or str(default)
    if not (found.isascii() and found.isdigit()):
        raise Refusal(PARAMETER, f"{name}不是数字")
    return int(found)
