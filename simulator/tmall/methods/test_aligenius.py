"""The AG methods: what they are told is kept, and AG pays where the goods stayed or are back."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund
from simulator.tmall.shipping import ship
from simulator.world import World

AG = "taobao.rdc.aligenius."
RESEND = {"status": 1, "msg": "已补发", "source_id": "B1"}
GOODS = {"actual_qty": 1, "qr_code": "Q1", "status": 1}
PLACE = dict.fromkeys(("warehouse_name", "adr", "district_name", "city_name", "province_name"), "样例")
RETURN = {
    **PLACE,
    "goods_item_d_t_o_list": [GOODS],
    "country_name": "中国",
    "create_time": "2026-03-10 08:00:00",
    "status": 3,
    "cp_code": "SF",
    "cp_name": "顺丰速运",
    "mail_no": "SF1",
}
CONSUMED = {"result_code": "SUCCESS", "consume_status": "SUCCESS"}
CASE = {"detail_order_id": 1, "occur_time": 1773100800, "outer_case_id": "C1"}


def _caller(folder: Path, *, ag: bool = True) -> Caller:
    world = World.open(folder)
    return Caller(world, world.add_shop(ag=ag))


def _cancel(caller: Caller, refund: Refund, **told: Any) -> dict[str, Any]:
    param = {"refund_id": int(refund.refund_id), "tid": refund.tid, "status": "SUCCESS", **told}
    found: dict[str, Any] = caller.call(AG + "sendgoods.cancel", param=json.dumps(param))["result"]
    return found


def _returned(caller: Caller) -> Refund:
    agreed = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    return platform.ship_back(caller.world, agreed, "顺丰速运", "SF1")


def _reports(caller: Caller) -> list[dict[str, Any]]:
    return list(caller.world.state.table("ag_report").values())


@pytest.mark.parametrize("ag", [True, False])
def test_a_shop_is_told_whether_it_has_ag(tmp_path: Path, ag: bool) -> None:
    result = _caller(tmp_path, ag=ag).call(AG + "account.validate")["result"]
    assert result == {"success": True, "result_data": {"ag_account": int(ag)}}
    assert type(result["result_data"]["ag_account"]) is int


def test_a_cancelled_shipment_pays_the_refund_and_can_be_told_again(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund(1999)
    for _ in range(2):
        found = _cancel(caller, refund, msg="取消发货成功", oid=refund.oid)
        assert found == {"success": True, "result_data": {"refund_id": int(refund.refund_id)}}
    now = caller.now(refund)
    assert (now.status, now.change) == ("SUCCESS", refund.change + 1)
    assert caller.world.state.orders[refund.oid].refunded == 1999
    (report,) = _reports(caller)
    assert (report["kind"], report["times"], report["told"]["msg"]) == ("ag_cancel", 2, "取消发货成功")


def test_a_shipment_that_could_not_be_stopped_is_marked_once_and_pays_nothing(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund()
    assert _cancel(caller, refund, status="FAIL")["success"] is True
    now = caller.now(refund)
    assert (now.status, now.intercept, now.version) == (refund.status, "INTERCEPT_FAILED", refund.version)
    assert _cancel(caller, refund, status="FAIL")["success"] is True
    assert caller.now(refund) == now
    assert _reports(caller)[0]["told"]["status"] == "FAIL"


def test_without_ag_or_with_shipped_goods_the_report_is_only_kept(tmp_path: Path) -> None:
    caller = _caller(tmp_path / "without", ag=False)
    refund = caller.refund()
    _cancel(caller, refund)
    assert caller.now(refund).status == "WAIT_SELLER_AGREE"
    caller = _caller(tmp_path / "with")
    refund = caller.refund(shipped=True)
    _cancel(caller, refund)
    assert caller.now(refund).status == "WAIT_SELLER_AGREE"
    late = caller.refund()
    ship(caller.world, [caller.world.state.orders[late.oid]])
    _cancel(caller, late)
    assert caller.now(late).status == "CLOSED"
    assert len(_reports(caller)) == 2


@pytest.mark.parametrize(("ag", "status"), [(True, "SUCCESS"), (False, "WAIT_SELLER_CONFIRM_GOODS")])
def test_goods_in_the_warehouse_are_paid_for_by_ag_only(tmp_path: Path, ag: bool, status: str) -> None:
    caller = _caller(tmp_path, ag=ag)
    refund = _returned(caller)
    params = {"refund_id": refund.refund_id}
    signed = caller.call("taobao.nextone.logistics.sign.update", **params, sign_status=1)
    assert signed["result"] == {"success": True}
    assert caller.now(refund) == refund

    answer = caller.answer("taobao.nextone.logistics.warehouse.update", **params, warehouse_status=1)

    assert answer.data == {"succeed": True}
    after = caller.now(refund)
    assert after.status == status
    assert answer.told == [Told(after.refund_id, after.change)]
    assert {report["kind"] for report in _reports(caller)} == {"ag_signed", "ag_stored"}


def test_goods_that_the_buyer_has_not_sent_back_are_not_paid_for(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund(1999, returns=True)
    caller.call("taobao.nextone.logistics.warehouse.update", refund_id=refund.refund_id, warehouse_status=1)
    assert caller.now(refund).status == "WAIT_SELLER_AGREE"


@pytest.mark.parametrize(
    ("method", "name", "told", "result"),
    [
        ("refunds.check", "param", {"refund_id": "R", "status": "SUCCESS", "msg": "received"}, {"success": True}),
        ("warehouse.resend.update", "param0", {**RESEND, "tid": "T"}, {"success_flag": True}),
        (
            "warehouse.resend.logistics.msg.post",
            "param0",
            {**RESEND, "tid": "T", "goods_item_list": [{"num": 1, "goods_id": "G1"}]},
            {"success_flag": True},
        ),
        ("warehouse.reverse.event.update", "param0", {"id": "W1", "type": 1, "value": "3"}, {"success_flag": True}),
        (
            "identification.case.update",
            "param",
            {**CASE, "refund_id": "R", "operate_type": 1, "operate_tips": "鉴定"},
            {"success": True, "result_data": {**CONSUMED, "result_tips": "鉴定"}},
        ),
        (
            "identification.case.result.update",
            "param",
            {**CASE, "refund_id": "R", "result_type": 3, "result_tips": "仿品"},
            {"success": True, "result_data": {**CONSUMED, "result_tips": "仿品"}},
        ),
    ],
)
def test_whatever_else_the_erp_reports_is_kept(
    tmp_path: Path, method: str, name: str, told: dict[str, Any], result: dict[str, Any]
) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund()
    numbers = {"R": int(refund.refund_id), "T": refund.tid}
    told = {key: numbers.get(value, value) if isinstance(value, str) else value for key, value in told.items()}

    answer = caller.call(AG + method, **{name: json.dumps(told)})

    assert answer["result"] == result
    (report,) = _reports(caller)
    assert report["told"] == told
    assert report["at"] <= caller.world.clock.seconds()
    assert caller.now(refund) == refund


def test_return_orders_are_kept_one_by_one_and_refused_together(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    rows = [RETURN, {**RETURN, "mail_no": "SF2", "tid": caller.refund().tid}]
    upload = AG + "warehouse.reverse.uploading"
    answer = caller.call(upload, param0=json.dumps({"uploading_reverse_d_t_o_list": rows}))
    assert answer["success_flag"] is True
    assert [report["about"] for report in _reports(caller)] == ["SF1", "SF2"]
    foreign = {"uploading_reverse_d_t_o_list": [{**RETURN, "mail_no": "SF3", "tid": 1}]}
    assert caller.call(upload, param0=json.dumps(foreign))["fail_code"] == "TRADE_NOT_EXIST"
    assert len(_reports(caller)) == 2


def test_parcels_and_orders_must_be_of_the_shop(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    order = caller.order()
    notice = {
        "commodity_infos": [{"goods_quantity": 1, "item_id": "I1"}],
        "import_type": 2,
        "mail_no": "SF1",
        "parent_order_id": order.tid,
        "tp_code": "SF",
    }
    name = "param_logistics_notice_d_t_o"
    found = caller.call(AG + "logistics.packages.notice", **{name: json.dumps(notice)})
    assert found["result"]["result_data"] == {"parent_order_id": order.tid}
    known = {"oid": order.oid, "tid": order.tid, "status": 1}
    assert caller.call(AG + "ordermsg.update", **known)["result"] == {"success": True}
    other = Caller(caller.world, caller.world.add_shop())
    assert other.call(AG + "ordermsg.update", **known)["result"]["error_code"] == "TRADE_NOT_EXIST"
    refused = other.call(AG + "logistics.packages.notice", **{name: json.dumps(notice)})
    assert refused["result"]["success"] is False
    assert len(_reports(caller)) == 2


def test_a_refund_that_the_shop_has_not_is_a_failure_inside_the_answer(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund()
    other = Caller(caller.world, caller.world.add_shop(ag=True))
    failed = {"success": False, "error_code": "REFUND_NOT_EXIST", "error_info": "退款单不存在"}
    assert _cancel(other, refund) == failed
    assert _cancel(caller, refund, tid=1)["error_code"] == "TRADE_NOT_EXIST"
    stored = other.call("taobao.nextone.logistics.warehouse.update", refund_id=refund.refund_id, warehouse_status=1)
    assert (stored["succeed"], stored["err_code"]) == (False, "REFUND_NOT_EXIST")
    assert caller.now(refund) == refund
    assert not _reports(caller)


@pytest.mark.parametrize("param", ["{", "[]", '{"refund_id": 1}', '{"refund_id": 1, "tid": 1, "status": "DONE"}'])
def test_a_text_that_holds_no_report_is_an_invalid_argument(tmp_path: Path, param: str) -> None:
    error = _caller(tmp_path).answer(AG + "sendgoods.cancel", param=param).error
    assert (error["code"], error["sub_code"]) == (41, "isv.invalid-parameter:param")


def test_the_call_is_about_the_refund_in_its_text(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    refund = caller.refund(play="S17#1")
    text = json.dumps({"refund_id": int(refund.refund_id), "tid": refund.tid, "status": "SUCCESS"})
    asked = caller.receive(caller.signed(AG + "sendgoods.cancel", param=text)).asked
    assert (asked.refunds, asked.plays) == ((refund.refund_id,), ("S17#1",))


def test_reports_survive_a_restart(tmp_path: Path) -> None:
    caller = _caller(tmp_path)
    _cancel(caller, caller.refund())
    before = caller.world.state.dump()
    caller.world.book.close()
    assert before["ag_report"]
    assert World.open(tmp_path).state.dump() == before
