"""Stopping the parcel, and offering a return in place of the refund asked for."""

from pathlib import Path
from typing import Any

import pytest

from simulator import actors
from simulator.exchange import Answer
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY
from simulator.tmall.refund import (
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    Refund,
)

INTERCEPT = "taobao.rp.refund.intercept"
OFFER = "taobao.refund.negotiatereturn"
REFUSAL = '{"refuse_reason_id":90004,"refuse_message":"影响二次销售"}'
TERMS = "taobao.refund.negotiatereturn.render"


def _intercept(caller: Caller, refund: Refund) -> Answer:
    return caller.answer(INTERCEPT, refund_id=refund.refund_id, refund_version=refund.version)


def _offer(caller: Caller, refund: Refund, **other: Any) -> Answer:
    params = {"refund_version": refund.version, "refund_fee": 500, "address_id": caller.shop.addresses[1].contact_id}
    return caller.answer(OFFER, refund_id=refund.refund_id, **(params | other))


def _act(caller: Caller, name: str, refund: Refund, **args: Any) -> str:
    return str(actors.perform(caller.world, name, {"refund": refund.refund_id, **args})["reason"])


def _attribute(caller: Caller, refund: Refund) -> str:
    return str(caller.call("taobao.refund.get", refund_id=refund.refund_id, fields="attribute")["refund"]["attribute"])


def test_an_intercept_gives_the_carrier_three_days_and_shows_in_the_attribute(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)

    answer = _intercept(caller, refund)

    now = caller.now(refund)
    assert (answer.error, answer.data, answer.effect) == ({}, {}, True)
    assert (now.status, now.version) == (WAIT_SELLER_AGREE, refund.version)
    assert 3 * DAY - 60_000 < now.due - caller.world.clock.wall() <= 3 * DAY
    assert ";interceptItemListResult:INTERCEPT_APPLY;" in _attribute(caller, refund)


def test_a_stopped_parcel_pays_the_refund_and_one_that_went_on_leaves_it_to_the_seller(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    stopped, gone = caller.refund(shipped=True), caller.refund(shipped=True)
    for refund in (stopped, gone):
        _intercept(caller, refund)

    assert (
        _act(caller, "platform.intercept", stopped) == _act(caller, "platform.intercept", gone, outcome="failure") == ""
    )

    assert caller.now(stopped).status == SUCCESS
    assert caller.world.state.orders[stopped.oid].refunded == stopped.amount
    assert caller.now(gone).status == WAIT_SELLER_AGREE
    assert ";interceptItemListResult:INTERCEPT_FAILED;" in _attribute(caller, gone)
    assert _intercept(caller, gone).error["sub_code"] == "isv.refund-status-error"
    assert _act(caller, "platform.intercept", gone) != ""


def test_only_goods_on_their_way_without_a_return_can_be_intercepted(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    for refund in (caller.refund(), caller.refund(1999, returns=True)):
        assert _intercept(caller, refund).error["sub_code"] == "isv.refund-status-error"
    stale = caller.refund(shipped=True)
    assert (
        caller.answer(INTERCEPT, refund_id=stale.refund_id, refund_version=1)
        .error["sub_msg"]
        .startswith("退款单已变更")
    )


def test_an_outcome_is_success_or_failure(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)
    _intercept(caller, refund)

    assert "success or failure" in _act(caller, "platform.intercept", refund, outcome="lost")


def test_the_terms_name_what_is_left_and_where_goods_can_go(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(500, shipped=True)

    terms = caller.call(TERMS, refund_id=refund.refund_id)

    assert terms["max_refund_fee"] == {"max_refund_fee": 1999}
    assert terms["refund_version"] == refund.version
    rows = terms["address_list"]["address"]
    assert [row["address_id"] for row in rows] == [address.contact_id for address in caller.shop.addresses]
    assert terms["reason_list"]["reason"] == [{"reason_id": 90101, "reason_text": "协商一致退货"}]


def test_an_accepted_offer_makes_an_agreed_return_of_the_offered_amount(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, shipped=True)

    assert _offer(caller, refund, negotiate_text="退货后退5元").error == {}
    offered = caller.now(refund)
    assert (offered.status, offered.amount, offered.version) == (WAIT_SELLER_AGREE, 1999, refund.version)
    assert caller.world.state.messages[refund.refund_id][0].content == "退货后退5元"
    assert _act(caller, "buyer.accept_offer", refund) == ""

    now = caller.now(refund)
    assert (now.status, now.kind, now.amount) == (WAIT_BUYER_RETURN_GOODS, "return_refund", 500)
    assert now.address == caller.shop.addresses[1].text
    assert now.version > refund.version


def test_a_declined_or_outdated_offer_is_no_more(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    declined, modified = caller.refund(shipped=True), caller.refund(shipped=True)
    for refund in (declined, modified):
        _offer(caller, refund)

    assert _act(caller, "buyer.decline_offer", declined, text="不同意") == ""
    platform.modify(caller.world, caller.now(modified), amount=700)

    assert caller.now(declined).amount == declined.amount
    assert caller.world.state.messages[declined.refund_id][-1].owner_role == "1"
    for refund in (declined, modified, caller.refund(shipped=True)):
        assert "nothing that could be answered" in _act(caller, "buyer.accept_offer", refund)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"refund_fee": 2000}, "协商金额超过可退金额"),
        ({"address_id": 1}, "收货地址不存在"),
        ({"reason_id": 1}, "协商原因不存在"),
        ({"refuse_message": REFUSAL.replace("90004", "1")}, "拒绝原因不存在"),
        ({"refund_version": 1}, "退款单已变更，请刷新后重试"),
    ],
)
def test_an_offer_that_does_not_fit_changes_nothing(tmp_path: Path, other: dict[str, Any], message: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)

    assert _offer(caller, refund, **other).error["sub_msg"] == message
    assert caller.now(refund) is refund


def test_an_offer_can_refuse_what_was_asked_for_and_still_be_accepted(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, shipped=True)

    assert _offer(caller, refund, refuse_message=REFUSAL, support_refuse="true", negotiate_text="退货可退").error == {}

    refused = caller.now(refund)
    assert (refused.status, refused.version, refused.offer_amount) == (SELLER_REFUSE_BUYER, refund.version, 500)
    message = caller.world.state.messages[refund.refund_id][-1]
    assert (message.content, message.reason) == ("影响二次销售 退货可退", "90004")
    assert _act(caller, "buyer.accept_offer", refund) == ""
    after = caller.now(refund)
    assert (after.status, after.amount, after.offer_amount) == (WAIT_BUYER_RETURN_GOODS, 500, 0)


def test_a_refusal_that_cannot_be_cannot_come_with_an_offer_either(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = platform.constrain(caller.world, caller.refund(shipped=True), "cannot_refuse")

    assert _offer(caller, refund, refuse_message=REFUSAL).error["sub_msg"] == "该退款不允许拒绝"
    assert _offer(caller, refund).error == {}


@pytest.mark.parametrize(
    "other",
    [
        {"refuse_message": "words"},
        {"refuse_message": "{}"},
        {"refuse_message": REFUSAL.replace("影响二次销售", "不")},
        {"refuse_message": REFUSAL, "support_refuse": "false"},
        {"support_refuse": "true"},
    ],
)
def test_a_refusal_that_comes_with_an_offer_must_be_whole(tmp_path: Path, other: dict[str, Any]) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)

    assert _offer(caller, refund, **other).error["sub_code"] == "isv.invalid-parameter:refuse_message"
    assert caller.now(refund) is refund


def test_an_offer_that_binds_cannot_be_declined_but_the_application_changed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, shipped=True)
    _offer(caller, refund, support_buyer_refuse="false")

    assert "cannot be declined" in _act(caller, "buyer.decline_offer", refund)
    platform.modify(caller.world, caller.now(refund), amount=700)

    assert caller.now(refund).offer_binds is False
    _offer(caller, caller.now(refund))
    assert _act(caller, "buyer.decline_offer", refund) == ""


def test_nothing_can_be_offered_for_unshipped_goods(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    assert _offer(caller, caller.refund()).error["sub_code"] == "isv.refund-status-error"
