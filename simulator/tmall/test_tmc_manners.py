"""The message channel and bad manners: refusals, pings, closes, garbage, and what is no websocket at all."""

import asyncio
import struct
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Connection
from simulator.tmall.caller import Caller
from simulator.tmall.tmc_caller import CLOSE, PING, PONG, UPGRADE, TmcCaller, framed
from simulator.tmall.tmc_channel import Channel
from simulator.tmall.tmc_frames import BYTE, SEND, Frame, Value, encode
from simulator.tmall.tmc_link import FRAME_LIMIT, Link
from simulator.tmall.tmc_scene import Scene, play


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


class _Sink:
    """A transport that takes everything, for bytes that come one after the other without a socket."""

    def __init__(self) -> None:
        self.closed = False

    def set_write_buffer_limits(self, high: int) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes) -> None:
        assert not self.closed

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Channel:
    world = Caller.open(tmp_path_factory.mktemp("any")).world
    return Channel(world, FaultPlan(world))


@given(data=st.binary(max_size=300), upgraded=st.booleans(), wrapped=st.booleans(), cut=st.integers(0, 300))
def test_any_bytes_are_taken_in_or_end_the_connection(
    channel: Channel, data: bytes, upgraded: bool, wrapped: bool, cut: int
) -> None:
    sink = _Sink()
    link = Link(channel, set())
    link.connection_made(cast("asyncio.Transport", sink))
    sent = (UPGRADE if upgraded else b"") + (framed(data) if wrapped else data)

    link.data_received(sent[:cut])
    link.data_received(sent[cut:])
    link.connection_lost(None)

    assert not link.ready
