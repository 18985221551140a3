"""Which topics tell of what, and what they say: refunds, exchanges, AG, staff, offers, trades."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.tmall import ag, exchanges, negotiation, platform, staff, timers
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

SHORT = {"modified", "oid", "refund_id", "seller_open_uid", "tid"}
LONG = SHORT | {"biz_claim_type", "buyer_refund_fee", "create", "dispute_type"}


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _told(caller: Caller) -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    rows = caller.world.state.queues.rows.values()
    return [(row.topic, msgspec.json.decode(row.content), row.refunds) for row in rows]


def test_every_message_of_an_exchange_names_its_number(caller: Caller) -> None:
    world = caller.world
    exchange = exchanges.apply(world, caller.order(shipped=True), "尺码:XL")
    exchange = exchanges.agree(world, exchange)
    exchange = exchanges.ship_back(world, exchange, "顺丰速运", "SF1")
    exchanges.timer(world, exchange)

    told = _told(caller)
    assert [topic for topic, _, _ in told] == [
        "taobao_dispute_RefundCreated",
        "taobao_dispute_ExchangeAgree",
        "taobao_dispute_ExchangeTurnToRefund",
        "taobao_refund_RefundCreated",
    ]
    assert [set(said) for _, said, _ in told[:3]] == [LONG, SHORT, LONG]
    assert all(said["refund_id"] == int(exchange.dispute_id) for _, said, _ in told[:3])
    assert all(refunds == (exchange.dispute_id,) for _, _, refunds in told[:3])
    assert (told[0][1]["biz_claim_type"], told[0][1]["dispute_type"]) == (4, 1)


def test_an_offer_and_its_answers_are_told_by_the_newer_family(caller: Caller) -> None:
    world, address = caller.world, caller.shop.addresses[0]
    for answer in (negotiation.accept_offer, negotiation.decline_offer):
        refund = negotiation.negotiate(world, caller.refund(shipped=True), 500, address)
        answer(world, refund)

    told = [(topic, said) for topic, said, _ in _told(caller) if "_dispute_" in topic]
    names = ["NegotiationApply", "NegotiationAgreed", "NegotiationApply", "NegotiationRefused"]
    assert [topic for topic, _ in told] == [f"taobao_dispute_{name}" for name in names]
    assert [(said["biz_claim_type"], said["buyer_refund_fee"]) for _, said in told[:2]] == [(1, 835), (3, 500)]


def test_calling_staff_and_their_stepping_in_are_told(caller: Caller) -> None:
    staff.step_in(caller.world, staff.call(caller.world, caller.refund(), actor="buyer"))

    assert [topic for topic, _, _ in _told(caller)][1:] == [
        "taobao_refund_TaobaoInterApplied",
        "taobao_refund_TaobaoIntervened",
    ]


def test_a_reminder_says_when_and_not_about_what(caller: Caller) -> None:
    timers.remind(caller.world, caller.refund())

    topic, said, refunds = _told(caller)[-1]
    assert (topic, set(said), refunds) == ("taobao_refund_RefundTimeoutRemind", {"modified"}, ())


@pytest.mark.parametrize(("orders", "topic"), [(1, "TradeClose"), (2, "TradePartlyRefund")])
def test_money_paid_back_is_told_of_the_trade_where_the_setting_says_so(
    tmp_path: Path, orders: int, topic: str
) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_trade_topics=True)
    order = caller.order(orders=[{"price": "9.99"}] * orders)
    timers.timer(caller.world, platform.apply(caller.world, order, "refund_only", order.paid))

    found, said, refunds = _told(caller)[-1]
    assert (found, said["tid"], said["payment"], refunds) == (f"taobao_trade_{topic}", order.tid, "9.99", ())


def test_money_that_goes_by_ag_is_told_in_fen_as_well(tmp_path: Path) -> None:
    world = World.open(tmp_path, clock=Stepped())
    caller = Caller(world, world.add_shop(ag=True))
    refund = caller.refund()
    ag.report(world, caller.shop.nick, "ag_cancel", refund.refund_id, {}, refund=refund, does="cancel_shipment")

    told = _told(caller)
    assert [topic for topic, _, _ in told][1:] == ["taobao_refund_RefundSuccess", "taobao_rdc_AgDealRefund"]
    said = told[-1][1]
    assert (said["refund_id"], said["refund_fee"], said["refund_status"]) == (int(refund.refund_id), 835, "SUCCESS")
