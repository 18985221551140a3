"""What reviewers and the warehouse do with a document: each decision is one change and one `Decision` entry."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.act import ActSpec
from simulator.erp import callbacks, proof
from simulator.erp.document import Document
from simulator.errors import ActRefused
from simulator.ledger.entry import Decision
from simulator.words import say
from simulator.world import Put, World

Args = Mapping[str, Any]

_GOODS_NOT_BACK = say(
    "document.goods_away", "the goods have not come back: use reviewer.approve_return, then warehouse.receive"
)


def _approve(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Approve the money."""
    document = _document(world, args)
    if document.type == "return_refund":
        came_back = document.status == "waiting_receipt" and document.decision.get("kind") == "receive"
        if not came_back:
            raise _standing(document, document.status, _GOODS_NOT_BACK)
    else:
        _must_be(document, "pending")
    return _decide(world, document, "approve", cause, text=_text(args, "text"))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse the refund, with a text for the buyer and perhaps a proof picture."""
    document = _document(world, args)
    _must_be(document, "pending")
    reason = _text(args, "reason")
    picture = _picture(world, document, args)
    return _decide(world, document, "refuse", cause, text=_text(args, "text"), reason_code=reason, picture=picture)


def _approve_return(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the buyer send the goods back, to an address of the shop's book."""
    document = _document(world, args)
    if document.type != "return_refund":
        no_goods = say("document.no_goods", "no goods come back, use reviewer.approve")
        raise _standing(document, document.type, no_goods)
    _must_be(document, "pending")
    address = _address(world, document, args)
    return _decide(world, document, "approve_return", cause, text=_text(args, "text"), address=address)


def _edit(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Write a note on the document, which gives it a new revision and decides nothing."""
    document = _document(world, args)
    note = _text(args, "note")
    if note == document.note:
        raise ActRefused(
            say("document.same_note", "document {document} has that note already", document=document.external)
        )
    changed = msgspec.structs.replace(document, note=note)
    _put(world, [], changed, "reviewer", "edit", cause)
    return {"document": changed.external, "revision": changed.revision}


def _receive(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Take in the goods that came back, which approves the money."""
    document = _document(world, args)
    _must_be(document, "waiting_receipt")
    quantity = args.get("quantity", document.quantity)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
        raise ActRefused(say("quantity.none", "quantity {value} is no whole number from 0", value=repr(quantity)))
    if quantity > document.quantity > 0:
        raise ActRefused(
            say(
                "quantity.many",
                "quantity {value} is more than the {most} of the document",
                value=quantity,
                most=document.quantity,
            )
        )
    return _decide(world, document, "receive", cause, quantity=quantity, text=_text(args, "text"))


def _refuse_goods(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse the goods that came back."""
    document = _document(world, args)
    _must_be(document, "waiting_receipt")
    picture = _picture(world, document, args)
    reason = _text(args, "reason")
    return _decide(
        world, document, "refuse_return", cause, text=_text(args, "text"), reason_code=reason, picture=picture
    )


def _document(world: World, args: Args) -> Document:
    """Return the newest open document of the refund.

    Raises:
        ActRefused: if the refund has no document, or only closed or refunded ones.
    """
    refund_id = str(args["refund"])
    refund = world.state.refunds.get(refund_id)
    if refund is None:
        raise ActRefused(say("refund.none", "there is no refund {id}", id=refund_id))
    found = world.state.documents.of_refund(refund.shop, refund_id)
    if not found:
        raise ActRefused(say("refund.no_document", "refund {id} has no document in the ERP yet", id=refund_id))
    opened = [document for document in found if document.status not in {"refunded", "closed"}]
    if not opened:
        status = found[-1].status
        raise ActRefused(
            say("document.is", "document {document} is {status}", document=found[-1].external, status=status)
        )
    return opened[-1]


def _must_be(document: Document, status: str) -> None:
    if document.status != status:
        raise ActRefused(
            say(
                "document.is_not",
                "document {document} is {status}, not {wanted}",
                document=document.external,
                status=document.status,
                wanted=status,
            )
        )


def _standing(document: Document, what: str, why: str) -> ActRefused:
    name = document.external
    return ActRefused(say("document.stands", "document {document} is {what}: {why}", document=name, what=what, why=why))


def _text(args: Args, name: str) -> str:
    value = args.get(name, "")
    if not isinstance(value, str | int):
        raise ActRefused(say("text.none", "{name} {value} is no text", name=name, value=repr(value)))
    return str(value)


def _picture(world: World, document: Document, args: Args) -> bytes:
    wanted = args.get("proof") or ""
    if wanted not in {"", "photo"}:
        raise ActRefused(
            say("proof.unknown", "proof {value} is unknown: leave it out, or say photo", value=repr(wanted))
        )
    return proof.photo(world.seed, document.refund_id) if wanted else b""


def _address(world: World, document: Document, args: Args) -> int:
    """Return the contact id asked for, or that of the default return address."""
    shop = world.state.shops.get(document.shop)
    book = shop.addresses if shop else ()
    wanted = str(args.get("address") or "")
    for address in book:
        if str(address.contact_id) == wanted or (not wanted and address.cancel_def):
            return address.contact_id
    known = ", ".join(str(address.contact_id) for address in book) or say("address.none", "none")
    raise ActRefused(
        say(
            "address.lacking",
            "shop {shop} has no {address}, only {known}",
            shop=document.shop,
            address=say("address.wanted", "address {id}", id=wanted)
            if wanted
            else say("address.return", "return address"),
            known=known,
        )
    )


def _decide(
    world: World,
    document: Document,
    kind: str,
    cause: int,
    *,
    text: str,
    quantity: int | None = None,
    reason_code: str = "",
    picture: bytes = b"",
    address: int = 0,
) -> dict[str, Any]:
    """Write the decision *kind* about what *document* shows now, tell the ledger, and call back."""
    by = "warehouse" if kind in {"receive", "refuse_return"} else "reviewer"
    pictures = [proof.row(picture)] if picture else []
    sha256 = str(pictures[0][1]) if pictures else ""
    about: dict[str, Any] = {"amount": document.amount, "type": document.type, "text": text}
    about["quantity"] = document.quantity if quantity is None else quantity
    revision = document.revision + 1
    decision = {"kind": kind, "revision": revision, "by": by, "at": world.clock.wall(), **about}
    decision |= {"version": document.version, "reason_code": reason_code, "proof": sha256, "address": address}
    changed = msgspec.structs.replace(document, decision=decision)
    _put(world, pictures, changed, by, kind, cause)
    entry = Decision(
        document=changed.id,
        decision=kind,
        revision=revision,
        by=by,
        proof=sha256,
        address=str(address or ""),
        cause=cause,
        side="erp",
        shop=changed.shop,
        refunds=(changed.refund_id,),
        **about,
    )
    world.note(entry)
    callbacks.send(world, changed, entry.seq)
    return {"document": changed.external, "revision": revision, "decision": kind}


def _put(world: World, more: list[Put], document: Document, actor: str, action: str, cause: int) -> None:
    document.revision += 1
    document.updated = world.clock.wall()
    document.cursor = world.state.documents.cursor + 1
    world.change(
        [("document", document.id, document), *more],
        actor=actor,
        action=action,
        cause=cause,
        side="erp",
        shop=document.shop,
        refunds=(document.refund_id,),
    )


_REFUND = {"refund": "refund id"}
_TEXT = {"text": "words for the buyer"}
_PROOF = {"proof": "photo: a small picture is made", "reason": "id of the platform's reason"}

ERP_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="reviewer.approve", needs=_REFUND, takes=_TEXT, do=_approve),
    ActSpec(name="reviewer.refuse", needs=_REFUND | _TEXT, takes=_PROOF, do=_refuse),
    ActSpec(
        name="reviewer.approve_return",
        needs=_REFUND,
        takes={"address": "contact id of the shop's address book (default: its return address)"} | _TEXT,
        do=_approve_return,
    ),
    ActSpec(name="reviewer.edit", needs=_REFUND | {"note": "the new note"}, do=_edit),
    ActSpec(
        name="warehouse.receive",
        needs=_REFUND,
        takes={"quantity": "pieces that came back (default: all)"} | _TEXT,
        do=_receive,
    ),
    ActSpec(name="warehouse.refuse", needs=_REFUND | _TEXT, takes=_PROOF, do=_refuse_goods),
)
"""The acts of reviewer and warehouse."""
