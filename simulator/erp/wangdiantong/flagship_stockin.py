"""旗舰版: goods that came back are pushed (退货入库单, 快速退货) and searched with their lines."""

from typing import Any

from simulator.clock import to_text
from simulator.erp.wangdiantong import stockin, store
from simulator.erp.wangdiantong.errors import APPLICATION, PARAMETER, UNKNOWN_FIELD, Refusal
from simulator.erp.wangdiantong.flagship_params import Pager, params, sized, texts
from simulator.world import World

_ORDER = {
    *("refund_no", "out_stockin_no", "warehouse_no", "logistics_code", "logistics_no", "remark", "create_mode"),
    *("is_create_batch", "detail_list"),
}
_LONGEST = {"refund_no": 20, "out_stockin_no": 20, "warehouse_no": 40, "logistics_code": 60, "logistics_no": 40}
_MODES = {None: stockin.EDITING, 0: stockin.EDITING, 1: stockin.TO_CHECK, 2: stockin.DONE}
"""`create_mode`: to be edited (also 0, as the text on serial numbers has it), submitted, checked at once."""
_SEARCHED_BY = {
    *("warehouse_no", "stockin_no", "refund_no", "shop_nos", "status", "time_type", "start_time", "end_time"),
    *("is_slave", "need_sn", "need_summary", "need_gov_subsidy_info"),
}
_KIND = 12
"""Type of a stock-in order for goods that came back."""


def create(world: World, args: list[Any], _pager: Pager) -> dict[str, Any]:
    """Make the stock-in order of a document; the sender's number makes it once."""
    order = params(args, _ORDER)
    found = texts(order, _LONGEST | {"remark": 255})
    if not found["refund_no"]:
        raise Refusal(APPLICATION, "refund_nomust not be null")
    mode = order.get("create_mode")
    if isinstance(mode, bool) or not isinstance(mode, int | None) or mode not in _MODES:
        raise Refusal(APPLICATION, f"create_mode无效: {mode}")
    made = stockin.create(
        world,
        stockin.Pushed(
            refund_no=found["refund_no"],
            out_no=found["out_stockin_no"],
            warehouse_no=stockin.warehouse(world, order.get("warehouse_no")),
            status=_MODES[mode],
            logistics_no=found["logistics_no"],
            remark=found["remark"],
            goods=stockin.goods(order.get("detail_list"), "num"),
        ),
    )
    return {"data": made.no}


def smart(world: World, args: list[Any], _pager: Pager) -> dict[str, Any]:
    """Take goods in for whichever document of a trade expects them; nothing says that it was done before (快速退货).

    Which document that is, if a trade has several, is assumed: the oldest that is about those goods.
    """
    shaped = len(args) == 3 and isinstance(args[0], dict) and isinstance(args[1], list) and isinstance(args[2], bool)
    if not shaped:
        raise Refusal(PARAMETER, "参数个数或类型不匹配: refundInfo, detailMapList, createPreStockin")
    about, lines, more = args
    unknown = sorted(about.keys() - {"tid", "return_warehouse_no", "remark"})
    if unknown:
        raise Refusal(UNKNOWN_FIELD, f"{unknown[0]}不是有效参数")
    said = texts(about, {"tid": 40, "remark": 255})
    warehouse = stockin.warehouse(world, about.get("return_warehouse_no"))
    goods = stockin.goods(lines, "stockin_num")
    document = stockin.expecting(world, said["tid"], goods)
    if document is None:
        raise Refusal(APPLICATION, "未找到对应的单据信息!")
    if not more and sum(line["num"] for line in goods) > document.quantity - document.received:
        raise Refusal(APPLICATION, "数量不合法")
    made = stockin.add(
        world,
        document,
        stockin.Pushed(f"TK{store.own_number(document)}", "", warehouse, stockin.DONE, "", said["remark"], goods),
    )
    return {"data": {"stockin_id": made.id, "type": _KIND}}


def search(world: World, args: list[Any], pager: Pager) -> dict[str, Any]:
    """Return stock-in orders by time of change, or of receipt."""
    asked = params(args, _SEARCHED_BY)
    number, size = sized(pager)
    if str(asked.get("time_type") or 0) not in ("0", "1"):
        raise Refusal(APPLICATION, f"time_type无效: {asked['time_type']}")
    found = stockin.between(
        world,
        asked.get("start_time"),
        asked.get("end_time"),
        shops=_among(asked.get("shop_nos")),
        statuses=_among(asked.get("status")),
        checked=str(asked.get("time_type") or 0) == "1",
    )
    for name, own in (("warehouse_no", "warehouse_no"), ("stockin_no", "no")):
        if asked.get(name):
            found = [order for order in found if str(asked[name]) == getattr(order, own)]
    if asked.get("refund_no"):
        found = [order for order in found if asked["refund_no"] == f"TK{store.own_number(order.document)}"]
    total = {"total_count": len(found)} if pager.get("calc_total") else {}
    return {"data": {**total, "order": [_shown(order) for order in stockin.page(found, number, size)]}}


def _among(found: Any) -> set[str]:
    return {each.strip() for each in str("" if found is None else found).split(",") if each.strip()}


def _shown(order: stockin.Order) -> dict[str, Any]:
    """Return an order; two times are milliseconds in a text while the others are dates, as documented."""
    document, raw = order.document, order.document.raw
    own = store.own_number(document)
    return {
        "stockin_id": order.id,
        "order_no": order.no,
        "status": order.status,
        "warehouse_no": order.warehouse_no,
        "created_time": str(order.created),
        "check_time": str(order.checked) if order.checked else "",
        "modified": to_text(order.modified // 1000),
        "created": to_text(order.created // 1000),
        "refund_no": f"TK{own}",
        "src_order_no": f"TK{own}",
        "src_order_id": own,
        "src_order_type": _KIND,
        "type": 3 if document.type == "exchange" else 2,
        "process_status": store.flagship_status(document),
        "shop_no": raw["shop_no"],
        "shop_platform_id": store.OWN,
        "tid_list": document.tid,
        "trade_no_list": store.trade_no(document),
        "logistics_no": order.logistics_no,
        "remark": order.remark,
        "reason": raw.get("reason", ""),
        "flag_name": raw.get("flag_name", ""),
        "nick_name": raw.get("buyer_nick", ""),
        "goods_count": order.pieces,
        "total_goods_stockin_num": order.pieces if order.status == stockin.DONE else 0,
        "actual_refund_amount": document.amount / 100,
        "details_list": [_line(order, place, line) for place, line in enumerate(order.goods)],
    }


def _line(order: stockin.Order, place: int, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "rec_id": order.id * 10 + place,
        "stockin_id": order.id,
        "spec_no": line["spec_no"],
        "num": line["num"],
        "stockin_num": line["num"] if order.status == stockin.DONE else 0,
        "expect_num": order.document.quantity,
        "defect": line["defect"],
        "tid": order.document.tid,
        "oid": order.document.oid,
        "src_order_type": _KIND,
        "remark": "",
    }
