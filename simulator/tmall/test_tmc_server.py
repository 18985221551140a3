"""The message channel over sockets: the upgrade, pushing and confirming, several connections, and bad manners."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
import uvloop

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Confirmed, Connection, Entry, Published, Pushed
from simulator.ledger.replay import read
from simulator.listeners import bind
from simulator.tmall import messages
from simulator.tmall.caller import Caller
from simulator.tmall.tmc_caller import CLOSE, PING, PONG, UPGRADE, TmcCaller, framed, greeting
from simulator.tmall.tmc_frames import BYTE, INT16, SEND, Frame, Value, encode
from simulator.tmall.tmc_link import FRAME_LIMIT
from simulator.tmall.tmc_server import TmcListener

ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
"""The answer to RFC 6455's own sample key."""


E = TypeVar("E", bound=Entry)


class Scene:
    """A world whose message channel listens, and its app."""

    def __init__(self, caller: Caller, plan: FaultPlan, listener: TmcListener) -> None:
        self.caller = caller
        self.world = caller.world
        self.plan = plan
        self.listener = listener

    async def client(self, **said: Any) -> TmcCaller:
        return await TmcCaller.connected(self.listener.port, self.caller.keys, **said)

    def told(self, kind: type[E]) -> list[E]:
        self.world.book.flush()
        return [entry for entry in read(self.world.book.path) if isinstance(entry, kind)]


Play = Callable[[Scene], Awaitable[None]]


@asynccontextmanager
async def _scene(folder: Path, **settings: Any) -> AsyncIterator[Scene]:
    caller = Caller.open(folder, **settings)
    plan = FaultPlan(caller.world)
    listener = TmcListener(caller.world, plan, bind("tmc", "127.0.0.1", 0))
    await listener.listen()
    try:
        yield Scene(caller, plan, listener)
    finally:
        await listener.close()


LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}
"""What the simulator runs on, and on Windows; they disagree about when bytes leave."""


def play(folder: Path, scene: Play, *, loop: str = "uvloop", **settings: Any) -> None:
    async def whole() -> None:
        async with asyncio.timeout(20), _scene(folder, **settings) as found:
            await scene(found)

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(whole())


def test_the_upgrade_is_answered_with_three_headers_and_no_extension(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", found.listener.port)
        head = b"GET /any?x=1 HTTP/1.1\r\nhost: elsewhere\r\nupgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n"
        head += b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
        head += b"sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        writer.write(head[:50])
        await writer.drain()
        writer.write(head[50:] + framed(encode(greeting(found.caller.keys))))

        assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
        assert (await reader.readexactly(2))[0] == 0x82  # the acknowledgement of what came right behind
        writer.close()

    play(tmp_path, scene)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_message_is_pushed_as_soon_as_it_is_published_and_confirmed_once(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        refund = found.caller.refund()

        frame = await client.receive()

        (published,) = found.told(Published)
        assert (frame.kind, frame.token, frame.flag) == (SEND, client.token, 0)
        assert str(frame.number("id")) == published.message
        assert frame.text("topic") == "taobao_refund_RefundCreated"
        assert msgspec.json.decode(frame.text("content"))["refund_id"] == int(refund.refund_id)
        client.confirm(int(published.message))
        client.pull()
        await client.close()
        await until(lambda: len(found.told(Connection)) == 2)
        (pushed,), (confirmed,) = found.told(Pushed), found.told(Confirmed)
        assert (pushed.message, pushed.channel, pushed.connection, pushed.attempt) == (published.message, "ws", "c1", 1)
        assert (confirmed.message, confirmed.channel, confirmed.connection, confirmed.result) == (
            published.message,
            "ws",
            "c1",
            "ok",
        )
        assert published.seq < pushed.seq < confirmed.seq
        assert pushed.refunds == confirmed.refunds == (refund.refund_id,)
        assert [entry.event for entry in found.told(Connection)] == ["opened", "closed"]
        assert found.world.state.queues.rows == {}

    play(tmp_path, scene, loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_what_was_published_before_comes_once_somebody_connects(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        for _ in range(100):
            found.caller.refund()
        client = await found.client()

        numbers = [(await client.receive()).number("id") for _ in range(100)]

        assert [str(number) for number in numbers] == [entry.message for entry in found.told(Published)]
        await client.close()

    play(tmp_path, scene, loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_several_connections_share_a_queue_each_message_goes_to_one(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        clients = [await found.client() for _ in range(3)]
        for _ in range(30):
            found.caller.refund()

        taken = [[(await client.receive()).number("id") for _ in range(10)] for client in clients]

        assert len({number for numbers in taken for number in numbers}) == 30
        assert {entry.connection for entry in found.told(Pushed)} == {"c1", "c2", "c3"}
        for client in clients:
            await client.close()

    play(tmp_path, scene, loop=loop)


def test_a_message_that_is_not_confirmed_or_failed_comes_again_by_itself(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        found.caller.refund()
        number = (await client.receive()).number("id")
        assert number is not None
        client.confirm(number, kind=20, msg=Value(1, "no stock"))

        again = await client.receive()

        assert (again.number("id"), again.number("retried")) == (number, 1)
        (failed,) = found.told(Confirmed)
        assert (failed.result, failed.reason) == ("failed", "no stock")
        await client.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_what_falls_due_when_a_story_moves_the_time_on_comes_at_once(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        found.caller.refund()
        number = (await client.receive()).number("id")

        found.world.move_on(301_000)

        assert (await client.receive()).number("id") == number
        await client.close()

    play(tmp_path, scene)


def test_a_connection_that_ends_leaves_its_unconfirmed_messages_to_the_others(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        first = await found.client()
        found.caller.refund()
        number = (await first.receive()).number("id")
        await first.close()
        second = await found.client()

        again = await second.receive()

        assert again.number("id") == number
        assert [entry.connection for entry in found.told(Pushed)] == ["c1", "c2"]
        await second.close()

    play(tmp_path, scene, tmc_redelivery=0.3)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_client_that_does_not_read_is_given_no_more_and_holds_nobody_up(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        count, content = 3000, "x" * 8000
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", found.listener.port))
        await loop.sock_sendall(deaf, UPGRADE + framed(encode(greeting(found.caller.keys))))
        quick = await found.client()
        await until(lambda: len(found.told(Connection)) == 2)
        for _ in range(count):
            messages.publish(found.world, found.caller.shop, "taobao_refund_RefundCreated", content)

        taken = {(await quick.receive()).number("id") for _ in range(count * 3 // 4)}

        assert len(taken) == count * 3 // 4
        deaf.close()
        await quick.close()

    play(tmp_path, scene, loop=loop)


def test_a_newer_connection_takes_the_place_of_the_oldest_by_setting(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        first = await found.client()
        second = await found.client()

        assert await first.ended() == b""
        found.caller.refund()
        assert (await second.receive()).kind == SEND
        assert [(entry.connection, entry.event) for entry in found.told(Connection)] == [
            ("c1", "opened"),
            ("c2", "opened"),
            ("c1", "taken_over"),
        ]
        await second.close()

    play(tmp_path, scene, tmc_connections=1)


def test_two_groups_and_two_apps_have_queues_of_their_own(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        world = found.world
        world.change([("group", f"{found.caller.keys['app_key']}:urgent", {})], actor="integration", action="group")
        other = await found.client(group_name="urgent")
        client = await found.client()
        found.caller.refund()

        assert (await client.receive()).kind == SEND
        other.pull()
        assert [entry.group for entry in found.told(Pushed)] == ["default"]
        await other.close()
        await client.close()

    play(tmp_path, scene)


def test_a_refused_client_is_told_why_and_the_server_closes(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await TmcCaller.open(found.listener.port)

        answer = await client.connect(found.caller.keys | {"app_secret": "wrong"}, flag=4)

        assert (answer.status, answer.phrase, answer.flag, answer.token) == (25, "Invalid signature", 4, "")
        assert await client.ended() == b""
        (refused,) = found.told(Connection)
        assert (refused.event, refused.detail) == ("refused", "25 Invalid signature")
        await client.close()

    play(tmp_path, scene)


def test_pings_are_never_answered(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await TmcCaller.open(found.listener.port)
        client.writer.write(framed(b"", PING))
        await client.connect(found.caller.keys)
        client.writer.write(framed(b"x", PING) + framed(b"", PONG))
        found.caller.refund()

        assert (await client.receive()).kind == SEND
        await client.close()

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "bytes_sent",
    [
        pytest.param(framed(struct.pack(">H", 1000) + b"tmc client closed", CLOSE), id="java"),
        pytest.param(framed(b"", CLOSE), id="tmcpy"),
    ],
)
def test_a_close_is_answered_and_ends_the_connection(tmp_path: Path, bytes_sent: bytes) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        client.writer.write(bytes_sent)

        assert (await client.piece()).opcode == CLOSE
        assert await client.ended() == b""
        assert found.told(Connection)[-1].event == "closed"
        await client.close()

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("sent", "code", "detail"),
    [
        pytest.param(framed(b"hello", 1), 1003, "a text frame", id="text"),
        pytest.param(framed(b"\xff" * 30), 1008, "protocol version 255", id="garbage"),
        pytest.param(framed(b"x", mask=b""), 1002, "1002", id="unmasked"),
        pytest.param(framed(b"x", first=0xC2), 1002, "1002", id="compressed"),
        pytest.param(framed(b"x" * 126, CLOSE), 1002, "1002", id="long-close"),
        pytest.param(framed(b"x" * (FRAME_LIMIT + 1)), 1009, f"more than {FRAME_LIMIT} bytes", id="oversized"),
        pytest.param(
            framed(encode(Frame(kind=SEND, token="t", values={"__kind": Value(BYTE, 1)}))), 1008, "token", id="token"
        ),
    ],
)
def test_bad_manners_end_the_connection_with_a_code_and_a_line_in_the_ledger(
    tmp_path: Path, sent: bytes, code: int, detail: str
) -> None:
    async def scene(found: Scene) -> None:
        client, other = await found.client(), await found.client()
        client.writer.write(sent)

        piece = await client.piece()

        assert (piece.opcode, struct.unpack(">H", piece.payload[:2])) == (CLOSE, (code,))
        assert await client.ended() == b""
        entry = found.told(Connection)[-1]
        assert (entry.connection, entry.event) == ("c1", "closed")
        assert detail in entry.detail
        found.caller.refund()
        assert (await other.receive()).kind == SEND
        await client.close()
        await other.close()

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        UPGRADE.replace(b"Sec-WebSocket-Key", b"X"),
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 4000,
    ],
)
def test_what_is_no_websocket_is_told_so(tmp_path: Path, head: bytes) -> None:
    async def scene(found: Scene) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", found.listener.port)
        writer.write(head)

        assert (await reader.read()).startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert [entry.event for entry in found.told(Connection)] == ["refused"]
        writer.close()

    play(tmp_path, scene)


def test_a_message_in_fragments_and_byte_by_byte_is_read(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await TmcCaller.open(found.listener.port)
        payload = encode(greeting(found.caller.keys))
        pieces = (
            framed(payload[:20], first=0x02) + framed(payload[20:90], first=0x00) + framed(payload[90:], first=0x80)
        )
        for byte in pieces:
            client.writer.write(bytes((byte,)))
            await client.writer.drain()

        assert (await client.receive()).token
        await client.close()

    play(tmp_path, scene)


def test_a_number_is_confirmed_in_the_smallest_width_that_holds_it(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        client.confirm(300, form=INT16)
        client.confirm(5, form=BYTE)
        found.caller.refund()

        assert (await client.receive()).kind == SEND  # numbers that nobody knows are no error
        assert found.told(Confirmed) == []
        await client.close()

    play(tmp_path, scene)


def test_a_listener_that_refuses_drops_its_clients_and_listens_again(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        await found.listener.refuse()
        assert await client.ended() == b""
        with pytest.raises(ConnectionRefusedError):
            await found.client()
        await found.listener.listen()

        again = await found.client()

        assert [entry.event for entry in found.told(Connection)] == ["opened", "closed", "opened"]
        await client.close()
        await again.close()

    play(tmp_path, scene)


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until it is *true*."""
    while not true():
        await asyncio.sleep(0.001)
