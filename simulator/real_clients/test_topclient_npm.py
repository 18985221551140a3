"""npm node-taobao-topclient: forms and queries, and no way to send a picture."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

pytestmark = pytest.mark.node


@pytest.fixture
def sdk(sdks: Callable[[str], Sdk]) -> Sdk:
    return sdks("npm node-taobao-topclient")


def test_a_picture_becomes_signed_text_and_the_platform_misses_it(
    sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]
) -> None:
    refund = sandbox.refund(returns=True)

    refusal = sdk.call(
        sandbox.app(), "taobao.refund.refuse", refuse_proof=picture, **refund.refusal("不同意：已发货")
    ).refusal

    (call,) = sandbox.heard()
    assert refusal.sub_code == "isv.invalid-parameter:refuse_proof"
    assert call.asked.params["refuse_proof"].startswith('{"type":"Buffer","data":[137,80,78,71')
    assert (call.asked.signed, call.asked.files, sandbox.status(refund)) == (True, (), "WAIT_SELLER_AGREE")


def test_its_get_puts_everything_into_the_query(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", via="GET", remark="张 a+b & 100%").body

    (call,) = sandbox.heard()
    assert answer["time"]
    assert (call.asked.bytes, call.asked.signed, call.asked.params["remark"]) == (0, True, "张 a+b & 100%")


@pytest.mark.parametrize("params", [{"format": "xml"}, {"simplify": "true"}], ids=["xml", "simplified"])
def test_formats_other_than_plain_json_come_to_nothing(params: dict[str, Any], sdk: Sdk, sandbox: Sandbox) -> None:
    outcome = sdk.call(sandbox.app(), "taobao.time.get", **params)

    (call,) = sandbox.heard()
    assert (outcome.error, outcome.answer) == (None, None)
    assert (call.asked.signed, call.answered.error) == (True, {})


def test_an_error_in_xml_looks_like_an_empty_answer(sdk: Sdk, sandbox: Sandbox) -> None:
    outcome = sdk.call(sandbox.app(), "taobao.refund.no.such", format="xml")

    (call,) = sandbox.heard()
    assert (outcome.error, outcome.answer, call.answered.error["code"]) == (None, None, 22)


def test_other_verbs_are_not_allowed(sdk: Sdk, sandbox: Sandbox) -> None:
    sdk.call(sandbox.app(), "taobao.time.get", via="PUT")

    (call,) = sandbox.heard()
    assert call.answered.error["code"] == 9
