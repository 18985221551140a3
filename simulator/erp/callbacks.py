"""Tells the integration of a decision: POST to its callback URL, signed, up to three times, never in the loop's way."""

import asyncio
import hashlib
import hmac
import ssl
from urllib.parse import urlsplit

import msgspec

from simulator.clock import to_iso
from simulator.erp.document import Document
from simulator.erp.generic_json import show
from simulator.errors import UserError
from simulator.ledger.entry import Callback
from simulator.words import say
from simulator.world import World

PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try."""
TIMEOUT = 5.0
"""Seconds within which a callback must be answered."""

_under_way: set[asyncio.Task[None]] = set()
"""The loop itself holds its tasks weakly."""


def set_url(world: World, url: str) -> None:
    """Send callbacks to *url* from now on; an empty text sends none.

    Raises:
        UserError: if *url* is no http or https URL.
    """
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise UserError(
            say("callback.no_url", "{url} is no callback URL.", url=url),
            expected=say("callback.looks", "It looks like http://127.0.0.1:9000/callback."),
        )
    world.change([("callback_url", "url", url or None)], actor="harness", action="callback_url", side="harness")


def send(world: World, document: Document, decision: int, kind: str = "") -> None:
    """Send what *document* shows since entry number *decision*, if somebody listens for it. Returns at once.

    *kind* intercept or ship is the warehouse's report; everything else is a decision.
    """
    url = world.state.plain.get("callback_url", {}).get("url")
    if not url:
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # acts without a loop (tests, tools) have nobody to call
    event = kind if kind in {"intercept", "ship"} else "decision"
    task = loop.create_task(_deliver(world, url, document, event, f"cb{decision}"))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _deliver(world: World, url: str, document: Document, event: str, delivery: str) -> None:
    content = msgspec.json.encode(
        {
            "delivery": delivery,
            "event": event,
            "at": to_iso(document.updated),
            "document": show(document),
        }
    )
    for pause in (0.0, *PAUSES):
        await asyncio.sleep(pause)
        if await _try(world, url, document, delivery, content):
            return


async def _try(world: World, url: str, document: Document, delivery: str, content: bytes) -> bool:
    """Send once, record what became of it, and return whether it was accepted."""

    def note(event: str, *, status: int = 0, detail: str = "") -> None:
        world.note(
            Callback(
                callback=delivery,
                event=event,
                document=document.id,
                revision=document.revision,
                url=url,
                status=status,
                detail=detail,
                side="erp",
                shop=document.shop,
                refunds=(document.refund_id,),
            )
        )

    note("sent")
    try:
        async with asyncio.timeout(TIMEOUT):
            status = await post(url, content, _headers(world, delivery, content))
    except TimeoutError:
        note("failed", detail=f"no answer within {TIMEOUT:g} s")
        return False
    except (OSError, ValueError) as error:
        note("failed", detail=str(error) or type(error).__name__)
        return False
    accepted = 200 <= status < 300
    note("answered" if accepted else "refused", status=status)
    return accepted


def _headers(world: World, delivery: str, content: bytes) -> dict[str, str]:
    stamp = str(world.clock.seconds())
    headers = {"Content-Type": "application/json", "X-Delivery": delivery, "X-Timestamp": stamp}
    if world.settings["erp_callbacks_signed"]:
        headers["X-Signature"] = signature(world.callback_secret, stamp, content)
    return headers


def signature(secret: str, stamp: str, content: bytes) -> str:
    """Return the hex HMAC-SHA256 of `stamp.content`, by which the receiver knows who sent it."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()


async def post(url: str, content: bytes, headers: dict[str, str]) -> int:
    """POST *content* to *url* on a connection of its own and return the answer's status.

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
            while await reader.readline() not in (b"\r\n", b"\n", b""):
                pass
            line = await reader.readline()
    finally:
        writer.close()
    if not line:
        raise ConnectionError("the connection ended without an answer")
    words = line.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError(f"the answer is not HTTP: {line[:40]!r}")
    return int(words[1])
