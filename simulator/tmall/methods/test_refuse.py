"""Refusing a refund, and refusing goods that came back."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import SELLER_REFUSE_BUYER, WAIT_SELLER_AGREE, Refund

PNG = b"\x89PNG\r\n\x1a\nproof"
REFUSE = "taobao.refund.refuse"
REFUSE_RETURN = "taobao.rp.returngoods.refuse"


def _refuse(caller: Caller, refund: Refund, proof: bytes | None = PNG, method: str = REFUSE, **other: Any) -> Answer:
    params = {
        "refund_id": refund.refund_id,
        "refund_phase": refund.phase,
        "refund_version": refund.version,
        "refuse_message": "商品已发出",
        "refuse_reason_id": 90001,
    }
    return caller.answer(method, {} if proof is None else {"refuse_proof": proof}, **(params | other))


def _returned(caller: Caller) -> Refund:
    refund = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    return platform.ship_back(caller.world, refund, "顺丰速运", "SF1")


def test_a_return_without_a_reason_is_refused_once_the_goods_are_back_and_not_before(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(shipped=True)
    refund = platform.apply(caller.world, order, "return_refund", reason="7天无理由退换货")

    assert _refuse(caller, refund).error["sub_msg"] == "7天无理由退货不能拒绝"
    detail = caller.call("taobao.refund.detail.get", refund_id=refund.refund_id, fields="allowedOperations")["detail"]
    blocked = {row["operation_code"]: row["tips"] for row in detail["not_allowed_operations"]["operation"]}
    assert blocked["SELLER_REFUSE"] == "7天无理由退货不能拒绝"

    agreed = platform.agree_return(caller.world, caller.now(refund), actor="agent")
    back = platform.ship_back(caller.world, agreed, "顺丰速运", "SF1")
    assert _refuse(caller, back, method=REFUSE_RETURN, refuse_reason_id=90004).error == {}


def test_a_refused_refund_is_told_with_status_and_time(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)

    answer = _refuse(caller, refund)

    now = caller.now(refund)
    assert now.status == SELLER_REFUSE_BUYER
    assert answer.data["is_success"] is True
    assert answer.data["refund"].keys() == {"refund_id", "status", "modified"}
    assert (answer.told, answer.fields) == ([Told(now.refund_id, now.change)], ("refund_id", "status", "modified"))
    (message,) = caller.world.state.messages[refund.refund_id]
    assert "商品已发出" in message.content
    assert len(message.pictures) == 1


@pytest.mark.parametrize(
    ("other", "sub_code"),
    [
        ({"refund_id": "1"}, "isv.invalid-parameter:refund_id"),
        ({"tid": 1}, "isv.invalid-parameter:refund_id"),
        ({"refund_phase": "aftersale"}, "isv.invalid-parameter:refund_phase"),
        ({"refund_version": 1}, "isv.invalid-parameter:refund_version"),
        ({"refuse_reason_id": 1}, "isv.invalid-parameter:refuse_reason_id"),
    ],
)
def test_a_refusal_that_does_not_fit_changes_nothing(tmp_path: Path, other: dict[str, Any], sub_code: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(shipped=True)

    answer = _refuse(caller, refund, **other)

    assert (answer.error["code"], answer.error["sub_code"], answer.effect) == (15, sub_code, False)
    assert caller.now(refund).status == WAIT_SELLER_AGREE


@pytest.mark.parametrize("proof", [b"", b"<svg/>", PNG + b"x" * 130_000])
def test_a_proof_is_a_picture_of_at_most_130000_bytes(tmp_path: Path, proof: bytes) -> None:
    caller = Caller.open(tmp_path)

    answer = _refuse(caller, caller.refund(shipped=True), proof)

    assert answer.error["sub_msg"] == "凭证图片不合法"


@pytest.mark.parametrize(("kind", "message"), [("B", "天猫退款凭证必填"), ("C", "")])
def test_only_tmall_demands_a_proof(tmp_path: Path, kind: str, message: str) -> None:
    caller = Caller.open(tmp_path, kind=kind)

    answer = _refuse(caller, caller.refund(shipped=True), None)

    assert answer.error.get("sub_msg", "") == message


@pytest.mark.parametrize(("allowed", "message"), [(False, "未发货的退款不能拒绝"), (True, "")])
def test_refusing_a_refund_of_unshipped_goods_is_a_setting(tmp_path: Path, allowed: bool, message: str) -> None:
    caller = Caller.open(tmp_path, refuse_unshipped=allowed)

    assert _refuse(caller, caller.refund(), refuse_reason_id=90003).error.get("sub_msg", "") == message


@pytest.mark.parametrize(
    ("constraint", "message"), [("cannot_refuse", "该退款不允许拒绝"), ("refund_onweb", "该退款只能在网页上操作")]
)
def test_a_constraint_forbids_refusing(tmp_path: Path, constraint: str, message: str) -> None:
    caller = Caller.open(tmp_path)
    refund = replace(caller.refund(shipped=True), constraint=constraint)
    caller.world.change([("refund", refund.refund_id, refund)], actor="platform", action="constrain")

    assert _refuse(caller, refund).error["sub_msg"] == message


def test_a_state_in_which_nothing_can_be_refused_is_told_before_a_bad_picture(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = platform.withdraw(caller.world, caller.refund(shipped=True))

    assert _refuse(caller, refund, b"no picture").error["sub_code"] == "isv.refund-status-error"


@pytest.mark.parametrize(("bumps", "same"), [(False, True), (True, False)])
def test_whether_refusing_raises_the_version_is_a_setting(tmp_path: Path, bumps: bool, same: bool) -> None:
    caller = Caller.open(tmp_path, refuse_bumps_version=bumps)
    refund = caller.refund(shipped=True)

    _refuse(caller, refund)

    assert (caller.now(refund).version == refund.version) is same


def test_returned_goods_can_be_refused(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _returned(caller)

    answer = _refuse(caller, refund, method=REFUSE_RETURN, refuse_reason_id=90007)

    now = caller.now(refund)
    assert (now.status, answer.data) == (SELLER_REFUSE_BUYER, {"result": True})
    assert (answer.told, answer.fields) == ([Told(now.refund_id, now.change)], ("status",))


def test_goods_that_did_not_come_back_cannot_be_refused(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _refuse(caller, caller.refund(1999, returns=True), method=REFUSE_RETURN)

    assert answer.error["sub_code"] == "isv.refund-status-error"


def test_refusing_goods_needs_a_proof_and_a_tmall_shop(tmp_path: Path) -> None:
    tmall = Caller.open(tmp_path / "B")
    taobao = Caller.open(tmp_path / "C", kind="C")

    assert _refuse(tmall, _returned(tmall), None, REFUSE_RETURN).error["code"] == 40
    assert _refuse(taobao, _returned(taobao), method=REFUSE_RETURN).error["sub_msg"] == "仅支持天猫退货"
