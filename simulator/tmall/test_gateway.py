"""The gateway as a whole: from bytes to bytes, and what it leaves for the ledger."""

import gzip
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from simulator.exchange import Answer
from simulator.tmall.caller import FORM, Caller, raw
from simulator.tmall.method import surface
from simulator.tmall.signing import sign

ALIASES = {
    "taobao.refunds.receive.get": "tmall.list",
    "taobao.refund.get": "tmall.detail",
    "taobao.refund.messages.get": "tmall.messages",
    "taobao.refund.refusereason.get": "tmall.reasons",
    "taobao.refund.refuse": "tmall.refuse",
    "taobao.rp.refund.review": "tmall.review",
    "taobao.rp.refunds.agree": "tmall.agree",
    "taobao.rp.returngoods.agree": "tmall.agree_return",
    "taobao.rp.returngoods.refuse": "tmall.refuse_return",
    "taobao.logistics.address.search": "tmall.addresses",
    "taobao.trade.fullinfo.get": "tmall.trade",
    "taobao.time.get": "tmall.time",
    "taobao.top.auth.token.create": "tmall.token_create",
    "taobao.top.auth.token.refresh": "tmall.token_refresh",
}


def test_methods_keep_the_names_that_stories_call_them_by() -> None:
    assert ALIASES.items() <= {name: method.alias for name, method in surface().methods.items()}.items()


def test_the_asked_entry_says_who_asked_what_and_keeps_no_secret(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(play="S01#1")
    params = caller.signed("taobao.refund.get", fields="refund_id", refund_id=refund.refund_id)

    received = caller.receive(params)

    asked, call = received.asked, received.call
    assert (asked.side, asked.method, asked.shop, asked.session) == (
        "tmall",
        "taobao.refund.get",
        caller.shop.nick,
        "main",
    )
    assert (asked.refunds, asked.plays, asked.signed) == ((refund.refund_id,), ("S01#1",), True)
    assert asked.params["session"] == caller.shop.session
    assert caller.keys["session"].encode() not in msgspec.json.encode(asked)
    assert asked.bytes == len(urlencode(params))
    assert call is not None
    assert (call.alias, call.refunds, call.plays, call.page) == ("tmall.detail", asked.refunds, asked.plays, 0)


def test_a_list_names_no_refunds_and_knows_its_page(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    received = caller.receive(caller.signed("taobao.refunds.receive.get", fields="tid"))

    assert received.call is not None
    assert (received.call.page, received.call.refunds) == (1, ())


def test_a_batch_names_each_refund_once_and_digits_only(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    params = caller.signed("taobao.rp.refunds.agree", refund_infos="12|1|1|onsale, 13|1|1|onsale,12|2|2|x,x|1|1|onsale")

    assert caller.receive(params).asked.refunds == ("12", "13")


def test_a_trade_belongs_to_its_play(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(play="S14#2")

    asked = caller.receive(caller.signed("taobao.trade.fullinfo.get", fields="tid", tid=order.tid)).asked

    assert (asked.refunds, asked.plays) == ((), ("S14#2",))


def test_only_the_digest_of_a_file_is_kept(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    asked = caller.receive(caller.signed("taobao.refund.refuse"), {"refuse_proof": b"\x89PNG\r\n\x1a\nsecret"}).asked

    (file,) = asked.files
    assert (file.name, file.size, file.type) == ("refuse_proof", 14, "png")
    assert b"secret" not in msgspec.json.encode(asked)


def test_an_unknown_method_is_22(tmp_path: Path) -> None:
    answer = Caller.open(tmp_path).answer("taobao.refund.no.such")

    assert (answer.error["code"], answer.understood) == (22, "")


def test_a_known_method_that_is_not_built_says_so_to_caller_and_ledger(tmp_path: Path) -> None:
    answer = Caller.open(tmp_path).answer("taobao.qimen.order.cancel", drop=("session",))

    assert (answer.error["code"], answer.error["sub_code"]) == (15, "isv.sandbox-method-not-built")
    assert "taobao.qimen.order.cancel" in answer.understood
    assert b"has not built yet" in answer.content


@pytest.mark.parametrize("path", ["/router/rest", "/top/router/rest"])
def test_the_gateway_has_two_paths(tmp_path: Path, path: str) -> None:
    caller = Caller.open(tmp_path)

    assert caller.receive(caller.signed("taobao.time.get"), path=path).refusal is None


def test_elsewhere_there_is_nothing(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = caller.perform(caller.gateway.receive(raw(b"", path="/favicon.ico", verb="GET")))

    assert (answer.status, answer.content.startswith(b"Not found")) == (404, True)


def test_a_get_with_everything_in_the_query_is_answered(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    query = urlencode(caller.signed("taobao.time.get", simplify="true")).encode()

    answer = caller.perform(caller.gateway.receive(raw(query=query, verb="GET")))

    assert set(msgspec.json.decode(answer.content)) == {"time", "request_id"}


def test_simplify_counts_with_json_only(tmp_path: Path) -> None:
    answer = Caller.open(tmp_path).answer("taobao.time.get", simplify="true", format="xml")

    assert b"<time_get_response><time>" in answer.content


def test_a_json_body_is_signed_as_it_stands(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    params = caller.signed("taobao.time.get")
    params["sign"] = sign(params, caller.keys["app_secret"], body='{"a":1}')

    received = caller.gateway.receive(
        raw(b'{"a":1}', query=urlencode(params).encode(), kind=b"application/json;charset=utf-8")
    )

    assert (received.refusal, received.asked.signed) == (None, True)


def test_gzip_only_for_those_who_ask(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    body = urlencode(caller.signed("taobao.time.get")).encode()

    answer = caller.perform(caller.gateway.receive(raw(body, kind=FORM, headers={b"accept-encoding": b"gzip"})))

    assert dict(answer.headers)[b"content-encoding"] == b"gzip"
    assert gzip.decompress(answer.content).startswith(b'{"time_get_response":{"time":"')


def test_request_ids_never_repeat(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    seen = {caller.call("taobao.time.get")["request_id"] for _ in range(50)}

    assert len(seen) == 50
    assert all(len(found) == 13 and found.isalnum() and found == found.lower() for found in seen)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {b"server": b"Tengine"}),
        ({"server_header": "nginx"}, {b"server": b"nginx"}),
        ({"connection_close": True}, {b"server": b"Tengine", b"connection": b"close"}),
    ],
)
def test_headers_follow_the_settings(tmp_path: Path, settings: dict[str, Any], expected: dict[bytes, bytes]) -> None:
    headers = dict(Caller.open(tmp_path, **settings).answer("taobao.time.get").headers)

    assert {name: headers[name] for name in headers.keys() & {b"server", b"connection"}} == expected


def test_the_type_of_refund_id_is_a_setting(tmp_path: Path) -> None:
    for kind, expected in (("string", str), ("number", int)):
        caller = Caller.open(tmp_path / kind, refund_id_type=kind)
        refund = caller.refund()
        found = caller.call("taobao.refund.get", fields="refund_id", refund_id=refund.refund_id)
        assert found["refund"]["refund_id"] == expected(refund.refund_id)


@pytest.mark.parametrize(
    ("setting", "expected"), [("absent", {"total_results"}), ("object", {"refunds", "total_results"})]
)
def test_an_empty_list_is_absent_or_an_object(tmp_path: Path, setting: str, expected: set[str]) -> None:
    found = Caller.open(tmp_path, empty_list=setting).call("taobao.refunds.receive.get", fields="tid")

    assert found.keys() - {"request_id"} == expected


def test_an_answer_that_a_fault_put_in_the_place_of_ours_is_rendered(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    received = caller.receive(caller.signed("taobao.time.get"))
    caller.world.note(received.asked)
    error = {"code": 15, "msg": "Remote service error", "sub_code": "isp.remote-service-timeout", "sub_msg": "超时"}

    answer = Answer(error=error)
    received.render(answer)

    assert msgspec.json.decode(answer.content)["error_response"].items() >= error.items()


def test_every_answer_has_the_types_that_the_surface_promises(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999)
    for name, field in (("taobao.refund.get", "refund"), ("taobao.trade.fullinfo.get", "trade")):
        method = surface().methods[name]
        promised = surface().objects[method.answer[field].object]
        found = caller.call(name, fields=",".join(promised), refund_id=refund.refund_id, tid=refund.tid)[field]
        types = {"string": str, "money": str, "datetime": str, "number": int, "boolean": bool, "": dict}
        for key, value in found.items():
            assert type(value) is types[promised[key].type], key


def test_a_read_costs_little_beside_the_clock_of_a_server(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()
    body = urlencode(caller.signed("taobao.refund.get", fields="refund_id,status", refund_id=refund.refund_id)).encode()
    request = raw(body, kind=FORM)

    def once() -> float:
        began = time.perf_counter()
        received = caller.gateway.receive(request)
        assert received.effect is not None
        received.render(received.effect())
        return time.perf_counter() - began

    # A constant answer of the same server takes about 100 µs; the smallest of many is free of the machine's noise.
    assert min(once() for _ in range(300)) < 0.000_2
