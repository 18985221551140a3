"""The disputes of a Tmall shop."""

from pathlib import Path
from typing import Any

from simulator.tmall import exchanges, platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund_fields import open_uid

DISPUTES = "tmall.dispute.receive.get"


def _ids(caller: Caller, **filters: Any) -> list[str]:
    result = caller.call(DISPUTES, fields="refund_id", **filters)["result"]
    rows = result.get("results", {}).get("dispute", [])
    assert result["page_results"] == len(rows)
    return [row["refund_id"] for row in rows]


def test_a_dispute_tells_its_status_as_a_number_and_its_order_as_text(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    platform.ship_back(caller.world, refund, "圆通速递", "YT1")
    fields = (
        "refund_id,biz_order_id,oid,status,dispute_request,refund_fee,time_out,order_status,buyer_logistic_no,nonsense"
    )

    result = caller.call(DISPUTES, fields=fields)["result"]

    (row,) = result["results"]["dispute"]
    assert row.pop("time_out") > "2026"
    assert row == {
        "refund_id": refund.refund_id,
        "biz_order_id": str(refund.tid),
        "oid": refund.oid,
        "status": "3",
        "dispute_request": "退货退款",
        "refund_fee": "19.99",
        "order_status": "WAIT_BUYER_CONFIRM_GOODS",
        "buyer_logistic_no": "YT1",
    }
    assert (result["page_results"], result["total_results"]) == (1, 1)


def test_disputes_are_filtered_by_name_of_status_buyer_number_and_time(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(buyer="小明")
    closed = platform.withdraw(caller.world, caller.refund(buyer="小红"))
    foreign = Caller(caller.world, caller.world.add_shop()).refund()

    assert set(_ids(caller)) == {refund.refund_id, closed.refund_id}
    assert _ids(caller, status="CLOSED") == [closed.refund_id]
    assert _ids(caller, status="EXCHANGE_TRANSFORM_TO_REFUND") == []
    assert _ids(caller, type="cod") == []
    assert _ids(caller, refund_id=foreign.refund_id) == _ids(caller, refund_id=1) == []
    assert _ids(caller, refund_id=refund.refund_id) == [refund.refund_id]
    for good in ({"status": "WAIT_SELLER_AGREE"}, {"buyer_nick": "小明"}, {"buyer_open_uid": open_uid("小明")}):
        assert _ids(caller, **good) == _ids(caller, refund_id=refund.refund_id, **good) == [refund.refund_id]
    for bad in (
        {"status": "SUCCESS"},
        {"buyer_nick": "小刚"},
        {"buyer_open_uid": open_uid("小刚")},
        {"end_modified": "2020-01-01 00:00:00"},
        {"start_modified": "2099-01-01 00:00:00"},
        {"page_no": 3},
    ):
        assert _ids(caller, **bad) == _ids(caller, refund_id=refund.refund_id, **bad) == []


def test_a_page_tells_whether_there_is_another(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    for _ in range(3):
        caller.refund()

    results = [
        caller.call(DISPUTES, fields="refund_id", page_no=number, page_size=2, use_has_next=True)["result"]
        for number in (1, 2)
    ]

    assert [(result["page_results"], result["has_next"]) for result in results] == [(2, True), (1, False)]
    assert "total_results" not in results[0]


def test_a_taobao_shop_has_no_tmall_disputes(tmp_path: Path) -> None:
    assert Caller.open(tmp_path, kind="C").call(DISPUTES, fields="refund_id")["sub_msg"] == "仅支持天猫纠纷"


def test_exchanges_are_among_the_disputes_with_both_parcels(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    world = caller.world
    refund = caller.refund(buyer="小明")
    exchange = exchanges.apply(world, caller.order(shipped=True, buyer="小红"), "颜色:蓝")
    exchange = exchanges.agree(world, exchange, actor="agent")
    exchange = exchanges.ship_back(world, exchange, "圆通速递", "YT1")
    exchange = exchanges.step(world, exchange, "agent", "receive")
    assert _ids(caller, status="WAIT_SELLER_CONSIGN_GOOGDS") == [exchange.dispute_id]
    exchange = exchanges.step(world, exchange, "agent", "ship", seller_company="顺丰速运", seller_waybill="SF2")
    fields = (
        "refund_id,biz_order_id,oid,status,dispute_request,refund_fee,has_good_return,order_status,buyer_logistic_no,"
        "seller_logistic_name,seller_logistic_no,buyer_nick,buyer_name"
    )

    (row,) = caller.call(DISPUTES, fields=fields, refund_id=exchange.dispute_id)["result"]["results"]["dispute"]

    assert row.pop("buyer_name").endswith("*")
    assert row == {
        "refund_id": exchange.dispute_id,
        "biz_order_id": str(exchange.tid),
        "oid": exchange.oid,
        "status": "13",
        "dispute_request": "换货",
        "refund_fee": "0.00",
        "has_good_return": True,
        "order_status": "WAIT_BUYER_CONFIRM_GOODS",
        "buyer_logistic_no": "YT1",
        "seller_logistic_name": "顺丰速运",
        "seller_logistic_no": "SF2",
        "buyer_nick": "小红",
    }
    assert set(_ids(caller)) == {refund.refund_id, exchange.dispute_id}
    assert _ids(caller, page_size=1) + _ids(caller, page_size=1, page_no=2) == _ids(caller)
    assert _ids(caller, status="EXCHANGE_WAIT_BUYER_CONFIRM_GOODS") == [exchange.dispute_id]
    assert _ids(caller, status="POST_FEE_DISPUTE_WAIT_ACTIVATE") == []
    assert _ids(caller, buyer_nick="小红") == [exchange.dispute_id]
    assert _ids(caller, buyer_nick="小明") == [refund.refund_id]
