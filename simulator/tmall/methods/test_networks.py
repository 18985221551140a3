"""What official SDKs call by themselves is answered kindly."""

from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from simulator.tmall.caller import FORM, Caller, raw


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def test_an_sdk_that_reports_about_itself_is_told_when_to_do_so_again(caller: Caller) -> None:
    found = caller.call("taobao.top.sdk.feedback.upload", session="", type="1", content='{"sdk": "top-sdk-java"}')

    assert found["upload_interval"] == 86_400
    assert caller.call("taobao.top.sdk.feedback.upload")["msg"] == "Missing required arguments:type"


def test_an_app_is_told_its_own_address(caller: Caller) -> None:
    request = raw(urlencode(caller.signed("taobao.appip.get")).encode(), kind=FORM)
    request.client = "10.0.0.7"

    answer = caller.perform(caller.gateway.receive(request))

    assert msgspec.json.decode(answer.content)["appip_get_response"]["ip"] == "10.0.0.7"
