"""Trades are made from a short spec; what it leaves open follows from the seed."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.errors import UserError
from simulator.ledger.entry import Changed
from simulator.ledger.replay import read
from simulator.tmall.receivers import receiver_of
from simulator.tmall.trades import create_trade
from simulator.world import World


def _world(folder: Path, seed: int = 7) -> World:
    world = World.open(folder, seed=seed)
    world.add_shop()
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return _world(tmp_path)


def test_a_trade_of_one_line_has_its_number_as_the_lines(world: World) -> None:
    trade = create_trade(world, {"orders": [{"price": "19.99", "num": 3, "paid": "50.00"}], "post_fee": 8})
    order = world.state.orders[trade.tid]
    assert trade.oids == (trade.tid,)
    assert len(str(trade.tid)) == 19
    assert (order.price, order.total, order.paid, trade.payment) == (1999, 5997, 5000, 5800)
    assert trade.status == order.status == "WAIT_SELLER_SEND_GOODS"


def test_sub_orders_are_numbered_after_their_trade_and_no_number_is_used_twice(world: World) -> None:
    trades = [create_trade(world, {"orders": [{}] * count}) for count in (3, 1, 2, 1)]
    numbers = [number for trade in trades for number in dict.fromkeys((trade.tid, *trade.oids))]
    assert len(set(numbers)) == len(numbers)
    assert trades[0].oids == tuple(trades[0].tid + number for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        pytest.param({"shipped": True}, "WAIT_BUYER_CONFIRM_GOODS", id="shipped"),
        pytest.param({"finished": True}, "TRADE_FINISHED", id="finished"),
    ],
)
def test_a_trade_can_be_born_shipped_or_finished(world: World, flags: dict[str, bool], status: str) -> None:
    trade = create_trade(world, flags)
    order = world.state.orders[trade.oids[0]]
    assert trade.status == order.status == status
    assert order.consigned
    assert bool(order.ended) == ("finished" in flags)


def test_a_trade_is_one_entry_and_names_its_play(world: World) -> None:
    trade = create_trade(world, {"orders": [{}, {}]}, play="S05#1")
    entry = list(read(world.book.path))[-1]
    assert isinstance(entry, Changed)
    assert [row.entity for row in entry.rows] == ["trade", "order", "order", "play"]
    assert entry.plays == ("S05#1",)
    assert world.state.plays[str(trade.tid)] == "S05#1"
    assert create_trade(world, {"play": "S06#1"}).tid > trade.tid
    assert "S06#1" in world.state.plays.values()


def test_what_is_left_open_follows_from_the_seed(tmp_path: Path) -> None:
    worlds = [_world(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    for world in worlds:
        world.block = 1_795_000_000
    made = [[create_trade(world, {}) for _ in range(8)] for world in worlds]
    drawn = [[msgspec.to_builtins(world.state.orders[trade.tid])["title"] for trade in trades]
             for world, trades in zip(worlds, made, strict=True)]  # fmt: skip
    buyers = [[trade.buyer for trade in trades] for trades in made]
    assert (drawn[0], buyers[0]) == (drawn[1], buyers[1])
    assert (drawn[0], buyers[0]) != (drawn[2], buyers[2])
    receivers = [
        receiver_of(world.seed, trades[0].tid, trades[0].buyer) for world, trades in zip(worlds, made, strict=True)
    ]
    assert receivers[0] == receivers[1] != receivers[2]
    assert all(receivers[0].values())


def test_a_trade_goes_to_the_shop_that_is_named(world: World) -> None:
    second = world.add_shop("第二家店")
    assert create_trade(world, {}).shop != second.nick
    assert create_trade(world, {"shop": second.nick, "buyer": "小明"}).shop == second.nick


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        pytest.param({"orders": [{"price": "-1"}]}, r"orders\[0\].price -1 is negative", id="negative"),
        pytest.param({"orders": [{"price": "1.005"}]}, "more than two decimals", id="three decimals"),
        pytest.param({"orders": [{"price": "NaN"}]}, "no amount of yuan", id="no number"),
        pytest.param({"orders": [{"price": "1e20"}]}, "is above 100000000.00", id="too much"),
        pytest.param({"orders": [{}, {"prise": "1"}]}, r"orders\[1\]: prise .* Did you mean price\?", id="order key"),
        pytest.param({"order": []}, r"order is not a known key of a trade. Did you mean orders\?", id="trade key"),
        pytest.param({"orders": "abc"}, "orders is no list", id="no list"),
        pytest.param({"orders": [5]}, r"orders\[0\]: a sub-order is an object, not 5", id="no object"),
        pytest.param({"orders": [{"num": 0}]}, "num is 0", id="no goods"),
        pytest.param({"orders": [{"num": True}]}, "num is True", id="num a flag"),
        pytest.param({"orders": [{"price": 5, "paid": 6}]}, "paid 6.00 is too much.*at most price x num", id="paid"),
        pytest.param(
            {"orders": [{"service": {"prise": 1}}]}, r"orders\[0\].service: prise .* Did you mean price", id="service"
        ),
        pytest.param({"orders": [{"service": 5}]}, r"orders\[0\].service: a service is an object", id="no service"),
        pytest.param({"orders": [{"service": {"price": -1}}]}, r"service.price -1 is negative", id="service's price"),
        pytest.param({"post_fee": "x"}, "post_fee 'x' is no amount", id="postage"),
        pytest.param({"shipped": "yes"}, "shipped is 'yes'.*true or false", id="flag"),
        pytest.param({"shop": "沙箱旗舰店9"}, "Did you mean 沙箱旗舰店1", id="shop"),
    ],
)
def test_a_bad_spec_is_the_users_mistake_and_makes_nothing(world: World, spec: dict[str, Any], said: str) -> None:
    before = world.book.seq
    with pytest.raises(UserError, match=said):
        create_trade(world, spec)
    assert world.book.seq == before


def test_without_a_shop_there_is_no_trade(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no shop yet"):
        create_trade(World.open(tmp_path), {})
