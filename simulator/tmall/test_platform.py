"""What each operation on a refund does to it, to its order and trade, and when it is refused."""

from pathlib import Path
from typing import Any

import pytest

from simulator.clock import Clock
from simulator.ledger.entry import Changed, Published
from simulator.ledger.replay import read
from simulator.tmall import platform, refund_fields, timers
from simulator.tmall.countdowns import LIMITS
from simulator.tmall.platform import Impossible
from simulator.tmall.refund import Refund
from simulator.tmall.trade import Order
from simulator.tmall.trades import create_trade
from simulator.world import World

START = 1_795_000_000_000


class SetClock(Clock):
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def wall(self) -> int:
        return self.now

    def mono(self) -> int:
        return self.now * 1000

    def seconds(self) -> int:
        return self.now // 1000


def _world(folder: Path, clock: Clock | None = None, **chosen: Any) -> World:
    world = World.open(folder, seed=7, chosen=chosen, clock=clock or SetClock())
    world.add_shop()
    return world


def _orders(world: World, *prices: str, **spec: Any) -> list[Order]:
    trade = create_trade(world, {"orders": [{"price": price} for price in prices], **spec})
    return [world.state.orders[oid] for oid in trade.oids]


def _applied(world: World, kind: str = "refund_only", amount: int | None = None, **spec: Any) -> Refund:
    return platform.apply(world, _orders(world, "19.99", **spec)[0], kind, amount)


def _returned(world: World) -> Refund:
    refund = platform.agree_return(world, _applied(world, "return_refund", shipped=True))
    return platform.ship_back(world, refund, "顺丰速运", "SF1001")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return _world(tmp_path)


def _last_change(world: World) -> Changed:
    changes = [entry for entry in read(world.book.path) if isinstance(entry, Changed)]
    return changes[-1]


def test_applying_opens_a_refund_and_the_order_shows_it(world: World) -> None:
    (order,) = _orders(world, "19.99")
    refund = platform.apply(world, order, "refund_only", 835, reason="不想要了", cause=9)
    assert (refund.status, refund.phase, refund.amount, refund.total) == ("WAIT_SELLER_AGREE", "onsale", 835, 1999)
    assert (refund.change, refund.round, refund.version) == (1, 1, START)
    assert refund.created == refund.modified == START // 1000
    assert refund.due == START + LIMITS["seller_unshipped"].current
    followed = world.state.orders[order.oid]
    assert (followed.refund_id, followed.refund_status) == (refund.refund_id, "WAIT_SELLER_AGREE")
    assert len(refund.refund_id) == 18


def test_an_operation_is_one_entry_with_the_refund_first_and_its_message(world: World) -> None:
    before = world.book.seq
    (order,) = _orders(world, "19.99", play="S01#1")
    refund = platform.apply(world, order, "refund_only", cause=4)
    assert world.book.seq == before + 3
    entry = _last_change(world)
    told = list(read(world.book.path))[-1]
    assert isinstance(told, Published)
    assert (told.cause, told.refunds, told.plays) == (entry.seq, entry.refunds, entry.plays)
    assert [row.entity for row in entry.rows] == ["refund", "order", "trade"]
    assert (entry.actor, entry.action, entry.cause) == ("buyer", "apply", 4)
    assert (entry.refunds, entry.plays, entry.shop) == ((refund.refund_id,), ("S01#1",), order.shop)


def test_a_sub_order_has_one_open_refund_at_a_time(world: World) -> None:
    refund = _applied(world, amount=100)
    order = world.state.orders[refund.oid]
    with pytest.raises(Impossible, match=f"has an open refund already: {refund.refund_id}"):
        platform.apply(world, order, "refund_only", 100)
    platform.withdraw(world, refund)
    again = platform.apply(world, world.state.orders[refund.oid], "refund_only", 100)
    assert again.refund_id != refund.refund_id
    assert world.state.orders[refund.oid].refund_id == again.refund_id


def test_no_more_is_asked_for_than_is_left(world: World) -> None:
    (order,) = _orders(world, "19.99", shipped=True)
    platform.agree(world, platform.apply(world, order, "refund_only", 1200), actor="agent")
    with pytest.raises(Impossible, match=r"8\.00 is above what is left of sub-order \d+: 7\.99"):
        platform.apply(world, world.state.orders[order.oid], "refund_only", 800)
    assert platform.apply(world, world.state.orders[order.oid], "refund_only").amount == 799


def test_some_of_several_pieces_can_be_given_back(world: World) -> None:
    trade = create_trade(world, {"orders": [{"price": "23.90", "num": 5}], "shipped": True})
    order = world.state.orders[trade.oids[0]]

    refund = platform.apply(world, order, "return_refund", 4780, num=2)

    number, attribute = refund_fields.WIRE["num"].get, refund_fields.WIRE["attribute"].get
    assert number is not None
    assert attribute is not None
    assert number(refund) == 2
    assert ";itemBuyAmount:5;" in attribute(refund)


@pytest.mark.parametrize("num", [-1, 6])
def test_no_more_pieces_are_given_back_than_were_bought(world: World, num: int) -> None:
    trade = create_trade(world, {"orders": [{"price": "23.90", "num": 5}]})

    with pytest.raises(Impossible, match=f"{num} is no number of pieces to give back: 1 to 5 are"):
        platform.apply(world, world.state.orders[trade.oids[0]], "refund_only", num=num)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_above_zero(world: World, amount: int) -> None:
    with pytest.raises(Impossible, match=r"above 0\.00"):
        _applied(world, amount=amount)


def test_postage_goes_back_with_the_last_sub_order_of_an_unshipped_trade(world: World) -> None:
    first, second = _orders(world, "10.00", "20.00", post_fee="8.00")
    refund = platform.apply(world, first, "refund_only")
    assert refund.amount == 1000
    platform.agree(world, refund, actor="agent")
    last = platform.apply(world, world.state.orders[second.oid], "refund_only")
    assert last.amount == 2800
    platform.agree(world, last, actor="agent")
    assert world.state.trades[first.tid].status == "TRADE_CLOSED"


def test_postage_stays_where_the_goods_were_shipped(world: World) -> None:
    assert _applied(world, shipped=True, post_fee="8.00").amount == 1999


def test_unshipped_goods_cannot_be_returned(world: World) -> None:
    with pytest.raises(Impossible, match="not shipped: there is nothing to return"):
        _applied(world, "return_refund")
    with pytest.raises(Impossible, match="cannot have received"):
        platform.apply(world, _orders(world, "9.00")[0], "refund_only", received=True)


def test_an_unknown_kind_is_refused(world: World) -> None:
    with pytest.raises(Impossible, match="neither refund_only nor return_refund"):
        _applied(world, "exchange", shipped=True)


def test_agreeing_pays_and_closes_a_wholly_refunded_order(world: World) -> None:
    refund = platform.review(world, _applied(world))
    paid = platform.agree(world, refund)
    assert (paid.status, paid.due, paid.ended) == ("SUCCESS", 0, START // 1000)
    assert paid.version == refund.version + 1
    order, trade = world.state.orders[paid.oid], world.state.trades[paid.tid]
    assert (order.status, order.refunded, order.refund_status) == ("TRADE_CLOSED", 1999, "SUCCESS")
    assert (trade.status, trade.received) == ("TRADE_CLOSED", 0)


def test_a_partial_refund_leaves_the_order_going_on(world: World) -> None:
    paid = platform.agree(world, _applied(world, amount=835), actor="agent")
    order = world.state.orders[paid.oid]
    assert (order.status, order.refunded) == ("WAIT_SELLER_SEND_GOODS", 835)
    assert world.state.trades[paid.tid].status == "WAIT_SELLER_SEND_GOODS"


def test_an_integration_reviews_before_it_agrees_and_staff_need_not(world: World) -> None:
    refund = _applied(world)
    with pytest.raises(Impossible, match="must be reviewed before") as refused:
        platform.agree(world, refund)
    assert refused.value.guard == "may_pay"
    assert platform.agree(world, refund, actor="agent").status == "SUCCESS"


def test_review_can_be_switched_off_and_taobao_shops_have_none(tmp_path: Path) -> None:
    world = _world(tmp_path, agree_needs_review=False)
    assert platform.agree(world, _applied(world)).status == "SUCCESS"
    world.set("agree_needs_review", True, origin="control")
    taobao = world.add_shop("淘小店", kind="C")
    refund = _applied(world, shop=taobao.nick)
    with pytest.raises(Impossible, match="only Tmall shops review"):
        platform.review(world, refund)
    assert platform.agree(world, refund).status == "SUCCESS"


def test_a_review_moves_neither_version_nor_modified(tmp_path: Path) -> None:
    clock = SetClock()
    world = _world(tmp_path, clock)
    refund = _applied(world)
    clock.now += 5000
    marked = platform.review(world, refund)
    assert (marked.reviewed, marked.change) == (True, 2)
    assert (marked.version, marked.modified, marked.due) == (refund.version, refund.modified, refund.due)
    assert not platform.review(world, marked, False).reviewed
    world.set("review_bumps_version", True, origin="control")
    assert platform.review(world, world.state.refunds[refund.refund_id]).version == clock.now


def test_a_modification_loses_the_review_and_raises_the_version(world: World) -> None:
    refund = platform.review(world, _applied(world, amount=835))
    changed = platform.modify(world, refund, amount=900, desc="少发一件")
    assert (changed.amount, changed.reviewed, changed.round) == (900, False, 1)
    assert changed.version > refund.version
    with pytest.raises(Impossible, match="above what is left"):
        platform.modify(world, changed, amount=2000)


def test_switching_to_a_return_means_that_the_goods_were_received(world: World) -> None:
    refund = _applied(world, shipped=True)
    assert refund.good_status == "BUYER_NOT_RECEIVED"
    changed = platform.modify(world, refund, kind="return_refund")
    assert (changed.kind, changed.good_status) == ("return_refund", "BUYER_RECEIVED")
    assert changed.due == START + LIMITS["seller_return"].current


def test_refusing_keeps_the_version_but_not_modified(tmp_path: Path) -> None:
    clock = SetClock()
    world = _world(tmp_path, clock)
    refund = _applied(world, shipped=True)
    clock.now += 61_000
    refused = platform.refuse(world, refund, "已发货，请签收", "90001", "ab12")
    assert (refused.status, refused.version, refused.change) == ("SELLER_REFUSE_BUYER", refund.version, 2)
    assert refused.modified == refund.modified + 61
    assert refused.due == clock.now + LIMITS["buyer_refused"].current
    (said,) = world.state.messages[refund.refund_id]
    assert (said.owner_role, said.pictures, said.reason) == ("2", ("ab12",), "90001")
    assert said.content == "已发货，请签收"
    again = platform.modify(world, refused)
    assert (again.status, again.round) == ("WAIT_SELLER_AGREE", 2)
    assert again.version > refused.version


def test_a_setting_makes_a_refusal_raise_the_version(tmp_path: Path) -> None:
    world = _world(tmp_path, refuse_bumps_version=True)
    refund = _applied(world, shipped=True)
    assert platform.refuse(world, refund, "请签收").version > refund.version


def test_a_refund_of_unshipped_goods_cannot_be_refused(world: World) -> None:
    refund = _applied(world)
    with pytest.raises(Impossible, match="not shipped: such a refund cannot be refused"):
        platform.refuse(world, refund, "不行")
    world.set("refuse_unshipped", True, origin="control")
    assert platform.refuse(world, refund, "不行").status == "SELLER_REFUSE_BUYER"


def test_a_return_goes_to_the_default_address_and_back(world: World) -> None:
    refund = _applied(world, "return_refund", shipped=True)
    agreed = platform.agree_return(world, refund, remark="请附订单号")
    default = next(row for row in world.state.shops[refund.shop].addresses if row.cancel_def)
    assert (agreed.status, agreed.address_id) == ("WAIT_BUYER_RETURN_GOODS", default.contact_id)
    (said,) = world.state.messages[refund.refund_id]
    assert said.message_type == "RETURN_GOODS_APPROVED"
    assert said.content.endswith("请附订单号")
    back = platform.ship_back(world, agreed, "圆通速递", "YT01")
    assert (back.status, back.good_status, back.waybill) == (
        "WAIT_SELLER_CONFIRM_GOODS",
        "BUYER_RETURNED_GOODS",
        "YT01",
    )
    assert platform.agree(world, platform.review(world, back)).status == "SUCCESS"


def test_money_waits_for_the_goods(world: World) -> None:
    refund = _applied(world, "return_refund", shipped=True)
    with pytest.raises(Impossible, match="goods must come back before the money"):
        platform.agree(world, refund, actor="agent")
    waiting = platform.agree_return(world, refund)
    with pytest.raises(Impossible, match="has not sent the goods back"):
        platform.agree(world, waiting, actor="agent")
    world.set("agree_in_wait_buyer_return", True, origin="control")
    assert platform.agree(world, waiting, actor="agent").status == "SUCCESS"


def test_a_refund_without_return_has_neither_address_nor_parcel(world: World) -> None:
    refund = _applied(world, shipped=True)
    with pytest.raises(Impossible, match="no goods to take back"):
        platform.agree_return(world, refund)
    with pytest.raises(Impossible, match="ship_back is impossible; buyer could: modify, withdraw, message"):
        platform.ship_back(world, refund, "顺丰速运", "SF1")


def test_a_parcel_has_carrier_and_number(world: World) -> None:
    agreed = platform.agree_return(world, _applied(world, "return_refund", shipped=True))
    with pytest.raises(Impossible, match="carrier and waybill"):
        platform.ship_back(world, agreed, "", "SF1")


def test_a_waybill_can_be_corrected_and_its_countdown_goes_on(tmp_path: Path) -> None:
    clock = SetClock()
    world = _world(tmp_path, clock)
    back = _returned(world)
    clock.now += 1000
    corrected = platform.correct_waybill(world, back, waybill="SF1002")
    assert (corrected.company, corrected.waybill, corrected.due) == ("顺丰速运", "SF1002", back.due)
    assert corrected.version > back.version


def test_goods_that_came_back_can_be_refused(world: World) -> None:
    refused = platform.refuse_return(world, _returned(world), "破损", "90004", "cd34")
    assert refused.status == "SELLER_REFUSE_BUYER"
    assert _last_change(world).action == "refuse_return"


def test_a_message_changes_nothing_but_the_change_number(world: World) -> None:
    refund = _applied(world)
    after = platform.message(world, refund, "在吗", cause=3)
    assert (after.change, after.version, after.modified) == (2, refund.version, refund.modified)
    platform.message(world, after, "在的", actor="integration")
    assert [row.owner_role for row in world.state.messages[refund.refund_id]] == ["1", "2"]
    assert len({row.id for row in world.state.messages[refund.refund_id]}) == 2
    with pytest.raises(Impossible, match="1 to 400 bytes, not 402"):
        platform.message(world, refund, "字" * 134)
    with pytest.raises(Impossible, match="not 0"):
        platform.message(world, refund, "")


def test_a_setting_makes_a_message_raise_the_version(tmp_path: Path) -> None:
    world = _world(tmp_path, message_bumps_version=True)
    refund = _applied(world)
    assert platform.message(world, refund, "在吗").version > refund.version


@pytest.mark.parametrize(
    ("end", "done"),
    [("CLOSED", platform.withdraw), ("SUCCESS", timers.timer)],
)
def test_nothing_more_can_be_done_about_an_ended_refund(world: World, end: str, done: Any) -> None:
    refund = done(world, _applied(world))
    assert refund.status == end
    for operation in (platform.withdraw, platform.modify, platform.review, platform.agree, timers.timer):
        with pytest.raises(Impossible, match=f"is {end}: .* could: nothing more"):
            operation(world, refund)


def test_countdowns_run_as_many_times_faster_as_the_setting_says(tmp_path: Path) -> None:
    world = _world(tmp_path, time_scale=1000)
    assert _applied(world).due == START + LIMITS["seller_unshipped"].current // 1000


def test_when_the_seller_is_silent_the_platform_pays_or_takes_the_goods_back(world: World) -> None:
    assert timers.timer(world, _applied(world)).status == "SUCCESS"
    waiting = timers.timer(world, _applied(world, "return_refund", shipped=True))
    assert waiting.status == "WAIT_BUYER_RETURN_GOODS"
    assert waiting.address_id
    assert timers.timer(world, waiting).status == "CLOSED"
    assert timers.timer(world, _returned(world)).status == "SUCCESS"
    assert timers.timer(world, platform.refuse(world, _returned(world), "破损")).status == "CLOSED"


def test_a_passed_countdown_is_named_in_the_ledger(world: World) -> None:
    timers.timer(world, _applied(world), cause=2)
    timer, changed = list(read(world.book.path))[-3:-1]
    assert "seller_unshipped" in str(timer)
    assert isinstance(changed, Changed)
    assert (changed.actor, changed.action, changed.cause) == ("timer", "timeout", 2)


def test_aftersale_refunds_have_their_days(tmp_path: Path) -> None:
    clock = SetClock()
    world = _world(tmp_path, clock)
    (order,) = _orders(world, "19.99", finished=True)
    clock.now += 16 * 86_400_000
    with pytest.raises(Impossible, match="within 15 days only"):
        platform.apply(world, order, "refund_only")
    world.set("aftersale_days", 20, origin="control")
    assert platform.apply(world, order, "refund_only").phase == "aftersale"


def test_the_version_grows_even_if_the_clock_steps_back(tmp_path: Path) -> None:
    clock = SetClock()
    world = _world(tmp_path, clock)
    refund = _applied(world, amount=100)
    clock.now -= 3_600_000
    changed = platform.modify(world, refund, amount=200)
    assert changed.version == refund.version + 1
    assert changed.modified == refund.modified
