"""`/router/batch`: its sections, its signature, its errors, and the entries of each of its calls."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import Answered, AnyEntry, Asked, Delivered
from simulator.listeners import Listener, bind
from simulator.tmall.batch import SEPARATOR
from simulator.tmall.caller import Caller
from simulator.tmall.signing import sign
from simulator.wire import Wire

TIME = "method=taobao.time.get"


def _request(caller: Caller, body: str, *headers: str, drop: tuple[str, ...] = (), **public: str) -> bytes:
    query = caller.signed("", drop=("method", "sign_method", *drop)) | {"sign_method": "hmac-sha256"} | public
    query.pop("sign")
    query["sign"] = sign(query, caller.keys["app_secret"], query["sign_method"], body=body)
    content = body.encode()
    lines = [f"POST /router/batch?{urlencode(query)} HTTP/1.1", "host: x", "connection: close", *headers]
    lines += ["content-type: text/plain;charset=UTF-8", f"content-length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _send(caller: Caller, request: bytes, *faults: dict[str, Any]) -> str:
    """Return the body of what a listener answers to *request*."""

    async def scene() -> bytes:
        world = caller.world
        plan = FaultPlan(world)
        for fault in faults:
            plan.arm(fault)
        listener = Listener("tmall", Wire(world, plan, Hooks(world), caller.gateway), bind("tmall", "127.0.0.1", 0))
        await listener.listen()
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(request)
        try:
            return await reader.read()
        finally:
            writer.close()
            await listener.close()

    return asyncio.run(scene()).partition(b"\r\n\r\n")[2].decode()


def _roots(answer: str, separator: str = SEPARATOR) -> list[Any]:
    """Return of each answer its root, or its error's code."""
    found = []
    for part in answer.split(separator):
        ((root, body),) = msgspec.json.decode(part, type=dict[str, dict[str, Any]]).items()
        found.append(body["code"] if root == "error_response" else root)
    return found


def _entries(caller: Caller, kind: type[Any]) -> list[Any]:
    lines = caller.world.book.lines(0, 10_000)
    return [entry for line in lines if isinstance(entry := msgspec.json.decode(line, type=AnyEntry), kind)]


def test_each_call_has_its_answer_and_its_entries(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()
    read = f"method=taobao.refund.get&fields=refund_id&refund_id={refund.refund_id}"

    answer = _send(caller, _request(caller, SEPARATOR.join([TIME, read, "method=taobao.refund.gets", "a=1"])))

    assert _roots(answer) == ["time_get_response", "refund_get_response", 22, 21]
    asked = _entries(caller, Asked)
    assert [entry.method for entry in asked] == ["taobao.time.get", "taobao.refund.get", "taobao.refund.gets", ""]
    assert [entry.signed for entry in asked] == [True] * 4
    assert asked[1].refunds == (refund.refund_id,)
    answered = _entries(caller, Answered)
    assert [entry.call for entry in answered] == [entry.seq for entry in asked]
    assert [told.refund for told in answered[1].told] == [refund.refund_id]
    assert [entry.call for entry in _entries(caller, Delivered)] == [entry.seq for entry in asked]


def test_what_all_calls_share_is_said_once(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    public = f"#PUBLIC#method=taobao.logistics.address.search&session={caller.keys['session']}"

    answer = _send(caller, _request(caller, SEPARATOR.join([public, "N", TIME]), drop=("session",)))

    assert _roots(answer) == ["logistics_address_search_response", "time_get_response"]


def test_a_caller_may_choose_the_separator(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _send(caller, _request(caller, f"{TIME}@@{TIME}", "top-api-separator: @@"))

    assert _roots(answer, "@@") == ["time_get_response"] * 2


def test_xml_answers_are_joined_as_well(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    parts = _send(caller, _request(caller, SEPARATOR.join([TIME, TIME]), format="xml")).split(SEPARATOR)

    assert [part.startswith("<?xml") and "<time_get_response>" in part for part in parts] == [True, True]


@pytest.mark.parametrize(
    ("body", "public", "code"),
    [
        pytest.param(TIME, {"app_key": "1"}, 29, id="app"),
        pytest.param(TIME, {"timestamp": "soon"}, 31, id="timestamp"),
        pytest.param("", {}, 40, id="no-call"),
        pytest.param(SEPARATOR.join([TIME] * 21), {}, 41, id="too-many"),
    ],
)
def test_a_batch_may_be_refused_as_a_whole(tmp_path: Path, body: str, public: dict[str, Any], code: int) -> None:
    caller = Caller.open(tmp_path)

    assert _roots(_send(caller, _request(caller, body, **public))) == [code]
    (asked,) = _entries(caller, Asked)
    assert asked.method == ""


def test_the_signature_is_over_the_raw_body_too(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    request = _request(caller, TIME)

    assert _roots(_send(caller, request.replace(TIME.encode(), b"method=taobao.time.gex"))) == [25]
    assert [entry.signed for entry in _entries(caller, Asked)] == [False]


def test_how_many_calls_a_batch_may_hold_is_a_setting(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, batch_max_items=2)

    assert _roots(_send(caller, _request(caller, SEPARATOR.join([TIME] * 2)))) == ["time_get_response"] * 2
    assert _roots(_send(caller, _request(caller, SEPARATOR.join([TIME] * 3)))) == [41]


def test_faults_strike_one_call_of_a_batch_and_a_lost_answer_is_lost_for_all(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    search = "method=taobao.logistics.address.search"
    request = _request(caller, SEPARATOR.join([TIME, search]))

    struck = _send(caller, request, {"fault": "isp-error", "call": "tmall.addresses"})
    lost = _send(caller, request, {"fault": "lost-answer", "call": "tmall.addresses"})

    assert _roots(struck) == ["time_get_response", 15]
    assert lost == ""
    assert [entry.lost for entry in _entries(caller, Answered)] == [False, False, True, True]
    assert len(_entries(caller, Delivered)) == 2


def test_flow_control_counts_each_call_of_a_batch(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, app_daily_quota=1)

    assert _roots(_send(caller, _request(caller, SEPARATOR.join([TIME, TIME])))) == ["time_get_response", 7]


def test_a_get_is_no_batch(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    assert _roots(_send(caller, _request(caller, TIME).replace(b"POST", b"GET", 1))) == [9]


def test_a_client_that_asks_first_is_told_to_go_on(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _send(caller, _request(caller, TIME, "expect: 100-continue"))

    assert answer.startswith("HTTP/1.1 200 OK"), "what follows the head of the interim answer"


@pytest.mark.parametrize(("size", "code"), [(1000, 43), (17 << 20, 43)])
def test_a_body_that_is_too_long_is_refused_in_the_platforms_words(tmp_path: Path, size: int, code: int) -> None:
    caller = Caller.open(tmp_path, body_bytes=999)

    assert _roots(_send(caller, _request(caller, "x" * size))) == [code]


def test_an_upload_that_is_too_long_has_failed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, body_bytes=999)
    request = _request(caller, "x" * 1000).replace(b"/router/batch", b"/router/rest", 1)

    assert _roots(_send(caller, request.replace(b"text/plain;charset=UTF-8", b"multipart/form-data;boundary=x"))) == [3]
