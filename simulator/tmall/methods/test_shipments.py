"""Shipments, by which a client sees whether goods have left, and the seller of a session."""

from pathlib import Path
from typing import Any

import pytest

from simulator.tmall import shipping
from simulator.tmall.caller import Caller
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


def test_a_trade_of_which_a_part_has_left_is_split(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(orders=[{"price": "1.00"}, {"price": "2.00"}])
    shipping.ship(caller.world, [order])

    assert _rows(caller, "is_split") == [{"is_split": 1}]


@pytest.mark.parametrize("by_tid", [False, True])
def test_shipments_are_filtered(tmp_path: Path, by_tid: bool) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(shipped=True, buyer="小明")
    Caller(caller.world, caller.world.add_shop()).order(shipped=True)
    named: dict[str, Any] = {"tid": order.tid} if by_tid else {}

    for good in ({"buyer_nick": "小明"}, {"ouid": open_uid("小明")}, {"seller_confirm": "yes"}, {"type": "fixed,cod"}):
        assert _rows(caller, **named, **good) == [{"tid": order.tid}]
    for bad in (
        {"buyer_nick": "小红"},
        {"buyer_nick": "小红", "ouid": open_uid("小明")},
        {"seller_confirm": "no"},
        {"freight_payer": "buyer"},
        {"type": "cod"},
        {"status": "ACCEPTED_BY_RECEIVER"},
        {"end_created": "2020-01-01 00:00:00"},
        {"start_created": "2099-01-01 00:00:00"},
    ):
        assert _rows(caller, **named, **bad) == []


def test_a_search_by_receiver_says_that_it_is_not_built(tmp_path: Path) -> None:
    answer = Caller.open(tmp_path).call(SHIPMENTS, fields="tid", receiver_name="张")

    assert answer["sub_code"] == "isv.sandbox-method-not-built"


def test_the_seller_is_the_same_for_both_sessions(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, kind="C")

    main = caller.call(SELLER, fields="user_id,nick,type,seller_credit.level")["user"]

    assert (main["user_id"], main["nick"], main["type"]) == (caller.shop.user_id, caller.shop.nick, "C")
    assert caller.call(SELLER, sub=True, fields="user_id,nick,type,seller_credit.level")["user"] == main
    assert caller.call(SELLER, fields="has_shop")["user"] == {"has_shop": True}
