"""One HTTP connection of a fake: reads requests whole, hands them to a taker, and sends what that answers.

No task is made for a request, since most answers are known at once. What has to wait (a fault that delays, a client
that does not read) holds back what comes on its own connection, and nothing else. Faults reach the transport here: an
answer can be dropped, reset or cut short, and who sends it hears whether the last byte was accepted.
"""

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Coroutine
from functools import lru_cache
from http.client import responses
from typing import Any, Protocol, cast
from urllib.parse import unquote

import httptools

from simulator.clock import Clock
from simulator.exchange import Answer, Headers
from simulator.request import RawRequest

BODY_LIMIT = 16 << 20
"""Bytes of a request's body that are kept; the platform's own limits are below it."""
DISCARDED = 64 << 20
"""Bytes up to which a body is still read, and thrown away, so that its sender hears why."""
KEEP_ALIVE = 75
"""Seconds that a connection may be idle, nginx's own: within fewer, whoever polls every few seconds meets the end."""

_mono = Clock().mono


class Taker(Protocol):
    """Whom requests are for."""

    def take(self, raw: RawRequest, connection: "Connection") -> None:
        """Answer *raw* on *connection*, now or later, and raise nothing."""
        ...


class Connection(asyncio.Protocol):
    """One client's connection. Its taker has one request of it at a time; what comes meanwhile is kept."""

    def __init__(self, taker: Taker, connections: "set[Connection]", tasks: set[asyncio.Task[None]]) -> None:
        """Serve *taker*; it is among *connections* while it is open, and what it waits for among *tasks*."""
        self.loop = asyncio.get_running_loop()
        self._taker = taker
        self._connections = connections
        self._tasks = tasks
        self._parser = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)  # what follows is not read, nor an error
        self._client = ""
        self._reading = False
        self._taken = False
        self._last = False
        """Whether the newest request, or the listener, wants the connection closed after the answer."""
        self._held: deque[RawRequest] = deque()
        self._gone = False
        self._drained: asyncio.Future[None] | None = None
        self._quiet_since = self.loop.time()
        self._timer = self.loop.call_later(KEEP_ALIVE, self._close_if_idle)

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by type
        peer = transport.get_extra_info("peername")
        self._client = str(peer[0]) if isinstance(peer, tuple) else ""
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End: nothing can be delivered any more."""
        self._gone = True
        self._connections.discard(self)
        self._timer.cancel()
        self._held.clear()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # whoever asks for another protocol is answered in this one
        except httptools.HttpParserError:
            self._close_with(400)

    def pause_writing(self) -> None:
        """Note that more is unsent than should be."""
        self._drained = self.loop.create_future()

    def resume_writing(self) -> None:
        """Let whoever waits for that go on."""
        if self._drained is not None:
            self._drained.set_result(None)
            self._drained = None

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Note when the request's first byte came."""
        # The loop's own time is the start of its turn, in whole ms: earlier than an answer that left before this byte.
        self._began = _mono()
        self._reading = True
        self._expects = False
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._parts: list[bytes] = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """Keep a piece of the address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        name = name.lower()
        self._headers.append((name, value))
        if name == b"expect":
            self._expects = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Ask for the body, if its sender waits for that."""
        self._path, self._query = _target(self._url)
        if self._expects and not self._taken:
            self._ask_for_body()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body, or throw all of it away if it is longer than anybody would read."""
        self._size += len(body)
        if self._size <= BODY_LIMIT:
            self._parts.append(body)
            return
        self._parts.clear()
        if self._size > DISCARDED:
            self.abort()

    def on_message_complete(self) -> None:
        """Hand the request over."""
        self._reading = self._expects = False
        if self._last or self._size > DISCARDED:
            return
        lasts = self._parser.should_keep_alive() and self._parser.get_http_version() != "1.0"
        raw = RawRequest(
            method=self._parser.get_method().decode("ascii"),
            path=self._path,
            query=self._query,
            headers=self._headers,
            body=b"".join(self._parts),
            client=self._client,
            began=self._began,
            too_long=self._size if self._size > BODY_LIMIT else 0,
        )
        self._last = not lasts
        if self._taken:
            if not self._held:
                self.transport.pause_reading()
            self._held.append(raw)
        else:
            self._taken = True
            self._taker.take(raw, self)

    # What the taker calls.

    def later(self, answering: Coroutine[Any, Any, None]) -> None:
        """Let *answering* take its time."""
        task = self.loop.create_task(answering)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def answer(self, answer: Answer, *, head_only: bool = False) -> bool:
        """Send *answer* as far as it is to arrive, and return whether its last byte was accepted at once.

        If it was not, `accepted` tells whether it will be.
        """
        if answer.lost == "reset":
            self.abort()
        elif answer.lost == "dropped":
            self.transport.close()
        if self.transport.is_closing():
            return False
        content = answer.content
        head, ends = _head(answer.status, answer.headers, last=self._last and not self._held)
        head += b"content-length: %d\r\n\r\n" % len(content)
        if answer.lost == "truncated":
            content, ends = content[: len(content) // 2], True
        self.transport.write(head if head_only else head + content)
        if ends:
            self.transport.close()
            return not (answer.lost or self.transport.get_write_buffer_size())
        if self.transport.get_write_buffer_size():
            return False
        self._go_on()
        return True

    async def accepted(self) -> bool:
        """Return whether every byte written has been accepted, waiting for it as long as the connection lives."""
        if self.transport.get_write_buffer_size() and not self._gone:
            self.transport.set_write_buffer_limits(high=0)  # asks to be told once nothing waits unsent
            if self._drained is not None:
                await self._drained
            self.transport.set_write_buffer_limits()
        if self._gone or self.transport.get_write_buffer_size():
            return False
        self._go_on()
        return True

    def fail(self, error: BaseException) -> None:
        """Say that *error*, which is ours, kept a request from being answered."""
        self.loop.call_exception_handler({"message": "a request could not be answered", "exception": error})
        self._close_with(500)

    def abort(self) -> None:
        """End the connection with a reset (RST) in place of an orderly close."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            linger = struct.pack("ii" if os.name == "posix" else "hh", 1, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()

    # What the listener calls.

    def shutdown(self) -> None:
        """Close it, once what is under way is answered."""
        self._last = True
        self._held.clear()
        if not self._taken:
            self.transport.close()

    # Its own.

    def _go_on(self) -> None:
        """Turn to what came behind the request that is answered now."""
        self._quiet_since = self.loop.time()
        if self._held:
            raw = self._held.popleft()
            if not self._held:
                self.transport.resume_reading()
            self._taker.take(raw, self)
            return
        self._taken = False
        if self._reading and self._expects:
            self._ask_for_body()

    def _ask_for_body(self) -> None:
        self._expects = False
        self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)

    def _close_if_idle(self) -> None:
        busy = self._reading or self._taken
        left = KEEP_ALIVE if busy else self._quiet_since + KEEP_ALIVE - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._close_if_idle)
        else:
            self.transport.close()

    def _close_with(self, status: int) -> None:
        text = responses[status].encode()
        self._last = True
        self._held.clear()
        self.answer(Answer(status=status, headers=((b"content-type", b"text/plain"),), content=text))
        self.transport.close()


def _target(url: bytes) -> tuple[str, bytes]:
    """Return path (unescaped) and query of a request's address, be it whole or without its host."""
    if b"?" not in url:
        return _path(url), b""
    parsed = httptools.parse_url(url)
    return _path(parsed.path), parsed.query or b""


@lru_cache(maxsize=64)
def _path(url: bytes) -> str:
    path = str(httptools.parse_url(url).path, "ascii")
    return unquote(path) if "%" in path else path


@lru_cache(maxsize=256)
def _head(status: int, headers: Headers, *, last: bool) -> tuple[bytes, bool]:
    """Return the head of an answer up to its length, and whether the connection ends, as it does after the *last*.

    Nobody looks for line ends in headers: they come from this program.
    """
    lines = [b"HTTP/1.1 %d %s\r\n" % (status, responses.get(status, "").encode())]
    lines += [b"%s: %s\r\n" % header for header in headers]
    ends = (b"connection", b"close") in headers
    if last and not ends:
        lines.append(b"connection: close\r\n")
    return b"".join(lines), ends or last
