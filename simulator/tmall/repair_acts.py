"""The acts of buyer and seller's staff about repairs (维修); `repair` names one by its number (dispute_id)."""

from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import exchanges
from simulator.tmall.exchange import REPAIR, Exchange
from simulator.tmall.exchange_acts import Args, order, text, told
from simulator.words import say
from simulator.world import World


def _repair(world: World, args: Args) -> Exchange:
    number = str(args["repair"])
    found = world.state.exchanges.rows.get(number)
    if found is None or found.kind != REPAIR:
        raise ActRefused(say("repair.none", "there is no repair {id}", id=number))
    return found


def _apply(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask for the goods of a shipped sub-order to be mended."""
    words = {"reason": text(args, "reason"), "desc": text(args, "desc")}
    return told(exchanges.apply_repair(world, order(world, args), cause=cause, **words))


def _modify(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Change a repair that waits for the seller, or submit a refused one again."""
    values: dict[str, Any] = {name: text(args, name) for name in ("reason", "desc") if args.get(name) is not None}
    return told(exchanges.step(world, _repair(world, args), "buyer", "modify", cause=cause, **values))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw a repair whose goods have not left yet."""
    return told(exchanges.step(world, _repair(world, args), "buyer", "withdraw", cause=cause))


def _ship_back(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send the goods to be mended."""
    company, waybill = text(args, "company"), text(args, "waybill")
    return told(exchanges.ship_back(world, _repair(world, args), company, waybill, cause=cause))


def _confirm(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Confirm the receipt of the goods that were mended."""
    return told(exchanges.step(world, _repair(world, args), "buyer", "confirm", cause=cause))


def _message(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Leave a message on a repair."""
    content = text(args, "content")
    if not content.strip():
        raise ActRefused(say("message.empty", "a message has some text"))
    return told(exchanges.step(world, _repair(world, args), "buyer", "message", cause=cause, said=content))


def _agree(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to a repair by hand; the goods go to the default address."""
    said = text(args, "text")
    return told(exchanges.agree(world, _repair(world, args), said=said, actor="agent", cause=cause))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse a repair by hand."""
    said = text(args, "text")
    return told(exchanges.step(world, _repair(world, args), "agent", "refuse", cause=cause, said=said))


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send the goods back mended, by hand."""
    parcel: dict[str, Any] = {"seller_company": text(args, "company"), "seller_waybill": text(args, "waybill")}
    return told(exchanges.step(world, _repair(world, args), "agent", "ship", cause=cause, **parcel))


_ON = {"repair": "number of the repair"}
_WORDS = {"reason": "the buyer's reason", "desc": "the buyer's words"}
_PARCEL = {"company": "carrier", "waybill": "number of the parcel"}
_SAID = {"text": "what the buyer is told"}

REPAIR_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="buyer.apply_repair", needs={"oid": "sub-order"}, takes=_WORDS, do=_apply),
    ActSpec(name="buyer.modify_repair", needs=_ON, takes=_WORDS, do=_modify),
    ActSpec(name="buyer.withdraw_repair", needs=_ON, do=_withdraw),
    ActSpec(name="buyer.ship_back_repair", needs={**_ON, **_PARCEL}, do=_ship_back),
    ActSpec(name="buyer.confirm_repair", needs=_ON, do=_confirm),
    ActSpec(name="buyer.message_repair", needs={**_ON, "content": "the message"}, do=_message),
    ActSpec(name="agent.agree_repair", needs=_ON, takes=_SAID, do=_agree),
    ActSpec(name="agent.refuse_repair", needs=_ON, takes=_SAID, do=_refuse),
    ActSpec(name="agent.ship_repair", needs={**_ON, **_PARCEL}, do=_ship),
)
