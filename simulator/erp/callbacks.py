"""Tells the integration what changed in the ERP: POST to its callback URL, tried again, never in the loop's way."""

import asyncio
import ssl
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from simulator.erp import registry
from simulator.erp.document import Document
from simulator.erp.profile import Push
from simulator.errors import UserError
from simulator.ledger.entry import Callback
from simulator.words import say
from simulator.world import World

PAUSE = 1.0
"""Seconds before the second try; each further pause is four times as long. How many tries there are is a setting."""
TIMEOUT = 5.0
"""Seconds within which a callback must be answered."""

EVENTS = frozenset({"intercept", "ship", "create", "update", "delete"})
"""What a push can be about besides a decision: reports of the warehouse, and writes of the integration itself."""

_under_way: set[asyncio.Task[object]] = set()
"""The loop itself holds its tasks weakly."""
_sent: "WeakKeyDictionary[World, dict[str, Push]]" = WeakKeyDictionary()
"""The last push about each refund, for who sends it once more."""


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


def send(world: World, document: Document, cause: int, kind: str) -> None:
    """Send what *document* shows since entry number *cause*, if somebody listens for it. Returns at once.

    *kind* is one of `EVENTS`; everything else is a decision. What is sent, if anything, the profile says.
    """
    url = world.state.plain.get("callback_url", {}).get("url")
    if not url:
        return
    event = kind if kind in EVENTS else "decision"
    delivery = f"cb{cause}"
    profile = registry.of(world)
    push = profile.push(world, document, event, delivery)
    if push is None:
        return
    _sent.setdefault(world, {})[document.refund_id] = push
    about = (document.refund_id,) if document.refund_id else ()
    for wait in world.call_back(document.shop, about) if world.call_back is not None else [0.0]:
        _start(_deliver(world, url, document, event, delivery, push, wait))


def send_as(world: World, document: Document, delivery: str, push: Push, defect: str) -> bool:
    """Send *push* once in the ERP's name, and record its *defect*; return False if nobody listens for callbacks."""
    url = world.state.plain.get("callback_url", {}).get("url")
    if url:
        _start(_try(world, url, document, delivery, push, defect=defect))
    return bool(url)


def last_sent(world: World, refund_id: str) -> Push | None:
    """Return the last that was sent about a refund since the start, byte for byte."""
    return _sent.get(world, {}).get(refund_id)


def _start(sending: Coroutine[Any, Any, object]) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        sending.close()  # acts without a loop (tests, tools) have nobody to call
        return
    task = loop.create_task(sending)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _deliver(
    world: World, url: str, document: Document, event: str, delivery: str, push: Push, wait: float
) -> None:
    profile = registry.of(world)
    if wait:
        await asyncio.sleep(wait)
    for number in range(world.settings["erp_push_tries"]):
        if number:
            await asyncio.sleep(PAUSE * 4 ** (number - 1))
            push = profile.push(world, document, event, delivery) or push  # signed anew: signatures age
        if await _try(world, url, document, delivery, push):
            return


async def _try(world: World, url: str, document: Document, delivery: str, push: Push, *, defect: str = "") -> bool:
    """Send once, record what became of it, and return whether it was accepted."""

    def note(outcome: str, *, status: int = 0, detail: str = "") -> None:
        world.note(
            Callback(
                callback=delivery,
                event=outcome,
                document=document.id,
                revision=document.revision,
                url=url,
                status=status,
                detail=detail,
                defect=defect,
                side="erp",
                shop=document.shop,
                refunds=(document.refund_id,),
            )
        )

    note("sent")
    try:
        async with asyncio.timeout(TIMEOUT):
            status = await post(_addressed(url, push.query), push.content, dict(push.headers))
    except TimeoutError:
        note("failed", detail=f"no answer within {TIMEOUT:g} s")
        return False
    except (OSError, ValueError) as error:
        note("failed", detail=str(error) or type(error).__name__)
        return False
    accepted = 200 <= status < 300
    note("answered" if accepted else "refused", status=status)
    return accepted


def _addressed(url: str, query: str) -> str:
    return url + ("&" if "?" in url else "?") + query if query else url


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
