"""No shop here has refunds between distributors and suppliers, and every method about them says so."""

from pathlib import Path

import pytest

from simulator.tmall.caller import Caller


def test_the_list_is_empty_and_wants_a_window_that_is_one(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    caller.refund()
    query = "taobao.fenxiao.refund.query"

    found = caller.call(query, start_date="2026-11-01 00:00:00", end_date="2026-11-02 00:00:00")
    backwards = caller.call(query, start_date="2026-11-02 00:00:00", end_date="2026-11-01 00:00:00")

    assert found["total_results"] == 0
    assert "refund_list" not in found
    assert backwards["sub_code"] == "isv.invalid-parameter:start_date"


@pytest.mark.parametrize(
    ("method", "named", "sub_code"),
    [
        ("refund.get", {}, "isv.missing-parameter:refund_id"),
        ("refund.get", {"sub_order_id": 7}, "isv.invalid-parameter:sub_order_id"),
        ("refund.get", {"sub_order_id": 7, "refund_id": 8}, "isv.invalid-parameter:refund_id"),
        ("refund.sup.agree", {"refund_id": 8}, "isv.invalid-parameter:refund_id"),
        ("refund.sup.refuse", {"refund_id": 8}, "isv.invalid-parameter:refund_id"),
        ("returngoods.sup.agree", {"refund_id": 8}, "isv.invalid-parameter:refund_id"),
    ],
)
def test_no_number_is_known_and_nothing_is_decided(
    tmp_path: Path, method: str, named: dict[str, int], sub_code: str
) -> None:
    caller = Caller.open(tmp_path)

    answer = caller.answer(f"taobao.fenxiao.{method}", **named)

    assert (answer.error["sub_code"], answer.effect) == (sub_code, False)
