"""Receipts are confirmed by themselves after ten days, not while a refund runs; then refunds are aftersale."""

from pathlib import Path
from typing import Any

import pytest

from simulator.clock import to_text
from simulator.errors import ActRefused
from simulator.ledger.entry import Timer as TimerEntry
from simulator.ledger.replay import read
from simulator.tmall import exchanges, platform, shipping, timers
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY, HOUR
from simulator.tmall.test_flow import Stepped
from simulator.tmall.trade import Order
from simulator.world import World

TEN_DAYS = 10 * DAY


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _later(caller: Caller, milliseconds: int) -> None:
    assert isinstance(caller.world.clock, Stepped)
    caller.world.clock.now += milliseconds
    timers.Timers(caller.world).pass_due()


def _now(caller: Caller, order: Order) -> Order:
    return caller.world.state.orders[order.oid]


def _told(caller: Caller, order: Order) -> tuple[str | None, list[str | None]]:
    """Return what a call is told of the trade's time and of those of its sub-orders."""
    fields = "timeout_action_time,orders.oid,orders.timeout_action_time"
    trade: dict[str, Any] = caller.call("taobao.trade.fullinfo.get", tid=order.tid, fields=fields)["trade"]
    rows = trade["orders"]["order"]
    return trade.get("timeout_action_time"), [row.get("timeout_action_time") for row in rows]


def test_ten_days_after_shipping_the_receipt_is_confirmed_and_refunds_are_aftersale(caller: Caller) -> None:
    order = caller.order()
    shipping.ship(caller.world, [order])
    _later(caller, TEN_DAYS - HOUR)
    assert _now(caller, order).status == "WAIT_BUYER_CONFIRM_GOODS"

    _later(caller, HOUR)

    assert _now(caller, order).status == "TRADE_FINISHED"
    assert caller.world.state.trades[order.tid].received == order.paid
    assert platform.apply(caller.world, _now(caller, order), "refund_only", 100).phase == "aftersale"
    entries = [entry for entry in read(caller.world.book.path) if isinstance(entry, TimerEntry)]
    assert [entry.timer for entry in entries] == ["trade_receipt"]


def test_nothing_is_confirmed_before_everything_is_shipped(caller: Caller) -> None:
    order = caller.order(orders=[{"price": "9.99"}] * 2)
    shipping.ship(caller.world, [order])
    _later(caller, 2 * TEN_DAYS)
    assert (_now(caller, order).status, _told(caller, order)) == ("WAIT_BUYER_CONFIRM_GOODS", (None, [None, None]))

    rest = caller.world.state.orders[order.oid + 1]
    shipping.ship(caller.world, [rest])
    _later(caller, TEN_DAYS)

    assert caller.world.state.trades[order.tid].status == "TRADE_FINISHED"


def test_the_time_stands_still_while_a_refund_runs_and_goes_on_afterwards(caller: Caller) -> None:
    order = caller.order(shipped=True)
    _later(caller, 4 * DAY)
    refund = platform.apply(caller.world, order, "refund_only", 100)
    _later(caller, DAY)
    platform.withdraw(caller.world, refund)
    _later(caller, 6 * DAY - HOUR)
    assert _now(caller, order).status == "WAIT_BUYER_CONFIRM_GOODS"

    _later(caller, HOUR)

    assert _now(caller, order).status == "TRADE_FINISHED"


def test_the_time_stands_still_while_an_exchange_runs(caller: Caller) -> None:
    order = caller.order(shipped=True)
    exchange = exchanges.apply(caller.world, order, "尺码:XL")
    assert (_now(caller, order).due, _now(caller, order).left) == (0, TEN_DAYS)

    exchanges.step(caller.world, exchange, "buyer", "withdraw")

    assert _now(caller, order).due == caller.world.clock.wall() + TEN_DAYS


def test_a_running_refund_moves_the_time_from_the_trade_to_the_other_sub_orders(caller: Caller) -> None:
    order = caller.order(orders=[{"price": "9.99"}] * 2, shipped=True)
    when = to_text((caller.world.clock.wall() + TEN_DAYS) // 1000)
    assert _told(caller, order) == (when, [None, None])

    refund = platform.apply(caller.world, order, "refund_only", 100)
    assert _told(caller, order) == (None, [None, when])
    _later(caller, 20 * HOUR)
    platform.withdraw(caller.world, refund)

    later = to_text((caller.world.clock.wall() + TEN_DAYS) // 1000)
    assert _told(caller, order) == (later, [None, None])


def test_a_sub_order_whose_receipt_is_confirmed_is_aftersale_while_the_trade_goes_on(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_trade_topics=True, hours_seller_refund_only=1000)
    order = caller.order(orders=[{"price": "9.99"}] * 2, shipped=True)
    running, other = platform.apply(caller.world, order, "refund_only", 100), caller.world.state.orders[order.oid + 1]

    _later(caller, TEN_DAYS)

    trade = caller.world.state.trades[order.tid]
    assert (trade.status, _now(caller, other).status) == ("WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED")
    assert platform.apply(caller.world, _now(caller, other), "refund_only", 100).phase == "aftersale"
    assert platform.modify(caller.world, running, amount=50).phase == "onsale"
    topics = [row.topic for row in caller.world.state.queues.rows.values()]
    assert topics.count("taobao_trade_TradePartlyConfirmPay") == 1


def test_a_refund_of_everything_ends_the_time_and_its_reversal_begins_it_anew(caller: Caller) -> None:
    order = caller.order(shipped=True)
    refund = platform.apply(caller.world, order, "refund_only")
    timers.timer(caller.world, refund)
    assert (_now(caller, order).due, _now(caller, order).left) == (0, 0)

    platform.step(caller.world, caller.now(refund), "staff", "reverse")

    assert _now(caller, order).due == caller.world.clock.wall() + TEN_DAYS


def test_the_harness_lets_the_time_pass_where_it_runs(caller: Caller) -> None:
    order = caller.order(shipped=True)
    trade = caller.world.state.trades[order.tid]
    shipping.receive(caller.world, trade)
    assert _now(caller, order).status == "TRADE_FINISHED"

    with pytest.raises(ActRefused, match="no time runs after which its receipt is confirmed"):
        shipping.receive(caller.world, caller.world.state.trades[order.tid])


def test_a_recovered_simulator_still_knows_whose_receipt_is_due(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock)
    order = caller.order(shipped=True)
    caller.world.book.close()

    again = World.open(tmp_path, clock=clock)
    clock.now += TEN_DAYS
    timers.Timers(again).pass_due()

    assert again.state.orders[order.oid].status == "TRADE_FINISHED"


def test_thousands_that_are_due_at_once_are_confirmed_some_hundreds_at_a_time(caller: Caller) -> None:
    for _ in range(501):
        caller.order(shipped=True)
    assert isinstance(caller.world.clock, Stepped)
    caller.world.clock.now += TEN_DAYS
    watch = timers.Timers(caller.world)

    assert [watch.pass_due(), watch.pass_due(), watch.pass_due()] == [500, 1, 0]
