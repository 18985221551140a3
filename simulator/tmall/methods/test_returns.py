"""Agreeing to a return, and the address book."""

from pathlib import Path
from typing import Any

import pytest

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS, Refund

AGREE = "taobao.rp.returngoods.agree"
SEARCH = "taobao.logistics.address.search"


def _agree(caller: Caller, refund: Refund, **other: Any) -> Answer:
    params = {
        "refund_id": refund.refund_id,
        "refund_phase": refund.phase,
        "refund_version": refund.version,
        "remark": "请附纸条",
        "seller_address_id": caller.shop.addresses[1].contact_id,
    }
    return caller.answer(AGREE, **{name: value for name, value in (params | other).items() if value is not None})


def test_the_buyer_is_told_where_to_send_the_goods(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)

    answer = _agree(caller, refund)

    now = caller.now(refund)
    assert (now.status, now.address_id) == (WAIT_BUYER_RETURN_GOODS, caller.shop.addresses[1].contact_id)
    assert answer.data == {"is_success": True}
    assert (answer.told, answer.fields) == ([Told(now.refund_id, now.change)], ("status",))
    (message,) = caller.world.state.messages[refund.refund_id]
    assert (message.message_type, message.content.endswith("请附纸条")) == ("RETURN_GOODS_APPROVED", True)


@pytest.mark.parametrize(("role", "words"), [(0, "卖家承担"), (1, "买家承担")])
def test_the_buyer_is_told_who_pays_the_postage(tmp_path: Path, role: int, words: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)

    _agree(caller, refund, post_fee_bear_role=role)

    (message,) = caller.world.state.messages[refund.refund_id]
    assert message.content.endswith(f"请附纸条 退货运费由{words}")
    assert _agree(caller, caller.refund(1999, returns=True), post_fee_bear_role=2).error["code"] == 41


def test_goods_that_do_not_move_are_back_at_once_and_the_money_can_go(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)

    assert _agree(caller, refund, virtual_return_goods="true").data == {"is_success": True}

    now = caller.now(refund)
    assert (now.status, now.good_status) == (WAIT_SELLER_CONFIRM_GOODS, "BUYER_RETURNED_GOODS")
    assert now.returned
    platform.review(caller.world, now)
    assert platform.agree(caller.world, caller.now(refund)).status == "SUCCESS"


@pytest.mark.parametrize(
    ("other", "sub_msg"),
    [
        ({"seller_address_id": None}, "收货地址编号必填"),
        ({"seller_address_id": 1}, "收货地址不存在"),
        ({"seller_address_id": 0}, "收货地址不存在"),
        ({"remark": None}, "天猫退货备注必填"),
        ({"refund_phase": None}, "退款阶段错误"),
        ({"refund_phase": "aftersale"}, "退款阶段错误"),
        ({"refund_version": 1}, "退款单已变更，请刷新后重试"),
    ],
)
def test_an_agreement_that_does_not_fit_changes_nothing(tmp_path: Path, other: dict[str, Any], sub_msg: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)

    answer = _agree(caller, refund, **other)

    assert (answer.error["code"], answer.error["sub_msg"]) == (15, sub_msg)
    assert caller.now(refund).status == WAIT_SELLER_AGREE


def test_an_address_of_another_shop_is_none_of_ours(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    foreign = caller.world.add_shop().addresses[1].contact_id

    answer = _agree(caller, caller.refund(1999, returns=True), seller_address_id=foreign)

    assert answer.error["sub_code"] == "isv.invalid-parameter:seller_address_id"


def test_only_a_waiting_claim_of_goods_can_be_agreed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    agreed = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")

    for refund in (agreed, caller.refund()):
        assert _agree(caller, refund, seller_address_id=1).error["sub_code"] == "isv.refund-status-error"


def test_a_taobao_shop_sends_the_address_in_words_too(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, kind="C")
    refund = caller.refund(1999, returns=True)
    words = {"name": "张", "address": "某路1号", "post": "310000", "tel": "0571", "mobile": "138"}

    assert _agree(caller, refund).error["sub_code"] == "isv.invalid-parameter:name"
    assert _agree(caller, refund, refund_phase=None, refund_version=None, remark=None, **words).error == {}


@pytest.mark.parametrize(("rdef", "names"), [("cancel_def", ["退货仓"]), ("get_def", ["发货仓"]), ("no_def", [])])
def test_the_address_book_is_searched_by_default(tmp_path: Path, rdef: str, names: list[str]) -> None:
    found = Caller.open(tmp_path).call(SEARCH, rdef=rdef)

    assert [row["contact_name"] for row in found.get("addresses", {}).get("address_result", [])] == names


def test_the_default_return_address_is_not_the_first(tmp_path: Path) -> None:
    rows = Caller.open(tmp_path).call(SEARCH)["addresses"]["address_result"]

    assert [row["cancel_def"] for row in rows] == [False, True]
    assert "phone" not in rows[0]
