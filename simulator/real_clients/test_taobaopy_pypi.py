"""PyPI taobaopy: HMAC, gzip, pictures through requests, always JSON."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from simulator.real_clients.conftest import PNG
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

pytestmark = pytest.mark.slow


@pytest.fixture
def sdk(sdks: Callable[[str], Sdk]) -> Sdk:
    return sdks("PyPI taobaopy")


def test_a_refund_is_refused_with_a_picture(sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]) -> None:
    refund = sandbox.refund(returns=True)

    answer = sdk.call(
        sandbox.app(), "taobao.refund.refuse", refuse_proof=picture, **refund.refusal("不同意：已发货")
    ).body

    (call,) = sandbox.heard()
    (file,) = call.asked.files
    assert (answer["is_success"], sandbox.status(refund)) == (True, "SELLER_REFUSE_BUYER")
    assert (call.asked.signed, call.asked.params["sign_method"]) == (True, "hmac")
    assert call.asked.params["refuse_message"] == "不同意：已发货"
    assert (file.name, file.type, file.sha256) == ("proof.png", "png", sha256(PNG).hexdigest())


def test_it_waits_a_second_and_calls_again_when_everybodys_calls_are_limited(sdk: Sdk, sandbox: Sandbox) -> None:
    refund = sandbox.refund()
    limited = {"code": 7, "sub_code": "accesscontrol.limited-by-api-access-count"}
    sandbox.control.fault({"fault": "top-error", "call": "tmall.detail", "refund": refund.refund_id, **limited})

    answer = sdk.call(sandbox.app(), "taobao.refund.get", fields="tid", refund_id=refund.refund_id).body

    first, second = sandbox.heard()
    assert str(answer["refund"]["tid"]) == refund.tid
    assert (first.answered.error["code"], second.answered.error) == (7, {})
    assert second.asked.mono - first.answered.mono >= 1_000_000


def test_the_format_is_always_json(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", format="xml").answer

    assert answer.keys() == {"time_get_response"}


def test_simplified_json_is_understood(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", simplify=True).answer

    (call,) = sandbox.heard()
    assert answer.keys() == {"time", "request_id"}
    assert call.asked.params["simplify"] == "true"


def test_a_float_gets_two_decimals_and_is_no_page_number(sdk: Sdk, sandbox: Sandbox) -> None:
    refusal = sdk.call(sandbox.app(), "taobao.refunds.receive.get", fields="tid", page_no=1.0).refusal

    (call,) = sandbox.heard()
    assert (refusal.code, refusal.sub_code) == (41, "isv.invalid-parameter:page_no")
    assert call.asked.params["page_no"] == "1.00"


def test_absent_values_are_left_out_and_empty_ones_are_signed(sdk: Sdk, sandbox: Sandbox) -> None:
    sdk.call(sandbox.app(), "taobao.refunds.receive.get", fields="tid", status=None, buyer_nick="")

    (call,) = sandbox.heard()
    assert (call.asked.signed, call.answered.error, call.asked.params["buyer_nick"]) == (True, {}, "")
    assert "status" not in call.asked.params
