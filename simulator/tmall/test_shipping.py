"""Shipping and receipt: what they do to a trade, and to the refunds on it."""

from pathlib import Path

import pytest

from simulator.ledger.entry import Changed
from simulator.ledger.replay import read
from simulator.tmall import platform
from simulator.tmall.shipping import finish, ship
from simulator.tmall.trade import Order
from simulator.tmall.trades import create_trade
from simulator.tmall.transition import Impossible
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path, seed=7)
    world.add_shop()
    return world


def _orders(world: World, *prices: str, shipped: bool = False) -> list[Order]:
    trade = create_trade(world, {"orders": [{"price": price} for price in prices], "shipped": shipped})
    return [world.state.orders[oid] for oid in trade.oids]


def _last_change(world: World) -> Changed:
    changes = [entry for entry in read(world.book.path) if isinstance(entry, Changed)]
    return changes[-1]


def test_shipping_closes_the_refund_of_unshipped_goods_only_where_it_is_shipped(world: World) -> None:
    first, second = _orders(world, "10.00", "20.00")
    one = platform.apply(world, first, "refund_only")
    two = platform.apply(world, second, "refund_only")
    assert [refund.refund_id for refund in ship(world, [first])] == [one.refund_id]
    state = world.state
    assert (state.refunds[one.refund_id].status, state.refunds[two.refund_id].status) == (
        "CLOSED",
        "WAIT_SELLER_AGREE",
    )
    assert state.trades[first.tid].status == "SELLER_CONSIGNED_PART"
    assert [row.entity for row in _last_change(world).rows] == ["refund", "order", "trade"]
    assert state.orders[first.oid].refund_status == "CLOSED"
    with pytest.raises(Impossible, match="nothing to ship"):
        ship(world, [state.orders[first.oid]])


def test_after_a_trade_succeeded_refunds_are_aftersale_and_leave_it_alone(world: World) -> None:
    (order,) = _orders(world, "19.99", shipped=True)
    trade = finish(world, world.state.trades[order.tid])
    assert (trade.status, trade.received) == ("TRADE_FINISHED", 1999)
    refund = platform.apply(world, world.state.orders[order.oid], "refund_only", 500)
    assert (refund.phase, refund.good_status) == ("aftersale", "BUYER_RECEIVED")
    platform.agree(world, refund, actor="agent")
    after = world.state.orders[order.oid]
    assert (after.status, after.refunded, after.refund_id, after.refund_status) == (
        "TRADE_FINISHED",
        500,
        "",
        "NO_REFUND",
    )
    assert world.state.trades[order.tid] == trade


def test_receipt_is_confirmed_when_all_is_shipped_and_no_refund_is_open(world: World) -> None:
    first, second = _orders(world, "10.00", "20.00")
    with pytest.raises(Impossible, match="not all of it is shipped"):
        finish(world, world.state.trades[first.tid])
    ship(world, [first, second])
    refund = platform.apply(world, world.state.orders[first.oid], "refund_only", 300)
    with pytest.raises(Impossible, match=f"{refund.refund_id} .* still open"):
        finish(world, world.state.trades[first.tid])
    platform.agree(world, refund, actor="agent")
    trade = finish(world, world.state.trades[first.tid])
    assert trade.received == 2700
    with pytest.raises(Impossible, match="no receipt to confirm"):
        finish(world, trade)


def test_shipping_a_trade_ships_what_is_left_of_it(world: World) -> None:
    first, second = _orders(world, "10.00", "20.00")
    platform.agree(world, platform.apply(world, first, "refund_only"), actor="agent")
    state = world.state
    assert ship(world, [state.orders[oid] for oid in (first.oid, second.oid)]) == []
    assert [state.orders[oid].status for oid in (first.oid, second.oid)] == [
        "TRADE_CLOSED",
        "WAIT_BUYER_CONFIRM_GOODS",
    ]
    assert state.trades[first.tid].status == "WAIT_BUYER_CONFIRM_GOODS"
    assert finish(world, state.trades[first.tid]).received == 2000
