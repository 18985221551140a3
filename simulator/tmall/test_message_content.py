"""Which topics tell of what, and what they say: refunds, exchanges, AG, staff, offers, trades."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.tmall import ag, exchanges, negotiation, platform, shipping, staff, timers
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

SHORT = {"modified", "oid", "refund_id", "seller_open_uid", "tid"}
LONG = SHORT | {"biz_claim_type", "buyer_refund_fee", "create", "dispute_type"}

CLASSIC = {
    "buyer_nick",
    "refund_id",
    "refund_fee",
    "oid",
    "tid",
    "refund_phase",
    "bill_type",
    "seller_nick",
    "modified",
}
TRADE = {"buyer_nick", "buyer_open_uid", "oid", "payment", "seller_nick", "status", "tid", "type"}


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _told(caller: Caller) -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    rows = caller.world.state.queues.rows.values()
    return [(row.topic, msgspec.json.decode(row.content), row.refunds) for row in rows]


def test_every_message_of_an_exchange_names_its_number(caller: Caller) -> None:
    world = caller.world
    exchange = exchanges.apply(world, caller.order(shipped=True), "尺码:XL")
    exchange = exchanges.step(world, exchange, "agent", "refuse")
    exchange = exchanges.step(world, exchange, "buyer", "modify", wanted="尺码:L")
    exchange = exchanges.agree(world, exchange)
    exchange = exchanges.ship_back(world, exchange, "顺丰速运", "SF1")
    exchanges.timer(world, exchange)

    told = _told(caller)
    assert [topic for topic, _, _ in told] == [
        "taobao_dispute_RefundCreated",
        "taobao_refund_RefundSellerRefuseAgreement",
        "taobao_dispute_ExchangeModified",
        "taobao_dispute_ExchangeAgree",
        "taobao_refund_RefundBuyerReturnGoods",
        "taobao_dispute_ExchangeTurnToRefund",
        "taobao_refund_RefundCreated",
    ]
    assert [set(said) for _, said, _ in told[:6]] == [LONG, CLASSIC, LONG, SHORT, CLASSIC, LONG]
    assert all(said["refund_id"] == int(exchange.dispute_id) for _, said, _ in told[:6])
    assert all(refunds == (exchange.dispute_id,) for _, _, refunds in told[:6])
    assert [said["bill_type"] for _, said, _ in (told[1], told[4])] == ["replace_bill"] * 2
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


@pytest.mark.parametrize(
    ("orders", "amount", "topic", "besides"),
    [
        (1, 999, "TradeClose", set[str]()),
        (1, 500, "TradePartlyRefund", {"content", "subject"}),
        (2, 999, "TradeCloseAndModifyDetailOrder", {"refund_id", "refund_fee"}),
    ],
)
def test_money_paid_back_is_told_of_the_trade_where_the_setting_says_so(
    tmp_path: Path, orders: int, amount: int, topic: str, besides: set[str]
) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_trade_topics=True)
    order = caller.order(orders=[{"price": "9.99"}] * orders)
    timers.timer(caller.world, platform.apply(caller.world, order, "refund_only", amount))

    told = _told(caller)
    assert [topic for topic, _, _ in told] == [
        "taobao_refund_RefundCreated",
        "taobao_trade_TradeChanged",
        "taobao_refund_RefundSuccess",
        f"taobao_trade_{topic}",
    ]
    _, said, refunds = told[-1]
    assert (said["tid"], said["oid"], said["payment"]) == (order.tid, order.oid, "19.98" if orders == 2 else "9.99")
    assert (set(said), refunds) == (TRADE | besides, ())


def test_a_trade_whose_receipt_is_confirmed_is_told_of_once(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_trade_topics=True)
    order = caller.order(orders=[{"price": "9.99"}] * 2)
    world = caller.world
    shipping.ship(world, [world.state.orders[oid] for oid in world.state.trades[order.tid].oids])
    shipping.finish(world, world.state.trades[order.tid])

    told = [(topic, said["status"]) for topic, said, _ in _told(caller)]
    assert told == [
        ("taobao_trade_TradeChanged", "WAIT_BUYER_CONFIRM_GOODS"),
        ("taobao_trade_TradeSuccess", "TRADE_FINISHED"),
    ]


@pytest.mark.parametrize(
    ("purpose", "topics"),
    [
        ("", ["RefundCreated", "RefundSuccess"]),
        ("freight", ["PostageRefundApplied", "PostageRefundSuccess"]),
        ("priceProtect", ["RefundCreated", "RefundPriceProtect"]),
    ],
)
def test_the_newer_family_tells_of_refunds_too_where_the_setting_says_so(
    tmp_path: Path, purpose: str, topics: list[str]
) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_dispute_topics=True)
    order = caller.order(shipped=True, post_fee="5.00")
    timers.timer(caller.world, platform.apply(caller.world, order, "refund_only", 100, purpose=purpose))

    told = [(topic, set(said)) for topic, said, _ in _told(caller) if "_dispute_" in topic]
    assert [topic for topic, _ in told] == [f"taobao_dispute_{name}" for name in topics]
    assert [fields for _, fields in told] == [LONG, LONG if purpose == "freight" else SHORT]


def test_a_review_is_a_mark_that_the_buyers_next_word_takes_away(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), tmc_mark_topics=True)
    refund = platform.step(caller.world, caller.refund(), "integration", "review", reviewed=True)
    platform.modify(caller.world, refund, amount=500)

    told = [(topic, set(said), refunds) for topic, said, refunds in _told(caller) if "Refundable" in topic]
    assert told == [
        ("taobao_refund_RefundableMarked", {"modified"}, ()),
        ("taobao_refund_RefundableCanceled", {"modified"}, ()),
    ]


def test_money_that_goes_by_ag_is_told_in_fen_as_well(tmp_path: Path) -> None:
    world = World.open(tmp_path, clock=Stepped())
    caller = Caller(world, world.add_shop(ag=True))
    refund = caller.refund()
    ag.report(world, caller.shop.nick, "ag_cancel", refund.refund_id, {}, refund=refund, does="cancel_shipment")

    told = _told(caller)
    assert [topic for topic, _, _ in told][2:] == ["taobao_refund_RefundSuccess", "taobao_rdc_AgDealRefund"]
    assert told[1] == ("taobao_ag_RefundBroad", {"refund_id": int(refund.refund_id), "tag_success": True}, ())
    said = told[-1][1]
    assert (said["refund_id"], said["refund_fee"], said["refund_status"]) == (int(refund.refund_id), 835, "SUCCESS")


def test_goods_that_come_back_to_a_shop_with_ag_are_told_of_as_signed_for_and_as_scanned(tmp_path: Path) -> None:
    world = World.open(tmp_path, clock=Stepped())
    caller = Caller(world, world.add_shop(ag=True))
    for report in ("sign.update", "warehouse.update"):
        refund = platform.agree_return(
            world, caller.refund(returns=True), world.state.shops[caller.shop.nick].addresses[0]
        )
        refund = platform.ship_back(world, refund, "顺丰速运", "SF1")
        status = {"sign.update": "sign_status", "warehouse.update": "warehouse_status"}[report]
        caller.call(f"taobao.nextone.logistics.{report}", **{"refund_id": refund.refund_id, status: 1})

    told = [(topic.removeprefix("taobao_ag_"), said) for topic, said, _ in _told(caller) if "_ag_" in topic]
    assert [topic for topic, _ in told] == ["RefundSignInfo", "SignInfo"]
    assert [(said["logistics_company_name"], said["logistics_no"]) for _, said in told] == [("顺丰速运", "SF1")] * 2
    assert told[1][1]["sign_action"] == 1
