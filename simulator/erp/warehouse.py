"""What the warehouse does: it takes goods in or refuses them, stops parcels or cannot, and ships."""

from typing import Any

import msgspec

from simulator.act import ActSpec
from simulator.erp import deciding
from simulator.erp.deciding import ENDED, Args
from simulator.erp.document import MAIN, Document, Receipt
from simulator.erp.reviewers import EXCHANGE, PROOF, REFUND, RESHIP, TEXT
from simulator.errors import ActRefused
from simulator.words import say
from simulator.world import World


def _receive(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Take in goods that came back, which approves the money; naming a receipt corrects its quantity."""
    found = deciding.documents(world, args)
    inbound = [row for row in found if row.kind == "inbound" and row.status not in ENDED]
    if inbound:
        document = inbound[-1]
    else:
        document = deciding.document(world, args, *MAIN)
        deciding.must_be(document, "waiting_receipt")
    receipts, name = _with_receipt(world, document, args)
    total = sum(receipt.quantity for receipt in receipts)
    about = next((row for row in reversed(found) if row.kind in MAIN), document)
    return deciding.decide(
        world,
        msgspec.structs.replace(document, receipts=receipts),
        "receive",
        cause,
        by="warehouse",
        about=about,
        words=deciding.text(args, "text"),
        receipt=name,
        quantity=total,
    )


def _with_receipt(world: World, document: Document, args: Args) -> tuple[tuple[Receipt, ...], str]:
    """Return the receipts of *document* with the one that *args* tell of, and that one's id."""
    name = deciding.text(args, "receipt")
    known = {receipt.id: receipt for receipt in document.receipts}
    if name and name not in known:
        raise ActRefused(
            say(
                "receipt.unknown",
                "document {document} has no receipt {name}, only {known}",
                document=document.external,
                name=name,
                known=", ".join(known) or say("address.none", "none"),
            )
        )
    others = document.received - (known[name].quantity if name else 0)
    quantity = args.get("quantity", _expected(world, document) - others)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
        raise ActRefused(say("quantity.none", "quantity {value} is no whole number from 0", value=repr(quantity)))
    if others + quantity > document.quantity > 0:
        raise ActRefused(
            say(
                "quantity.many",
                "quantity {value} is more than the {most} of the document",
                value=others + quantity,
                most=document.quantity,
            )
        )
    name = name or f"{document.id}-R{len(known) + 1}"
    return tuple((known | {name: Receipt(id=name, quantity=quantity, at=world.clock.wall())}).values()), name


def _expected(world: World, document: Document) -> int:
    """Return how many pieces are to come back: as the document says, else as the refund does."""
    refund = world.state.refunds.get(document.refund_id)
    return document.quantity or (refund.num if refund is not None else 0)


def _refuse_goods(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse the goods that came back."""
    document = deciding.document(world, args, *MAIN)
    deciding.must_be(document, "waiting_receipt")
    return deciding.decide(
        world,
        document,
        "refuse_return",
        cause,
        by="warehouse",
        words=deciding.text(args, "text"),
        reason_code=deciding.text(args, "reason"),
        picture=deciding.picture(world, document, args),
    )


def _intercept(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Tell whether the parcel was stopped or is gone; a later answer replaces an earlier one, and may contradict it."""
    found = [row for row in deciding.documents(world, args) if row.kind == "refund"]
    if not found:
        deciding.document(world, args)
    result = deciding.one_of(args, "result", ("stopped", "gone"))
    return deciding.report(world, found[-1], "intercept", cause, result=result)


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ship a sub-order's parcel (or a whole trade's), which the documents of its refunds show from then on."""
    numbers = {name: str(args[name]) for name in ("tid", "oid") if name in args}
    if not numbers:
        raise ActRefused(say("ship.what", "warehouse.ship needs tid or oid"))
    found = [
        row
        for row in world.state.documents.rows.values()
        if row.kind == "refund" and not row.cancelled and all(getattr(row, key) == no for key, no in numbers.items())
    ]
    if not found:
        number = numbers.get("oid") or numbers["tid"]
        raise ActRefused(say("ship.no_document", "the ERP has no open document about {number}", number=number))
    parcel = {name: deciding.text(args, name) for name in ("company", "waybill")}
    done = [deciding.report(world, row, "ship", cause, **parcel) for row in found]
    return {"documents": [row["document"] for row in done]}


def _ship_exchange(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ship what the buyer of an exchange gets instead, once the goods came back."""
    document = deciding.document(world, args, "exchange")
    if document.status != "waiting_ship":
        deciding.must_be(document, "waiting_receipt")
        if not any(row.received for row in deciding.documents(world, args)):
            raise deciding.standing(
                document, document.status, say("document.goods_first", "the goods have not come back yet")
            )
    parcel = {name: deciding.needed(args, name) for name in ("company", "waybill")}
    return deciding.report(world, document, "ship", cause, **parcel)


def _ship_reship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send the goods once more: the platform stands where they are to be shipped, or a reviewer has approved that."""
    document = deciding.document(world, args, "reship")
    if document.decision.get("kind") != "approve_reship":
        deciding.must_be(document, "waiting_ship")
    deciding.must_be(document, "pending", "waiting_ship")
    parcel = {name: deciding.needed(args, name) for name in ("company", "waybill")}
    return deciding.report(world, document, "ship", cause, **parcel)


_PARCEL = {"company": "carrier", "waybill": "number of the parcel"}

WAREHOUSE_ACTS: tuple[ActSpec, ...] = (
    ActSpec(
        name="warehouse.receive",
        needs=REFUND,
        takes={
            "quantity": "pieces that came back (default: all that are missing)",
            "receipt": "id of an earlier receipt, whose quantity this corrects",
        }
        | TEXT,
        do=_receive,
    ),
    ActSpec(name="warehouse.refuse", needs=REFUND | TEXT, takes=PROOF, do=_refuse_goods),
    ActSpec(name="warehouse.intercept", needs=REFUND | {"result": "stopped or gone"}, do=_intercept),
    ActSpec(name="warehouse.ship", needs={}, takes={"tid": "trade", "oid": "sub-order"} | _PARCEL, do=_ship),
    ActSpec(name="warehouse.ship_exchange", needs=EXCHANGE | _PARCEL, do=_ship_exchange),
    ActSpec(name="warehouse.ship_reship", needs=RESHIP | _PARCEL, do=_ship_reship),
)
"""The acts of the warehouse."""
