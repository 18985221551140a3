"""A buyer's own applications, and the latest refund of an order."""

import json
from pathlib import Path

import pytest

from simulator.tmall import platform
from simulator.tmall.caller import Caller

APPLIED = "taobao.refunds.apply.get"
STATUS = "taobao.refund.status.get"


def test_a_user_sees_what_it_applied_for_as_a_buyer_and_nothing_that_it_sold(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    other = caller.world.add_shop()
    mine = [caller.refund(100, shop=nick, buyer=caller.shop.nick) for nick in (other.nick, caller.shop.nick)]
    caller.refund(100)

    answer = caller.call(APPLIED, fields="refund_id,seller_nick,refund_fee,refund_version")

    rows = answer["refunds"]["refund"]
    assert {row["refund_id"] for row in rows} == {refund.refund_id for refund in mine}
    assert rows[0].keys() == {"refund_id", "seller_nick", "refund_fee"}
    assert answer["total_results"] == 2


def test_applications_are_filtered_by_seller_state_and_trade_type_and_paged(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    other = caller.world.add_shop()
    mine = [
        caller.refund(100, shop=nick, buyer=caller.shop.nick) for nick in (other.nick, other.nick, caller.shop.nick)
    ]
    platform.withdraw(caller.world, mine[0])

    def found(**filters: object) -> list[str]:
        answer = caller.call(APPLIED, fields="refund_id", **filters)
        return [row["refund_id"] for row in answer.get("refunds", {}).get("refund", [])]

    assert sorted(found(seller_nick=other.nick)) == [mine[0].refund_id, mine[1].refund_id]
    assert found(seller_nick=other.nick, status="CLOSED") == [mine[0].refund_id]
    assert found(seller_nick="无此店铺") == found(type="cod") == []
    pages = [found(page_no=number, page_size=1) for number in (1, 2, 3, 4)]
    assert [row for page in pages for row in page] == found()
    assert [len(page) for page in pages] == [1, 1, 1, 0]


def test_the_status_of_a_trade_is_the_latest_refund_of_each_of_its_orders(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(orders=[{"price": "10.00"}, {"price": "20.00"}, {"price": "30.00"}])
    first, second, _ = caller.world.state.trades[order.tid].oids
    orders = caller.world.state.orders
    platform.withdraw(caller.world, platform.apply(caller.world, orders[first], "refund_only"))
    again = platform.apply(caller.world, orders[first], "refund_only")
    other = platform.apply(caller.world, orders[second], "refund_only")

    whole = caller.call(STATUS, query_param=json.dumps({"biz_order_id": order.tid}))["result_package"]
    one = caller.call(STATUS, query_param=json.dumps({"biz_order_id": str(second)}))["result_package"]

    rows = whole["result_list"]["query_refund_status_response"]
    assert [row["refund_id"] for row in rows] == [int(again.refund_id), int(other.refund_id)]
    assert one["result_list"]["query_refund_status_response"] == rows[1:]
    assert (rows[0]["tid"], rows[0]["oid"], rows[0]["status"]) == (order.tid, first, "WAIT_SELLER_AGREE")


def test_an_order_without_a_refund_has_an_empty_package(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order()

    assert caller.call(STATUS, query_param=json.dumps({"biz_order_id": order.oid}))["result_package"] == {}


@pytest.mark.parametrize(
    "text", ["7", "{}", "[", '{"biz_order_id": true}', '{"biz_order_id": 1.5}', '{"biz_order_id": "x"}']
)
def test_a_question_that_names_no_order_is_an_invalid_argument(tmp_path: Path, text: str) -> None:
    assert Caller.open(tmp_path).call(STATUS, query_param=text)["code"] == 41


def test_the_status_of_another_shops_order_is_not_told(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    foreign = Caller(caller.world, caller.world.add_shop()).refund()

    for number in (foreign.tid, 1):
        answer = caller.call(STATUS, query_param=json.dumps({"biz_order_id": number}))
        assert answer["sub_code"] == "isv.trade-not-exist"
