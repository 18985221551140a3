"""Reads the message channel as a client does, byte by byte: for tests and benchmarks."""

import asyncio
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.tmall.signing import sign
from simulator.tmall.tmc_frames import BYTE, CONNECT, INT64, SEND, TEXT, Frame, Value, decode, encode
from simulator.tmall.tmc_session import CONFIRM, PULL

BINARY, CLOSE, PING, PONG = 2, 8, 9, 10
"""Opcodes of websocket frames."""

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: MTMtMTcwNDQxNjg4NzAwMA==\r\nOrigin: 127.0.0.1:8811\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
"""As the official Java client asks: a host without its port, an origin without a scheme."""


class Piece(NamedTuple):
    """One websocket frame from the server."""

    opcode: int
    payload: bytes
    first: int
    """Its first byte: FIN, reserved bits and opcode."""
    masked: bool


def framed(
    payload: bytes, opcode: int = BINARY, *, first: int | None = None, mask: bytes = b"\x01\x02\x03\x04"
) -> bytes:
    """Return *payload* in one frame as a client sends it; without *mask* it is not masked."""
    size = len(payload)
    marked = 128 if mask else 0
    head = bytes((128 | opcode if first is None else first,))
    if size < 126:
        head += bytes((marked | size,))
    elif size < 1 << 16:
        head += struct.pack(">BH", marked | 126, size)
    else:
        head += struct.pack(">BQ", marked | 127, size)
    if not mask:
        return head + payload
    pad = (mask * (size // 4 + 1))[:size]
    whole = int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")
    return head + mask + whole.to_bytes(size, "big")


def greeting(keys: Mapping[str, str], *, flag: int = 1, timestamp: int = 1704416887000, **said: Any) -> Frame:
    """Return a CONNECT of the app with *keys*; what is *said* takes the place of the usual, None leaves it out."""
    group = said.pop("group_name", "default")
    about: dict[str, Any] = {"app_key": keys["app_key"], "group_name": group, "timestamp": str(timestamp)} | said
    about = {key: value for key, value in about.items() if value is not None}
    signed: dict[str, str] = {key: about[key] for key in ("app_key", "group_name", "timestamp") if key in about}
    values = {"sign": sign(signed, keys["app_secret"]), "sdk": "NodeJS-2.0.5"} | about
    return Frame(kind=CONNECT, flag=flag, values={key: Value(TEXT, text) for key, text in values.items()})


class TmcCaller:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak over an open socket."""
        self.reader = reader
        self.writer = writer
        self.token = ""

    @classmethod
    async def open(cls, port: int, upgrade: bytes = UPGRADE) -> "TmcCaller":
        """Return a connection on which the upgrade is done."""
        caller = cls(*await asyncio.open_connection("127.0.0.1", port))
        caller.writer.write(upgrade)
        head = await caller.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        return caller

    @classmethod
    async def connected(cls, port: int, keys: Mapping[str, str], **said: Any) -> "TmcCaller":
        """Return a connection whose CONNECT was acknowledged."""
        caller = await cls.open(port)
        answer = await caller.connect(keys, **said)
        assert caller.token, answer
        return caller

    async def connect(self, keys: Mapping[str, str], **said: Any) -> Frame:
        """Say CONNECT, and return the answer."""
        self.send(greeting(keys, **said))
        answer = await self.receive()
        self.token = answer.token
        return answer

    def send(self, frame: Frame) -> None:
        """Send a message."""
        self.writer.write(framed(encode(frame)))

    def pull(self) -> None:
        """Ask for what is due."""
        self.send(Frame(kind=SEND, token=self.token, values={"__kind": Value(BYTE, PULL)}))

    def confirm(self, number: int, kind: int = CONFIRM, form: int = INT64, **more: Value) -> None:
        """Confirm message *number*, or with another *kind* say something else of it."""
        values = {"id": Value(form, number), "__kind": Value(BYTE, kind), **more}
        self.send(Frame(kind=SEND, token=self.token, values=values))

    async def piece(self) -> Piece:
        """Return the next websocket frame.

        Raises:
            IncompleteReadError: if the connection ended.
        """
        first, second = await self.reader.readexactly(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack(">H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
        masked = bool(second & 128)
        return Piece(first & 15, await self.reader.readexactly(size), first, masked)

    async def receive(self) -> Frame:
        """Return the next message, which must come as the clients want it: binary, whole, unmasked."""
        piece = await self.piece()
        assert (piece.first, piece.masked) == (0x82, False), piece
        return decode(piece.payload)

    async def ended(self) -> bytes:
        """Return what still comes until the server closes the connection."""
        return await self.reader.read()

    async def close(self) -> None:
        """Close without a word, as Node's clients do."""
        self.writer.close()
        await self.writer.wait_closed()
