"""The wire: how answers leave, whole or not, and what the ledger says of each."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import Answered, AnyEntry, Asked, Delivered
from simulator.listeners import Listener, bind
from simulator.tmall.caller import Caller
from simulator.tmall.refund import SUCCESS
from simulator.wire import Wire

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, bytes]]


def _request(params: dict[str, str], *headers: str, version: str = "1.1", verb: str = "POST") -> bytes:
    body = urlencode(params)
    lines = [f"{verb} /router/rest HTTP/{version}", "host: x", "content-type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, f"content-length: {len(body)}", *headers, "", body]).encode()


def _serve(caller: Caller, talk: Talk) -> bytes:
    """Return what *talk* got from a listener that speaks for *caller*'s gateway."""

    async def scene() -> bytes:
        world = caller.world
        wire = Wire(world, FaultPlan(world), Hooks(world), caller.gateway)
        listener = Listener("tmall", wire, bind("tmall", "127.0.0.1", 0))
        await listener.listen()
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        try:
            return await talk(reader, writer)
        finally:
            writer.close()
            await listener.close()

    return asyncio.run(scene())


def _ask(*requests: bytes) -> Talk:
    """Return a talk that sends *requests* at once and reads until the connection is closed."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for request in requests:
            writer.write(request)
        return await reader.read()

    return talk


def _entries(caller: Caller, kind: type[Any]) -> list[Any]:
    lines = caller.world.book.lines(0, 10_000)
    return [entry for line in lines if isinstance(entry := msgspec.json.decode(line, type=AnyEntry), kind)]


def test_an_answer_is_one_head_and_one_body_and_then_delivered(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _serve(caller, _ask(_request(caller.signed("taobao.time.get"), "connection: close")))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nserver: Tengine\r\ndate: ")
    assert head.count(b"connection: close") == 1
    assert b"content-length: %d" % len(body) in head
    assert body.startswith(b'{"time_get_response":{"time":"')
    (asked,), (answered,), (delivered,) = (_entries(caller, kind) for kind in (Asked, Answered, Delivered))
    assert asked.seq == answered.call == delivered.call


def test_requests_on_one_connection_are_answered_in_their_order(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    asked = [caller.signed("taobao.time.get", format=kind) for kind in ("json", "xml", "json")]

    answer = _serve(caller, _ask(*map(_request, asked[:2]), _request(asked[2], "connection: close")))

    kinds = [b"javascript" in part for part in answer.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert kinds == [True, False, True]
    assert len(_entries(caller, Delivered)) == 3


def test_an_old_client_is_told_that_the_connection_closes(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _serve(caller, _ask(_request(caller.signed("taobao.time.get"), version="1.0")))

    assert answer.count(b"connection: close\r\n") == 1


def test_the_gateway_may_close_every_connection(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, connection_close=True)

    answer = _serve(caller, _ask(_request(caller.signed("taobao.time.get"), "connection: close")))

    assert answer.count(b"connection: close\r\n") == 1


def test_an_answer_to_head_has_no_body(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = _serve(caller, _ask(_request({}, "connection: close", verb="HEAD")))

    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("how", ["dropped", "reset", "truncated"])
def test_a_lost_answer_took_effect_and_was_not_delivered(tmp_path: Path, how: str) -> None:
    caller = Caller.open(tmp_path, agree_needs_review=False)
    refund = caller.refund()
    FaultPlan(caller.world).arm({"fault": "lost-answer", "call": "tmall.agree", "refund": refund.refund_id, "how": how})
    infos = f"{refund.refund_id}|835|{refund.version}|onsale"
    request = _request(caller.signed("taobao.rp.refunds.agree", sub=True, refund_infos=infos))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        try:
            return await reader.read()
        except ConnectionResetError:
            return b"reset"

    answer = _serve(caller, talk)

    assert caller.now(refund).status == SUCCESS
    (answered,) = _entries(caller, Answered)
    assert (answered.lost, answered.effect, answered.fault) == (True, True, "lost-answer")
    assert _entries(caller, Delivered) == []
    assert {"dropped": answer == b"", "reset": answer == b"reset", "truncated": b"200 OK" in answer}[how]
    assert not answer.endswith(b"}}")


def test_a_client_that_goes_away_in_the_middle_leaves_no_entry(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    request = _request(caller.signed("taobao.time.get"))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request[:-10])
        writer.write_eof()
        return await reader.read()

    assert _serve(caller, talk) == b""
    assert _entries(caller, Asked) == []


def test_who_calls_is_who_is_connected_whatever_a_header_claims(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, ip_whitelist="10.0.0.1")
    claims = ("x-forwarded-for: 10.0.0.1", "x-forwarded-proto: https", "connection: close")

    answer = _serve(caller, _ask(_request(caller.signed("taobao.time.get"), *claims)))

    assert b"isv.permission-ip-whitelist-limit" in answer
