"""The client of the benchmarks: distinct, pre-signed requests over a few keep-alive connections, as raw bytes."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlencode

from simulator.clock import Clock, to_text
from simulator.tmall.signing import sign

CONNECTIONS = 8


def signed(keys: dict[str, str], method: str, params: dict[str, str], *, session: str = "session") -> bytes:
    """Return the bytes of a signed POST of *method* for the shop with *keys*."""
    public = {
        "method": method,
        "app_key": keys["app_key"],
        "session": keys[session],
        "timestamp": to_text(Clock().seconds()),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
    }
    every = public | params
    every["sign"] = sign(every, keys["app_secret"], "md5")
    body = urlencode(every).encode()
    head = (
        "POST /router/rest HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _connection(port: int, requests: Sequence[bytes], expect: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        start = head.lower().index(b"content-length:") + 15
        body = await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
        if expect not in body:
            raise RuntimeError(f"unexpected answer: {body[:300]!r}")
    writer.close()


async def rate(port: int, requests: Sequence[bytes], expect: bytes) -> float:
    """Send *requests* and return how many were answered in a second."""
    began = time.perf_counter()
    parts = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    await asyncio.gather(*(_connection(port, part, expect) for part in parts))
    return len(requests) / (time.perf_counter() - began)
