"""The exchange methods: read, list, and what the seller does, with failures inside the result."""

from pathlib import Path
from typing import Any

import pytest

from simulator.clock import to_text
from simulator.ledger.values import Told
from simulator.tmall import exchanges
from simulator.tmall.caller import Caller
from simulator.tmall.exchange import Exchange
from simulator.tmall.method import surface
from simulator.tmall.refund_fields import open_uid

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SHORT = "dispute_id,bizorder_id,modified,status"
PARCEL = {"logistics_no": "YT1", "logistics_type": 200, "logistics_company_name": "圆通速递"}


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _applied(caller: Caller, **trade: Any) -> Exchange:
    return exchanges.apply(caller.world, caller.order(**({"shipped": True} | trade)), "尺码:XL", reason="换大一码")


def _returned(caller: Caller) -> Exchange:
    agreed = exchanges.agree(caller.world, _applied(caller), actor="agent")
    return exchanges.ship_back(caller.world, agreed, "顺丰速运", "SF1")


def _result(caller: Caller, method: str, exchange: Exchange, files: Any = None, /, **params: Any) -> dict[str, Any]:
    params = {"dispute_id": exchange.dispute_id, "fields": SHORT, **params}
    found: dict[str, Any] = caller.call(f"tmall.exchange.{method}", files, **params)["result"]
    return found


def _now(caller: Caller, exchange: Exchange) -> Exchange:
    return caller.world.state.exchanges.rows[exchange.dispute_id]


def test_an_exchange_is_read_with_the_fields_and_types_of_the_surface(caller: Caller) -> None:
    exchange = exchanges.step(
        caller.world, _returned(caller), "agent", "receive_and_ship", seller_company="圆通速递", seller_waybill="YT1"
    )
    promised = surface().objects["Exchange"]

    answer = caller.answer("tmall.exchange.get", dispute_id=exchange.dispute_id, fields=",".join(promised))

    result = answer.data["result"]
    found = result["exchange"]
    assert result["success"] is True
    assert found.keys() == promised.keys() - {"desc", "bought_sku"} | ({"bought_sku"} if exchange.sku else set())
    types = {"string": str, "money": str, "datetime": str, "number": int}
    assert all(type(value) is types[promised[name].type] for name, value in found.items())
    assert (found["status"], found["biz_order_id"]) == ("13", str(exchange.tid))
    assert (found["buyer_logistic_no"], found["seller_logistic_no"]) == ("SF1", "YT1")
    assert "*" in found["buyer_name"]
    assert answer.told == [Told(exchange.dispute_id, exchange.change)]
    assert {"status", "waybill", "seller_waybill", "wanted"} <= set(answer.fields)


def test_the_seller_takes_an_exchange_to_the_shipment_in_four_calls(caller: Caller) -> None:
    exchange = _applied(caller)
    address = caller.shop.addresses[1].contact_id
    agreed = _result(caller, "agree", exchange, address_id=address, leave_message="请附纸条")
    assert agreed == {
        "success": True,
        "exchange": {
            "dispute_id": exchange.dispute_id,
            "biz_order_id": str(exchange.tid),
            "modified": to_text(_now(caller, exchange).modified),
            "status": "2",
        },
    }
    assert _now(caller, exchange).address_id == address
    exchanges.ship_back(caller.world, _now(caller, exchange), "顺丰速运", "SF1")
    assert _result(caller, "returngoods.agree", exchange)["exchange"]["status"] == "12"
    assert _result(caller, "consigngoods", exchange, **PARCEL)["exchange"]["status"] == "13"
    assert _now(caller, exchange).seller_waybill == "YT1"


def test_receipt_and_shipment_can_be_one_call(caller: Caller) -> None:
    exchange = _returned(caller)
    assert _result(caller, "confirm.consign", exchange, **PARCEL)["exchange"]["status"] == "13"
    assert _now(caller, exchange).seller_company == "圆通速递"


@pytest.mark.parametrize("method", ["refuse", "returngoods.refuse"])
def test_a_refusal_keeps_its_reason_and_its_picture(caller: Caller, method: str) -> None:
    exchange = _applied(caller) if method == "refuse" else _returned(caller)
    found = _result(caller, method, exchange, {"leave_message_pics": PNG}, seller_refuse_reason_id=90201)
    assert found["exchange"]["status"] == "6"
    assert _now(caller, exchange).refusal == "90201"
    (row,) = _result(
        caller, "messages.get", exchange, fields="pic_urls,owner_role,refund_phase,open_uid,owner_open_uid"
    )["results"]["refund_message"]
    assert (row["owner_role"], row["refund_phase"]) == ("1", exchange.phase)
    assert row["open_uid"] == open_uid(exchange.buyer)
    assert "owner_open_uid" not in row
    assert len(row["pic_urls"]["pic_url"]) == 1


@pytest.mark.parametrize(
    ("method", "params", "files", "message"),
    [
        ("returngoods.agree", {}, None, "当前换货状态不允许该操作"),
        ("confirm.consign", PARCEL, None, "当前换货状态不允许该操作"),
        ("agree", {"address_id": 1}, None, "收货地址不存在"),
        ("agree", {"address_id": 1}, {"leave_message_pics": b"text"}, "凭证图片不合法"),
        ("refuse", {"seller_refuse_reason_id": 1}, None, "拒绝原因不存在"),
        ("get", {"dispute_id": 123}, None, "换货单不存在"),
        ("refuse", {"dispute_id": 123, "seller_refuse_reason_id": 90201}, None, "换货单不存在"),
    ],
)
def test_a_business_failure_stands_in_the_result_and_changes_nothing(
    caller: Caller, method: str, params: dict[str, Any], files: Any, message: str
) -> None:
    exchange = _applied(caller)
    found = _result(caller, method, exchange, files, **params)
    assert found == {"success": False, "msg_code": "10000", "message": message}
    assert _now(caller, exchange) == exchange


def test_an_exchange_of_another_shop_is_not_found(caller: Caller) -> None:
    exchange = _applied(caller)
    other = Caller(caller.world, caller.world.add_shop())
    assert _result(other, "get", exchange)["success"] is False
    assert _result(other, "messages.get", exchange)["error_msg"] == "换货单不存在"
    assert _result(other, "refusereason.get", exchange)["error_code"] == "10000"
    assert other.call("tmall.exchange.receive.get", fields="dispute_id")["total_results"] == 0


def test_a_way_of_carriage_that_does_not_exist_is_refused(caller: Caller) -> None:
    params = {**PARCEL, "logistics_type": 150, "fields": SHORT, "dispute_id": _returned(caller).dispute_id}
    assert caller.answer("tmall.exchange.confirm.consign", **params).error["code"] == 41


def test_messages_are_left_and_read_by_author(caller: Caller) -> None:
    exchange = _applied(caller)
    exchanges.step(caller.world, exchange, "buyer", "message", said="在吗")
    added = _result(caller, "message.add", exchange, fields="id,refund_id,content,owner_id", content="已登记")
    (row,) = added["results"]["refund_message"]
    assert (row["content"], row["refund_id"]) == ("已登记", int(exchange.dispute_id))
    assert row["owner_id"] == caller.shop.user_id
    every = _result(caller, "messages.get", exchange, fields="content", page_size=1)
    assert (every["total_results"], every["has_next"]) == (2, True)
    seller = _result(caller, "messages.get", exchange, fields="content", operator_roles="1,2")
    assert seller["results"]["refund_message"] == [{"content": "已登记"}]
    assert (
        caller.answer(
            "tmall.exchange.messages.get", dispute_id=exchange.dispute_id, fields="content", operator_roles="9"
        )
        .error["msg"]
        .endswith("operator_roles")
    )
    exchanges.step(caller.world, _now(caller, exchange), "buyer", "withdraw")
    closed = _result(caller, "message.add", exchange, fields="id", content="晚了")
    assert closed == {"error_code": "10000", "error_msg": "当前换货状态不允许该操作"}


def test_reasons_for_refusing_are_listed(caller: Caller) -> None:
    found = _result(caller, "refusereason.get", _applied(caller), fields="reason_id,reason_text")
    assert found["total_results"] == len(found["results"]["reason"]) == 6
    assert found["results"]["reason"][0] == {"reason_id": 90201, "reason_text": "无货可换"}


def test_each_phase_has_reasons_of_its_own_besides_those_of_both(caller: Caller) -> None:
    exchange = _applied(caller)
    every, onsale, aftersale = (
        {
            row["reason_id"]
            for row in _result(caller, "refusereason.get", exchange, fields="reason_id", dispute_type=kind)["results"][
                "reason"
            ]
        }
        for kind in (0, 1, 2)
    )
    assert every == onsale | aftersale
    assert (onsale - aftersale, aftersale - onsale) == ({90205}, {90206})
    assert len(onsale & aftersale) == 4


def test_what_the_call_says_of_the_address_is_what_the_buyer_reads(caller: Caller) -> None:
    address = caller.shop.addresses[1]
    exchange = _applied(caller)
    other = {"complete_address": "上海市浦东新区样例路1号", "post": "200120", "mobile": "13900000000"}

    _result(caller, "agree", exchange, address_id=address.contact_id, **other)

    assert _now(caller, exchange).address == f"上海市浦东新区样例路1号 200120 {address.contact_name} 13900000000"
    assert _now(caller, exchange).address_id == address.contact_id
    unsaid = _applied(caller)
    _result(caller, "agree", unsaid, address_id=address.contact_id)
    assert _now(caller, unsaid).address == address.text


def _listed(caller: Caller, **params: Any) -> list[str]:
    found = caller.call("tmall.exchange.receive.get", **{"fields": "dispute_id", **params})
    return [row["dispute_id"] for row in found.get("results", {}).get("exchange", [])]


def test_the_list_finds_by_state_number_trade_parcel_and_buyer(caller: Caller) -> None:
    first, second, third = _applied(caller), _returned(caller), _applied(caller)
    one, two, three = first.dispute_id, second.dispute_id, third.dispute_id
    assert set(_listed(caller)) == {one, two, three}
    assert _listed(caller, dispute_status_array="3") == [two]
    assert set(_listed(caller, dispute_status_array="1,3")) == {one, two, three}
    assert _listed(caller, refund_id_array=f"{two},999") == [two]
    assert _listed(caller, biz_order_id=first.tid) == [one]
    assert _listed(caller, biz_order_id=first.tid, dispute_status_array="3") == []
    assert _listed(caller, logistic_no="SF1") == [two]
    assert set(_listed(caller, buyer_nick=first.buyer)) >= {one}
    assert _listed(caller, buyer_nick="nobody") == []
    assert caller.answer("tmall.exchange.receive.get", fields="status", dispute_status_array="7").error["code"] == 41


def test_pages_of_the_list_hold_each_exchange_once(caller: Caller) -> None:
    made = {_applied(caller).dispute_id for _ in range(3)} | {_returned(caller).dispute_id for _ in range(2)}
    for filters in ({}, {"dispute_status_array": "1,3"}, {"start_created_time": "2020-01-01 00:00:00"}):
        pages = [_listed(caller, page_size=2, page_no=number, **filters) for number in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert {number for page in pages for number in page} == made
    found = caller.call("tmall.exchange.receive.get", fields="dispute_id", page_size=2, page_no=2)
    assert (found["page_results"], found["total_results"], found["has_next"]) == (2, 5, True)


@pytest.mark.parametrize(
    ("start", "end"), [("start_gmt_modified_time", "end_gmt_modifed_time"), ("start_created_time", "end_created_time")]
)
def test_the_list_is_cut_by_both_times(caller: Caller, start: str, end: str) -> None:
    exchange = _applied(caller)
    text = to_text(exchange.modified)
    assert _listed(caller, **{start: text, end: text}) == [exchange.dispute_id]
    assert _listed(caller, **{end: to_text(exchange.modified - 1)}) == []
    assert _listed(caller, **{start: to_text(exchange.modified + 1)}) == []
    both = {"start_created_time": text, "end_gmt_modifed_time": text}
    assert _listed(caller, **both) == [exchange.dispute_id]
    backwards = {start: to_text(exchange.modified + 1), end: text}
    assert caller.answer("tmall.exchange.receive.get", fields="status", **backwards).error["code"] == 41


def test_a_listed_exchange_is_told_in_the_ledger_and_the_call_names_its_exchange(caller: Caller) -> None:
    exchange = _applied(caller, play="X1#1")
    answer = caller.answer("tmall.exchange.receive.get", fields="dispute_id,status")
    assert answer.told == [Told(exchange.dispute_id, exchange.change)]
    assert set(answer.fields) == {"dispute_id", "status"}
    asked = caller.receive(caller.signed("tmall.exchange.get", dispute_id=exchange.dispute_id, fields="status")).asked
    assert (asked.refunds, asked.plays) == ((exchange.dispute_id,), ("X1#1",))
