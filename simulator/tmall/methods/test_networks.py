"""What official SDKs call by themselves is answered kindly."""

from base64 import b64decode
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


def test_an_sdk_is_led_to_the_sandbox_under_every_name_of_the_gateway(caller: Caller) -> None:
    caller.world.tmall_url = "http://127.0.0.1:8810"

    found = msgspec.json.decode(caller.call("taobao.httpdns.get", session="")["result"])

    names = found["env"][found["config"]["def_env"]]
    # What the Java SDK makes of an address: it replaces the host name in the text of the URL.
    urls = {f"http://{name}/x".replace(name, names[name]["vip"][0].split("|")[0]) for name in names if "taobao" in name}
    assert urls == {"http://127.0.0.1:8810/x"}
    assert (
        "http://127.0.0.1:8810/x".replace("127.0.0.1", names["127.0.0.1"]["vip"][0].split("|")[0]).count(":8810") == 1
    )
    assert {"api", "user", "modle"} <= found.keys()
    assert caller.call("taobao.top.ipout.get", session="")["ip_list"] == "127.0.0.1"


def test_an_app_has_one_secret_for_each_customer_and_the_ledger_does_not_tell_it(caller: Caller) -> None:
    answer = caller.answer("taobao.top.secret.get", session="", random_num="1")
    first = msgspec.json.decode(answer.content)["top_secret_get_response"]

    assert len(b64decode(first["secret"])) == 16
    assert caller.call("taobao.top.secret.get", random_num="2", secret_version=1)["secret"] == first["secret"]
    assert caller.call("taobao.top.secret.get", random_num="2", customer_user_id=7)["secret"] != first["secret"]
    assert caller.call("taobao.top.secret.get", random_num="2", secret_version=2)["code"] == 41
    assert answer.body["secret"] not in ("", first["secret"])
