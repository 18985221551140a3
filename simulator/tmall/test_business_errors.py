"""Every business error that the sandbox has is had by what really causes it, and by fault top-error."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from simulator.actors import perform
from simulator.tmall import errors, exchanges, methods, platform
from simulator.tmall.caller import Caller
from simulator.tmall.error_table import find
from simulator.tmall.errors import TopError
from simulator.tmall.refund import Refund

AGREE, REVIEW = "taobao.rp.refunds.agree", "taobao.rp.refund.review"
REFUSE, REFUSE_RETURN = "taobao.refund.refuse", "taobao.rp.returngoods.refuse"
RETURN, REFILL = "taobao.rp.returngoods.agree", "taobao.rp.returngoods.refill"
OFFER, MESSAGE = "taobao.refund.negotiatereturn", "taobao.refund.message.add"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)

Cause = Callable[[Caller], Mapping[str, Any]]

PUBLIC = (
    "isv.trade-not-exist",
    "isv.user-not-exist:invalid-nick",
    "isv.item-listing-service-error",
    "isv.logistics-address-service-error:P01",
    "isv.logistics-address-service-error:P03",
    "isv.logistics-address-service-error:B101",
    "isv.logistics-address-service-error:T08",
    "isp.logistics-address-service-error:S01",
    "isp.refund-service-unavailable",
    "isp.invalid-parameters",
    "isv.invalid-parameter",
    "isv.invalid-parameter:refund_id",
    "isv.invalid-permission",
    "isv.permission-denied:sub-account-only",
    "isv.refund-status-error",
    "isp.remote-service-timeout",
    "isp.top-remote-connection-timeout",
    "A-AUDIT-00-16-003-01",
)
"""Sub codes under 15 that public documents, clients or this project's own proposals name."""


def _named(refund: Refund) -> dict[str, Any]:
    return {"refund_id": refund.refund_id, "refund_phase": refund.phase, "refund_version": refund.version}


def _call(
    method: str, refund: Callable[[Caller], Refund], files: Mapping[str, bytes] | None = None, /, **params: Any
) -> Cause:
    """Call *method* about a refund, with *params* in place of what would be right."""

    def cause(caller: Caller) -> Mapping[str, Any]:
        mine = refund(caller)
        right: dict[str, Any] = {
            **_named(mine),
            "seller_address_id": caller.shop.addresses[0].contact_id,
            "address_id": caller.shop.addresses[0].contact_id,
            "refund_fee": 500,
            "remark": "ok",
            "refuse_message": "不同意",
            "operator": "小王",
            "message": "ok",
            "result": "true",
            "logistics_waybill_no": "YT1",
            "logistics_company_code": "YTO",
            "content": "你好",
        }
        if method == OFFER:
            del right["refuse_message"]
        return caller.answer(method, files, **(right | params)).error

    return cause


def _plain(**trade: Any) -> Callable[[Caller], Refund]:
    return lambda caller: caller.refund(**trade)


def _sent_back(caller: Caller) -> Refund:
    agreed = platform.agree_return(caller.world, caller.refund(1999, returns=True), actor="agent")
    return platform.ship_back(caller.world, agreed, "顺丰速运", "SF1")


def _paid(caller: Caller) -> Refund:
    return platform.agree(caller.world, caller.refund(shipped=True), actor="agent")


def _held(caller: Caller) -> Refund:
    refund = caller.refund(shipped=True)
    for act in ("buyer.call_staff", "staff.step_in"):
        perform(caller.world, act, {"refund": refund.refund_id})
    return caller.now(refund)


def _without_reason(caller: Caller) -> Refund:
    order = caller.order(shipped=True)
    return platform.apply(caller.world, order, "return_refund", reason="七天无理由退换货")


def _constrained(constraint: str) -> Callable[[Caller], Refund]:
    return lambda caller: platform.constrain(caller.world, caller.refund(shipped=True), constraint)


def _infos(text: str, **settings: Any) -> Cause:
    def cause(caller: Caller) -> Mapping[str, Any]:
        for name, value in settings.items():
            caller.world.set(name, value, origin="test")
        return caller.answer(AGREE, sub=True, refund_infos=text).error

    return cause


def _act(name: str, refund: Callable[[Caller], Refund], **args: Any) -> Cause:
    def cause(caller: Caller) -> Mapping[str, Any]:
        found: Mapping[str, Any] = perform(caller.world, name, {"refund": refund(caller).refund_id, **args})["error"]
        return found

    return cause


def _method(name: str, **params: Any) -> Cause:
    return lambda caller: caller.answer(name, **params).error


def _exchange_of_taobao(caller: Caller) -> Mapping[str, Any]:
    return (
        Caller(caller.world, caller.world.add_shop(kind="C"))
        .answer("tmall.dispute.receive.get", fields="refund_id")
        .error
    )


def _of_taobao(method: str, files: Mapping[str, bytes] | None = None) -> Cause:
    def cause(caller: Caller) -> Mapping[str, Any]:
        other = Caller(caller.world, caller.world.add_shop(kind="C"))
        return _call(method, _plain(shipped=True), files)(other)

    return cause


REAL: Mapping[str, Cause] = {
    "errors.NO_SUCH_REFUND": _method("taobao.refund.get", fields="refund_id", refund_id=1),
    "errors.WRONG_PHASE": _call(REVIEW, _plain(), refund_phase="aftersale"),
    "errors.STALE_VERSION": _call(REVIEW, _plain(), refund_version=1),
    "errors.WRONG_STATE": _call(REVIEW, _paid),
    "errors.ON_WEB_ONLY": _call(REVIEW, _constrained("refund_onweb")),
    "errors.STAFF_HAVE_IT": _call(REFUSE, _held, {"refuse_proof": PNG}),
    "errors.CANNOT_REFUSE": _call(REFUSE, _constrained("cannot_refuse"), {"refuse_proof": PNG}),
    "errors.UNSHIPPED": _call(REFUSE, _plain(), {"refuse_proof": PNG}),
    "errors.NO_REASON": _call(REFUSE, _without_reason, {"refuse_proof": PNG}),
    "errors.TMALL_ONLY_REVIEW": _of_taobao(REVIEW),
    "errors.TMALL_ONLY_RETURN": _of_taobao(REFUSE_RETURN, {"refuse_proof": PNG}),
    "errors.WRONG_INFOS": _infos("1|2"),
    "errors.TOO_MANY": _infos(",".join(["1|1|1|onsale"] * 31)),
    "errors.TOO_MUCH": _infos("1|1000001|1|onsale"),
    "errors.SECOND_CHECK": _infos("1|300000|1|onsale", sms_answer="error", sms_threshold=200_000),
    "errors.BAD_PROOF": _call(REFUSE, _plain(shipped=True), {"refuse_proof": b"no picture"}),
    "errors.BAD_REASON": _call(REFUSE, _plain(shipped=True), {"refuse_proof": PNG}, refuse_reason_id=1),
    "errors.BAD_ADDRESS": _call(RETURN, _plain(amount=1999, returns=True), seller_address_id=1),
    "errors.WRONG_AMOUNT": _act("buyer.modify", _plain(), amount="9999.00"),
    "errors.WRONG_PARCEL": _act("buyer.correct_waybill", _sent_back),
    "errors.NO_SUCH_TRADE": _method("taobao.trade.get", fields="tid", tid=1),
    "messages.PICTURE_TOO_LARGE": _call(MESSAGE, _plain(), {"image": PNG + bytes(512_000)}),
    "messages.NO_PICTURE": _call(MESSAGE, _plain(), {"image": b"no picture"}),
    "parcels.WRONG_PARAMETER": _call(REFILL, _sent_back),
    "negotiations.WRONG_OFFER": _call(OFFER, _plain(shipped=True), refund_fee=999_999),
    "negotiations.WRONG_ADDRESS": _call(OFFER, _plain(shipped=True), address_id=1),
    "negotiations.WRONG_REASON": _call(OFFER, _plain(shipped=True), reason_id=1),
    "disputes.TMALL_ONLY": _exchange_of_taobao,
    "fenxiao._NO_SUCH_PURCHASE": _method("taobao.fenxiao.refund.get", sub_order_id=7),
    "tmc.NO_GROUP": _method("taobao.tmc.messages.consume", group_name="nobodys"),
    "tmc_groups._NO_USER": _method("taobao.tmc.group.add", group_name="vip", nicks="nobody"),
    "tmc_users.NO_USER": _method("taobao.tmc.user.get", fields="user_nick", nick="nobody"),
}
"""What causes each error, by module and name."""


def _all() -> Iterator[tuple[str, TopError]]:
    """Yield each business error that a module of the gateway defines, the errors' own module first."""
    modules = [errors, *(import_module(f"{methods.__name__}.{found.name}") for found in iter_modules(methods.__path__))]
    seen: set[TopError] = set()
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, TopError) and value.code == 15 and value not in seen:
                seen.add(value)
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


ALL = {name: error for name, error in _all() if not name.startswith("test_")}


def test_no_business_error_is_without_a_cause() -> None:
    assert ALL.keys() == REAL.keys()


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_business_error_is_had_by_what_causes_it_and_by_a_fault(tmp_path: Path, name: str) -> None:
    error = ALL[name]

    found = REAL[name](Caller.open(tmp_path))

    assert {key: value for key, value in found.items() if key != "request_id"} == error.as_answer()
    assert find(15, error.sub_code).sub_code == error.sub_code


@pytest.mark.parametrize("name", ["refuse_proof", "seller_address_id", "refund_phase", "refund_version", "remark"])
def test_what_a_tmall_shop_must_send_is_asked_for_by_name(tmp_path: Path, name: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)
    right = {**_named(refund), "seller_address_id": caller.shop.addresses[0].contact_id, "remark": "ok"}
    method = REFUSE if name == "refuse_proof" else RETURN
    params = {key: value for key, value in right.items() if key != name}

    answer = caller.answer(method, refuse_message="不同意", **params)

    assert answer.error == errors.needed(name).as_answer()


@pytest.mark.parametrize("sub_code", PUBLIC)
def test_a_sub_code_that_is_named_in_public_can_be_answered_by_a_fault(sub_code: str) -> None:
    found = find(15, sub_code)

    assert (found.code, found.sub_code) == (15, sub_code)


def test_exchanges_and_ag_fail_inside_their_answers_and_not_by_an_error(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    exchange = exchanges.apply(caller.world, caller.order(shipped=True), "尺码:XL")

    found = caller.call("tmall.exchange.returngoods.agree", dispute_id=exchange.dispute_id, fields="dispute_id")
    told = caller.call("taobao.nextone.logistics.sign.update", refund_id=1, sign_status=1)

    assert found["result"]["success"] is False
    assert (told["result"]["success"], told["result"]["error_code"]) == (False, "REFUND_NOT_EXIST")
