"""The seller fills in the parcel in the buyer's place."""

from pathlib import Path

import pytest

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.carriers import carriers
from simulator.tmall.refund import WAIT_SELLER_CONFIRM_GOODS, Refund

REFILL = "taobao.rp.returngoods.refill"


def _refill(caller: Caller, refund: Refund, *, phase: str = "", code: str = "YTO") -> Answer:
    return caller.answer(
        REFILL,
        refund_id=refund.refund_id,
        refund_phase=phase or refund.phase,
        logistics_waybill_no="YT7700012345678",
        logistics_company_code=code,
    )


def _agreed(caller: Caller) -> Refund:
    return platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")


def test_the_goods_are_back_once_the_parcel_is_filled_in(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _agreed(caller)

    answer = _refill(caller, refund)

    now = caller.now(refund)
    assert answer.data == {"is_success": True}
    assert (now.status, now.company, now.waybill) == (WAIT_SELLER_CONFIRM_GOODS, "圆通速递", "YT7700012345678")
    assert now.version > refund.version
    assert (answer.told, answer.fields) == ([Told(now.refund_id, now.change)], ("status",))


def test_the_carriers_of_the_platform_are_known_by_their_codes(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    known = carriers()
    assert len(known) > 50
    assert all(code and name for code, name in known.items())

    for code in ("DBKD", "BJRFD-001", "EYB", "DISTRIBUTOR_13211725"):
        refund = _agreed(caller)
        assert _refill(caller, refund, code=code).data == {"is_success": True}
        assert caller.now(refund).company == known[code]


def test_a_parcel_that_the_buyer_filled_in_is_not_replaced(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = platform.ship_back(caller.world, _agreed(caller), "顺丰速运", "SF1")

    assert _refill(caller, refund).error["sub_msg"] == "参数错误"
    assert caller.now(refund).waybill == "SF1"


@pytest.mark.parametrize(
    ("phase", "code", "message"), [("aftersale", "YTO", "退款阶段错误"), ("onsale", "?", "参数错误")]
)
def test_phase_and_carrier_must_be_right(tmp_path: Path, phase: str, code: str, message: str) -> None:
    caller = Caller.open(tmp_path)

    assert _refill(caller, _agreed(caller), phase=phase, code=code).error["sub_msg"] == message


def test_there_is_no_parcel_before_the_return_is_agreed_and_none_in_a_taobao_shop(tmp_path: Path) -> None:
    tmall = Caller.open(tmp_path / "B")
    taobao = Caller.open(tmp_path / "C", kind="C")

    assert _refill(tmall, tmall.refund(1999, returns=True)).error["sub_msg"] == "当前退款状态不允许该操作"
    assert _refill(taobao, _agreed(taobao)).error["sub_msg"] == "仅支持天猫退货"
