"""Tells the integration what changed in the ERP: POST to its callback URL, tried again, never in the loop's way."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from simulator.erp import registry
from simulator.erp.document import Document
from simulator.erp.posting import post
from simulator.erp.profile import Push
from simulator.errors import UserError
from simulator.ledger.entry import Callback
from simulator.words import say
from simulator.world import World

WRITTEN = frozenset({"create", "update", "delete"})
"""Events that the integration itself brought about."""
EVENTS = frozenset({"intercept", "ship", "edit", "recover"}) | WRITTEN
"""What a push can be about besides a decision: reports of the warehouse, what people else do, and `WRITTEN`."""

pause = asyncio.sleep
"""Lets the time between two tries pass."""

_under_way: set[asyncio.Task[object]] = set()
"""The loop itself holds its tasks weakly."""
_arrived: "WeakKeyDictionary[World, dict[str, Push]]" = WeakKeyDictionary()
"""The last push about each refund that was about what people said and that came through, for who sends it once more."""


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
    others = profile.besides(world, document, event, delivery)
    about = (document.refund_id,) if document.refund_id else ()
    every = [] if push is None else [_Sending(url, document, delivery, push, event)]
    every += [_Sending(url, document, f"{delivery}.{number}", other) for number, other in enumerate(others, start=1)]
    for sending in every:
        for wait in world.call_back(document.shop, about) if world.call_back is not None else [0.0]:
            _start(_deliver(world, sending, wait))


def announce(world: World, push: Push, cause: int) -> None:
    """Send *push*, which is about no document, since entry number *cause*, if somebody listens."""
    url = world.state.plain.get("callback_url", {}).get("url")
    if url:
        sending = _Sending(url, Document(id="", external=""), f"cb{cause}", push)
        for wait in world.call_back("", ()) if world.call_back is not None else [0.0]:
            _start(_deliver(world, sending, wait))


def send_as(world: World, document: Document, delivery: str, push: Push, defect: str) -> bool:
    """Send *push* once in the ERP's name, and record its *defect*; return False if nobody listens for callbacks."""
    url = world.state.plain.get("callback_url", {}).get("url")
    if url:
        _start(_try(world, _Sending(url, document, delivery, push), defect=defect))
    return bool(url)


def last_arrived(world: World, refund_id: str) -> Push | None:
    """Return the last about a refund that the integration got since the start, byte for byte."""
    return _arrived.get(world, {}).get(refund_id)


def _start(sending: Coroutine[Any, Any, object]) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        sending.close()  # acts without a loop (tests, tools) have nobody to call
        return
    task = loop.create_task(sending)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


class _Sending(NamedTuple):
    """Something that is to be sent to the integration."""

    url: str
    document: Document
    delivery: str
    push: Push
    event: str = ""
    """Of what `Profile.push` returns: it is made anew for each try. Empty: it tells nothing of a decision."""


async def _deliver(world: World, sending: _Sending, wait: float) -> None:
    if wait:
        await asyncio.sleep(wait)
    for number in range(world.settings["erp_push_tries"]):
        if number:
            await pause(world.settings["erp_push_pause"] * 4 ** (number - 1))
            sending = _anew(world, sending)
        if await _try(world, sending):
            return


def _anew(world: World, sending: _Sending) -> _Sending:
    """Return it signed anew: signatures age."""
    if not sending.event:
        return sending
    push = registry.of(world).push(world, sending.document, sending.event, sending.delivery)
    return sending._replace(push=push or sending.push)


async def _try(world: World, sending: _Sending, *, defect: str = "") -> bool:
    """Send once, record what became of it, and return whether it was accepted."""
    document, push = sending.document, sending.push

    def note(outcome: str, *, status: int = 0, detail: str = "") -> None:
        world.note(
            Callback(
                callback=sending.delivery,
                event=outcome,
                document=document.id,
                revision=document.revision if sending.event or defect else 0,
                url=sending.url,
                status=status,
                detail=detail,
                defect=defect,
                side="erp",
                shop=document.shop,
                refunds=(document.refund_id,) if document.refund_id else (),
            )
        )

    note("sent")
    patience = world.settings["erp_push_timeout"]
    try:
        async with asyncio.timeout(patience):
            status, content = await post(_addressed(sending.url, push.query), push.content, dict(push.headers))
    except TimeoutError:
        note("failed", detail=f"no answer within {patience:g} s")
        return False
    except (OSError, ValueError) as error:
        note("failed", detail=str(error) or type(error).__name__)
        return False
    if sending.event and sending.event not in WRITTEN:
        _arrived.setdefault(world, {})[document.refund_id] = push
    accepted = registry.of(world).took(status, content)
    note("answered" if accepted else "refused", status=status)
    return accepted


def _addressed(url: str, query: str) -> str:
    return url + ("&" if "?" in url else "?") + query if query else url
