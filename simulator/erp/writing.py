"""What a write of the integration does to the store, in whatever dialect it came: create, update, or nothing at all."""

from typing import Any

import msgspec

from simulator.erp import callbacks, registry
from simulator.erp.document import Document
from simulator.world import World


def next_id(world: World) -> str:
    """Return the ERP's own number for the next document; it counts them."""
    return f"D{len(world.state.documents.rows) + 1:06d}"


def create(world: World, external: str, content: dict[str, Any], raw: dict[str, Any], *, cause: int = 0) -> Document:
    """Create the document with the integration's number *external*.

    Args:
        world: The world it is created in.
        external: The integration's own number for it.
        content: Values by the field names of `Document`.
        raw: The same as the integration wrote it, in the profile's words.
        cause: Number of the call's `Asked` entry.
    """
    now = world.clock.wall()
    fresh = Document(id=next_id(world), external=external, created=now)
    document = _settled(msgspec.structs.replace(fresh, **_requested(fresh, content, now), raw=raw))
    _placed(world, document)
    return _put(world, document, now, "create", cause)


def update(
    world: World,
    document: Document,
    content: dict[str, Any],
    raw: dict[str, Any],
    *,
    cause: int = 0,
    always: bool = False,
    quiet: bool = False,
) -> Document:
    """Give *document* new *content* (absent fields keep theirs); the same document comes back if nothing is new.

    *always*: the dialect counts every write as a change, also one that says nothing new or nothing that has a meaning.
    *quiet*: nobody is called back about it.
    """
    now = world.clock.wall()
    changed = _settled(msgspec.structs.replace(document, **_requested(document, content, now)))
    if not always and changed == document:
        return document
    changed.raw = document.raw | raw
    _placed(world, changed)
    if document.decision and (
        _about_other_content(document, changed) or not registry.of(world).shows_decision(world, changed.raw)
    ):
        changed.decision = {}
    changed.revision = document.revision + 1
    return _put(world, changed, now, "update", cause, quiet=quiet)


def remove(world: World, document: Document, *, cause: int = 0) -> Document:
    """Let *document* be gone: the dialect finds it no more, and for the rules it is cancelled."""
    changed = msgspec.structs.replace(document, deleted=True, cancelled=True, hold=False)
    changed.revision = document.revision + 1
    return _put(world, changed, world.clock.wall(), "delete", cause)


def _placed(world: World, document: Document) -> None:
    """Say which shop a document belongs to, where the ERP keeps no shop: that of its refund."""
    if not document.shop and document.refund_id:
        number = document.refund_id
        about = world.state.refunds.get(number) or world.state.exchanges.rows.get(number)
        if about is not None:
            document.shop = about.shop


def _requested(document: Document, content: dict[str, Any], now: int) -> dict[str, Any]:
    """Return *content* with what it says of stopping the parcel made whole: what the warehouse answered stands."""
    if "intercept" not in content:
        return content
    stands = document.intercept
    if content["intercept"]:
        revision = document.revision + 1 if document.cursor else document.revision  # a new one has no cursor yet
        asked = stands or {"result": "requested", "revision": revision, "at": now}
    else:
        asked = stands if stands.get("result") in {"stopped", "gone"} else {}
    return content | {"intercept": asked}


def _settled(document: Document) -> Document:
    """Keep the books in step with the status: refunded is booked, closed is cancelled."""
    document.booked = document.status == "refunded"
    document.cancelled = document.status == "closed"
    return document


def _about_other_content(old: Document, new: Document) -> bool:
    reopened = new.status == "pending" and old.status != "pending"
    pieces = old.quantity != new.quantity if new.kind == "reship" else False
    return reopened or pieces or (old.amount, old.type, old.wanted) != (new.amount, new.type, new.wanted)


def _put(world: World, document: Document, now: int, action: str, cause: int, *, quiet: bool = False) -> Document:
    document.updated = now
    document.cursor = world.state.documents.cursor + 1
    seq = world.change(
        [("document", document.id, document)],
        actor="integration",
        action=action,
        cause=cause,
        side="erp",
        shop=document.shop,
        refunds=(document.refund_id,) if document.refund_id else (),
    )
    if not quiet:
        callbacks.send(world, document, seq, action)
    return document
