"""What reviewers decide about refunds, exchanges and re-sends."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.act import ActSpec
from simulator.erp import callbacks, deciding, registry
from simulator.erp.deciding import Args
from simulator.erp.document import MAIN, Document
from simulator.errors import ActRefused
from simulator.words import say
from simulator.world import World

_GOODS_NOT_BACK = say(
    "document.goods_away", "the goods have not come back: use reviewer.approve_return, then warehouse.receive"
)


def _approve(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Approve the money."""
    document = deciding.document(world, args)
    if document.type == "return_refund":
        if document.status != "waiting_receipt" or not _came_back(world, args):
            raise deciding.standing(document, document.status, _GOODS_NOT_BACK)
    else:
        deciding.must_be(document, "pending")
    return deciding.decide(world, document, "approve", cause, by="reviewer", words=deciding.text(args, "text"))


def _came_back(world: World, args: Args) -> bool:
    return any(document.received for document in deciding.documents(world, args))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse the refund, with a text for the buyer and perhaps a proof picture."""
    return _refused(world, deciding.document(world, args), "refuse", args, cause)


def _refuse_exchange(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse the exchange, with a text for the buyer and perhaps a proof picture."""
    return _refused(world, deciding.document(world, args, "exchange"), "refuse_exchange", args, cause)


def _approve_reship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree that the goods are sent once more."""
    document = deciding.document(world, args, "reship")
    deciding.must_be(document, "pending")
    words = deciding.text(args, "text")
    return deciding.decide(world, document, "approve_reship", cause, by="reviewer", words=words)


def _refuse_reship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse to send the goods once more, with a text for the buyer and perhaps a proof picture."""
    document = deciding.document(world, args, "reship")
    if document.status == "pending":
        return _refused(world, document, "refuse_reship", args, cause)
    deciding.must_be(document, "waiting_ship")
    words, picture = deciding.text(args, "text"), deciding.picture(world, document, args)
    return deciding.decide(world, document, "refuse_reship", cause, by="reviewer", picture=picture, words=words)


def _refused(world: World, document: Document, kind: str, args: Args, cause: int) -> dict[str, Any]:
    deciding.must_be(document, "pending")
    said: Mapping[str, Any] = {"words": deciding.text(args, "text"), "reason_code": deciding.text(args, "reason")}
    picture = deciding.picture(world, document, args)
    return deciding.decide(world, document, kind, cause, by="reviewer", picture=picture, **said)


def _approve_return(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the buyer send the goods back, to an address of the shop's book."""
    document = deciding.document(world, args)
    if document.type != "return_refund":
        no_goods = say("document.no_goods", "no goods come back, use reviewer.approve")
        raise deciding.standing(document, document.type, no_goods)
    return _to_address(world, document, "approve_return", args, cause)


def _approve_exchange(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to the exchange; the goods come back to an address of the shop's book."""
    return _to_address(world, deciding.document(world, args, "exchange"), "approve_exchange", args, cause)


def _to_address(world: World, document: Document, kind: str, args: Args, cause: int) -> dict[str, Any]:
    deciding.must_be(document, "pending")
    address = deciding.address(world, document, args)
    words = deciding.text(args, "text")
    return deciding.decide(world, document, kind, cause, by="reviewer", words=words, address=address)


def _edit(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Write a note on the document, which gives it a new revision and decides nothing."""
    document = deciding.document(world, args, *MAIN)
    note = deciding.text(args, "note")
    if note == document.note:
        raise ActRefused(
            say("document.same_note", "document {document} has that note already", document=document.external)
        )
    return _put(world, msgspec.structs.replace(document, note=note), "edit", cause)


def _recover(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Take the newest document that the integration has deleted out of the recycle bin again."""
    gone = [found for found in deciding.documents(world, args) if found.deleted]
    if not gone:
        raise ActRefused(say("document.not_deleted", "no document of {id} was deleted", id=args["refund"]))
    back = msgspec.structs.replace(gone[-1], deleted=False, cancelled=gone[-1].status == "closed")
    return _put(world, back, "recover", cause)


def _relabel(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Give a field of the ERP's form another label, which changes nothing of what it is called in calls."""
    field, label = deciding.needed(args, "field"), deciding.needed(args, "label")
    push = registry.of(world).relabel(world, field, label, cause)
    if push is not None:
        callbacks.announce(world, push, cause)
    return {"field": field, "label": label}


def _put(world: World, changed: Document, action: str, cause: int) -> dict[str, Any]:
    """Put what a person did besides deciding in place, and call back."""
    seq = deciding.put(world, changed, "reviewer", action, cause)
    callbacks.send(world, changed, seq, action)
    return {"document": changed.external, "revision": changed.revision}


REFUND = {"refund": "refund id"}
EXCHANGE = {"refund": "number of the exchange"}
RESHIP = {"refund": "number of the re-send"}
TEXT = {"text": "words for the buyer"}
PROOF = {"proof": "photo: a small picture is made", "reason": "id of the platform's reason"}
_ADDRESS = {"address": "contact id of the shop's address book (default: its return address)"}

REVIEWER_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="reviewer.approve", needs=REFUND, takes=TEXT, do=_approve),
    ActSpec(name="reviewer.refuse", needs=REFUND | TEXT, takes=PROOF, do=_refuse),
    ActSpec(name="reviewer.approve_return", needs=REFUND, takes=_ADDRESS | TEXT, do=_approve_return),
    ActSpec(name="reviewer.approve_exchange", needs=EXCHANGE, takes=_ADDRESS | TEXT, do=_approve_exchange),
    ActSpec(name="reviewer.refuse_exchange", needs=EXCHANGE | TEXT, takes=PROOF, do=_refuse_exchange),
    ActSpec(name="reviewer.approve_reship", needs=RESHIP, takes=TEXT, do=_approve_reship),
    ActSpec(name="reviewer.refuse_reship", needs=RESHIP | TEXT, takes=PROOF, do=_refuse_reship),
    ActSpec(name="reviewer.edit", needs=REFUND | {"note": "the new note"}, do=_edit),
    ActSpec(name="reviewer.recover", needs=REFUND, do=_recover),
    ActSpec(
        name="reviewer.relabel",
        needs={"field": "name of the field", "label": "its new label"},
        takes={"shop": "nick of any shop: the form is the company's"},
        do=_relabel,
    ),
)
"""The acts of reviewers."""
