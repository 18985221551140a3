"""What every decision in the ERP has in common: its document found, one change, one `Decision` entry, one callback."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from simulator.erp import callbacks, proof, registry
from simulator.erp.document import Document
from simulator.errors import ActRefused
from simulator.ledger.entry import Decision
from simulator.phrase import Phrase
from simulator.words import say
from simulator.world import Put, World

Args = Mapping[str, Any]

ENDED = frozenset({"refunded", "done", "closed"})
"""Statuses after which nobody decides any more."""


def documents(world: World, args: Args) -> list[Document]:
    """Return the documents of the refund (or exchange) that *args* name, oldest first.

    Raises:
        ActRefused: if there is no such refund, or it has none.
    """
    number = str(args["refund"])
    about = world.state.refunds.get(number) or world.state.exchanges.rows.get(number)
    if about is None:
        raise ActRefused(say("refund.none", "there is no refund {id}", id=number))
    found = world.state.documents.of_refund(about.shop, number)
    if not found:
        raise ActRefused(say("refund.no_document", "refund {id} has no document in the ERP yet", id=number))
    return found


def document(world: World, args: Args, *kinds: str) -> Document:
    """Return the newest open document of one of *kinds* (default: refund).

    Raises:
        ActRefused: if there is none, or all have ended.
    """
    wanted = kinds or ("refund",)
    found = [row for row in documents(world, args) if row.kind in wanted]
    if not found:
        raise ActRefused(
            say(
                "refund.no_such_document",
                "{id} has no document of kind {kinds} in the ERP",
                id=args["refund"],
                kinds=", ".join(wanted),
            )
        )
    opened = [row for row in found if row.status not in ENDED]
    if not opened:
        last = found[-1]
        raise ActRefused(
            say("document.is", "document {document} is {status}", document=last.external, status=last.status)
        )
    return opened[-1]


def must_be(found: Document, *statuses: str) -> None:
    """Raise `ActRefused` unless *found* has one of *statuses*."""
    if found.status not in statuses:
        raise ActRefused(
            say(
                "document.is_not",
                "document {document} is {status}, not {wanted}",
                document=found.external,
                status=found.status,
                wanted=", ".join(statuses),
            )
        )


def standing(found: Document, what: str, why: str) -> ActRefused:
    """Return the refusal of an act that the document's nature forbids."""
    name = found.external
    return ActRefused(say("document.stands", "document {document} is {what}: {why}", document=name, what=what, why=why))


def text(args: Args, name: str) -> str:
    """Return argument *name* as text, empty if it is absent."""
    value = args.get(name, "")
    if not isinstance(value, str | int):
        raise ActRefused(say("text.none", "{name} {value} is no text", name=name, value=repr(value)))
    return str(value)


def needed(args: Args, name: str) -> str:
    """Return argument *name* as a text that says something."""
    value = text(args, name).strip()
    if not value:
        raise ActRefused(say("text.empty", "{name} is empty", name=name))
    return value


def one_of(args: Args, name: str, words: Collection[str]) -> str:
    """Return argument *name*, which is one of *words*."""
    value = text(args, name)
    if value not in words:
        known = ", ".join(words)
        raise ActRefused(
            say("text.other", "{name} {value} is none of {words}", name=name, value=repr(value), words=known)
        )
    return value


def picture(world: World, found: Document, args: Args) -> bytes:
    """Return the proof picture that *args* ask for, or nothing."""
    wanted = args.get("proof") or ""
    if wanted not in {"", "photo"}:
        raise ActRefused(
            say("proof.unknown", "proof {value} is unknown: leave it out, or say photo", value=repr(wanted))
        )
    return proof.photo(world.seed, found.refund_id) if wanted else b""


def address(world: World, found: Document, args: Args) -> int:
    """Return the contact id asked for, or that of the default return address."""
    shop = world.state.shops.get(found.shop)
    book = shop.addresses if shop else ()
    wanted = str(args.get("address") or "")
    for row in book:
        if str(row.contact_id) == wanted or (not wanted and row.cancel_def):
            return row.contact_id
    known = ", ".join(str(row.contact_id) for row in book) or say("address.none", "none")
    raise ActRefused(
        say(
            "address.lacking",
            "shop {shop} has no {address}, only {known}",
            shop=found.shop,
            address=say("address.wanted", "address {id}", id=wanted)
            if wanted
            else say("address.return", "return address"),
            known=known,
        )
    )


def decide(
    world: World,
    found: Document,
    kind: str,
    cause: int,
    *,
    by: str,
    about: Document | None = None,
    words: str | Phrase = "",
    reason_code: str = "",
    picture: bytes = b"",
    address: int = 0,
    receipt: str = "",
    quantity: int | None = None,
) -> dict[str, Any]:
    """Write the decision *kind* on *found*, tell the ledger, and call back.

    *about* is the document whose content was decided upon, if that is another one.
    """
    shown = about or found
    pictures = [proof.row(picture)] if picture else []
    sha256 = str(pictures[0][1]) if pictures else ""
    said: dict[str, Any] = {"amount": shown.amount, "type": shown.type, "text": str(words)}
    said["quantity"] = shown.quantity if quantity is None else quantity
    changed = decided(world, found, kind, by, said, version=shown.version, reason=reason_code, proof=sha256, at=address)
    put(world, changed, by, kind, cause, more=pictures)
    more: dict[str, Any] = {"proof": sha256, "address": str(address or ""), "receipt": receipt}
    return _told(world, changed, Decision(decision=kind, by=by, **said, **more), cause)


def decided(
    world: World,
    found: Document,
    kind: str,
    by: str,
    said: Mapping[str, Any],
    *,
    version: int = 0,
    reason: str = "",
    proof: str = "",
    at: int = 0,
) -> Document:
    """Return *found* as it is once *by* decided *kind* now; *said* are amount (fen), type, quantity and text.

    *version* is the refund's that was decided upon, *proof* a picture's sha256, *at* the address's contact id.
    """
    decision = {"kind": kind, "revision": found.revision + 1, "by": by, "at": world.clock.wall(), **said}
    decision |= {"version": version, "reason_code": reason, "proof": proof, "address": at}
    return msgspec.structs.replace(found, decision=decision)


def report(world: World, found: Document, kind: str, cause: int, **values: str) -> dict[str, Any]:
    """Write what the warehouse reports besides decisions: *kind* intercept or ship, with *values*."""
    at = world.clock.wall()
    fact = {**values, "revision": found.revision + 1, "at": at}
    changed = msgspec.structs.replace(found, **{{"intercept": "intercept", "ship": "shipped"}[kind]: fact})
    put(world, changed, "warehouse", kind, cause)
    entry = Decision(
        decision=kind,
        by="warehouse",
        amount=changed.amount,
        type=changed.type,
        quantity=changed.quantity,
        result=values.get("result", ""),
        company=values.get("company", ""),
        waybill=values.get("waybill", ""),
    )
    return _told(world, changed, entry, cause)


def put(world: World, changed: Document, actor: str, action: str, cause: int, *, more: Collection[Put] = ()) -> int:
    """Give *changed* its new revision, put it in place with *more* rows, and return the number of that entry.

    Raises:
        ActRefused: if the ERP has no way to say that.
    """
    profile = registry.of(world)
    if reason := profile.cannot(registry.mapping_of(world), action):
        raise ActRefused(reason)
    changed.revision += 1
    said = profile.expressed(world, changed)
    if said:
        changed.raw = {**changed.raw, **said}
    changed.updated = world.clock.wall()
    changed.cursor = world.state.documents.cursor + 1
    return world.change(
        [("document", changed.id, changed), *more],
        actor=actor,
        action=action,
        cause=cause,
        side="erp",
        shop=changed.shop,
        refunds=(changed.refund_id,),
    )


def _told(world: World, changed: Document, entry: Decision, cause: int) -> dict[str, Any]:
    entry.document, entry.revision, entry.cause = changed.id, changed.revision, cause
    entry.side, entry.shop, entry.refunds = "erp", changed.shop, (changed.refund_id,)
    world.note(entry)
    callbacks.send(world, changed, entry.seq, entry.decision)
    return {"document": changed.external, "revision": changed.revision, "decision": entry.decision}
