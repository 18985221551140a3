"""Signing, and what the platform's answers mean."""

import io
from pathlib import Path
from typing import Any

import pytest
import urllib3

from connectors.clock import Clock
from connectors.errors import Later, Refused, Unknown
from connectors.memory import Memory
from connectors.platform import Platform, rows, sign
from connectors.sessions import Session
from connectors.settings import Shop

LONG = "6f1d2c3b4a5968778695a4b3c2d1e0f0"
SORTED = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}
ITEM = {
    "method": "taobao.item.seller.get",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "fields": "num_iid,title,nick,price,num",
    "num_iid": "11223344",
}
OURS = {
    "app_key": "23000001",
    "session": "6200f00dcafe1234567890abcdefZZtest2208000001",
    "timestamp": "2024-01-05 09:08:07",
    "format": "json",
    "v": "2.0",
}
CHINESE = OURS | {
    "method": "taobao.refunds.receive.get",
    "partner_id": "top-sdk-java-dynamicVersionNo",
    "fields": "refund_id,tid,oid,status,buyer_nick,refund_fee,modified",
    "status": "WAIT_SELLER_AGREE",
    "buyer_nick": "张三",
    "start_modified": "2024-01-04 00:00:00",
    "end_modified": "2024-01-05 00:00:00",
    "page_no": "1",
    "page_size": "40",
    "use_has_next": "true",
}
REFUSAL = OURS | {
    "method": "taobao.refund.refuse",
    "refund_id": "181784773340365852",
    "refund_phase": "onsale",
    "refuse_message": '凭证不符，请重新上传 & 100% 😀 "a=b+c"',
}


@pytest.mark.parametrize(
    ("params", "secret", "method", "expected"),
    [
        (ITEM, "helloworld", "md5", "66987CB115214E59E6EC978214934FB8"),
        (ITEM, "helloworld", "hmac", "D56D7858309C31B6251083A874D48273"),
        (ITEM, "helloworld", "hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"),
        (CHINESE, LONG, "md5", "9C9D295A296B2EE6C00F22DECDAB3F97"),
        (CHINESE, LONG, "hmac-sha256", "8EE5CBECEFEE06B648A82AF08545FE12EECFACE7DC8B7D6B79513ABCD63B1DB0"),
        (REFUSAL, LONG, "md5", "4697377D2E34D4E0AFA764F5EF6D8F6D"),
        (REFUSAL, LONG, "hmac-sha256", "C0F7680245B2CCC5B636DC46741ACE81CC07395BB75350ECC41316B92C4F36CA"),
    ],
)
def test_signatures_are_those_of_the_platforms_own_clients(
    params: dict[str, str], secret: str, method: str, expected: str
) -> None:
    assert sign(params | {"sign_method": method}, secret, method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "5AAF1C690262A24768F5478B084C2C8A"),
        ("hmac-sha256", "339676BF36C50A8BD3D8F6B4A81B2F9AA614B05BFCFEBEFC169CB830D6B77D3B"),
    ],
)
def test_parameters_are_signed_in_the_order_of_their_names(method: str, expected: str) -> None:
    assert sign(SORTED, "helloworld", method) == expected


class Gateway(urllib3.PoolManager):
    """Answers what it was told to, and counts."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.status, self.body, self.asked = status, body, 0

    def request(self, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        return urllib3.HTTPResponse(io.BytesIO(self.body), status=self.status, preload_content=True)


def _platform(body: str, status: int = 200) -> tuple[Platform, Gateway]:
    gateway = Gateway(status, body.encode())
    shop = Shop(nick="shop", app_key="1", app_secret="s", session="main", sub_session="sub")
    memory = Memory(Path(":memory:"))
    main, sub = (Session(account, ("1", "s"), "", gateway, memory) for account in (shop.main, shop.sub))
    return Platform("http://127.0.0.1:9/router/rest", shop, Clock(), gateway, main, sub), gateway


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ('{"error_response":{"code":15,"msg":"x","sub_code":"isv.refund-status-error"}}', 200, Refused),
        ('{"error_response":{"code":27,"msg":"Invalid session"}}', 200, Later),
        ('{"error_response":{"code":15,"msg":"x","sub_code":"isp.remote-service-timeout"}}', 200, Later),
        ('{"error_response":{"code":15,"msg":"x","sub_code":"isp.null-pointer-exception"}}', 200, Refused),
        ('{"error_response":{"code":10,"msg":"Service Currently Unavailable"}}', 200, Later),
        ("<html>502</html>", 502, Unknown),
        ("", 200, Unknown),
        ('{"refund_get_response":{"refund":', 200, Unknown),
        ("[]", 200, Unknown),
        ('{"refund_get_response":{}}', 500, Unknown),
    ],
)
def test_a_failed_call_is_refused_later_or_unknown(body: str, status: int, kind: type[Exception]) -> None:
    platform, _ = _platform(body, status)

    with pytest.raises(kind):
        platform.call("taobao.refund.get", {})


def test_a_ban_is_waited_out_without_asking_again_and_other_methods_go_on() -> None:
    body = (
        '{"error_response":{"code":7,"msg":"App Call Limited","sub_code":"accesscontrol.limited-by-api-access-count",'
        '"sub_msg":"This ban will last for 60 more seconds"}}'
    )
    platform, gateway = _platform(body)

    with pytest.raises(Later) as first:
        platform.call("taobao.refund.get", {})
    with pytest.raises(Later):
        platform.call("taobao.refund.get", {})

    assert first.value.after == 60
    assert gateway.asked == 1
    with pytest.raises(Later):
        platform.call("taobao.time.get", {})
    assert gateway.asked == 2


def test_a_dead_session_is_left_alone_and_the_other_session_goes_on() -> None:
    body = '{"error_response":{"code":27,"msg":"Invalid session","sub_code":"session-expired"}}'
    platform, gateway = _platform(body)

    for method in ("taobao.refund.get", "taobao.refunds.receive.get"):
        with pytest.raises(Later):
            platform.call(method, {})

    assert gateway.asked == 1
    with pytest.raises(Later):
        platform.call("taobao.rp.refunds.agree", {}, sub=True)
    assert gateway.asked == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"refunds": {"refund": [{"a": 1}]}}, [{"a": 1}]),
        ({"refunds": {"refund": {"a": 1}}}, [{"a": 1}]),
        ({"refunds": [{"a": 1}]}, [{"a": 1}]),
        ({"refunds": {}}, []),
        ({}, []),
    ],
)
def test_a_list_is_read_in_every_shape_it_comes_in(answer: dict[str, Any], expected: list[Any]) -> None:
    assert rows(answer, "refunds", "refund") == expected
