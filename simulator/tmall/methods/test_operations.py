"""What the seller may do about a refund now, and why the rest is impossible."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund

DETAIL = "taobao.refund.detail.get"


def _operations(caller: Caller, refund: Refund) -> tuple[set[str], dict[str, str]]:
    detail = caller.call(DETAIL, refund_id=refund.refund_id, fields="allowedOperations")["detail"]
    allowed, blocked = (
        detail.get(name, {}).get("operation", []) for name in ("allowed_operations", "not_allowed_operations")
    )
    return {row["operation_code"] for row in allowed}, {row["operation_code"]: row["tips"] for row in blocked}


def test_only_what_was_asked_for_is_told(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    assert caller.call(DETAIL, refund_id=refund.refund_id, fields="refund_version")["detail"] == {
        "refund_version": refund.version
    }
    both = caller.call(DETAIL, refund_id=refund.refund_id, fields="allowedOperations,refund_version")["detail"]
    assert both.keys() == {"refund_version", "allowed_operations", "not_allowed_operations"}


def test_unshipped_goods_can_be_paid_but_not_refused(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    allowed, blocked = _operations(caller, caller.refund())

    assert "SELLER_AGREE" in allowed
    assert blocked["SELLER_REFUSE"] == "未发货的退款不能拒绝"
    assert blocked["SELLER_AGREE_RETURN"] == "该退款无需退货"


def test_a_return_is_agreed_to_before_it_is_paid(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)

    allowed, blocked = _operations(caller, refund)
    assert {"SELLER_AGREE_RETURN", "SELLER_REFUSE"} <= allowed
    assert blocked["SELLER_AGREE"] == "买家需先退回商品"

    agreed = platform.agree_return(caller.world, refund)
    assert _operations(caller, agreed)[1]["SELLER_AGREE"] == "买家尚未退回商品"
    back = platform.ship_back(caller.world, agreed, "圆通速递", "YT1")
    assert {"SELLER_CONFIRM_GOODS", "SELLER_REFUSE_GOODS"} <= _operations(caller, back)[0]


def test_nothing_is_allowed_once_a_refund_is_over(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    allowed, blocked = _operations(caller, platform.withdraw(caller.world, caller.refund()))

    assert allowed == set()
    assert set(blocked.values()) == {"当前退款状态不允许该操作"}


@pytest.mark.parametrize(
    ("constraint", "tip"), [("cannot_refuse", "该退款不允许拒绝"), ("refund_onweb", "该退款只能在网页上操作")]
)
def test_a_constraint_is_told_as_the_reason(tmp_path: Path, constraint: str, tip: str) -> None:
    caller = Caller.open(tmp_path)
    refund = replace(caller.refund(shipped=True), constraint=constraint)
    caller.world.change([("refund", refund.refund_id, refund)], actor="platform", action="constrain")

    assert _operations(caller, refund)[1]["SELLER_REFUSE"] == tip
