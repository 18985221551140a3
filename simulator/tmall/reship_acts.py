"""The acts of buyer and seller's staff about re-sends (补寄); `reship` names one by its number (dispute_id)."""

from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import exchanges
from simulator.tmall.act_arguments import pieces
from simulator.tmall.exchange import RESHIP, Exchange
from simulator.tmall.exchange_acts import Args, order, text, told
from simulator.words import say
from simulator.world import World


def _reship(world: World, args: Args) -> Exchange:
    number = str(args["reship"])
    found = world.state.exchanges.rows.get(number)
    if found is None or found.kind != RESHIP:
        raise ActRefused(say("reship.none", "there is no re-send {id}", id=number))
    return found


def _apply(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask for goods of a shipped sub-order to be sent once more: they are missing, or came broken."""
    num = pieces(args)
    words = {"reason": text(args, "reason"), "desc": text(args, "desc")}
    return told(exchanges.apply_reship(world, order(world, args), num, cause=cause, **words))


def _modify(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Change a re-send that waits for the seller, or submit a refused one again."""
    values: dict[str, Any] = {name: text(args, name) for name in ("reason", "desc") if args.get(name) is not None}
    if args.get("num") is not None:
        values["num"] = pieces(args)
    return told(exchanges.step(world, _reship(world, args), "buyer", "modify", cause=cause, **values))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw a re-send."""
    return told(exchanges.step(world, _reship(world, args), "buyer", "withdraw", cause=cause))


def _confirm(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Confirm the receipt of the goods sent again."""
    return told(exchanges.step(world, _reship(world, args), "buyer", "confirm", cause=cause))


def _message(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Leave a message on a re-send."""
    content = text(args, "content")
    if not content.strip():
        raise ActRefused(say("message.empty", "a message has some text"))
    return told(exchanges.step(world, _reship(world, args), "buyer", "message", cause=cause, said=content))


def _agree(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to a re-send by hand."""
    said = text(args, "text")
    return told(exchanges.step(world, _reship(world, args), "agent", "agree", cause=cause, said=said))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse a re-send by hand."""
    said = text(args, "text")
    return told(exchanges.step(world, _reship(world, args), "agent", "refuse", cause=cause, said=said))


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Tell by hand the parcel of the goods sent again, which agrees as well."""
    parcel: dict[str, Any] = {"seller_company": text(args, "company"), "seller_waybill": text(args, "waybill")}
    return told(exchanges.step(world, _reship(world, args), "agent", "ship", cause=cause, **parcel))


_ON = {"reship": "number of the re-send"}
_WISH = {"num": "how many pieces", "reason": "the buyer's reason", "desc": "the buyer's words"}
_SAID = {"text": "what the buyer is told"}

RESHIP_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="buyer.apply_reship", needs={"oid": "sub-order"}, takes=_WISH, do=_apply),
    ActSpec(name="buyer.modify_reship", needs=_ON, takes=_WISH, do=_modify),
    ActSpec(name="buyer.withdraw_reship", needs=_ON, do=_withdraw),
    ActSpec(name="buyer.confirm_reship", needs=_ON, do=_confirm),
    ActSpec(name="buyer.message_reship", needs={**_ON, "content": "the message"}, do=_message),
    ActSpec(name="agent.agree_reship", needs=_ON, takes=_SAID, do=_agree),
    ActSpec(name="agent.refuse_reship", needs=_ON, takes=_SAID, do=_refuse),
    ActSpec(name="agent.ship_reship", needs={**_ON, "company": "carrier", "waybill": "its number"}, do=_ship),
)
