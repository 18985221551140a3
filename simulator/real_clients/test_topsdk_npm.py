"""npm topsdk: checks parameters before it sends, and keeps long numbers as text."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from simulator.real_clients.conftest import PNG
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

pytestmark = pytest.mark.node


@pytest.fixture
def sdk(sdks: Callable[[str], Sdk]) -> Sdk:
    return sdks("npm topsdk")


@pytest.mark.parametrize("via", ["stream", "named"])
def test_a_refund_is_refused_with_a_picture_that_has_a_name(
    via: str, sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]
) -> None:
    refund = sandbox.refund(returns=True)

    sdk.call(sandbox.app(), "taobao.refund.refuse", via=via, refuse_proof=picture, **refund.refusal("不同意"))

    (call,) = sandbox.heard()
    (file,) = call.asked.files
    assert sandbox.status(refund) == "SELLER_REFUSE_BUYER"
    assert (call.asked.signed, call.answered.effect) == (True, True)
    assert (file.name, file.type, file.sha256) == ("proof.png", "png", sha256(PNG).hexdigest())


def test_a_bare_buffer_is_sent_as_text_that_was_not_signed(sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]) -> None:
    refund = sandbox.refund(returns=True)

    refusal = sdk.call(
        sandbox.app(), "taobao.refund.refuse", via="FILE_UPLOAD", refuse_proof=picture, **refund.refusal("不同意")
    ).refusal

    assert refusal.code == 25
    assert sandbox.status(refund) == "WAIT_SELLER_AGREE"


def test_a_picture_in_an_ordinary_post_is_left_out(sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]) -> None:
    refund = sandbox.refund(returns=True)

    refusal = sdk.call(sandbox.app(), "taobao.refund.refuse", refuse_proof=picture, **refund.refusal("不同意")).refusal

    assert refusal.sub_code == "isv.invalid-parameter:refuse_proof"
    assert sandbox.status(refund) == "WAIT_SELLER_AGREE"


def test_its_get_puts_the_form_into_the_body(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", via="GET").body

    (call,) = sandbox.heard()
    assert answer["time"]
    assert (call.asked.signed, call.asked.bytes > 100) == (True, True)


def test_what_its_validators_miss_is_never_sent(sdk: Sdk, sandbox: Sandbox) -> None:
    refusal = sdk.call(sandbox.app(), "taobao.refund.get", refund_id="1").refusal

    assert refusal.message == "Parameter fields is required."
    assert sandbox.heard() == []


def test_long_numbers_stay_whole(sdk: Sdk, sandbox: Sandbox) -> None:
    refund = sandbox.refund()
    row = sdk.call(sandbox.app(), "taobao.refund.get", fields="tid,oid", refund_id=refund.refund_id).body["refund"]

    trade = sdk.call(sandbox.app(), "taobao.trade.fullinfo.get", fields="tid", tid=row["tid"]).body["trade"]

    assert (row["tid"], trade["tid"]) == (refund.tid, refund.tid)


def test_simplified_json_is_lost_on_it(sdk: Sdk, sandbox: Sandbox) -> None:
    outcome = sdk.call(sandbox.app(), "taobao.time.get", simplify="true")

    (call,) = sandbox.heard()
    assert (outcome.error, outcome.missing) == (None, True)
    assert (call.asked.signed, call.answered.error) == (True, {})


def test_xml_is_a_syntax_error_to_it(sdk: Sdk, sandbox: Sandbox) -> None:
    refusal = sdk.call(sandbox.app(), "taobao.time.get", format="xml").refusal

    (call,) = sandbox.heard()
    assert (refusal.name, call.asked.signed, call.answered.error) == ("SyntaxError", True, {})


def test_an_object_is_signed_otherwise_than_it_is_sent(sdk: Sdk, sandbox: Sandbox) -> None:
    assert sdk.call(sandbox.app(), "taobao.time.get", remark={"a": 1}).refusal.code == 25
