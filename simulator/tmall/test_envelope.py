"""Shapes of answers: JSON, simplified JSON, XML, their headers, and gzip for those who ask."""

import gzip
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.settings import Settings
from simulator.tmall import envelope
from simulator.tmall.envelope import Wish, wants_gzip
from simulator.tmall.errors import INVALID_METHOD, INVALID_SESSION
from simulator.tmall.method import Shape, surface

JSON, SIMPLE, XML = Wish(json=True), Wish(json=True, simplify=True), Wish()
LIST = surface().methods["taobao.refunds.receive.get"]
TRADE = surface().methods["taobao.trade.fullinfo.get"]
DATA: dict[str, Any] = {"refunds": [{"refund_id": "1", "tid": 2345678901234567890}], "has_next": False}


def _success(wish: Wish, data: dict[str, Any]) -> bytes:
    return envelope.success(wish, LIST.root, LIST.shape, data, "r1")


def test_plain_values_of_a_list_are_elements_too() -> None:
    shape: Shape = {"sub_tids": ("number", {}), "topics": ("string", {})}
    data = {"sub_tids": [1, 2], "topics": ["a&b"]}

    root = ElementTree.fromstring(envelope.success(XML, "r", shape, data, ""))

    assert [element.text for element in root.iter("number")] == ["1", "2"]
    assert [element.text for element in root.iter("string")] == ["a&b"]


def test_json_has_one_root_and_wraps_lists_in_the_name_of_their_items() -> None:
    assert _success(JSON, DATA) == (
        b'{"refunds_receive_get_response":{"refunds":{"refund":[{"refund_id":"1","tid":2345678901234567890}]},'
        b'"has_next":false,"request_id":"r1"}}'
    )


def test_simplified_json_has_neither_root_nor_wrapping() -> None:
    expected = b'{"refunds":[{"refund_id":"1","tid":2345678901234567890}],"has_next":false,"request_id":"r1"}'

    assert _success(SIMPLE, DATA) == expected


def test_xml_ends_with_the_hosts_comment_and_marks_lists() -> None:
    assert _success(XML, DATA).decode() == (
        '<?xml version="1.0" encoding="utf-8" ?><refunds_receive_get_response><refunds list="true"><refund>'
        "<refund_id>1</refund_id><tid>2345678901234567890</tid></refund></refunds><has_next>false</has_next>"
        "<request_id>r1</request_id></refunds_receive_get_response><!--top011008055196.na61-->"
    )


def test_a_list_inside_an_object_is_wrapped_too() -> None:
    data = {"trade": {"tid": 1, "orders": [{"oid": 1}, {"oid": 2}]}}

    assert envelope.wrapped(data, TRADE.shape) == {"trade": {"tid": 1, "orders": {"order": [{"oid": 1}, {"oid": 2}]}}}
    xml = envelope.success(XML, TRADE.root, TRADE.shape, data, "r").decode()
    assert '<trade><tid>1</tid><orders list="true"><order><oid>1</oid></order><order><oid>2' in xml


def test_an_empty_list_is_an_empty_object_unless_it_is_left_out() -> None:
    empty = {"refunds": [], "total_results": 0}

    assert b'"refunds":{}' in _success(JSON, empty)
    assert b'"refunds":[]' in _success(SIMPLE, empty)
    assert b'<refunds list="true"></refunds>' in _success(XML, empty)
    assert envelope.without_empty_lists(empty) == {"total_results": 0}


def test_a_refund_id_can_be_a_number_wherever_it_stands() -> None:
    data = {"results": [{"refund_id": "12", "succ": True}], "refund": {"refund_id": "3", "sid": "3"}}

    assert envelope.numbered(data) == {
        "results": [{"refund_id": 12, "succ": True}],
        "refund": {"refund_id": 3, "sid": "3"},
    }


def test_an_error_begins_exactly_as_an_official_sdk_expects() -> None:
    assert envelope.failure(JSON, INVALID_METHOD.as_answer(), "r") == (
        b'{"error_response":{"code":22,"msg":"Invalid method","request_id":"r"}}'
    )
    assert envelope.failure(SIMPLE, INVALID_METHOD.as_answer(), "r").startswith(b'{"error_response":')


def test_an_error_in_xml_has_no_empty_elements() -> None:
    assert envelope.failure(XML, INVALID_SESSION.as_answer(), "r").decode() == (
        '<?xml version="1.0" encoding="utf-8" ?><error_response><code>27</code><msg>Invalid session</msg>'
        "<sub_code>invalid-sessionkey</sub_code><sub_msg>SessionKey非法</sub_msg><request_id>r</request_id>"
        "</error_response>"
    )


@given(st.text(), st.text())
def test_xml_is_well_formed_whatever_the_buyer_wrote(reason: str, desc: str) -> None:
    document = ElementTree.fromstring(_success(XML, {"refunds": [{"reason": reason, "desc": desc}]}))

    read = document.findtext("refunds/refund/reason") or ""
    assert read == _as_xml(reason)


def _as_xml(text: str) -> str:
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    return kept.replace("\r\n", "\n").replace("\r", "\n")


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**63), 2**63 - 1) | st.booleans()))
def test_json_gives_back_what_was_put_in(row: dict[str, Any]) -> None:
    assert msgspec.json.decode(_success(SIMPLE, {"refunds": [row]}))["refunds"] == [row]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", False),
        (b"gzip", True),
        (b"GZIP, deflate", True),
        (b"deflate;q=1, gzip;q=0.5", True),
        (b"identity", False),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0, deflate", False),
        (b"x-gzip2", False),
    ],
)
def test_gzip_is_for_those_who_ask(header: bytes, expected: bool) -> None:
    assert wants_gzip(header) is expected


def test_headers_are_the_gateways() -> None:
    content, headers = envelope.dressed(JSON, b"{}", Settings().values, 1704416887)

    assert content == b"{}"
    assert dict(headers) == {
        b"server": b"Tengine",
        b"date": b"Fri, 05 Jan 2024 01:08:07 GMT",
        b"content-type": b"text/javascript;charset=UTF-8",
        b"application-host": b"11.8.55.196",
        b"location-host": b"top011008055196.na61",
    }


def test_gzip_and_close_are_said_in_the_headers() -> None:
    wish = Wish(gzip=True)
    chosen = Settings({"server_header": "nginx", "connection_close": True}).values

    content, headers = envelope.dressed(wish, b"<a/>" * 50, chosen, 0)

    assert gzip.decompress(content) == b"<a/>" * 50
    found = dict(headers)
    assert found[b"content-encoding"] == b"gzip"
    assert found[b"vary"] == b"Accept-Encoding"
    assert found[b"connection"] == b"close"
    assert found[b"content-type"] == b"text/xml;charset=UTF-8"
