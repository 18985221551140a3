"""Acts name refunds and orders by number, speak yuan, and say why they are refused."""

from pathlib import Path
from typing import Any

import pytest

from simulator import actors
from simulator.errors import UserError
from simulator.ledger.entry import Act, Changed
from simulator.ledger.replay import read
from simulator.tmall.acts import TMALL_ACTS
from simulator.tmall.trade import Trade
from simulator.tmall.trades import create_trade
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path, seed=7)
    world.add_shop()
    return world


def _trade(world: World, *prices: str, **spec: Any) -> Trade:
    return create_trade(world, {"orders": [{"price": price} for price in prices or ("19.99",)], **spec})


def _act(world: World, name: str, **args: Any) -> dict[str, Any]:
    done = actors.perform(world, name, args)
    assert done["accepted"], done["reason"]
    result: dict[str, Any] = done["result"]
    return result


def _refused(world: World, name: str, **args: Any) -> str:
    done = actors.perform(world, name, args)
    assert not done["accepted"]
    return str(done["reason"])


def test_the_acts_are_those_of_the_architecture() -> None:
    text = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    for spec in TMALL_ACTS:
        assert f"`{spec.name}`" in text
        assert spec.text.endswith(".")


def test_a_return_is_played_from_application_to_payment(world: World) -> None:
    trade = _trade(world, shipped=True, play="S02#1")
    applied = _act(world, "buyer.apply", tid=trade.tid, kind="return_refund", amount="8.35", reason="尺寸不合适")
    refund = applied["refund_id"]
    assert applied["amount"] == "8.35"
    assert applied["version"] == world.state.refunds[refund].version
    assert _act(world, "buyer.modify", refund=refund, amount=9.5)["amount"] == "9.50"
    assert _act(world, "agent.agree_return", refund=refund)["status"] == "WAIT_BUYER_RETURN_GOODS"
    _act(world, "buyer.ship_back", refund=refund, company="顺丰速运", waybill="SF1")
    _act(world, "buyer.correct_waybill", refund=refund, waybill="SF2")
    _act(world, "buyer.message", refund=refund, content="已寄出")
    assert world.state.refunds[refund].waybill == "SF2"
    assert _act(world, "agent.agree", refund=refund, text="已收到")["status"] == "SUCCESS"
    assert [row.content for row in world.state.messages[refund]][1:] == ["已寄出", "已收到"]
    changes = [entry for entry in read(world.book.path) if isinstance(entry, Changed) and refund in entry.refunds]
    assert [entry.action for entry in changes] == [
        "apply", "modify", "agree_return", "ship_back", "correct_waybill", "message", "agree",
    ]  # fmt: skip
    assert all(entry.plays == ("S02#1",) for entry in changes)
    acts = {entry.seq: entry for entry in read(world.book.path) if isinstance(entry, Act) and entry.started}
    assert [acts[entry.cause].act.partition(".")[2] for entry in changes] == [entry.action for entry in changes]


def test_the_rest_of_the_acts_do_what_they_say(world: World) -> None:
    trade = _trade(world, "10.00", "20.00")
    first, second = trade.oids
    one = _act(world, "buyer.apply", oid=str(first))["refund_id"]
    assert _act(world, "buyer.withdraw", refund=one)["status"] == "CLOSED"
    two = _act(world, "buyer.apply", oid=second, amount=5)["refund_id"]
    assert _act(world, "agent.ship", tid=trade.tid) == {"tid": trade.tid, "closed": [two]}
    three = _act(world, "buyer.apply", oid=first, received=True)["refund_id"]
    assert world.state.refunds[three].good_status == "BUYER_RECEIVED"
    assert _act(world, "agent.refuse", refund=three, text="请先退货")["status"] == "SELLER_REFUSE_BUYER"
    assert _act(world, "platform.timer", refund=three)["status"] == "CLOSED"
    assert _act(world, "platform.finish", tid=trade.tid)["status"] == "TRADE_FINISHED"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("-1", "amount -1 is negative"),
        ("0", "above 0.00"),
        ("8.355", "more than two decimals"),
        ("20.00", r"20.00 is above what is left"),
        ("acht", "no amount of yuan"),
        ("Infinity", "no amount of yuan"),
    ],
)
def test_a_wrong_amount_is_refused(world: World, amount: str, said: str) -> None:
    assert said in _refused(world, "buyer.apply", tid=_trade(world).tid, amount=amount)
    assert not world.state.refunds


@pytest.mark.parametrize(
    ("act", "args", "sub_code"),
    [
        ("buyer.withdraw", {"refund": "123"}, "isv.invalid-parameter:refund_id"),
        ("buyer.withdraw_exchange", {"exchange": "123"}, "isv.invalid-parameter:refund_id"),
        ("buyer.apply", {"tid": 123}, "isv.trade-not-exist"),
        ("buyer.modify", {"refund": "r", "amount": "-0.01"}, "isv.invalid-parameter:refund_fee"),
        ("buyer.modify", {"refund": "r", "amount": "20.00"}, "isv.invalid-parameter:refund_fee"),
        ("buyer.modify", {"refund": "r", "amount": "1.005"}, "isv.invalid-parameter:refund_fee"),
        ("buyer.modify", {"refund": "r", "amount": "0"}, "isv.invalid-parameter:refund_fee"),
        ("buyer.ship_back", {"refund": "r", "company": "顺丰速运", "waybill": "SF1"}, "isv.refund-status-error"),
        ("buyer.correct_waybill", {"refund": "r"}, "isv.invalid-parameter:logistics_waybill_no"),
        ("staff.rule", {"refund": "r", "for": "buyer"}, "isv.refund-status-error"),
        ("platform.advance", {"refund": "9"}, "isv.invalid-parameter:refund_id"),
        ("staff.rule", {"refund": "r", "for": "nobody"}, ""),
    ],
)
def test_a_refused_act_is_recorded_with_the_platforms_error(
    world: World, act: str, args: dict[str, Any], sub_code: str
) -> None:
    refund = _act(world, "buyer.apply", tid=_trade(world).tid)["refund_id"]
    before = world.state.dump()
    done = actors.perform(world, act, {name: refund if value == "r" else value for name, value in args.items()})
    assert not done["accepted"]
    assert done["reason"]
    assert done.get("error", {}).get("sub_code", "") == sub_code
    entry = list(read(world.book.path))[-1]
    assert isinstance(entry, Act)
    assert (entry.act, entry.accepted, entry.reason, entry.error) == (act, False, done["reason"], sub_code)
    assert world.state.dump() == before


def test_what_does_not_exist_is_refused(world: World) -> None:
    assert _refused(world, "buyer.withdraw", refund="123") == "there is no refund 123"
    assert _refused(world, "buyer.apply", tid=123) == "there is no trade 123"
    assert _refused(world, "buyer.apply", oid=123) == "there is no sub-order 123"
    assert _refused(world, "platform.finish", tid="T1") == "tid 'T1' is no number"
    assert "name the trade (tid) or the sub-order (oid)" in _refused(world, "agent.ship")


def test_the_sub_order_must_be_clear(world: World) -> None:
    trade, other = _trade(world, "1.00", "2.00"), _trade(world)
    assert f"name one by oid: {trade.oids[0]}, {trade.oids[1]}" in _refused(world, "buyer.apply", tid=trade.tid)
    assert f"belongs to trade {other.tid}" in _refused(world, "buyer.apply", tid=trade.tid, oid=other.tid)


def test_what_is_impossible_in_the_state_says_what_would_be_possible(world: World) -> None:
    refund = _act(world, "buyer.apply", tid=_trade(world).tid)["refund_id"]
    assert _refused(world, "buyer.ship_back", refund=refund, company="顺丰速运", waybill="SF1") == (
        f"refund {refund} is WAIT_SELLER_AGREE: ship_back is impossible; buyer could:"
        " modify, withdraw, message, accept_offer, decline_offer, call_staff, complain, withdraw_complaint, ask_advance"
    )
    assert "cannot be refused" in _refused(world, "agent.refuse", refund=refund)
    assert "give a company" in _refused(world, "buyer.correct_waybill", refund=refund)
    assert "received is true or false" in _refused(world, "buyer.apply", tid=_trade(world).tid, received="ja")


def test_a_wrong_argument_is_the_users_mistake(world: World) -> None:
    with pytest.raises(UserError, match="does not know amunt"):
        actors.perform(world, "buyer.apply", {"tid": 1, "amunt": "1"})
    with pytest.raises(UserError, match="lacks refund"):
        actors.perform(world, "buyer.withdraw", {})
