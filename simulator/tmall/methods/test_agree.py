"""Agreeing: each row on its own, in the platform's words; review; limits; sms; faults of a batch."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.exchange import Answer
from simulator.ledger.values import RowResult, Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import SUCCESS, WAIT_SELLER_AGREE, Refund

AGREE = "taobao.rp.refunds.agree"
REVIEW = "taobao.rp.refund.review"


def _reviewed(caller: Caller, amount: int = 835, **trade: Any) -> Refund:
    return platform.review(caller.world, caller.refund(amount, **trade))


def _info(refund: Refund, **other: Any) -> str:
    parts = {"amount": refund.amount, "version": refund.version, "phase": refund.phase} | other
    return "|".join(str(part) for part in (refund.refund_id, *parts.values()))


def _agree(caller: Caller, *infos: str, sub: bool = True, **params: Any) -> Answer:
    return caller.answer(AGREE, sub=sub, refund_infos=",".join(infos), **params)


def _message(answer: Answer) -> str:
    (row,) = answer.results
    return row.message


def test_a_reviewed_refund_is_paid_and_the_ledger_is_told(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _reviewed(caller)

    answer = _agree(caller, _info(refund))

    paid = caller.now(refund)
    assert paid.status == SUCCESS
    assert answer.effect
    assert answer.results == [RowResult(refund.refund_id, True, "succ")]
    assert (answer.told, answer.fields) == ([Told(refund.refund_id, paid.change)], ("status",))
    assert answer.body == {
        "succ": True,
        "msg_code": "OP_SUCC",
        "message": "操作成功",
        "results": [{"refund_id": refund.refund_id, "succ": True, "message": "succ"}],
    }


def test_the_same_version_serves_review_and_agree(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()
    known = {"refund_id": refund.refund_id, "refund_phase": "onsale", "refund_version": refund.version}

    reviewed = caller.answer(REVIEW, operator="财务", message="核对无误", result="true", **known)

    assert reviewed.data == {"is_success": True}
    assert (reviewed.told, reviewed.fields) == ([Told(refund.refund_id, 2)], ("reviewed",))
    assert _message(_agree(caller, _info(refund))) == "succ"


def test_a_review_can_be_taken_back(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _reviewed(caller)
    known = {"refund_id": refund.refund_id, "refund_phase": "onsale", "refund_version": refund.version}

    caller.answer(REVIEW, operator="财务", message="再看看", result="False", **known)

    assert _message(_agree(caller, _info(refund))) == "退款单未审核"


@pytest.mark.parametrize(
    ("change", "sub_code"),
    [
        ({"refund_id": "1"}, "isv.invalid-parameter:refund_id"),
        ({"refund_phase": "aftersale"}, "isv.invalid-parameter:refund_phase"),
        ({"refund_version": 1}, "isv.invalid-parameter:refund_version"),
    ],
)
def test_a_review_of_something_else_is_refused(tmp_path: Path, change: dict[str, Any], sub_code: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()
    known = {"refund_id": refund.refund_id, "refund_phase": "onsale", "refund_version": refund.version}

    error = caller.answer(REVIEW, operator="a", message="m", result="true", **(known | change)).error

    assert (error["code"], error["sub_code"]) == (15, sub_code)


def test_a_closed_refund_cannot_be_reviewed_and_taobao_reviews_nothing(tmp_path: Path) -> None:
    for kind, sub_code in (("B", "isv.refund-status-error"), ("C", "isv.invalid-parameter")):
        caller = Caller.open(tmp_path / kind, kind=kind)
        refund = platform.withdraw(caller.world, caller.refund())
        known = {"refund_id": refund.refund_id, "refund_phase": "onsale", "refund_version": refund.version}
        error = caller.answer(REVIEW, operator="a", message="m", result="true", **known).error
        assert error["sub_code"] == sub_code


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"amount": 1999}, "退款金额不一致"),
        ({"amount": 834}, "退款金额不一致"),
        ({"version": 1}, "退款单已变更，请刷新后重试"),
        ({"phase": "aftersale"}, "退款阶段错误"),
        ({"phase": ""}, "退款阶段错误"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_in_words_and_pays_nothing(
    tmp_path: Path, other: dict[str, Any], message: str
) -> None:
    caller = Caller.open(tmp_path)
    refund = _reviewed(caller)

    answer = _agree(caller, _info(refund, **other))

    assert (_message(answer), answer.effect, answer.told) == (message, False, [])
    assert (answer.data["succ"], answer.data["msg_code"]) == (False, "OP_FAILURE_UE")
    assert caller.now(refund).status == WAIT_SELLER_AGREE


def test_an_unknown_refund_and_another_shops_are_no_such_refund(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    foreign = Caller(caller.world, caller.world.add_shop()).refund()

    for info in ("1|835|1|onsale", _info(foreign)):
        assert _message(_agree(caller, info)) == "退款单不存在"


@pytest.mark.parametrize(("needs", "message"), [(True, "只允许子账号操作"), (False, "succ")])
def test_that_a_main_session_may_not_agree_is_a_setting(tmp_path: Path, needs: bool, message: str) -> None:
    caller = Caller.open(tmp_path, agree_needs_sub_account=needs)

    assert _message(_agree(caller, _info(_reviewed(caller)), sub=False)) == message


@pytest.mark.parametrize(("needs", "message"), [(True, "退款单未审核"), (False, "succ")])
def test_that_tmall_refunds_must_be_reviewed_first_is_a_setting(tmp_path: Path, needs: bool, message: str) -> None:
    caller = Caller.open(tmp_path, agree_needs_review=needs)

    assert _message(_agree(caller, _info(caller.refund()))) == message


def test_a_taobao_shop_needs_no_review_and_sends_three_parts(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, kind="C")
    refund = caller.refund()

    assert _agree(caller, _info(refund)).error["sub_code"] == "isv.invalid-parameter:refund_infos"
    assert _message(_agree(caller, f"{refund.refund_id}|835|{refund.version}")) == "succ"


@pytest.mark.parametrize(
    "infos",
    ["1|835", "1|835|1", "1|8.35|1|onsale", "1|835|1|onsale|x", "x|835|1|onsale", "1|-8|1|onsale", ",", "1|٣|1|o"],
)
def test_infos_that_are_none_are_a_parameter_error(tmp_path: Path, infos: str) -> None:
    error = _agree(Caller.open(tmp_path), infos).error

    assert (error["code"], error["sub_msg"]) == (15, "退款信息格式错误")


def test_a_state_in_which_nothing_is_due_is_told_before_a_missing_review(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    claim = caller.refund(1999, returns=True)
    waiting = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    closed = platform.withdraw(caller.world, caller.refund())

    for refund in (claim, waiting, closed):
        assert _message(_agree(caller, _info(refund))) == "当前退款状态不允许该操作"


@pytest.mark.parametrize(("early", "message"), [(False, "当前退款状态不允许该操作"), (True, "succ")])
def test_paying_before_the_parcel_is_a_setting(tmp_path: Path, early: bool, message: str) -> None:
    caller = Caller.open(tmp_path, agree_in_wait_buyer_return=early)
    refund = platform.review(caller.world, caller.refund(1999, returns=True))
    refund = platform.agree_return(caller.world, refund, actor="agent")

    assert _message(_agree(caller, _info(refund))) == message


def test_goods_that_came_back_are_paid(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    refund = platform.ship_back(caller.world, refund, "顺丰速运", "SF1")
    refund = platform.review(caller.world, refund)

    assert _message(_agree(caller, _info(refund))) == "succ"


def test_a_refund_that_must_be_handled_on_the_web_is_not_paid_here(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = replace(_reviewed(caller), constraint="refund_onweb")
    caller.world.change([("refund", refund.refund_id, refund)], actor="platform", action="constrain")

    assert _message(_agree(caller, _info(refund))) == "该退款只能在网页上操作"


@pytest.mark.parametrize(("setting", "succ"), [("error", False), ("success", True)])
def test_what_a_repeated_agree_is_told_is_a_setting_and_nothing_is_paid_twice(
    tmp_path: Path, setting: str, succ: bool
) -> None:
    caller = Caller.open(tmp_path, repeated_agree=setting)
    refund = _reviewed(caller)
    _agree(caller, _info(refund))
    paid = caller.now(refund)

    again = _agree(caller, _info(refund))

    assert (again.results[0].succ, again.effect) == (succ, False)
    assert caller.now(refund) == paid
    assert caller.world.state.orders[refund.oid].refunded == 835


def test_the_same_refund_twice_in_a_batch_is_paid_once(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _reviewed(caller)

    answer = _agree(caller, _info(refund), _info(refund))

    assert [row.succ for row in answer.results] == [True, False]
    assert caller.world.state.orders[refund.oid].refunded == 835


@pytest.mark.parametrize("top", [False, True])
def test_a_partly_failed_batch_says_some_and_its_top_level_succ_is_a_setting(tmp_path: Path, top: bool) -> None:
    caller = Caller.open(tmp_path, partly_failed_succ=top)
    good, bad = _reviewed(caller), caller.refund()

    answer = _agree(caller, _info(bad), _info(good))

    assert (answer.data["succ"], answer.data["msg_code"]) == (top, "SOME_OP_SUCC")
    assert [(row.refund, row.succ) for row in answer.results] == [(bad.refund_id, False), (good.refund_id, True)]
    assert answer.told == [Told(good.refund_id, caller.now(good).change)]


@pytest.mark.parametrize(
    ("edition", "kind", "fits", "amount"),
    [("legacy", "B", 30, 1_000_000), ("legacy", "C", 20, 600_000), ("current", "B", 20, None)],
)
def test_limits_follow_edition_and_type_of_shop(
    tmp_path: Path, edition: str, kind: str, fits: int, amount: int | None
) -> None:
    caller = Caller.open(tmp_path, edition=edition, kind=kind)
    end = "|1|onsale" if kind == "B" else "|1"

    def refusal(*infos: str) -> str:
        return str(_agree(caller, *infos).error.get("sub_msg", ""))

    assert refusal(*[f"1|1{end}"] * fits) == ""
    assert refusal(*[f"1|1{end}"] * (fits + 1)) == "批量退款笔数超过上限"
    if amount is not None:
        assert refusal(f"1|{amount - 1}{end}", f"2|1{end}") == ""
        assert refusal(f"1|{amount}{end}", f"2|1{end}") == "批量退款金额超过上限"
    else:
        assert refusal(f"1|99999999{end}") == ""


def test_from_the_threshold_a_code_is_asked_for_and_the_answer_is_no_error(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, sms_threshold=200_000)
    refund = _reviewed(caller, 200_000, orders=[{"price": "2000.00"}])

    asked = _agree(caller, _info(refund))
    wrong = _agree(caller, _info(refund), code="12")
    paid = _agree(caller, _info(refund), code="123456")

    assert asked.error == {}
    assert asked.data == {"succ": False, "message": "发送二次验证短信成功"}
    assert (asked.effect, asked.results) == (False, [])
    assert _message(wrong) == "短信验证码错误"
    assert _message(paid) == "succ"


def test_below_the_threshold_or_with_ignore_code_no_code_is_needed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, sms_threshold=1000)
    small, large = _reviewed(caller, 999), _reviewed(caller, 1000)

    assert _message(_agree(caller, _info(small))) == "succ"
    assert _message(_agree(caller, _info(large), ignore_code="true")) == "succ"


def test_the_code_never_reaches_the_ledger(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    received = caller.receive(caller.signed(AGREE, refund_infos="1|1|1|onsale", code="987654"))

    assert received.asked.params["code"].startswith("tok:")


def test_rows_that_a_fault_keeps_from_happening_fail_with_an_isp_message(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    first, second = _reviewed(caller), _reviewed(caller)
    received = caller.receive(caller.signed(AGREE, sub=True, refund_infos=f"{_info(first)},{_info(second)}"))
    assert received.call is not None
    received.call.failing = frozenset({first.refund_id})

    answer = caller.perform(received)

    assert [row.succ for row in answer.results] == [False, True]
    assert answer.results[0].message.startswith("isp.")
    assert caller.now(first).status == WAIT_SELLER_AGREE


def test_the_effect_names_the_call_as_its_cause(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = _reviewed(caller)
    received = caller.receive(caller.signed(AGREE, sub=True, refund_infos=_info(refund)))

    caller.perform(received)

    last = caller.world.book.lines(received.asked.seq, 10)[0]
    assert b'"actor":"integration","action":"agree","cause":%d' % received.asked.seq in last
