"""Whole requests of SDKs that are not run here, written to the socket as their sources write them, are understood."""

import gzip
import json
import socket
from http.client import HTTPResponse
from typing import Any
from xml.etree import ElementTree

import pytest

from simulator.real_clients.conftest import PNG
from simulator.real_clients.dialects import DIALECTS, Dialect
from simulator.real_clients.sandbox import Sandbox

every_dialect = pytest.mark.parametrize("dialect", [pytest.param(value, id=name) for name, value in DIALECTS.items()])
every_upload = pytest.mark.parametrize(
    "dialect", [pytest.param(value, id=name) for name, value in DIALECTS.items() if value.upload]
)
CHINESE = "凭证不符，请重新上传 & 100% 😀 “a=b+c”"
FIELDS = "refund_id, tid,  status,tid, no_such_field"


def _connected(sandbox: Sandbox) -> socket.socket:
    return socket.create_connection(sandbox.address, timeout=20)


def _answer(line: socket.socket) -> tuple[HTTPResponse, bytes]:
    """Read one answer, unpacked."""
    answer = HTTPResponse(line)
    answer.begin()
    content = answer.read()
    packed = answer.getheader("Content-Encoding") == "gzip"
    return answer, gzip.decompress(content) if packed else content


def _asked(sandbox: Sandbox, request: bytes) -> tuple[HTTPResponse, bytes]:
    with _connected(sandbox) as line:
        line.sendall(request)
        return _answer(line)


def _fields(dialect: Dialect, content: bytes) -> dict[str, Any]:
    """Return what stands under the root of an answer in the dialect's format; of XML, the texts of the leaves."""
    if dialect.format == "xml":
        return {element.tag: element.text for element in ElementTree.fromstring(content).iter()}
    found: dict[str, Any] = json.loads(content)
    return found if dialect.format == "simplified" else next(iter(found.values()))


@every_dialect
def test_a_call_without_parameters_of_its_own_is_answered_in_the_format_wanted(
    dialect: Dialect, sandbox: Sandbox
) -> None:
    answer, content = _asked(sandbox, dialect.request(sandbox.app(""), "taobao.time.get", {}))

    (call,) = sandbox.heard()
    assert len(_fields(dialect, content)["time"]) == 19
    assert (answer.status, call.asked.method, call.asked.signed) == (200, "taobao.time.get", True)
    assert call.asked.skew is not None
    assert abs(call.asked.skew) < 60_000
    expected = "text/xml;charset=UTF-8" if dialect.format == "xml" else "text/javascript;charset=UTF-8"
    assert answer.getheader("Content-Type") == expected
    asks_gzip = any(header.startswith("Accept-Encoding: gzip") for header in dialect.headers)
    assert (answer.getheader("Content-Encoding") == "gzip") is asks_gzip


@every_dialect
def test_a_detail_is_read_though_fields_repeat_and_are_unknown(dialect: Dialect, sandbox: Sandbox) -> None:
    refund = sandbox.refund()

    _, content = _asked(
        sandbox,
        dialect.request(
            sandbox.app(), "taobao.refund.get", {"fields": FIELDS, "refund_id": refund.refund_id, "note": CHINESE}
        ),
    )

    (call,) = sandbox.heard()
    found = _fields(dialect, content)
    row = found if dialect.format == "xml" else found["refund"]
    assert (row["refund_id"], str(row["tid"]), row["status"]) == (refund.refund_id, refund.tid, "WAIT_SELLER_AGREE")
    assert "no_such_field" not in row
    assert (call.asked.signed, call.asked.params["note"]) == (True, CHINESE)


@every_dialect
def test_an_error_keeps_its_root_in_every_format(dialect: Dialect, sandbox: Sandbox) -> None:
    _, content = _asked(sandbox, dialect.request(sandbox.app(""), "taobao.no.such", {"a": "1"}))

    start = (
        b'<?xml version="1.0" encoding="utf-8" ?><error_response>' if dialect.format == "xml" else b'{"error_response":'
    )
    assert content.startswith(start)
    assert len(content) >= 20
    assert sandbox.heard()[0].answered.error["code"] == 22


@every_upload
def test_a_refund_is_refused_with_a_picture(dialect: Dialect, sandbox: Sandbox) -> None:
    refund = sandbox.refund(returns=True)
    params = refund.refusal(CHINESE)

    _, content = _asked(sandbox, dialect.request(sandbox.app(), "taobao.refund.refuse", params, picture=PNG))

    (call,) = sandbox.heard()
    (file,) = call.asked.files
    assert _fields(dialect, content)["is_success"] in (True, "true")
    assert (call.asked.signed, call.asked.params["refuse_message"]) == (True, CHINESE)
    assert (file.size, file.type, sandbox.status(refund)) == (len(PNG), "png", "SELLER_REFUSE_BUYER")


@every_upload
def test_an_upload_without_a_file_is_understood_and_the_picture_missed(dialect: Dialect, sandbox: Sandbox) -> None:
    refund = sandbox.refund(returns=True)
    request = dialect.request(sandbox.app(), "taobao.refund.refuse", refund.refusal(CHINESE), uploads=True)

    _asked(sandbox, request)

    (call,) = sandbox.heard()
    assert (call.asked.signed, call.asked.files, call.asked.params["refuse_message"]) == (True, (), CHINESE)
    assert call.answered.error["sub_code"] == "isv.invalid-parameter:refuse_proof"
    assert sandbox.status(refund) == "WAIT_SELLER_AGREE"


def test_a_picture_that_is_sent_as_text_and_not_signed_is_a_wrong_signature(sandbox: Sandbox) -> None:
    # PyPI taobao-sdk leaves bytes out of its signature, and pytaobao signs what Python shows of them.
    refund = sandbox.refund(returns=True)
    request = DIALECTS["Go topsdk-go"].request(
        sandbox.app(),
        "taobao.refund.refuse",
        refund.refusal("不同意"),
        unsigned={"refuse_proof": PNG.decode("latin-1")},
    )

    _, content = _asked(sandbox, request)

    assert json.loads(content)["error_response"]["code"] == 25
    assert sandbox.status(refund) == "WAIT_SELLER_AGREE"


def test_a_message_that_php_takes_for_a_path_is_not_signed(sandbox: Sandbox) -> None:
    request = DIALECTS["PHP 2015"].request(
        sandbox.app(), "taobao.rp.refund.review", {"refund_id": "1"}, unsigned={"message": "@/etc/hostname"}
    )

    _, content = _asked(sandbox, request)

    assert b"<code>25</code>" in content
    assert sandbox.heard()[0].asked.params["message"] == "@/etc/hostname"


def test_a_false_that_is_sent_and_not_signed_is_a_wrong_signature(sandbox: Sandbox) -> None:
    # pytaobao leaves 0 and False out of its signature, and sends them all the same.
    request = DIALECTS["Go topsdk-go"].request(
        sandbox.app(), "taobao.refunds.receive.get", {"fields": "tid"}, unsigned={"use_has_next": "False"}
    )

    _, content = _asked(sandbox, request)

    assert json.loads(content)["error_response"]["code"] == 25


def test_an_empty_value_may_be_sent_and_not_signed(sandbox: Sandbox) -> None:
    request = DIALECTS["Go topsdk-go"].request(
        sandbox.app(), "taobao.refunds.receive.get", {"fields": "tid"}, unsigned={"buyer_nick": ""}
    )

    _asked(sandbox, request)

    assert sandbox.heard()[0].asked.signed is True


def test_curl_waits_to_be_told_to_continue(sandbox: Sandbox) -> None:
    refund = sandbox.refund(returns=True)
    request = DIALECTS["PHP 2018"].request(sandbox.app(), "taobao.refund.refuse", refund.refusal("不同意"), picture=PNG)
    head, _, body = request.partition(b"\r\n\r\n")

    with _connected(sandbox) as line:
        line.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        invited = line.recv(1000)
        line.sendall(body)
        _, content = _answer(line)

    assert invited.startswith(b"HTTP/1.1 100 Continue\r\n")
    assert b"<is_success>true</is_success>" in content


def test_a_chunked_body_is_read(sandbox: Sandbox) -> None:
    request = DIALECTS["Go opentaobao"].request(sandbox.app(""), "taobao.time.get", {"note": CHINESE})
    head, _, body = request.partition(b"\r\n\r\n")
    head = head.replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))

    _, content = _asked(sandbox, head + b"\r\n\r\n" + chunks)

    assert "time" in json.loads(content)
    assert sandbox.heard()[0].asked.params["note"] == CHINESE


@pytest.mark.parametrize("name", ["Java 2014", "PHP 2018", "Python 2 official"])
def test_one_connection_serves_call_after_call(name: str, sandbox: Sandbox) -> None:
    with _connected(sandbox) as line:
        for _ in range(3):
            line.sendall(DIALECTS[name].request(sandbox.app(""), "taobao.time.get", {}))
            answer, _ = _answer(line)
            assert answer.status == 200
        assert [call.asked.signed for call in sandbox.heard()] == [True, True, True]


def test_a_client_that_wants_the_connection_closed_sees_it_closed(sandbox: Sandbox) -> None:
    request = DIALECTS["Java 2014"].request(sandbox.app(""), "taobao.time.get", {})

    with _connected(sandbox) as line:
        line.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        answer, _ = _answer(line)
        assert answer.getheader("Connection") == "close"
        assert line.recv(1) == b""


def test_a_get_with_nothing_at_all_is_told_in_xml_that_the_method_is_missing(sandbox: Sandbox) -> None:
    _, content = _asked(sandbox, b"GET /router/rest HTTP/1.1\r\nHost: gw.api.taobao.com\r\n\r\n")

    assert b"<code>21</code><msg>Missing method</msg>" in content
