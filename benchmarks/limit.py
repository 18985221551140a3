"""Python's limit for a signed `refund.get`: raw asyncio and httptools that only parse, check the signature and look up.

No ledger, no checks of anything else, no fields to choose from, no faults, no lifetimes: what is left cannot be less.
"""

import asyncio
import hmac
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

import httptools
import msgspec

from simulator.tmall.refund import Refund
from simulator.tmall.signing import sign

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: %d\r\n\r\n"


class Limit(asyncio.Protocol):
    """One connection."""

    def __init__(self, secrets: Mapping[str, str], refunds: Mapping[str, Refund]) -> None:
        """Answer from *refunds* whoever signs with one of *secrets* (by app key)."""
        self._secrets = secrets
        self._refunds = refunds
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by type

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Check the signature, look the refund up, answer."""
        form = dict(parse_qsl(b"".join(self._body).decode()))
        self._body.clear()
        given = form.pop("sign", "")
        if not hmac.compare_digest(given, sign(form, self._secrets[form["app_key"]], form.get("sign_method", ""))):
            self._transport.close()
            return
        refund = self._refunds[form["refund_id"]]
        found = {"refund_id": refund.refund_id, "status": refund.status, "refund_version": refund.version}
        content = msgspec.json.encode({"refund_get_response": {"refund": found, "request_id": "16kksr4el1bs0"}})
        self._transport.write(_HEAD % len(content) + content)


async def serve(secrets: Mapping[str, str], refunds: Mapping[str, Refund]) -> int:
    """Listen on a free port of the running loop and return it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Limit(secrets, refunds), "127.0.0.1", 0)
    return int(server.sockets[0].getsockname()[1])
