"""npm taobao-sdk, the official Node SDK: everything is multipart, and what it reads is JavaScript."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from simulator.real_clients.conftest import PNG
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

pytestmark = pytest.mark.node


@pytest.fixture
def sdk(sdks: Callable[[str], Sdk]) -> Sdk:
    return sdks("npm taobao-sdk")


def test_a_refund_is_refused_with_a_picture_that_is_a_buffer(
    sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]
) -> None:
    refund = sandbox.refund(returns=True)

    outcome = sdk.call(sandbox.app(), "taobao.refund.refuse", refuse_proof=picture, **refund.refusal("不同意：已发货"))

    (call,) = sandbox.heard()
    (file,) = call.asked.files
    assert outcome.body["refund"]["status"] == sandbox.status(refund) == "SELLER_REFUSE_BUYER"
    assert (call.asked.signed, call.asked.params["refuse_message"]) == (True, "不同意：已发货")
    assert (file.name, file.type, file.sha256) == ("refuse_proof", "png", sha256(PNG).hexdigest())


def test_an_id_that_lost_its_digits_names_another_trade(sdk: Sdk, sandbox: Sandbox) -> None:
    refund = sandbox.refund()
    row = sdk.call(sandbox.app(), "taobao.refund.get", fields="tid", refund_id=refund.refund_id).body["refund"]

    refusal = sdk.call(sandbox.app(), "taobao.trade.fullinfo.get", fields="tid", tid=row["tid"]).refusal

    assert row["tid"] == int(float(refund.tid)) != int(refund.tid)
    assert refusal.sub_code == "isv.trade-not-exist"


def test_its_get_loses_every_parameter_and_takes_the_error_for_an_answer(sdk: Sdk, sandbox: Sandbox) -> None:
    outcome = sdk.call(sandbox.app(), "taobao.time.get", via="get")

    (call,) = sandbox.heard()
    assert "<code>21</code><msg>Missing method</msg>" in outcome.answer
    assert (call.asked.method, call.asked.params, call.answered.error["code"]) == ("", {}, 21)


def test_xml_is_handed_over_as_text_errors_included(sdk: Sdk, sandbox: Sandbox) -> None:
    good = sdk.call(sandbox.app(), "taobao.time.get", format="xml")
    bad = sdk.call(sandbox.app(), "taobao.refund.no.such", format="xml")

    assert good.answer.startswith('<?xml version="1.0" encoding="utf-8" ?><time_get_response><time>')
    assert bad.error is None
    assert "<error_response><code>22</code>" in bad.answer


def test_simplified_json_is_understood(sdk: Sdk, sandbox: Sandbox) -> None:
    refund = sandbox.refund()

    answer = sdk.call(
        sandbox.app(), "taobao.refunds.receive.get", fields="refund_id", simplify=True, page_size=1
    ).answer

    assert answer["refunds"] == [{"refund_id": refund.refund_id}]


def test_objects_and_empty_values_are_signed_as_they_are_sent(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", empty="", remark={"甲": [1]}).body

    (call,) = sandbox.heard()
    assert answer["time"]
    assert (call.asked.params["empty"], call.asked.params["remark"]) == ("", '{"甲":[1]}')


def test_it_says_hmac_and_signs_md5(sdk: Sdk, sandbox: Sandbox) -> None:
    assert sdk.call(sandbox.app(), "taobao.time.get", sign_method="hmac").refusal.code == 25
