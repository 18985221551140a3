"""A connection: what comes on it one after the other, cut anywhere, too long, or from a client that does not read."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from simulator.connection import BODY_LIMIT, DISCARDED, Connection
from simulator.exchange import Answer
from simulator.listeners import Listener, bind
from simulator.request import RawRequest

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HUGE = b"x" * (8 << 20)


class Scribe:
    """Answers each request by its path; those of `/later` when it is told to, those of `/fail` never."""

    def __init__(self) -> None:
        self.took: list[RawRequest] = []
        self.now = asyncio.Event()
        self.accepted: list[bool] = []

    def take(self, raw: RawRequest, connection: Connection) -> None:
        self.took.append(raw)
        if raw.path in ("/later", "/fail"):
            connection.later(self._later(raw, connection))
        else:
            self._answer(raw, connection)

    async def _later(self, raw: RawRequest, connection: Connection) -> None:
        if raw.path == "/fail":
            raise ZeroDivisionError
        await self.now.wait()
        self._answer(raw, connection)

    def _answer(self, raw: RawRequest, connection: Connection) -> None:
        content = HUGE if raw.path == "/huge" else raw.path.encode()
        if connection.answer(Answer(content=content), head_only=raw.method == "HEAD"):
            self.accepted.append(True)
        else:
            connection.later(self._accepted(connection))

    async def _accepted(self, connection: Connection) -> None:
        self.accepted.append(await connection.accepted())


def _scene(play: Callable[[Scribe, Streams], Coroutine[Any, Any, None]]) -> None:
    """Play with a scribe and a connection to it."""

    async def scene() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        scribe = Scribe()
        listener = Listener("scribe", scribe, bind("scribe", "127.0.0.1", 0))
        await listener.listen()
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        try:
            await asyncio.wait_for(play(scribe, (reader, writer)), 20)
        finally:
            writer.close()
            await listener.close()

    asyncio.run(scene())


def _get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: x", *headers, "", ""]).encode()


def _post(body: bytes, *headers: str) -> bytes:
    lines = ["POST /posted HTTP/1.1", "host: x", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _bodies(answers: bytes) -> list[bytes]:
    return [part.partition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]


def test_what_comes_behind_a_late_answer_waits_for_it_and_keeps_its_order() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(_get("/later") + _get("/a") + _get("/b", "connection: close"))
        while not scribe.took:
            await asyncio.sleep(0)
        assert [raw.path for raw in scribe.took] == ["/later"]
        scribe.now.set()
        assert _bodies(await reader.read()) == [b"/later", b"/a", b"/b"]

    _scene(play)


def test_nothing_is_taken_behind_a_request_that_closes_the_connection() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(_get("/a", "connection: close") + _get("/b"))
        assert _bodies(await reader.read()) == [b"/a"]
        assert [raw.path for raw in scribe.took] == ["/a"]

    _scene(play)


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_a_request_may_be_cut_anywhere(size: int) -> None:
    whole = _post(b"a=1&b=%E4%B8%AD", "x-one: two") + _get("/x%20y?q=%31", "connection: close")

    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        for start in range(0, len(whole), size):
            writer.write(whole[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        assert _bodies(await reader.read()) == [b"/posted", b"/x y"]
        first, second = scribe.took
        assert (first.method, first.body, first.header(b"x-one")) == ("POST", b"a=1&b=%E4%B8%AD", b"two")
        assert (second.method, second.path, second.query) == ("GET", "/x y", b"q=%31")
        assert first.began <= second.began

    _scene(play)


def test_a_body_is_asked_for_once_the_answer_before_it_has_left() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        head, _, _ = _post(b"body", "expect: 100-continue", "connection: close").partition(b"body")
        writer.write(_get("/later") + head)
        while not scribe.took:
            await asyncio.sleep(0)
        scribe.now.set()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert (await reader.readuntil(b"\r\n\r\n")).endswith(b"/laterHTTP/1.1 100 Continue\r\n\r\n")
        writer.write(b"body")
        assert _bodies(await reader.read()) == [b"/posted"]

    _scene(play)


def test_a_body_that_is_too_long_is_read_and_thrown_away() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(_post(b"x" * (BODY_LIMIT + 1), "connection: close"))
        assert _bodies(await reader.read()) == [b"/posted"]
        (raw,) = scribe.took
        assert (raw.body, raw.too_long) == (b"", BODY_LIMIT + 1)

    _scene(play)


def test_a_body_that_never_ends_is_not_read_to_its_end() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        _, writer = streams
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (1 << 40))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 2 * DISCARDED:
                writer.write(HUGE)
                await writer.drain()
                sent += len(HUGE)
        assert DISCARDED <= sent + len(HUGE) < 2 * DISCARDED
        assert scribe.took == []

    _scene(play)


def test_an_answer_that_nobody_reads_is_accepted_when_it_is_read_and_not_before() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(_get("/huge") + _get("/a", "connection: close"))
        while not scribe.took:
            await asyncio.sleep(0)
        assert scribe.accepted == []
        assert _bodies(await reader.read()) == [HUGE, b"/a"]
        assert scribe.accepted == [True, True]

    _scene(play)


def test_an_answer_whose_reader_left_is_not_accepted() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        _, writer = streams
        writer.write(_get("/huge"))
        while not scribe.took:
            await asyncio.sleep(0)
        writer.transport.abort()
        while not scribe.accepted:
            await asyncio.sleep(0)
        assert scribe.accepted == [False]

    _scene(play)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n", b"400 Bad Request"),
        (b"GET  HTTP/1.1\r\n\r\n", b"400 Bad Request"),
        (b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", b"400 Bad Request"),
        (_get("/fail"), b"500 Internal Server Error"),
    ],
)
def test_what_is_no_request_and_what_we_fail_at_end_the_connection(sent: bytes, status: bytes) -> None:
    async def play(_scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(sent)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert b"connection: close\r\n" in answer

    _scene(play)


def test_another_protocol_is_not_spoken() -> None:
    async def play(scribe: Scribe, streams: Streams) -> None:
        reader, writer = streams
        writer.write(_get("/a", "connection: upgrade", "upgrade: websocket"))
        assert (await reader.readuntil(b"/a")).startswith(b"HTTP/1.1 200 OK\r\n")

    _scene(play)
