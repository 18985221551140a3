"""小二 (staff) are called, step in, collect proof and rule; meanwhile time stands still and calls cannot write."""

from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY, HOUR
from simulator.tmall.refund import Refund
from simulator.tmall.test_flow import Stepped


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _do(caller: Caller, act: str, refund: Refund, **args: Any) -> Refund:
    done = perform(caller.world, act, {"refund": refund.refund_id, **args})
    assert done["accepted"], done["reason"]
    return caller.now(refund)


def _not(caller: Caller, act: str, refund: Refund, **args: Any) -> str:
    before = caller.now(refund)
    done = perform(caller.world, act, {"refund": refund.refund_id, **args})
    assert not done["accepted"]
    assert caller.now(refund) is before
    return str(done["reason"])


def _taken(caller: Caller, **refund: Any) -> Refund:
    found = _do(caller, "buyer.call_staff", caller.refund(**refund))
    return _do(caller, "staff.step_in", found, text="客服已介入")


def test_the_case_walks_from_the_call_to_the_ruling(caller: Caller) -> None:
    refund = _do(caller, "agent.refuse", caller.refund(shipped=True), text="不同意")
    walked = [refund.cs_status]
    for act, args in (
        ("buyer.call_staff", {"text": "卖家不讲理"}),
        ("staff.step_in", {}),
        ("staff.ask_proof", {}),
        ("staff.review", {}),
        ("staff.review", {"passed": False}),
        ("staff.rule", {"for": "buyer"}),
    ):
        refund = _do(caller, act, refund, **args)
        walked.append(refund.cs_status)
    assert walked == [1, 2, 3, 10, 4, 5, 8]
    assert refund.status == "SUCCESS"
    assert caller.world.state.orders[refund.oid].refunded == refund.amount
    said = caller.world.state.messages[refund.refund_id]
    assert [row.owner_role for row in said] == ["2", "1", "3"]


def test_a_ruling_for_the_seller_closes_the_refund(caller: Caller) -> None:
    refund = _do(caller, "staff.rule", _taken(caller), **{"for": "seller"})
    assert (refund.status, refund.cs_status) == ("CLOSED", 9)
    assert caller.world.state.orders[refund.oid].refunded == 0


def test_goods_that_must_come_back_first_make_a_return_of_it(caller: Caller) -> None:
    taken = _taken(caller, shipped=True)
    refund = _do(caller, "staff.rule", taken, **{"for": "buyer", "return": True})
    assert (refund.status, refund.kind, refund.cs_status) == ("WAIT_BUYER_RETURN_GOODS", "return_refund", 8)
    assert refund.address_id == caller.shop.addresses[1].contact_id
    assert refund.due == caller.world.clock.wall() + 7 * DAY
    refund = _do(caller, "buyer.ship_back", refund, company="顺丰速运", waybill="SF1")
    assert _do(caller, "agent.agree", refund).status == "SUCCESS"
    assert "no goods" in _not(caller, "staff.rule", _taken(caller), **{"for": "buyer", "return": True})


def test_the_countdown_stands_still_while_staff_have_the_case(caller: Caller) -> None:
    refund = caller.refund()
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now += 10 * HOUR
    refund = _do(caller, "buyer.call_staff", refund)
    assert (refund.due, refund.left) == (0, 14 * HOUR)
    shown = caller.call("taobao.refund.get", refund_id=refund.refund_id, fields="cs_status,refund_remind_timeout")
    assert shown["refund"] == {"cs_status": 2, "refund_remind_timeout": {"exist_timeout": False, "remind_type": 0}}
    assert "staff" in _not(caller, "platform.timer", refund)
    assert "no countdown" in _not(caller, "platform.extend", refund, hours=1)
    clock.now += 30 * HOUR
    refund = _do(caller, "buyer.withdraw_complaint", refund)
    assert (refund.cs_status, refund.left) == (7, 0)
    assert refund.due == clock.now + 14 * HOUR


def test_calls_cannot_write_meanwhile_and_the_sellers_people_can_by_hand(caller: Caller) -> None:
    refund = _taken(caller)
    about = {"refund_id": refund.refund_id, "refund_phase": refund.phase, "refund_version": refund.version}
    review = {"operator": "x", "message": "x", "result": "true"}
    failed = caller.call("taobao.rp.refund.review", **about, **review)
    assert (failed["sub_code"], failed["sub_msg"]) == ("isv.refund-status-error", "客服已介入，暂不能操作")
    agreed = caller.call(
        "taobao.rp.refunds.agree", sub=True, refund_infos=f"{refund.refund_id}|835|{refund.version}|onsale"
    )
    assert agreed["results"]["refund_mapping_result"][0]["message"] == "客服已介入，暂不能操作"
    detail = caller.call("taobao.refund.detail.get", refund_id=refund.refund_id, fields="allowedOperations")
    assert "allowed_operations" not in detail["detail"]
    assert "in the hands of staff" in _not(caller, "agent.refuse", refund)
    assert "in the hands of staff" in _not(caller, "buyer.modify", refund, amount="1.00")
    paid = _do(caller, "agent.agree", refund)
    assert (paid.status, paid.cs_status) == ("SUCCESS", 6)


def test_a_complaint_stops_nothing_and_lets_staff_step_in(caller: Caller) -> None:
    refund = caller.refund()
    due = refund.due
    refund = _do(caller, "buyer.complain", refund, text="态度差")
    assert (refund.cs_status, refund.due) == (11, due)
    assert "a case already" in _not(caller, "buyer.complain", refund)
    assert _do(caller, "staff.step_in", refund).cs_status == 3


def test_only_who_called_can_withdraw_and_nothing_happens_out_of_turn(caller: Caller) -> None:
    refund = _do(caller, "agent.call_staff", caller.refund(shipped=True))
    assert "other party" in _not(caller, "buyer.withdraw_complaint", refund)
    assert "already" in _not(caller, "buyer.call_staff", refund)
    assert "not stepped in" in _not(caller, "staff.ask_proof", refund)
    assert "not stepped in" in _not(caller, "staff.rule", refund, **{"for": "buyer"})
    refund = _do(caller, "agent.withdraw_complaint", refund)
    assert "no case" in _not(caller, "agent.withdraw_complaint", refund)
    assert "step in when" in _not(caller, "staff.step_in", refund)
    assert "not for 'me'" in _not(caller, "staff.rule", refund, **{"for": "me"})
    assert _do(caller, "buyer.withdraw", _do(caller, "buyer.call_staff", refund)).cs_status == 7


def test_a_paid_refund_is_reversed_and_the_sub_order_goes_on(caller: Caller) -> None:
    refund = _do(caller, "agent.agree", caller.refund(1999, shipped=True))
    state = caller.world.state
    assert state.orders[refund.oid].status == state.trades[refund.tid].status == "TRADE_CLOSED"
    refund = _do(caller, "staff.reverse", refund, text="恶意退款")
    order, trade = state.orders[refund.oid], state.trades[refund.tid]
    assert refund.status == order.refund_status == "CLOSED"
    assert (order.refunded, order.status, order.ended) == (0, "WAIT_BUYER_CONFIRM_GOODS", 0)
    assert (trade.status, trade.ended, trade.received) == ("WAIT_BUYER_CONFIRM_GOODS", 0, 0)
    assert "reverse is impossible" in _not(caller, "staff.reverse", refund)
    never_sent = _do(caller, "agent.agree", caller.refund())
    assert "never left" in _not(caller, "staff.reverse", never_sent)


def test_a_reversed_aftersale_refund_leaves_the_finished_trade_as_it_is(caller: Caller) -> None:
    refund = _do(caller, "agent.agree", caller.refund(500, finished=True))
    trade = caller.world.state.trades[refund.tid]
    _do(caller, "staff.reverse", refund)
    assert caller.world.state.trades[refund.tid] == trade
    assert caller.world.state.orders[refund.oid].refunded == 0


def test_staff_and_newer_refunds_do_not_cross(caller: Caller) -> None:
    refund = _do(caller, "agent.agree", caller.refund(500, shipped=True))
    platform.apply(caller.world, caller.world.state.orders[refund.oid], "refund_only", 100)
    assert "is open" in _not(caller, "staff.reverse", refund)
