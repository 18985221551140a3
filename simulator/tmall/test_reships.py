"""The life of a re-send (补寄), and how refunds, disputes, messages and AG tell of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator import actors
from simulator.erp.proof import photo
from simulator.ledger.entry import Published
from simulator.ledger.replay import read
from simulator.tmall import exchanges, platform, reships, shipping
from simulator.tmall import reship_lifecycle as cycle
from simulator.tmall.caller import Caller
from simulator.tmall.dispute_cycles import find
from simulator.tmall.exchange import OPEN, RESHIP, TERMINAL, Exchange
from simulator.tmall.exchange_guards import PREDICATES
from simulator.tmall.test_flow import Stepped
from simulator.tmall.transition import Impossible
from simulator.world import World

FIELDS = "refund_id,status,refund_fee,total_fee,payment,dispute_type,has_good_return,num,reason,desc,refund_version"
PARCEL = "taobao.rdc.aligenius.warehouse.resend.logistics.msg.post"
THREE = [{"price": "59.00", "num": 3}]
STATE = "taobao.rdc.aligenius.warehouse.resend.update"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _applied(caller: Caller, num: int = 0, **trade: Any) -> Exchange:
    order = caller.order(**({"shipped": True} | trade))
    return exchanges.apply_reship(caller.world, order, num, reason="少件/漏发", desc="缺少杯盖")


def _act(world: World, name: str, **args: Any) -> dict[str, Any]:
    done = actors.perform(world, name, args)
    assert done["accepted"], done["reason"]
    result: dict[str, Any] = done["result"]
    return result


def _now(caller: Caller, reship: Exchange) -> Exchange:
    return caller.world.state.exchanges.rows[reship.dispute_id]


def _parcel(caller: Caller, reship: Exchange, status: int = 1, **more: Any) -> dict[str, Any]:
    told = {"tid": reship.tid, "source_id": reship.dispute_id, "status": status, "msg": "补寄", "mail_no": "YT7"}
    told |= {"company_name": "圆通速递", "goods_item_list": [{"num": 1, "goods_id": "1", "oid": reship.oid}], **more}
    found: dict[str, Any] = caller.call(PARCEL, param0=json.dumps(told))["result"]
    return found


def _state(caller: Caller, reship: Exchange, status: int) -> dict[str, Any]:
    told = {"tid": reship.tid, "source_id": reship.dispute_id, "status": status, "msg": "无货可补"}
    found: dict[str, Any] = caller.call(STATE, param0=json.dumps(told))["result"]
    return found


def test_a_re_send_is_played_by_hand_from_application_to_receipt(caller: Caller) -> None:
    world, order = caller.world, caller.order(shipped=True, orders=THREE, play="X1#1")
    made = _act(world, "buyer.apply_reship", oid=order.oid, num=2, reason="少件/漏发")
    on = {"reship": made["dispute_id"]}
    _act(world, "buyer.message_reship", **on, content="少了两个")
    statuses = [
        made["status"],
        _act(world, "agent.refuse_reship", **on, text="请提供照片")["status"],
        _act(world, "buyer.modify_reship", **on, num=1)["status"],
        _act(world, "agent.agree_reship", **on)["status"],
        _act(world, "agent.ship_reship", **on, company="圆通速递", waybill="YT1")["status"],
        _act(world, "buyer.confirm_reship", **on)["status"],
    ]
    assert statuses == ["1", "6", "1", "12", "7", "5"]
    after = world.state.exchanges.rows[made["dispute_id"]]
    assert (after.kind, after.num, after.seller_waybill, after.round, after.due) == (RESHIP, 1, "YT1", 2, 0)
    told = [entry for entry in read(world.book.path) if isinstance(entry, Published)]
    assert [entry.topic.removeprefix("taobao_dispute_Reshipping") for entry in told] == [
        *("BuyerApply", "SellerRefused", "BuyerModify", "SellerAccept", "SellerConsignGoods", "BuyerConfirm"),
    ]
    content = json.loads(told[0].content)
    assert (content["biz_claim_type"], content["refund_id"]) == (10, made["dispute_id"])
    assert (content["oid"], content["tid"]) == (str(order.oid), str(order.tid))


@pytest.mark.parametrize(
    ("trade", "num", "why"),
    [
        ({"shipped": True}, 4, "4 is no number of pieces to send again: 1 to 3 are"),
        ({"shipped": False}, 1, "there is nothing to send again"),
    ],
)
def test_what_cannot_be_sent_again_is_refused(caller: Caller, trade: dict[str, Any], num: int, why: str) -> None:
    order = caller.order(orders=THREE, **trade)
    with pytest.raises(Impossible, match=why):
        exchanges.apply_reship(caller.world, order, num)


@pytest.mark.parametrize("num", [0, -1, "two", True, 1.5])
def test_a_number_that_is_no_number_of_pieces_is_refused_and_recorded(caller: Caller, num: object) -> None:
    done = actors.perform(caller.world, "buyer.apply_reship", {"oid": caller.order(shipped=True).oid, "num": num})
    assert not done["accepted"]
    assert "num is a number of pieces" in done["reason"]


def test_one_sub_order_has_one_open_dispute(caller: Caller) -> None:
    world, order = caller.world, caller.order(shipped=True)
    reship = exchanges.apply_reship(world, order)
    for again in (
        lambda: exchanges.apply_reship(world, order),
        lambda: exchanges.apply(world, order, "颜色:蓝"),
        lambda: platform.apply(world, order, "refund_only", 100),
    ):
        with pytest.raises(Impossible, match=f"has an open re-send: {reship.dispute_id}"):
            again()
    with pytest.raises(Impossible, match=f"re-send {reship.dispute_id} on trade"):
        shipping.finish(world, world.state.trades[order.tid])


def test_acts_about_exchanges_know_no_re_send_and_the_other_way_round(caller: Caller) -> None:
    reship = _applied(caller)
    exchange = exchanges.apply(caller.world, caller.order(shipped=True), "颜色:蓝")
    one = actors.perform(caller.world, "agent.agree_exchange", {"exchange": reship.dispute_id})
    other = actors.perform(caller.world, "agent.agree_reship", {"reship": exchange.dispute_id})
    assert (one["reason"], other["reason"]) == (
        f"there is no exchange {reship.dispute_id}",
        f"there is no re-send {exchange.dispute_id}",
    )
    assert one["error"]["sub_code"] == other["error"]["sub_code"]


def test_every_state_is_reached_and_every_open_one_ends_by_itself() -> None:
    assert {row.to for row in cycle.TABLE if row.to} == set(cycle.STATES) <= OPEN | TERMINAL
    assert not any(state in row.from_ for row in cycle.TABLE for state in TERMINAL)
    assert all(find(RESHIP, state, "timer", "timeout") for state in OPEN & set(cycle.STATES))
    assert {row.guard for row in cycle.TABLE} - {""} == set(cycle.GUARDS) <= set(PREDICATES)
    assert set(reships.NAMES) >= set(cycle.STATES)


@pytest.mark.parametrize(
    ("steps", "statuses"),
    [
        pytest.param([], ["12", "4"], id="the seller is silent, and then does not ship"),
        pytest.param(["refuse"], ["4"], id="the buyer leaves it refused"),
        pytest.param(["ship"], ["5"], id="the buyer confirms nothing"),
    ],
)
def test_time_alone_ends_a_re_send(caller: Caller, steps: list[str], statuses: list[str]) -> None:
    found = _applied(caller)
    for step in steps:
        parcel: dict[str, Any] = {"seller_company": "圆通速递", "seller_waybill": "YT1"} if step == "ship" else {}
        found = exchanges.step(caller.world, found, "agent", step, **parcel)
    reached = []
    for _ in statuses:
        _act(caller.world, "platform.timer", refund=found.dispute_id)
        reached.append(_now(caller, found).status)
    assert reached == statuses
    assert not _now(caller, found).due


def test_the_methods_of_refunds_show_it_without_money(caller: Caller) -> None:
    reship, refund = _applied(caller, orders=[{"price": "59.00"}]), caller.refund()
    row = caller.call("taobao.refund.get", refund_id=reship.dispute_id, fields=FIELDS)["refund"]
    assert row == {
        "refund_id": reship.dispute_id,
        "status": "WAIT_SELLER_AGREE",
        "refund_fee": "0.00",
        "total_fee": "59.00",
        "payment": "59.00",
        "dispute_type": "RESHIPPING",
        "has_good_return": False,
        "num": 1,
        "reason": "少件/漏发",
        "desc": "缺少杯盖",
        "refund_version": reship.version,
    }
    fields = "refund_id,dispute_type"
    pages = [caller.call("taobao.refunds.receive.get", fields=fields, page_size=1, page_no=n) for n in (1, 2)]
    assert [page["total_results"] for page in pages] == [2, 2]
    rows = [page["refunds"]["refund"][0] for page in pages]
    assert {row["refund_id"]: row["dispute_type"] for row in rows} == {
        reship.dispute_id: "RESHIPPING",
        refund.refund_id: "REFUND",
    }
    exchanges.step(caller.world, reship, "agent", "agree")
    named = "WAIT_SELLER_CONSIGN_GOODS"
    waiting = caller.call("taobao.refunds.receive.get", fields="refund_id,status", status=named)
    assert waiting["refunds"]["refund"] == [{"refund_id": reship.dispute_id, "status": named}]


def test_the_list_of_disputes_shows_its_own_state_and_parcel(caller: Caller) -> None:
    reship = _applied(caller)
    assert _parcel(caller, reship)["success_flag"] is True
    answer = caller.call(
        "tmall.dispute.receive.get",
        fields="refund_id,status,dispute_request,has_good_return,seller_logistic_no",
        status="WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
        use_has_next="true",
    )
    (row,) = answer["result"]["results"]["dispute"]
    assert row == {
        "refund_id": reship.dispute_id,
        "status": "7",
        "dispute_request": "补寄",
        "has_good_return": False,
        "seller_logistic_no": "YT7",
    }


def test_the_methods_of_exchanges_do_not_show_it_nor_touch_it(caller: Caller) -> None:
    reship = _applied(caller)
    fields = {"fields": "dispute_id,status"}
    for filters in ({}, {"biz_order_id": reship.tid}, {"refund_id_array": reship.dispute_id}):
        listed = caller.call("tmall.exchange.receive.get", **fields, **filters)
        assert listed["total_results"] == 0
    one = caller.call("tmall.exchange.get", **fields, dispute_id=reship.dispute_id)["result"]
    done = caller.call("tmall.exchange.returngoods.agree", **fields, dispute_id=reship.dispute_id)["result"]
    assert (one["success"], done["success"]) == (False, False)
    assert _now(caller, reship).change == reship.change


def test_its_messages_are_read_as_a_refunds(caller: Caller) -> None:
    reship = _applied(caller)
    exchanges.step(caller.world, reship, "buyer", "message", said="什么时候补寄")
    answer = caller.call(
        "taobao.refund.messages.get", refund_id=reship.dispute_id, refund_phase="onsale", fields="content,owner_role"
    )
    rows = answer["refund_messages"]["refund_message"]
    assert [(row["content"], row["owner_role"]) for row in rows] == [("什么时候补寄", "1")]


def test_the_seller_writes_to_its_buyer_as_to_a_refunds_until_it_is_over(caller: Caller) -> None:
    reship = _applied(caller)
    said = {"refund_id": reship.dispute_id, "content": "今天发出"}
    picture = {"image": photo(1, "x")}
    kept = caller.call("taobao.refund.message.add", picture, **said)["refund_message"]
    (message,) = caller.world.state.messages[reship.dispute_id]
    assert (message.id, message.owner_role, len(message.pictures)) == (kept["id"], "2", 1)
    exchanges.step(caller.world, _now(caller, reship), "buyer", "withdraw")
    assert caller.answer("taobao.refund.message.add", picture, **said).error["sub_code"] == "isv.refund-status-error"


def test_ag_is_told_the_parcel_once_again_and_that_it_was_another(caller: Caller) -> None:
    reship = _applied(caller)
    assert _parcel(caller, reship, mail_no="")["fail_code"] == "RESEND_LOGISTICS_ERROR"
    assert _parcel(caller, reship)["success_flag"] is True
    shipped = _now(caller, reship)
    assert (shipped.status, shipped.seller_company, shipped.seller_waybill) == ("7", "圆通速递", "YT7")
    assert _parcel(caller, reship)["success_flag"] is True  # a repeat is taken, and changes nothing
    assert _now(caller, reship) == shipped
    assert _parcel(caller, reship, mail_no="YT8")["fail_code"] == "RESEND_STATUS_ERROR"
    assert _parcel(caller, reship, status=-1)["success_flag"] is True
    assert (_now(caller, reship).status, _now(caller, reship).seller_waybill) == ("12", "")
    assert _parcel(caller, reship, mail_no="YT8")["success_flag"] is True
    assert _now(caller, reship).seller_waybill == "YT8"
    ((_, kept),) = caller.world.state.table("ag_report").items()
    assert (kept["told"]["mail_no"], kept["times"]) == ("YT8", 4)


def test_ag_is_told_that_nothing_is_sent_again(caller: Caller) -> None:
    reship = _applied(caller)
    assert _state(caller, reship, 2)["success_flag"] is True
    assert _now(caller, reship).status == "1"
    assert _state(caller, reship, -1)["success_flag"] is True
    refused = _now(caller, reship)
    assert refused.status == "6"
    assert _state(caller, reship, -1)["success_flag"] is True
    assert _now(caller, reship) == refused
    assert [said.content for said in caller.world.state.messages[reship.dispute_id]] == ["无货可补"]


def test_what_was_withdrawn_is_not_shipped(caller: Caller) -> None:
    reship = _applied(caller)
    exchanges.step(caller.world, reship, "buyer", "withdraw")
    assert _parcel(caller, reship)["fail_code"] == "RESEND_STATUS_ERROR"
    assert _now(caller, reship).status == "4"


def test_reports_about_other_sources_are_only_kept(caller: Caller) -> None:
    reship = _applied(caller)
    assert _parcel(caller, reship, source_id="BF-1")["success_flag"] is True
    assert _parcel(caller, reship, tid=caller.order().tid)["success_flag"] is True
    assert _now(caller, reship).change == reship.change


def test_a_recovered_world_has_the_same_re_sends(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    reship = _applied(caller)
    _parcel(caller, reship)
    before = caller.world.state.dump()
    caller.world.book.close()

    again = World.open(tmp_path)

    assert again.state.dump() == before
    assert [found.status for found in again.state.exchanges.of_parcel("YT7")] == ["7"]
