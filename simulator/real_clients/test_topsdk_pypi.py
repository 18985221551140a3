"""PyPI topsdk, the old official Python SDK on Python 3: the epoch in ms, and uploads of ASCII only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import Sdk

pytestmark = pytest.mark.slow


@pytest.fixture
def sdk(sdks: Callable[[str], Sdk]) -> Sdk:
    return sdks("PyPI topsdk")


@pytest.fixture
def ascii_picture(tmp_path: Path) -> dict[str, str]:
    """A GIF all of whose bytes are ASCII; real pictures are never so."""
    path = tmp_path / "proof.gif"
    path.write_bytes(b"GIF89a and nothing above 127")
    return {"file": str(path)}


def test_system_parameters_go_into_the_query_with_the_epoch(sdk: Sdk, sandbox: Sandbox) -> None:
    sdk.call(sandbox.app(), "taobao.refunds.receive.get", fields="tid")

    (call,) = sandbox.heard()
    assert (call.asked.bytes, call.asked.signed) == (len("fields=tid"), True)
    assert len(call.asked.params["timestamp"]) == 13
    assert call.asked.params["partner_id"] == "taobao-sdk-python-20180413"


def test_a_real_picture_never_leaves_it(sdk: Sdk, sandbox: Sandbox, picture: dict[str, str]) -> None:
    refund = sandbox.refund(returns=True)

    refusal = sdk.call(
        sandbox.app(), "taobao.refund.refuse", refuse_proof=picture, **refund.refusal("no, it is on its way")
    ).refusal

    assert refusal.name == "UnicodeDecodeError"
    assert (sandbox.heard(), sandbox.status(refund)) == ([], "WAIT_SELLER_AGREE")


def test_chinese_text_beside_a_picture_never_leaves_it(
    sdk: Sdk, sandbox: Sandbox, ascii_picture: dict[str, str]
) -> None:
    refund = sandbox.refund(returns=True)

    refusal = sdk.call(
        sandbox.app(), "taobao.refund.refuse", refuse_proof=ascii_picture, **refund.refusal("不同意：已发货")
    ).refusal

    assert refusal.name == "UnicodeEncodeError"
    assert (sandbox.heard(), sandbox.status(refund)) == ([], "WAIT_SELLER_AGREE")


def test_its_upload_is_understood_when_all_is_ascii(sdk: Sdk, sandbox: Sandbox, ascii_picture: dict[str, str]) -> None:
    refund = sandbox.refund(returns=True)

    answer = sdk.call(
        sandbox.app(), "taobao.refund.refuse", refuse_proof=ascii_picture, **refund.refusal("no, it is on its way")
    ).body

    (call,) = sandbox.heard()
    (file,) = call.asked.files
    assert answer["is_success"] is True
    assert (call.asked.signed, file.name, file.type) == (True, "proof.gif", "gif")
    assert sandbox.status(refund) == "SELLER_REFUSE_BUYER"


def test_python_booleans_and_empty_values_are_understood(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(
        sandbox.app(), "taobao.refunds.receive.get", fields="tid", use_has_next=True, buyer_nick="", page_size=1
    ).body

    (call,) = sandbox.heard()
    assert answer["has_next"] in (True, False)
    assert (call.asked.params["use_has_next"], call.asked.params["buyer_nick"], call.asked.signed) == ("True", "", True)


def test_simplified_json_is_understood(sdk: Sdk, sandbox: Sandbox) -> None:
    answer = sdk.call(sandbox.app(), "taobao.time.get", simplify="true").answer

    assert answer.keys() == {"time", "request_id"}


def test_it_cannot_read_xml(sdk: Sdk, sandbox: Sandbox) -> None:
    assert sdk.call(sandbox.app(), "taobao.time.get", format="xml").refusal.name == "JSONDecodeError"
