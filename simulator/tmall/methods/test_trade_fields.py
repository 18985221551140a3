"""The fields of a trade beyond state, money and receiver: they have the documented types, and their sums are right."""

from pathlib import Path
from typing import Any

import pytest

from simulator.act import fen
from simulator.clock import to_text
from simulator.tmall import platform, shipping
from simulator.tmall.caller import Caller
from simulator.tmall.documented import answered
from simulator.tmall.method import Field, surface
from simulator.tmall.trade_fields import ORDER, TRADE

FULL = "taobao.trade.fullinfo.get"
LISTS = {
    "taobao.trades.sold.get": ("start_created", "end_created"),
    "taobao.trades.sold.increment.get": ("start_modified", "end_modified"),
    "taobao.trades.sold.incrementv.get": ("start_create", "end_create"),
}
TYPES = {"string": str, "money": str, "datetime": str, "number": int, "boolean": bool}
LINES: list[dict[str, Any]] = [
    {"price": "99.00", "num": 2, "discount": "20.00", "coupon": "13.50"},
    {"price": "10.00", "coupon": "0.50"},
]


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _trade(caller: Caller, tid: int, fields: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.call(FULL, tid=tid, fields=fields)["trade"]
    return found


def _check(value: Any, field: Field, where: str) -> None:
    if field.list:
        (rows,) = value.values()
        for row in rows:
            _check(row, Field(type=field.type, object=field.object, only=field.only), where)
    elif field.object:
        fields = surface().objects[field.object]
        assert value.keys() <= fields.keys(), where
        for name, inner in value.items():
            _check(inner, fields[name], f"{where}.{name}")
    else:
        assert type(value) is TYPES[field.type], where


def test_every_field_is_described_and_comes_in_its_type(caller: Caller) -> None:
    order = caller.order(orders=[LINES[0] | {"service": {"price": "9.90"}}, LINES[1]], post_fee="8.00")
    platform.apply(caller.world, order, "refund_only", 100)
    other = caller.order(shipped=True)
    half = caller.order(orders=LINES, shipped=True)
    platform.apply(caller.world, half, "refund_only", 100)
    field = surface().methods[FULL].answer["trade"]
    seen: set[str] = set()

    for tid in (order.tid, other.tid, half.tid):
        trade = _trade(caller, tid, ",".join(field.only))
        _check(trade, field, "trade")
        seen |= trade.keys()
        seen |= {f"orders.{name}" for row in trade["orders"]["order"] for name in row}

    assert {name for name in TRADE if name in field.only} - seen <= {"yfx_fee", "yfx_id", "seller_phone"}
    assert {f"orders.{name}" for name in ORDER} <= seen
    assert TRADE.keys() | {"orders"} <= surface().objects["Trade"].keys()
    assert ORDER.keys() <= surface().objects["Order"].keys()


def test_promotions_add_up_to_the_discount_and_shares_to_that_of_the_whole_trade(caller: Caller) -> None:
    order = caller.order(orders=LINES, post_fee="8.00")

    trade = _trade(caller, order.tid, "promotion_details,discount_fee,payment,total_fee,post_fee,orders")

    promotions, orders = trade["promotion_details"]["promotion_detail"], trade["orders"]["order"]
    off = {row["id"]: fen(row["discount_fee"], "") for row in promotions}
    assert off == {order.oid: 2000, order.tid: 1400}
    assert sum(off.values()) == fen(trade["discount_fee"], "") == 3400
    assert sum(fen(row["part_mjz_discount"], "") for row in orders) == off[order.tid]
    assert sum(fen(row["divide_order_fee"], "") for row in orders) + 800 == fen(trade["payment"], "")
    assert "promotion_details" not in _trade(caller, caller.order().tid, "tid,promotion_details")


def test_a_service_is_paid_for_with_the_trade_and_is_in_no_share_of_it(caller: Caller) -> None:
    lines = [
        {"price": "100.00", "service": {"title": "上门安装", "price": "30.00"}},
        {"price": "10.00", "coupon": "1.00"},
    ]
    order = caller.order(orders=lines, post_fee="5.00")

    trade = _trade(caller, order.tid, "payment,discount_fee,service_orders,orders")

    (row,) = trade["service_orders"]["service_order"]
    assert (trade["payment"], trade["discount_fee"]) == ("144.00", "1.00")
    assert (row["item_oid"], row["payment"], row["title"]) == (order.oid, "30.00", "上门安装")
    assert row["oid"] not in caller.world.state.orders
    assert sum(fen(row["divide_order_fee"], "") for row in trade["orders"]["order"]) == 10900
    assert platform.apply(caller.world, order, "refund_only").amount == 10000


def test_goods_stand_on_the_trade_only_where_it_has_one_line(caller: Caller) -> None:
    one, two = caller.order(), caller.order(orders=LINES)
    fields = "tid,num_iid,price,pic_path"

    assert _trade(caller, one.tid, fields).keys() == {"tid", "num_iid", "price", "pic_path"}
    assert _trade(caller, two.tid, fields).keys() == {"tid"}


def test_a_parcel_is_the_same_on_trade_line_and_shipment(caller: Caller) -> None:
    order = caller.order(orders=LINES)
    orders = [caller.world.state.orders[oid] for oid in caller.world.state.trades[order.tid].oids]
    fields = "sid,is_part_consign,logistics_infos,orders.invoice_no,orders.logistics_company"
    before = _trade(caller, order.tid, fields)
    assert "sid" not in before
    assert [row["need_consign_num"] for row in before["logistics_infos"]["logistics_info"]] == [2, 1]
    for line in orders:
        shipping.ship(caller.world, [line])

    after = _trade(caller, order.tid, fields)
    rows = caller.call("taobao.logistics.orders.get", fields="out_sid,company_name", tid=order.tid)["shippings"]

    shipped = [(row["out_sid"], row["company_name"]) for row in reversed(rows["shipping"])]
    shown = [(row["invoice_no"], row["logistics_company"]) for row in after["orders"]["order"]]
    assert shown == shipped
    assert after["sid"] == shipped[0][0]
    assert after["is_part_consign"] is True
    assert [row["need_consign_num"] for row in after["logistics_infos"]["logistics_info"]] == [0, 0]


def test_hints_before_agreeing_say_where_the_goods_are(caller: Caller) -> None:
    waiting, gone = caller.refund(), caller.refund(100, shipped=True)

    def hint(tid: int) -> str:
        rows = _trade(caller, tid, "agree_refund_checks")["agree_refund_checks"]["agree_refund_check"]
        return str(rows[0]["delivery_process"])

    assert (hint(waiting.tid), hint(gone.tid)) == ("NOT_CONSIGNED", "CONSIGNED")
    platform.agree(caller.world, waiting, actor="agent")
    assert _trade(caller, waiting.tid, "tid,agree_refund_checks").keys() == {"tid"}


def test_money_left_to_confirm_falls_to_nothing(caller: Caller) -> None:
    refund = caller.refund(100, shipped=True)
    platform.agree(caller.world, refund, actor="agent")
    assert _trade(caller, refund.tid, "available_confirm_fee") == {"available_confirm_fee": "18.99"}

    shipping.finish(caller.world, caller.world.state.trades[refund.tid])

    trade = _trade(caller, refund.tid, "available_confirm_fee,received_payment,can_rate,seller_can_rate")
    assert trade == {
        "available_confirm_fee": "0.00",
        "received_payment": "18.99",
        "can_rate": True,
        "seller_can_rate": True,
    }


def test_some_trades_are_insured_and_then_say_for_how_much(caller: Caller) -> None:
    found = [_trade(caller, caller.order().tid, "has_yfx,yfx_fee,yfx_id") for _ in range(40)]

    assert {row["has_yfx"] for row in found} == {True, False}
    assert all(row.keys() == ({"has_yfx", "yfx_fee", "yfx_id"} if row["has_yfx"] else {"has_yfx"}) for row in found)


@pytest.mark.parametrize("method", LISTS)
def test_a_list_answers_the_fields_that_are_documented_of_it_and_no_others(caller: Caller, method: str) -> None:
    caller.order(shipped=True)
    start, end = LISTS[method]
    asked = ",".join(["tid", "orders", *TRADE])
    window = {start: "2026-01-01 00:00:00"} if method.endswith("sold.get") else {}
    if not window:
        now = caller.world.clock.seconds()
        window = {start: to_text(now - 3600), end: to_text(now + 3600)}

    (row,) = caller.call(method, fields=asked, **window)["trades"]["trade"]

    known = {path.split(".")[1] for path in answered(surface().methods[method].answer, surface()) if "." in path}
    assert row.keys() <= known
    assert "promotion_details" not in row
    assert {"orders", "has_buyer_message", "price"} <= row.keys()
