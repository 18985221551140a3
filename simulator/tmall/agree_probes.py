"""What the settings about agreeing to pay change: a probe each, for the test that every setting matters."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.gateway_probes import clock_of
from simulator.tmall.refund import Refund

Probe = Callable[[Caller], Any]


def _code_after_two_minutes(caller: Caller) -> Any:
    caller.world.set("sms_threshold", 1, origin="test")
    refund = _reviewed(caller)
    _agreed(caller, refund)
    clock_of(caller).now += 120_000
    return _agreed(caller, refund, code="123456")["succ"]


def _agreed(caller: Caller, *refunds: Refund, sub: bool = True, **params: Any) -> dict[str, Any]:
    infos = ",".join(f"{one.refund_id}|{one.amount}|{one.version}|{one.phase}" for one in map(caller.now, refunds))
    return caller.call("taobao.rp.refunds.agree", sub=sub, refund_infos=infos, **params)


def _results(caller: Caller, *refunds: Refund, sub: bool = True) -> Any:
    body = _agreed(caller, *refunds, sub=sub)
    rows = body.get("results", {})
    return [row["message"] for rows in rows.values() for row in rows], body.get("succ")


def _reviewed(caller: Caller, **refund: Any) -> Refund:
    return platform.review(caller.world, caller.refund(**refund))


def _paid_again(caller: Caller) -> Any:
    refund = _reviewed(caller)
    _results(caller, refund)
    return _results(caller, refund)[0]


def _early_money(caller: Caller) -> Any:
    refund = caller.refund(returns=True)
    return _results(caller, _review_return(caller, refund))[0]


def _review_return(caller: Caller, refund: Refund) -> Refund:
    return platform.agree_return(caller.world, platform.review(caller.world, refund))


def _large_batch(caller: Caller) -> Any:
    refunds = [_reviewed(caller) for _ in range(21)]
    return _agreed(caller, *refunds).get("code")


def _costly(caller: Caller, **params: Any) -> Any:
    found = _agreed(caller, _reviewed(caller, amount=200_000, price="2000.00"), **params)
    return found.get("sub_code"), found.get("message")


def _costly_after(sms_threshold: int, **params: Any) -> Probe:
    def probe(caller: Caller) -> Any:
        caller.world.set("sms_threshold", sms_threshold, origin="test")
        return _costly(caller, **params)

    return probe


AGREE_PROBES: Mapping[str, Probe] = {
    "agree_needs_sub_account": lambda caller: _results(caller, _reviewed(caller), sub=False),
    "agree_needs_review": lambda caller: _results(caller, caller.refund()),
    "partly_failed_succ": lambda caller: _results(caller, _reviewed(caller), caller.refund()),
    "repeated_agree": _paid_again,
    "agree_in_wait_buyer_return": _early_money,
    "edition": _large_batch,
    "sms_threshold": _costly,
    "sms_answer": _costly_after(sms_threshold=200_000),
    "sms_code_seconds": _code_after_two_minutes,
    "sms_code_length": _costly_after(sms_threshold=200_000, code="123456"),
}
"""By setting: something that agreeing answers, in a new world with a clock that stands still."""
