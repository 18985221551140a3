"""The way into the message channel: an HTTP request becomes a websocket, and its answer says so and nothing else.

Host, origin and path are not looked at: Java sends a host without its port and an origin without a scheme. Extensions
are offered by some clients and never taken up.
"""

import base64
import hashlib

from wsproto.utilities import ACCEPT_GUID

LIMIT = 16 << 10
"""Bytes that a request's head may have."""
END = b"\r\n\r\n"

_REFUSAL = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b"


class UpgradeError(ValueError):
    """A request that is none for a websocket."""


def accept(head: bytes) -> bytes:
    """Return the answer to the request *head* (without the blank line that ends it).

    Raises:
        UpgradeError: if it does not ask for a websocket.
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    if method != "GET" or not rest.endswith(" HTTP/1.1"):
        raise UpgradeError("not a GET of HTTP/1.1")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("upgrade", "").lower() != "websocket":
        raise UpgradeError("no Upgrade: websocket")
    key = headers.get("sec-websocket-key", "")
    if not key:
        raise UpgradeError("no Sec-WebSocket-Key")
    digest = base64.b64encode(hashlib.sha1(key.encode("latin-1") + ACCEPT_GUID).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % digest
    )


def refusal(reason: str) -> bytes:
    """Return the answer to a request that is none for a websocket."""
    text = f"{reason}: this port speaks websocket only\n".encode()
    return _REFUSAL % (len(text), text)
