"""Shipments, by which a client sees whether goods have left, and the seller of a session."""

from pathlib import Path
from typing import Any

import pytest

from simulator.tmall import shipping
from simulator.tmall.caller import Caller
from simulator.tmall.receivers import shown_name
from simulator.tmall.refund_fields import open_uid

SHIPMENTS = "taobao.logistics.orders.get"
SELLER = "taobao.user.seller.get"


def _rows(caller: Caller, fields: str = "tid", **filters: Any) -> list[dict[str, Any]]:
    answer = caller.call(SHIPMENTS, fields=fields, **filters)
    rows: list[dict[str, Any]] = answer.get("shippings", {}).get("shipping", [])
    assert answer["total_results"] == len(rows)
    return rows


def test_goods_have_a_shipment_once_they_have_left(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order()
    assert _rows(caller, tid=order.tid) == []

    shipping.ship(caller.world, [order])

    (row,) = _rows(caller, "tid,out_sid,company_name,status,seller_confirm,receiver_name,is_split", tid=order.tid)
    assert (row["status"], row["seller_confirm"], row["is_split"]) == ("CREATED", "yes", 0)
    assert row["out_sid"]
    assert row["receiver_name"].endswith("*")
    assert _rows(caller, "out_sid")[0]["out_sid"] == row["out_sid"]


def test_a_finished_trade_has_been_received(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(shipped=True)
    shipping.finish(caller.world, caller.world.state.trades[order.tid])

    assert "delivery_end" in _rows(caller, "delivery_end", status="ACCEPTED_BY_RECEIVER")[0]
    assert _rows(caller, status="CREATED") == []


@pytest.mark.parametrize("by_tid", [False, True])
def test_a_trade_that_leaves_in_parts_has_a_shipment_for_each_and_says_what_is_in_it(
    tmp_path: Path, by_tid: bool
) -> None:
    caller = Caller.open(tmp_path)
    first = caller.order(orders=[{"price": "1.00"}, {"price": "2.00"}, {"price": "3.00"}])
    orders = [caller.world.state.orders[oid] for oid in caller.world.state.trades[first.tid].oids]
    named: dict[str, Any] = {"tid": first.tid} if by_tid else {}
    shipping.ship(caller.world, orders[:2])
    numbers = {"number": [order.oid for order in orders[:2]]}
    assert _rows(caller, "is_split,sub_tids", **named) == [{"is_split": 1, "sub_tids": numbers}]

    shipping.ship(caller.world, orders[2:])

    last, one = _rows(caller, "tid,sub_tids,out_sid,order_code,is_split", **named)
    assert one["sub_tids"] == numbers
    assert last["sub_tids"] == {"number": [orders[2].oid]}
    assert (last["tid"], last["is_split"]) == (one["tid"], one["is_split"]) == (first.tid, 1)
    assert last["out_sid"] != one["out_sid"]
    assert last["order_code"] != one["order_code"]
    pages = [caller.call(SHIPMENTS, fields="out_sid", page_no=page, page_size=1, **named) for page in (1, 2, 3)]
    assert [page["total_results"] for page in pages] == [2, 2, 2]
    assert [page.get("shippings", {}).get("shipping") for page in pages] == [
        [{"out_sid": last["out_sid"]}],
        [{"out_sid": one["out_sid"]}],
        None,
    ]


def test_a_trade_that_leaves_as_a_whole_is_not_split(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    caller.order(orders=[{"price": "1.00"}, {"price": "2.00"}], shipped=True)

    assert _rows(caller, "is_split,sub_tids") == [{"is_split": 0}]


@pytest.mark.parametrize("by_tid", [False, True])
def test_shipments_are_filtered(tmp_path: Path, by_tid: bool) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(shipped=True, buyer="小明")
    Caller(caller.world, caller.world.add_shop()).order(shipped=True)
    named: dict[str, Any] = {"tid": order.tid} if by_tid else {}

    for good in (
        {"buyer_nick": "小明"},
        {"ouid": open_uid("小明")},
        {"seller_confirm": "yes"},
        {"type": "fixed,cod"},
        {"receiver_name": shown_name("小明")},
    ):
        assert _rows(caller, **named, **good) == [{"tid": order.tid}]
    for bad in (
        {"buyer_nick": "小红"},
        {"buyer_nick": "小红", "ouid": open_uid("小明")},
        {"seller_confirm": "no"},
        {"freight_payer": "buyer"},
        {"type": "cod"},
        {"receiver_name": "爱新觉罗*"},
        {"status": "ACCEPTED_BY_RECEIVER"},
        {"end_created": "2020-01-01 00:00:00"},
        {"start_created": "2099-01-01 00:00:00"},
    ):
        assert _rows(caller, **named, **bad) == []


def test_the_seller_is_the_same_for_both_sessions(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, kind="C")

    main = caller.call(SELLER, fields="user_id,nick,type,seller_credit.level")["user"]

    assert (main["user_id"], main["nick"], main["type"]) == (caller.shop.user_id, caller.shop.nick, "C")
    assert caller.call(SELLER, sub=True, fields="user_id,nick,type,seller_credit.level")["user"] == main
    assert caller.call(SELLER, fields="has_shop")["user"] == {"has_shop": True}
