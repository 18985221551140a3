"""The acts of buyer, seller's staff and platform, as stories, control API, exploration and load name them."""

import hashlib
from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import act_arguments as of
from simulator.tmall import advances, negotiation, platform, shipping
from simulator.tmall.act_arguments import LINE, ON, Args
from simulator.tmall.ag_acts import AG_ACTS
from simulator.tmall.exchange_acts import EXCHANGE_ACTS
from simulator.tmall.platform_acts import PLATFORM_ACTS
from simulator.tmall.refund import NO_CONSTRAINT
from simulator.tmall.repair_acts import REPAIR_ACTS
from simulator.tmall.reship_acts import RESHIP_ACTS
from simulator.tmall.staff_acts import STAFF_ACTS
from simulator.words import say
from simulator.world import World

_MOST_PICTURES = 9


def _apply(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask for a refund on a sub-order."""
    refund = platform.apply(
        world,
        of.sub_order(world, args),
        of.text(args, "kind", "refund_only"),
        of.amount(args),
        reason=of.text(args, "reason"),
        desc=of.text(args, "desc"),
        received=of.flag(args, "received"),
        purpose=of.text(args, "purpose"),
        constraint=of.text(args, "constraint", NO_CONSTRAINT),
        num=of.pieces(args),
        cause=cause,
    )
    return of.told(advances.agree_at_once(world, refund, cause=cause) if args.get("instant") else refund)


def _modify(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Change amount, kind, reason or description of an application; after a refusal, submit it again."""
    values = {name: of.text(args, name) for name in ("kind", "reason", "desc") if args.get(name) is not None}
    return of.told(platform.modify(world, of.refund(world, args), amount=of.amount(args), cause=cause, **values))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw an application."""
    return of.told(platform.withdraw(world, of.refund(world, args), cause=cause))


def _ship_back(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send the goods back."""
    company, waybill = of.text(args, "company"), of.text(args, "waybill")
    return of.told(platform.ship_back(world, of.refund(world, args), company, waybill, cause=cause))


def _correct_waybill(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Correct carrier or waybill of the goods on their way back."""
    company, waybill = of.text(args, "company"), of.text(args, "waybill")
    if not company and not waybill:
        raise ActRefused(say("parcel.nothing", "give a company, a waybill, or both"))
    refund = of.refund(world, args)
    return of.told(platform.correct_waybill(world, refund, company=company, waybill=waybill, cause=cause))


def _message(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Leave a message on a refund, perhaps with pictures."""
    count = args.get("pictures", 0)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST_PICTURES:
        most = _MOST_PICTURES
        raise ActRefused(say("pictures.number", "pictures are a number from 0 to {most}", most=most))
    refund = of.refund(world, args)
    told = [f"{refund.refund_id} {refund.change} {number}" for number in range(count)]
    pictures = tuple(hashlib.sha256(one.encode()).hexdigest() for one in told)
    return of.told(platform.message(world, refund, of.text(args, "content"), pictures=pictures, cause=cause))


def _ask_advance(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask the platform to pay in advance (先行垫付)."""
    return of.told(advances.ask(world, of.refund(world, args), cause=cause))


def _accept_offer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Accept the seller's offer to pay for the goods sent back."""
    return of.told(negotiation.accept_offer(world, of.refund(world, args), cause=cause))


def _decline_offer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Decline the seller's offer; the refund is as it was."""
    return of.told(negotiation.decline_offer(world, of.refund(world, args), of.text(args, "text"), cause=cause))


def _agree(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to pay, by hand on the seller's web page."""
    refund = of.refund(world, args)
    return of.told(platform.agree(world, refund, actor="agent", cause=cause, text=of.text(args, "text")))


def _agree_return(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to take the goods back at the default address, by hand."""
    refund = of.refund(world, args)
    return of.told(platform.agree_return(world, refund, remark=of.text(args, "text"), actor="agent", cause=cause))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse, by hand."""
    return of.told(platform.refuse(world, of.refund(world, args), of.text(args, "text"), actor="agent", cause=cause))


def _change_address(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the goods come back to another address of the shop's book."""
    refund = of.refund(world, args)
    book = world.state.shops[refund.shop].addresses
    wanted = of.text(args, "address")
    others = [found for found in book if found.contact_id != refund.address_id]
    address = next((found for found in book if str(found.contact_id) == wanted), None) if wanted else others[0]
    if address is None:
        known = ", ".join(str(found.contact_id) for found in book)
        raise ActRefused(say("address.unknown", "there is no address {id}; there are {known}", id=wanted, known=known))
    return of.told(platform.change_address(world, refund, address, of.text(args, "text"), cause=cause))


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ship a sub-order, or all of a trade; refunds of unshipped goods are closed by that."""
    orders = of.orders(world, args)
    closed = shipping.ship(world, orders, cause=cause)
    return {"tid": orders[0].tid, "closed": [refund.refund_id for refund in closed]}


_TERMS = {
    "amount": "yuan, at most two decimals",
    "kind": "refund_only or return_refund",
    "reason": "the buyer's reason",
    "desc": "the buyer's words",
}
_OF_APPLYING = {
    "num": "pieces of several that it is about; else all",
    "purpose": "freight (退运费), cashBack (退差价) or priceProtect (价保); else it is for the goods",
    "constraint": "cannot_refuse or refund_onweb",
    "instant": "true: the platform agrees at once, to money for unshipped goods or to a return",
}
_PARCEL = {"company": "carrier", "waybill": "number of the parcel"}
_SAID = {"text": "what the buyer is told"}

TMALL_ACTS: tuple[ActSpec, ...] = (
    ActSpec(
        name="buyer.apply",
        needs={},
        takes={**LINE, **_TERMS, "received": "whether the buyer has the goods", **_OF_APPLYING},
        do=_apply,
    ),
    ActSpec(name="buyer.modify", needs=ON, takes=_TERMS, do=_modify),
    ActSpec(name="buyer.withdraw", needs=ON, do=_withdraw),
    ActSpec(name="buyer.ship_back", needs={**ON, **_PARCEL}, do=_ship_back),
    ActSpec(name="buyer.correct_waybill", needs=ON, takes=_PARCEL, do=_correct_waybill),
    ActSpec(
        name="buyer.message",
        needs={**ON, "content": "at most 400 bytes"},
        takes={"pictures": f"how many, up to {_MOST_PICTURES}"},
        do=_message,
    ),
    ActSpec(name="buyer.ask_advance", needs=ON, do=_ask_advance),
    ActSpec(name="buyer.accept_offer", needs=ON, do=_accept_offer),
    ActSpec(name="buyer.decline_offer", needs=ON, takes={"text": "what the seller is told"}, do=_decline_offer),
    ActSpec(name="agent.agree", needs=ON, takes=_SAID, do=_agree),
    ActSpec(name="agent.agree_return", needs=ON, takes=_SAID, do=_agree_return),
    ActSpec(name="agent.refuse", needs=ON, takes=_SAID, do=_refuse),
    ActSpec(
        name="agent.change_address",
        needs=ON,
        takes={"address": "contact_id in the shop's book; another one than now if absent", **_SAID},
        do=_change_address,
    ),
    ActSpec(name="agent.ship", needs={}, takes={"tid": "trade: all of it", "oid": "sub-order"}, do=_ship),
    *PLATFORM_ACTS,
    *STAFF_ACTS,
    *EXCHANGE_ACTS,
    *RESHIP_ACTS,
    *REPAIR_ACTS,
    *AG_ACTS,
)
