"""Signatures: the vectors that the official SDKs give, and both ways to treat empty values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.tmall.signing import SIGN_METHODS, is_signed, sign, signed_text

DOCUMENTED = "helloworld"
SECRET = "6f1d2c3b4a5968778695a4b3c2d1e0f0"

X = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}
D = {
    "method": "taobao.item.seller.get",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "fields": "num_iid,title,nick,price,num",
    "num_iid": "11223344",
}
P = D | {"timestamp": "1451620800000", "partner_id": "taobao-sdk-python-20180413"}
_COMMON = {
    "app_key": "23000001",
    "session": "6200f00dcafe1234567890abcdefZZtest2208000001",
    "timestamp": "2024-01-05 09:08:07",
    "format": "json",
    "v": "2.0",
}
R = _COMMON | {
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
F = _COMMON | {
    "method": "taobao.refund.refuse",
    "refund_id": "181784773340365852",
    "refund_phase": "onsale",
    "refuse_message": '凭证不符，请重新上传 & 100% 😀 "a=b+c"',
}
S = {
    "method": "taobao.time.get",
    "app_key": "23000001",
    "timestamp": "2024-01-05 09:08:07",
    "format": "xml",
    "v": "2.0",
    "Zeta": "1",
    "_under": "2",
    "aB": "3",
    "ab": "4",
    "a_b": "5",
}
B = {
    "app_key": "23000001",
    "timestamp": "2024-01-05 09:08:07",
    "format": "json",
    "v": "2.0",
    "partner_id": "top-sdk-java-dynamicVersionNo",
}
B_BODY = "method=taobao.time.get\r\n-S-\r\nfields=nick&method=taobao.user.seller.get&session=abc"


@pytest.mark.parametrize(
    ("params", "secret", "method", "expected"),
    [
        pytest.param(D, DOCUMENTED, "md5", "66987CB115214E59E6EC978214934FB8", id="D-md5-as-the-page-prints-it"),
        pytest.param(D, DOCUMENTED, "hmac", "D56D7858309C31B6251083A874D48273", id="D-hmac"),
        pytest.param(
            D, DOCUMENTED, "hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8", id="D-256"
        ),
        pytest.param(P, DOCUMENTED, "md5", "92CA3BD781EAEF31D41B68D0E5376F3D", id="P-epoch-milliseconds"),
        pytest.param(R, SECRET, "md5", "9C9D295A296B2EE6C00F22DECDAB3F97", id="R-md5-chinese"),
        pytest.param(R, SECRET, "hmac", "4DE175BA9CC30F49D8CF217E52AEC5E3", id="R-hmac"),
        pytest.param(
            R, SECRET, "hmac-sha256", "8EE5CBECEFEE06B648A82AF08545FE12EECFACE7DC8B7D6B79513ABCD63B1DB0", id="R-256"
        ),
        pytest.param(F, SECRET, "md5", "4697377D2E34D4E0AFA764F5EF6D8F6D", id="F-md5-punctuation-and-emoji"),
        pytest.param(F, SECRET, "hmac", "7981C8023395869199977C19AAABB31C", id="F-hmac"),
        pytest.param(
            F, SECRET, "hmac-sha256", "C0F7680245B2CCC5B636DC46741ACE81CC07395BB75350ECC41316B92C4F36CA", id="F-256"
        ),
        pytest.param(S, SECRET, "md5", "49D83920C4684A8517284FF3F8F42D05", id="S-ascii-order"),
    ],
)
def test_the_vectors_of_the_official_sdks_come_out(
    params: dict[str, str], secret: str, method: str, expected: str
) -> None:
    assert sign(params | {"sign_method": method}, secret, method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "5AAF1C690262A24768F5478B084C2C8A"),
        ("hmac", "E687005F819D6F9E6ED085311C8ACC75"),
        ("hmac-sha256", "339676BF36C50A8BD3D8F6B4A81B2F9AA614B05BFCFEBEFC169CB830D6B77D3B"),
    ],
)
def test_the_documented_order_is_that_of_bytes(method: str, expected: str) -> None:
    assert signed_text(X) == "bar2foo1foo_bar3foobar4"
    assert sign(X, DOCUMENTED, method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "77BA4AAA3656755203ABAAA3EC937E04"),
        ("hmac", "EFD534B3392CDCF3C6E69ED53EDFBA6B"),
        ("hmac-sha256", "394074DC49E3A0DB5D0DB1DB15809D50EB6C1272BB38B6E4FD9F3043448D5518"),
    ],
)
def test_a_raw_body_is_signed_after_the_parameters(method: str, expected: str) -> None:
    assert sign(B | {"sign_method": method}, SECRET, method, body=B_BODY) == expected


def test_an_empty_value_may_be_signed_or_left_out() -> None:
    params = D | {"sign_method": "md5", "nick": ""}

    assert sign(params, DOCUMENTED) == "D48E90E519AFAE44532668D1F6FFD8E9"
    assert sign(params, DOCUMENTED, skip_empty=True) == "66987CB115214E59E6EC978214934FB8"
    for given_sign in ("D48E90E519AFAE44532668D1F6FFD8E9", "66987CB115214E59E6EC978214934FB8"):
        assert is_signed(params | {"sign": given_sign}, DOCUMENTED)


def test_leaving_empty_values_out_can_be_forbidden() -> None:
    params = D | {"sign_method": "md5", "nick": "", "sign": "66987CB115214E59E6EC978214934FB8"}

    assert not is_signed(params, DOCUMENTED, empty_unsigned=False)


def test_an_unknown_sign_method_is_wrong_unless_legacy_signing_is_on() -> None:
    params = dict(D)
    params["sign"] = sign(params, DOCUMENTED, "")

    assert not is_signed(params, DOCUMENTED)
    assert is_signed(params, DOCUMENTED, legacy=True)


def test_a_signature_in_lower_case_is_wrong() -> None:
    params = D | {"sign_method": "md5", "sign": "66987cb115214e59e6ec978214934fb8"}

    assert not is_signed(params, DOCUMENTED)


@given(
    params=st.dictionaries(st.text(min_size=1), st.text()),
    method=st.sampled_from(SIGN_METHODS),
    secret=st.text(min_size=1),
    name=st.text(min_size=1),
    value=st.text(min_size=1),
)
def test_every_parameter_counts(params: dict[str, str], method: str, secret: str, name: str, value: str) -> None:
    call = params | {"sign_method": method}
    call["sign"] = sign(call, secret, method)

    assert is_signed(call, secret)
    if signed_text(call) != signed_text(call | {name: value}):
        assert not is_signed(call | {name: value}, secret, empty_unsigned=False)
