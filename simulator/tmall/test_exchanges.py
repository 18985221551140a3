"""The life of an exchange: to other goods, back to where it was, or into a refund."""

from pathlib import Path
from typing import Any

import pytest

from simulator import actors
from simulator.ledger.entry import Act, Changed
from simulator.ledger.replay import read
from simulator.tmall import exchange_lifecycle as cycle
from simulator.tmall import exchanges, platform
from simulator.tmall.caller import Caller
from simulator.tmall.dispute_cycles import find
from simulator.tmall.exchange import EXCHANGE, OPEN, PENDING, RETURNED, TERMINAL, WAIT_SELLER_SHIP, Exchange
from simulator.tmall.exchange_guards import PREDICATES
from simulator.tmall.transition import Impossible
from simulator.world import World


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _applied(caller: Caller, **trade: Any) -> Exchange:
    order = caller.order(**({"shipped": True} | trade))
    return exchanges.apply(caller.world, order, "尺码:XL", reason="尺寸不合适")


def _act(world: World, name: str, **args: Any) -> dict[str, Any]:
    done = actors.perform(world, name, args)
    assert done["accepted"], done["reason"]
    result: dict[str, Any] = done["result"]
    return result


def test_an_exchange_is_played_by_hand_from_application_to_receipt(caller: Caller) -> None:
    world, order = caller.world, caller.order(shipped=True, play="X1#1")
    made = _act(world, "buyer.apply_exchange", oid=order.oid, wanted="尺码:XL")
    number = made["dispute_id"]
    on = {"exchange": number}
    _act(world, "buyer.message_exchange", **on, content="要大一码")
    statuses = [
        made["status"],
        _act(world, "agent.refuse_exchange", **on, text="无货")["status"],
        _act(world, "buyer.modify_exchange", **on, wanted="尺码:L")["status"],
        _act(world, "agent.agree_exchange", **on)["status"],
        _act(world, "buyer.ship_back_exchange", **on, company="顺丰速运", waybill="SF1")["status"],
        _act(world, "agent.receive_exchange", **on)["status"],
        _act(world, "agent.ship_exchange", **on, company="圆通速递", waybill="YT1")["status"],
        _act(world, "buyer.confirm_exchange", **on)["status"],
    ]
    assert statuses == ["1", "6", "1", "2", "3", "12", "13", "5"]
    after = world.state.exchanges.rows[number]
    assert (after.wanted, after.waybill, after.seller_waybill, after.round) == ("尺码:L", "SF1", "YT1", 2)
    assert (after.due, after.address_id) == (0, caller.shop.addresses[1].contact_id)
    changes = [entry for entry in read(world.book.path) if isinstance(entry, Changed) and number in entry.refunds]
    assert all(entry.plays == ("X1#1",) for entry in changes)
    assert [entry.rows[0].entity for entry in changes] == ["exchange"] * 9
    acts = [entry for entry in read(world.book.path) if isinstance(entry, Act) and not entry.started]
    assert all(entry.refunds == (number,) and entry.plays == ("X1#1",) for entry in acts)


@pytest.mark.parametrize(("state", "kind"), [("1", "return_refund"), ("3", "refund_only"), ("12", "refund_only")])
def test_a_silent_seller_gets_a_refund_of_the_same_sub_order(caller: Caller, state: str, kind: str) -> None:
    world, exchange = caller.world, _applied(caller)
    if state != PENDING:
        exchange = exchanges.agree(world, exchange, actor="agent")
        exchange = exchanges.ship_back(world, exchange, "顺丰速运", "SF1")
    if state == WAIT_SELLER_SHIP:
        exchange = exchanges.step(world, exchange, "agent", "receive")
    assert exchange.status == state
    assert exchange.due > world.clock.wall()

    done = _act(world, "platform.timer", refund=exchange.dispute_id)

    assert done["status"] == "14"
    (refund,) = world.state.refunds_on(exchange.oid)
    assert (refund.kind, refund.status, refund.amount) == (kind, "WAIT_SELLER_AGREE", 1999)
    assert refund.refund_id != exchange.dispute_id
    assert done["became"] == refund.refund_id


def test_a_refund_that_an_exchange_turned_into_is_never_too_late(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    exchange = _applied(caller, finished=True)
    caller.world.set("aftersale_days", 0, origin="test")

    assert exchanges.timer(caller.world, exchange).status == "14"
    assert len(caller.world.state.refunds) == 1


@pytest.mark.parametrize(("state", "end"), [("2", "4"), ("6", "4"), ("13", "5")])
def test_a_silent_buyer_ends_the_exchange_without_a_refund(caller: Caller, state: str, end: str) -> None:
    world, exchange = caller.world, _applied(caller)
    if state == "6":
        exchange = exchanges.step(world, exchange, "agent", "refuse")
    else:
        exchange = exchanges.agree(world, exchange, actor="agent")
    if state == "13":
        exchange = exchanges.ship_back(world, exchange, "顺丰速运", "SF1")
        exchange = exchanges.step(
            world, exchange, "agent", "receive_and_ship", seller_company="圆通速递", seller_waybill="YT1"
        )
    assert exchange.status == state

    assert exchanges.timer(world, exchange).status == end
    assert not world.state.refunds


def test_an_exchange_and_a_refund_exclude_each_other(caller: Caller) -> None:
    world, exchange = caller.world, _applied(caller)
    order = world.state.orders[exchange.oid]
    with pytest.raises(Impossible, match="has an open exchange"):
        exchanges.apply(world, order, "尺码:L")
    with pytest.raises(Impossible, match="has an open exchange: "):
        platform.apply(world, order, "refund_only")
    finish = actors.perform(world, "platform.finish", {"tid": order.tid})
    assert f"exchange {exchange.dispute_id} on trade" in finish["reason"]
    _act(world, "buyer.withdraw_exchange", exchange=exchange.dispute_id)
    platform.apply(world, order, "refund_only")
    with pytest.raises(Impossible, match="has an open refund"):
        exchanges.apply(world, order, "尺码:L")


@pytest.mark.parametrize(
    ("trade", "wanted", "said"),
    [({"shipped": False}, "尺码:XL", "not shipped"), ({}, "", "which goods are wanted")],
)
def test_an_application_that_does_not_fit_is_refused(caller: Caller, trade: Any, wanted: str, said: str) -> None:
    order = caller.order(**({"shipped": True} | trade))
    done = actors.perform(caller.world, "buyer.apply_exchange", {"oid": order.oid, "wanted": wanted})
    assert said in done["reason"]
    assert not caller.world.state.exchanges.rows


def test_a_taobao_shop_has_no_exchanges(tmp_path: Path) -> None:
    with pytest.raises(Impossible, match="Tmall shops"):
        _applied(Caller.open(tmp_path, kind="C"))


def test_what_is_impossible_now_says_what_would_be_possible(caller: Caller) -> None:
    exchange = _applied(caller)
    with pytest.raises(Impossible, match="is 1: confirm is impossible; buyer could: withdraw, message"):
        exchanges.step(caller.world, exchange, "buyer", "confirm")
    agreed = exchanges.agree(caller.world, exchange)
    with pytest.raises(Impossible, match="must both be given"):
        exchanges.ship_back(caller.world, agreed, "顺丰速运", "")
    assert actors.perform(caller.world, "buyer.withdraw_exchange", {"exchange": "1"})["reason"] == (
        "there is no exchange 1"
    )


def test_a_message_leaves_version_and_countdown_as_they_were(caller: Caller) -> None:
    before = _applied(caller)
    after = exchanges.step(caller.world, before, "buyer", "message", said="在吗")
    assert (after.version, after.due, after.change) == (before.version, before.due, before.change + 1)


def test_every_state_is_reached_and_every_open_one_can_end() -> None:
    assert {row.to for row in cycle.TABLE if row.to} == set(cycle.STATES)
    assert not any(state in row.from_ for row in cycle.TABLE for state in TERMINAL)
    for state in OPEN & set(cycle.STATES):
        assert any(row.to in TERMINAL for row in cycle.TABLE if state in row.from_)
        assert find(EXCHANGE, state, "timer", "timeout")
    assert {row.guard for row in cycle.TABLE} - {""} == set(cycle.GUARDS) <= set(PREDICATES)


def test_a_recovered_world_has_the_same_exchanges(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    exchange = exchanges.agree(caller.world, _applied(caller))
    exchanges.ship_back(caller.world, exchange, "顺丰速运", "SF1")
    before = caller.world.state.dump()
    caller.world.book.close()

    again = World.open(tmp_path)

    assert again.state.dump() == before
    assert [found.status for found in again.state.exchanges.of_parcel("SF1")] == [RETURNED]
    assert again.state.exchanges.open_on(exchange.oid) is not None
