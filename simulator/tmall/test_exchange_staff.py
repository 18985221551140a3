"""小二 (staff) and exchanges or re-sends: time stands still, calls cannot write, and a ruling ends it."""

from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.ledger.entry import Published
from simulator.ledger.replay import read
from simulator.tmall import exchanges
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY, HOUR
from simulator.tmall.exchange import Exchange
from simulator.tmall.test_flow import Stepped
from simulator.world import World


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _later(caller: Caller, milliseconds: int) -> None:
    caller.world.clock.now += milliseconds  # type: ignore[attr-defined]  # a clock that stands still until it is set


def _exchange(caller: Caller) -> Exchange:
    return exchanges.apply(caller.world, caller.order(shipped=True), "颜色:蓝", reason="颜色不喜欢")


def _reship(caller: Caller) -> Exchange:
    return exchanges.apply_reship(caller.world, caller.order(shipped=True))


def _do(caller: Caller, act: str, exchange: Exchange, **args: Any) -> Exchange:
    done = perform(caller.world, act, {"refund": exchange.dispute_id, **args})
    assert done["accepted"], done["reason"]
    return caller.world.state.exchanges.rows[exchange.dispute_id]


def _not(caller: Caller, act: str, exchange: Exchange, **args: Any) -> str:
    done = perform(caller.world, act, {"refund": exchange.dispute_id, **args})
    assert not done["accepted"]
    return str(done["reason"])


def _taken(caller: Caller, exchange: Exchange) -> Exchange:
    _do(caller, "buyer.call_staff", exchange, text="卖家不换")
    return _do(caller, "staff.step_in", exchange, text="客服已介入")


def test_the_case_walks_from_the_call_to_the_ruling(caller: Caller) -> None:
    found = _exchange(caller)
    assert "staff step in when they are called" in _not(caller, "staff.step_in", found)
    seen = [
        _do(caller, "buyer.call_staff", found).cs_status,
        _do(caller, "staff.step_in", found).cs_status,
        _do(caller, "staff.ask_proof", found).cs_status,
    ]
    assert "called already" in _not(caller, "agent.call_staff", found)
    over = _do(caller, "staff.rule", found, **{"for": "seller"})
    assert ([*seen, over.cs_status], over.status, over.case_of) == ([2, 3, 10, 9], "4", "")
    told = [entry.topic for entry in read(caller.world.book.path) if isinstance(entry, Published)]
    assert told[-2:] == ["taobao_dispute_TaobaoInterApplied", "taobao_dispute_ExchangeClosed"]


def test_for_the_buyer_an_exchange_becomes_a_refund_of_the_same_sub_order(caller: Caller) -> None:
    found = _taken(caller, _exchange(caller))
    ruled = _do(caller, "staff.rule", found, **{"for": "buyer"}, text="支持买家")
    assert (ruled.status, ruled.cs_status) == ("14", 8)
    (refund,) = caller.world.state.refunds.values()
    assert (refund.oid, refund.kind, refund.status) == (found.oid, "return_refund", "WAIT_SELLER_AGREE")


def test_for_the_buyer_of_a_re_send_the_seller_is_to_ship(caller: Caller) -> None:
    found = _taken(caller, _reship(caller))
    ruled = _do(caller, "staff.rule", found, **{"for": "buyer"})
    assert (ruled.status, ruled.cs_status) == ("12", 8)
    assert ruled.due - caller.world.clock.wall() == 10 * DAY
    assert not caller.world.state.refunds


def test_the_countdown_stands_still_and_goes_on_after_a_withdrawn_case(caller: Caller) -> None:
    found = _exchange(caller)
    due = found.due
    _later(caller, HOUR)
    stopped = _do(caller, "buyer.call_staff", found)
    assert (stopped.due, stopped.left) == (0, due - caller.world.clock.wall())
    assert caller.world.state.due.first() is None
    _later(caller, 3 * DAY)
    assert "other party's" in _not(caller, "agent.withdraw_complaint", found)
    again = _do(caller, "buyer.withdraw_complaint", found)
    assert (again.due, again.left, again.cs_status) == (due + 3 * DAY, 0, 7)


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("tmall.exchange.agree", {"address_id": 810012}),
        ("tmall.exchange.refuse", {"seller_refuse_reason_id": 90201}),
    ],
)
def test_calls_cannot_write_while_staff_have_it_and_people_can(
    caller: Caller, method: str, more: dict[str, Any]
) -> None:
    found = _taken(caller, _exchange(caller))
    result = caller.call(method, dispute_id=found.dispute_id, fields="status", **more)["result"]
    assert (result["success"], result["message"]) == (False, "客服已介入，暂不能操作")
    done = perform(caller.world, "agent.agree_exchange", {"exchange": found.dispute_id})
    assert (done["accepted"], done["result"]["status"]) == (True, "2")
    told = caller.call("tmall.exchange.get", dispute_id=found.dispute_id, fields="cs_status")
    assert told["result"]["exchange"] == {"cs_status": 3}


def test_withdrawing_the_exchange_ends_the_case(caller: Caller) -> None:
    found = _taken(caller, _exchange(caller))
    done = perform(caller.world, "buyer.withdraw_exchange", {"exchange": found.dispute_id})
    after = caller.world.state.exchanges.rows[found.dispute_id]
    assert (done["accepted"], after.status, after.cs_status, after.left) == (True, "4", 7, 0)


def test_a_ruling_brings_no_goods_back(caller: Caller) -> None:
    found = _taken(caller, _exchange(caller))
    assert "go the way of their refund" in _not(caller, "staff.rule", found, **{"for": "buyer", "return": True})


def test_a_recovered_world_knows_the_case(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    _taken(caller, _reship(caller))
    before = caller.world.state.dump()
    caller.world.book.close()

    assert World.open(tmp_path).state.dump() == before
