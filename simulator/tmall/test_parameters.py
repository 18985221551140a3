"""Parameters from query, form and multipart, in the dialects that SDKs really send."""

from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.tmall import multipart
from simulator.tmall.caller import FORM, raw, upload
from simulator.tmall.errors import ACTION_NOT_ALLOWED, UPLOAD_FAIL
from simulator.tmall.parameters import File, read, read_form
from simulator.tmall.signing import is_signed, sign

PNG = b"\x89PNG\r\n\x1a\n-- not a boundary --\r\n\x00"

JAVA = (
    b"\r\n--1994954223624\r\n"
    b'Content-Disposition:form-data;name="refund_id"\r\n'
    b"Content-Type:text/plain\r\n\r\n"
    b"181784773340365852\r\n"
    b"--1994954223624\r\n"
    b'Content-Disposition:form-data;name="refuse_message"\r\n'
    b"Content-Type:text/plain\r\n\r\n" + "凭证不符".encode() + b"\r\n--1994954223624\r\n"
    b'Content-Disposition:form-data;name="refuse_proof";filename="proof.png"\r\n'
    b"Content-Type:image/png\r\n\r\n" + PNG + b"\r\n--1994954223624--\r\n"
)
OLD_PYTHON = (
    b"--PYTHON_SDK_BOUNDARY\r\n"
    b'Content-Disposition: file; name="refuse_proof"; filename="a.gif"\r\n'
    b"Content-Type: image/gif\r\nContent-Transfer-Encoding: binary\r\n\r\nGIF89a...\r\n"
    b"--PYTHON_SDK_BOUNDARY\r\n"
    b'Content-Disposition: form-data; name="refund_id"\r\n\r\n1\r\n'
    b"--PYTHON_SDK_BOUNDARY--\r\n"
)
NODE = (
    b"--------------------------269\r\n"
    b'Content-Disposition: form-data; name="refuse_proof"; filename="refuse_proof"\r\n'
    b"Content-Type: false\r\n\r\n\xff\xd8\xff\xe0jpeg\r\n"
    b"--------------------------269\r\n"
    b'Content-Disposition: form-data; name="method"\r\n\r\ntaobao.refund.refuse\r\n'
    b"--------------------------269--\r\n"
)
PHP = (
    b"---------------65a1\r\n"
    b'Content-Disposition: form-data; name="refuse_proof"; filename="/var/www/html/proof.png"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n" + PNG + b"\r\n"
    b"---------------65a1--\r\n"
)


def test_java_multipart_is_read() -> None:
    kind = b"multipart/form-data;charset=UTF-8;boundary=1994954223624"

    found = read(raw(JAVA, query=b"method=taobao.refund.refuse&v=2.0", kind=kind))

    assert found.problem is None
    assert found.values == {
        "method": "taobao.refund.refuse",
        "v": "2.0",
        "refund_id": "181784773340365852",
        "refuse_message": "凭证不符",
    }
    assert found.files == {"refuse_proof": File("proof.png", PNG)}
    assert found.files["refuse_proof"].type() == "png"


def test_old_python_calls_its_parts_file() -> None:
    found = read(raw(OLD_PYTHON, kind=b"multipart/form-data; boundary=PYTHON_SDK_BOUNDARY"))

    assert found.values == {"refund_id": "1"}
    assert found.files["refuse_proof"].name == "a.gif"
    assert found.files["refuse_proof"].type() == "gif"


def test_node_sends_the_file_first_and_a_content_type_that_is_none() -> None:
    found = read(raw(NODE, kind=b"multipart/form-data; boundary=------------------------269"))

    assert found.values == {"method": "taobao.refund.refuse"}
    assert found.files["refuse_proof"].type() == "jpg"


def test_php_names_a_file_by_its_whole_path() -> None:
    found = read(raw(PHP, query=b"v=2.0", kind=b"multipart/form-data; boundary=-------------65a1"))

    assert found.values == {"v": "2.0"}
    assert found.files["refuse_proof"].upload().size == len(PNG)


def test_multipart_without_any_file_is_parameters() -> None:
    kind, body = upload({"method": "taobao.time.get", "empty": "", "blank": " "}, {})

    assert read(raw(body, kind=kind)).values == {"method": "taobao.time.get", "empty": "", "blank": " "}


def test_php_splits_query_and_body_and_the_body_wins() -> None:
    found = read(raw(b"fields=tid&v=3.0", query=b"method=m&v=2.0&format=xml", kind=FORM))

    assert found.values == {"method": "m", "v": "3.0", "format": "xml", "fields": "tid"}


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_body_counts_whatever_the_verb(verb: str) -> None:
    assert read(raw(b"a=1", verb=verb, kind=FORM)).values == {"a": "1"}


def test_a_post_of_length_zero_has_its_parameters_in_the_query() -> None:
    assert read(raw(b"", query=b"a=1&b=%E5%BC%A0+x%2By", kind=FORM)).values == {"a": "1", "b": "张 x+y"}


def test_a_call_with_nothing_at_all_has_no_parameters() -> None:
    assert read(raw(verb="GET")).values == {}


def test_a_json_body_is_kept_whole_to_be_signed() -> None:
    found = read(raw(b'{"a": 1}', query=b"v=2.0", kind=b"application/json;charset=utf-8"))

    assert (found.values, found.body) == ({"v": "2.0"}, '{"a": 1}')


def test_bad_escapes_and_bad_utf8_never_raise() -> None:
    assert read_form(b"a=%&b=%zz&c=%ff&d=\xff&&=x&e") == {"a": "%", "b": "%zz", "c": "�", "d": "�", "e": ""}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param(b"multipart/form-data", JAVA, id="no-boundary"),
        pytest.param(b"multipart/form-data; boundary=other", JAVA, id="wrong-boundary"),
        pytest.param(b"multipart/form-data; boundary=1994954223624", JAVA[:-20], id="cut-short"),
        pytest.param(b"multipart/form-data; boundary=b", b"nonsense", id="nonsense"),
        pytest.param(b"multipart/form-data; boundary=b", b"--b\r\nno colon\r\n\r\nx\r\n--b--\r\n", id="bad-header"),
        pytest.param(b"multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\nx\r\n--b--\r\n", id="no-name"),
        pytest.param(b"multipart/form-data; boundary=" + b"b" * 500, JAVA, id="boundary-too-long"),
    ],
)
def test_a_broken_upload_is_the_platforms_error_and_keeps_the_query(kind: bytes, body: bytes) -> None:
    found = read(raw(body, query=b"format=json", kind=kind))

    assert found.problem is not None
    assert found.problem.error is UPLOAD_FAIL
    assert found.values["format"] == "json"


def test_an_upload_must_be_a_post() -> None:
    found = read(raw(JAVA, verb="GET", kind=b"multipart/form-data; boundary=1994954223624"))

    assert found.problem is not None
    assert found.problem.error is ACTION_NOT_ALLOWED


def test_an_upload_has_limits() -> None:
    kind, body = upload({"a": "1", "b": "2"}, {"c": b"x" * 100})

    assert read(raw(body, kind=kind), parts=3, size=100).problem is None
    assert read(raw(body, kind=kind), parts=2, size=100).problem is not None
    assert read(raw(body, kind=kind), parts=3, size=99).problem is not None


_NAMES = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\\\0;='), min_size=1, max_size=12)
_PARAMS = st.dictionaries(_NAMES, st.text(max_size=20), max_size=8)


@given(params=_PARAMS, cut=st.integers(0, 8), multipart_body=st.booleans(), secret=st.text(min_size=1))
def test_any_parameters_survive_any_split_with_their_signature(
    params: dict[str, str], cut: int, multipart_body: bool, secret: str
) -> None:
    call = {"sign_method": "md5"} | params
    call["sign"] = sign(call, secret, call["sign_method"])
    items = list(call.items())
    query, rest = dict(items[:cut]), dict(items[cut:])
    kind, body = upload(rest, {"picture": PNG}) if multipart_body else (FORM, urlencode(rest, quote_via=quote).encode())

    found = read(raw(body, query=urlencode(query).encode(), kind=kind))

    assert found.values == call
    assert bool(found.files) is multipart_body
    assert is_signed(found.values, secret, legacy=True)


@given(body=st.binary(max_size=300), query=st.binary(max_size=60), kind=st.sampled_from([FORM, b"", b"text/xml"]))
def test_no_bytes_at_all_raise(body: bytes, query: bytes, kind: bytes) -> None:
    found = read(raw(body, query=query, kind=kind))

    assert all(isinstance(value, str) for value in found.values.values())


@given(noise=st.binary(max_size=60), at=st.integers(0, len(JAVA)), gone=st.integers(0, 40))
def test_no_damage_to_an_upload_raises(noise: bytes, at: int, gone: int) -> None:
    body = JAVA[:at] + noise + JAVA[at + gone :]

    found = read(raw(body, kind=b"multipart/form-data;charset=UTF-8;boundary=1994954223624"))

    assert found.problem is None or found.problem.error is UPLOAD_FAIL


def test_every_cut_of_an_upload_is_told_from_a_whole_one() -> None:
    whole = JAVA.rstrip(b"\r\n")
    for end in range(len(whole)):
        with pytest.raises(multipart.MalformedError):
            multipart.read(whole[:end], b"1994954223624", parts=9, size=1000)


def test_first_bytes_decide_what_a_file_is() -> None:
    contents = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF87a": "gif", b"GIF89a": "gif", b"<svg>": ""}

    assert {content: File("x", content).type() for content in contents} == contents


@given(st.text() | st.text("%=+&é退 aA0\n\r_\0", min_size=90), st.sampled_from(["", "%", "%4", "%zz", "%e9"]))
def test_long_texts_are_read_as_short_ones_are(text: str, broken: str) -> None:
    sent = f"{quote(text)}{quote('款' * 40)}{text.replace('&', '')}{broken}"

    right = unquote_to_bytes(sent.replace("+", " ")).decode("utf-8", "replace")

    assert read_form(f"a={sent}".encode()) == {"a": right}
