"""What every SDK can do against the gateway, unmodified: read, review, agree, and understand each family of errors."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from simulator.real_clients.conftest import every_sdk
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

Sdks = Callable[..., Sdk]

SIGNING = {"PyPI taobaopy": "hmac"}
"""Sign methods other than md5."""
LOSING_DIGITS = ("npm taobao-sdk", "npm node-taobao-topclient")
"""SDKs that read ids of 19 digits into JavaScript numbers."""
CHINESE = "颜色不对 & 尺码 <偏小> 100%+“退”😀"


@every_sdk
def test_the_clock_is_read_and_the_ledger_understands_the_call(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    answer = sdks(name).call(sandbox.app(""), "taobao.time.get").body

    (call,) = sandbox.heard()
    assert len(answer["time"]) == len("2026-11-22 10:00:00")
    assert (call.asked.method, call.asked.signed, call.answered.error) == ("taobao.time.get", True, {})
    assert call.asked.params["sign_method"] == SIGNING.get(name, "md5")
    assert call.asked.skew is not None
    assert abs(call.asked.skew) < 60_000


@every_sdk
def test_a_list_comes_with_its_chinese_text(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    refund = sandbox.refund(desc=CHINESE)

    answer = (
        sdks(name)
        .call(
            sandbox.app(),
            "taobao.refunds.receive.get",
            fields="refund_id, tid, desc, refund_fee, refund_version",
            start_modified="2020-01-01 00:00:00",
            page_size=1,
        )
        .body
    )

    (call,) = sandbox.heard()
    (row,) = answer["refunds"]["refund"]
    assert (row["refund_id"], row["desc"], row["refund_fee"]) == (refund.refund_id, CHINESE, "8.35")
    assert (call.asked.session, call.answered.total) == ("main", answer["total_results"])
    assert [told.refund for told in call.answered.told] == [refund.refund_id]


@every_sdk
def test_chinese_parameters_are_signed_as_they_are_sent(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    outcome = sdks(name).call(
        sandbox.app(), "taobao.refunds.receive.get", fields="tid", buyer_nick=CHINESE, status="CLOSED"
    )

    (call,) = sandbox.heard()
    assert (outcome.body["total_results"], call.asked.signed) == (0, True)
    assert call.asked.params["status"] == "CLOSED"


@every_sdk
def test_ids_of_19_digits_arrive_whole_as_text_and_lose_digits_as_javascript_numbers(
    name: str, sandbox: Sandbox, sdks: Sdks
) -> None:
    refund = sandbox.refund()

    answer = sdks(name).call(
        sandbox.app(), "taobao.trade.fullinfo.get", fields="tid,tid_str,orders.oid_str", tid=refund.tid
    )

    (call,) = sandbox.heard()
    trade = answer.body["trade"]
    assert (len(refund.tid), trade["tid_str"]) == (19, refund.tid)
    assert (str(trade["tid"]) == refund.tid) is (name not in LOSING_DIGITS)
    assert call.asked.params["tid"] == refund.tid


@every_sdk
def test_a_refund_is_read_reviewed_and_agreed(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    sdk, refund = sdks(name), sandbox.refund()
    asked: dict[str, Any] = {
        "fields": "refund_id,status,refund_fee,refund_version,refund_phase",
        "refund_id": refund.refund_id,
    }

    row = sdk.call(sandbox.app(), "taobao.refund.get", **asked).body["refund"]
    version, phase = str(row["refund_version"]), row["refund_phase"]
    content: dict[str, Any] = {"operator": "王", "message": "同意", "result": "true"}
    about: dict[str, Any] = {"refund_id": refund.refund_id, "refund_version": version, "refund_phase": phase}
    reviewed = sdk.call(sandbox.app(), "taobao.rp.refund.review", **about, **content).body
    infos = f"{refund.refund_id}|835|{version}|{phase}"
    agreed = sdk.call(sandbox.app("sub_session"), "taobao.rp.refunds.agree", refund_infos=infos).body

    assert (row["status"], row["refund_fee"], version) == ("WAIT_SELLER_AGREE", "8.35", refund.version)
    assert (reviewed["is_success"], agreed["succ"], agreed["msg_code"]) == (True, True, "OP_SUCC")
    (result,) = agreed["results"]["refund_mapping_result"]
    assert (result["refund_id"], result["succ"]) == (refund.refund_id, True)
    assert sandbox.status(refund) == "SUCCESS"
    calls = sandbox.heard()
    assert [(call.asked.method, call.asked.signed, call.answered.effect) for call in calls] == [
        ("taobao.refund.get", True, False),
        ("taobao.rp.refund.review", True, True),
        ("taobao.rp.refunds.agree", True, True),
    ]
    assert (calls[1].asked.params["message"], calls[2].asked.session) == ("同意", "sub")


@every_sdk
def test_a_return_is_agreed_with_an_address_of_the_book(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    sdk, refund = sdks(name), sandbox.refund(returns=True)

    book = sdk.call(sandbox.app(), "taobao.logistics.address.search").body["addresses"]["address_result"]
    answer = sdk.call(
        sandbox.app(),
        "taobao.rp.returngoods.agree",
        refund_id=refund.refund_id,
        refund_phase="onsale",
        refund_version=refund.version,
        seller_address_id=str(book[0]["contact_id"]),
        remark="请寄回，谢谢",
    )

    assert answer.body["is_success"] is True
    assert sandbox.status(refund) == "WAIT_BUYER_RETURN_GOODS"
    call = sandbox.heard()[-1]
    assert (call.asked.signed, call.answered.effect, call.asked.params["remark"]) == (True, True, "请寄回，谢谢")


class Wrong(NamedTuple):
    """A call that goes wrong, and how it is answered."""

    code: int
    sub_code: str
    """How it begins."""
    method: str
    params: dict[str, Any] = {}
    app: dict[str, str] = {}


_REVIEW = {"operator": "a", "message": "b", "result": "true", "refund_id": "1", "refund_version": "1"}
_DETAIL = {"fields": "tid", "refund_id": "123456789012345678"}
_ERRORS = {
    "unknown-method": Wrong(22, "", "taobao.refund.no.such"),
    "wrong-secret": Wrong(25, "", "taobao.time.get", app={"app_secret": "0" * 32}),
    "wrong-session": Wrong(27, "invalid-sessionkey", "taobao.refund.get", _DETAIL, {"session": "6200nobody"}),
    "unknown-app": Wrong(29, "isv.appkey-not-exists", "taobao.time.get", app={"app_key": "1"}),
    "missing": Wrong(40, "isv.missing-parameter:", "taobao.rp.refund.review"),
    "invalid": Wrong(41, "isv.invalid-parameter:", "taobao.rp.refund.review", {**_REVIEW, "refund_phase": "?"}),
    "business": Wrong(15, "isv.", "taobao.refund.get", _DETAIL),
}


@every_sdk
@pytest.mark.parametrize("family", _ERRORS)
def test_an_error_of_each_family_is_told_by_code_and_sub_code(
    name: str, family: str, sandbox: Sandbox, sdks: Sdks
) -> None:
    wrong = _ERRORS[family]

    refusal = sdks(name).call(sandbox.app(**wrong.app), wrong.method, **wrong.params).refusal

    (call,) = sandbox.heard()
    assert (refusal.code, call.answered.error["code"]) == (wrong.code, wrong.code)
    assert (refusal.sub_code or "") == call.answered.error.get("sub_code", "")
    assert (refusal.sub_code or "").startswith(wrong.sub_code)
    assert (call.asked.signed, call.answered.effect) == ({25: False, 29: None}.get(wrong.code, True), False)


@every_sdk
def test_an_error_of_the_platforms_own_is_told_too(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    refund = sandbox.refund()
    sandbox.control.fault({"fault": "isp-error", "refund": refund.refund_id})

    refusal = sdks(name).call(sandbox.app(), "taobao.refund.get", fields="tid", refund_id=refund.refund_id).refusal

    (call,) = sandbox.heard()
    assert (refusal.code, refusal.sub_code) == (15, "isp.remote-service-timeout")
    assert (call.answered.fault, call.asked.signed) == ("isp-error", True)


@every_sdk
@pytest.mark.parametrize(
    ("code", "sub_code"),
    [
        (7, "accesscontrol.limited-by-app-api-access-count"),
        (11, "isv.permission-api-package-not-allowed"),
        (10, ""),
    ],
)
def test_a_call_that_is_limited_not_permitted_or_in_vain_is_told_by_its_code(
    name: str, code: int, sub_code: str, sandbox: Sandbox, sdks: Sdks
) -> None:
    refund = sandbox.refund()
    sandbox.control.fault(
        {"fault": "top-error", "call": "tmall.detail", "refund": refund.refund_id, "code": code, "sub_code": sub_code}
    )

    refusal = sdks(name).call(sandbox.app(), "taobao.refund.get", fields="tid", refund_id=refund.refund_id).refusal

    call = sandbox.heard()[0]
    assert (refusal.code, refusal.sub_code or "") == (code, sub_code)
    assert (call.answered.error["code"], call.asked.signed) == (code, True)


@every_sdk
def test_a_machine_in_utc_is_8_hours_off_unless_the_sdk_sends_the_epoch(
    name: str, sandbox: Sandbox, sdks: Sdks
) -> None:
    outcome = sdks(name, zone="UTC").call(sandbox.app(""), "taobao.time.get")

    (call,) = sandbox.heard()
    assert call.asked.skew is not None
    if name == "PyPI topsdk":
        assert outcome.error is None
        assert abs(call.asked.skew) < 60_000
    else:
        assert (outcome.refusal.code, call.asked.signed) == (31, True)
        assert abs(call.asked.skew + 8 * 3_600_000) < 60_000
