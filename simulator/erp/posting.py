"""Sends a callback: one POST on a connection of its own, and what it was answered."""

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

LONGEST = 1 << 16
"""Bytes of an answer's content that are read."""
LINGERING = 0.5
"""Seconds after the head of an answer for which its content is waited for: the status has said most of it."""

_END = (b"\r\n", b"\n", b"")


async def post(url: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """POST *content* to *url*, and return the status and the content of the answer.

    Raises:
        OSError: if there is no connection, or it ends before an answer.
        ValueError: if the answer is not HTTP.
    """
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        every = {"Host": parts.netloc.rpartition("@")[2], **headers}
        every |= {"Content-Length": str(len(content)), "Connection": "close"}
        head = f"POST {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in every.items())
        writer.write(head.encode() + b"\r\n" + content)
        await writer.drain()
        line = await reader.readline()
        while line.startswith(b"HTTP/1.1 1"):  # 100 Continue and the like: the answer comes after it
            await _head(reader)
            line = await reader.readline()
        status = _status(line)
        found = bytearray()
        if status not in (204, 304):
            with suppress(TimeoutError, asyncio.IncompleteReadError, ValueError, OSError):
                async with asyncio.timeout(LINGERING):
                    await _read(reader, await _head(reader), found)
    finally:
        writer.close()
    return status, bytes(found)


def _status(line: bytes) -> int:
    if not line:
        raise ConnectionError("the connection ended without an answer")
    words = line.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError(f"the answer is not HTTP: {line[:40]!r}")
    return int(words[1])


async def _head(reader: asyncio.StreamReader) -> dict[bytes, bytes]:
    """Read the head to its end, and return it by lower-case name."""
    found = {}
    while (line := await reader.readline()) not in _END:
        name, _, value = line.partition(b":")
        found[name.strip().lower()] = value.strip()
    return found


async def _read(reader: asyncio.StreamReader, head: dict[bytes, bytes], found: bytearray) -> None:
    """Append the content to *found*: in chunks, of the length that the head says, or until the connection ends."""
    if head.get(b"transfer-encoding", b"").lower() == b"chunked":
        while (size := int((await reader.readline()).partition(b";")[0], 16)) and len(found) < LONGEST:
            found += await reader.readexactly(min(size, LONGEST))
            await reader.readline()
        return
    length = head.get(b"content-length", b"")
    left = min(int(length), LONGEST) if length.isdigit() else LONGEST
    while len(found) < left and (more := await reader.read(left - len(found))):
        found += more
