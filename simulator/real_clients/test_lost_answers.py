"""What each SDK does about an answer that is lost, cut short or the platform's own error, counted for one agree."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.real_clients.conftest import every_sdk
from simulator.real_clients.sandbox import Opened, Sandbox
from simulator.real_clients.sdk import Outcome, Sdk

Sdks = Callable[..., Sdk]


def _agree(sdk: Sdk, sandbox: Sandbox, fault: dict[str, Any], within: int = 0) -> tuple[Opened, Outcome]:
    """Review a refund, let *fault* strike every agree of it, and agree once, waiting *within* ms at most (0: long)."""
    refund = sandbox.refund()
    about: dict[str, Any] = {"refund_id": refund.refund_id, "refund_version": refund.version, "refund_phase": "onsale"}
    sdk.call(sandbox.app(), "taobao.rp.refund.review", **about, operator="a", message="b", result="true")
    sandbox.control.fault({"call": "tmall.agree", "refund": refund.refund_id, "times": 0, **fault})
    sandbox.heard()
    infos = f"{refund.refund_id}|835|{refund.version}|onsale"
    return refund, sdk.call(sandbox.app("sub_session"), "taobao.rp.refunds.agree", refund_infos=infos, within=within)


@every_sdk
def test_after_a_lost_answer_only_taobaopy_asks_again_and_money_moves_once(
    name: str, sandbox: Sandbox, sdks: Sdks
) -> None:
    refund, outcome = _agree(sdks(name), sandbox, {"fault": "lost-answer"})

    calls = sandbox.heard()
    assert len(calls) == (4 if name == "PyPI taobaopy" else 1)
    assert [call.answered.effect for call in calls] == [True] + [False] * (len(calls) - 1)
    assert all(call.asked.signed and call.answered.lost for call in calls)
    assert outcome.error is not None
    assert sandbox.status(refund) == "SUCCESS"


@every_sdk
def test_after_an_error_of_the_platform_only_taobaopy_asks_again(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    refund, outcome = _agree(sdks(name), sandbox, {"fault": "isp-error", "sub_code": "isp.remote-connection-error"})

    assert len(sandbox.heard()) == (5 if name == "PyPI taobaopy" else 1)
    assert outcome.refusal.sub_code == "isp.remote-connection-error"
    assert sandbox.status(refund) == "WAIT_SELLER_AGREE"


@every_sdk
def test_an_answer_cut_short_is_an_error_or_silence_and_asked_once(name: str, sandbox: Sandbox, sdks: Sdks) -> None:
    silent = name == "npm taobao-sdk"

    refund, outcome = _agree(
        sdks(name), sandbox, {"fault": "lost-answer", "how": "truncated"}, within=1000 if silent else 0
    )

    assert len(sandbox.heard()) == 1
    assert (outcome.refusal.name == "Silence") is silent
    assert sandbox.status(refund) == "SUCCESS"


@pytest.mark.slow
def test_taobaopy_tells_a_failure_where_its_own_lost_call_had_paid(sandbox: Sandbox, sdks: Sdks) -> None:
    refund, outcome = _agree(sdks("PyPI taobaopy"), sandbox, {"fault": "lost-answer", "times": 1})

    first, second = sandbox.heard()
    assert (first.answered.effect, first.answered.lost, second.answered.effect) == (True, True, False)
    assert (outcome.body["succ"], outcome.body["msg_code"]) == (False, "OP_FAILURE_UE")
    assert sandbox.status(refund) == "SUCCESS"
