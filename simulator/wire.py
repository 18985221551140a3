"""Joins socket, faults and ledger: one exchange from its first byte to the last byte of the answer.

uvicorn serves HTTP; a small subclass of its protocol lends the transport to the app, so that an answer can be
dropped, reset or cut short, and tells whether its last byte was accepted.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from simulator.clock import Clock
from simulator.exchange import Answer, Call, Effect, Received
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import Answered, Delivered
from simulator.request import RawRequest
from simulator.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CLOCK = Clock()

BODY_LIMIT = 16 << 20
"""Bytes of a request's body that are kept; the platform's own limits are below it."""
DISCARDED = 64 << 20
"""Bytes up to which a body is still read, and thrown away, so that its sender hears why."""


class LendingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which puts itself into the scope so that an app can reach the transport."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.gone = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that nothing can be delivered any more."""
        self.gone = True
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Note when the request's first byte came."""
        super().on_message_begin()
        self.scope["protocol"] = self  # type: ignore[typeddict-unknown-key]
        # The loop's own time is the start of its turn, in whole ms: earlier than an answer that left before this byte.
        self.scope["began"] = _CLOCK.mono()  # type: ignore[typeddict-unknown-key]

    async def accepted(self) -> bool:
        """Return whether every byte written has been accepted, waiting for it as long as the connection lives."""
        if self.transport.get_write_buffer_size():
            await asyncio.sleep(0)  # uvloop writes at the end of a turn, head and body at once
        if self.transport.get_write_buffer_size():
            self.transport.set_write_buffer_limits(high=0)  # asks to be told once nothing waits unsent
            await self.flow.drain()
            self.transport.set_write_buffer_limits()
        return not self.gone and self.transport.get_write_buffer_size() == 0

    def abort(self) -> None:
        """End the connection with a reset (RST) in place of an orderly close."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            linger = struct.pack("ii" if os.name == "posix" else "hh", 1, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


def respond(cycle: RequestResponseCycle, answer: Answer) -> None:
    """Send a whole answer in one piece.

    It does what uvicorn's own `send` does in two, without looking at each header: ours come from this program.
    A fifth of what a constant answer costs is saved that way.
    """
    parts = [STATUS_LINE[answer.status]]
    says_close = False
    for name, value in answer.headers:
        parts += (name, b": ", value, b"\r\n")
        says_close = says_close or (name == b"connection" and value == b"close")
    if says_close:
        cycle.keep_alive = False
    elif not cycle.keep_alive:
        parts.append(b"connection: close\r\n")
    parts.append(b"content-length: %d\r\n\r\n" % len(answer.content))
    if cycle.scope["method"] != "HEAD":
        parts.append(answer.content)
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join(parts))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def _came_at_once(cycle: RequestResponseCycle) -> bool:
    """Tell whether the body came with the head, as nearly all do, and there is nothing to wait for or to say."""
    return not (cycle.more_body or cycle.disconnected or cycle.response_complete or cycle.waiting_for_100_continue)


async def _whole_body(receive: Receive) -> tuple[bytes, int] | None:
    """Return the body and how long it was if it was too long to be kept; None as for `read_request`."""
    parts: list[bytes] = []
    size, too_long, more = 0, 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > BODY_LIMIT:
            parts, too_long = [], size
        if size > DISCARDED:
            return None
    return b"".join(parts) if not too_long else b"", too_long


async def read_request(scope: Scope, receive: Receive) -> RawRequest | None:
    """Return the whole request, or None if the client went away, or sends more than anybody would read."""
    cycle = getattr(receive, "__self__", None)
    too_long = 0
    if isinstance(cycle, RequestResponseCycle) and _came_at_once(cycle):
        body = bytes(cycle.body)
    else:
        found = await _whole_body(receive)
        if found is None:
            return None
        body, too_long = found
    client = scope["client"]
    return RawRequest(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=scope["headers"],
        body=body,
        client=client[0] if client else "",
        began=scope["began"],
        too_long=too_long,
    )


class Side(Protocol):
    """One of the two fakes, as the wire knows it."""

    def receive(self, raw: RawRequest) -> Received:
        """Read and check *raw*; do nothing yet."""
        ...


class Wire:
    """The ASGI app of one side."""

    def __init__(self, world: World, plan: FaultPlan, hooks: Hooks, side: Side) -> None:
        """Join *side* to the world's ledger, faults and hooks."""
        self._world = world
        self._plan = plan
        self._hooks = hooks
        self._side = side

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        raw = await read_request(scope, receive)
        protocol: LendingProtocol = scope["protocol"]
        if raw is None:
            protocol.abort()
            return
        received = self._side.receive(raw)
        if received.items and received.join is not None:
            await self._batch(received.items, received.join, protocol, send)
            return
        seq = self._world.book.append(received.asked)
        answer = received.refusal
        call = received.call
        if answer is None and call is not None and received.effect is not None:
            call.seq = received.asked.seq
            answer = await self._exchange(call, received.effect)
        if answer is None:
            raise AssertionError("a side gave neither a refusal nor something to do")
        received.render(answer)
        self._note(seq, received, answer)
        if await self._send(protocol, send, answer):
            asked = received.asked
            self._world.book.append(
                Delivered(call=seq, side=asked.side, shop=asked.shop, refunds=asked.refunds, plays=asked.plays)
            )
        if call is not None:
            self._hooks.fire(call, "after answer")

    async def _batch(
        self, items: tuple[Received, ...], join: Callable[[list[Answer]], Answer], protocol: LendingProtocol, send: Send
    ) -> None:
        """Serve the calls of a batch, one after the other, and send their answers as one."""
        seqs: list[int] = []
        answers: list[Answer] = []
        for item in items:
            seqs.append(self._world.book.append(item.asked))
            answer = item.refusal
            if answer is None and item.call is not None and item.effect is not None:
                item.call.seq = item.asked.seq
                answer = await self._exchange(item.call, item.effect)
            if answer is None:
                raise AssertionError("a side gave neither a refusal nor something to do")
            answers.append(answer)
        lost = next((answer.lost for answer in answers if answer.lost), "")
        for seq, item, answer in zip(seqs, items, answers, strict=True):
            answer.lost = lost  # what is lost of one is lost of all
            item.render(answer)
            self._note(seq, item, answer)
        whole = join(answers)
        whole.lost = lost
        if await self._send(protocol, send, whole):
            for seq, item in zip(seqs, items, strict=True):
                asked = item.asked
                self._world.book.append(
                    Delivered(call=seq, side=asked.side, shop=asked.shop, refunds=asked.refunds, plays=asked.plays)
                )
        for item in items:
            if item.call is not None:
                self._hooks.fire(item.call, "after answer")

    async def _exchange(self, call: Call, effect: Effect) -> Answer:
        async def rest() -> Answer:
            return self._happen(call, effect)

        struck = self._plan.around(call, rest)
        return self._happen(call, effect) if struck is None else await struck()

    def _happen(self, call: Call, effect: Effect) -> Answer:
        self._hooks.fire(call, "before effect")
        changes: list[int] = []
        self._world.changes = changes
        answer = effect()
        answer.changes = changes
        self._world.changes = None
        # A write that was refused, whole or in every row, had no effect for an act to follow.
        if answer.effect or not (answer.error or answer.results):
            self._hooks.fire(call, "after effect")
        return answer

    def _note(self, seq: int, received: Received, answer: Answer) -> None:
        asked = received.asked
        self._world.book.append(
            Answered(
                side=asked.side,
                shop=asked.shop,
                refunds=asked.refunds,
                plays=asked.plays,
                call=seq,
                method=asked.method,
                status=answer.status,
                error=answer.error,
                effect=answer.effect,
                changes=tuple(answer.changes),
                told=tuple(answer.told),
                fields=answer.fields,
                results=tuple(answer.results),
                dropped=tuple(answer.dropped),
                total=answer.total,
                has_next=answer.has_next,
                body=answer.body,
                fault=answer.fault,
                lost=bool(answer.lost),
                understood=answer.understood,
            )
        )

    async def _send(self, protocol: LendingProtocol, send: Send, answer: Answer) -> bool:
        """Send *answer* as far as it is to arrive, and return whether its last byte was accepted."""
        self._world.book.flush()
        if answer.lost == "reset":
            protocol.abort()
            return False
        if answer.lost == "dropped":
            protocol.transport.close()
            return False
        cycle = getattr(send, "__self__", None)
        if answer.lost != "truncated" and isinstance(cycle, RequestResponseCycle) and not cycle.disconnected:
            respond(cycle, answer)
            return await protocol.accepted()
        content = answer.content
        length = (b"content-length", b"%d" % len(content))
        await send({"type": "http.response.start", "status": answer.status, "headers": [*answer.headers, length]})
        if answer.lost == "truncated":
            await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
            protocol.transport.close()
            return False
        await send({"type": "http.response.body", "body": content})
        return await protocol.accepted()
