"""The acts of buyer and seller's staff about exchanges; `exchange` names one by its number (dispute_id)."""

from collections.abc import Mapping
from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import exchanges
from simulator.tmall.amounts import open_refund
from simulator.tmall.exchange import EXCHANGE, RETURNED, TURNED_TO_REFUND, Exchange
from simulator.tmall.trade import Order
from simulator.words import say
from simulator.world import World

Args = Mapping[str, Any]


def _exchange(world: World, args: Args) -> Exchange:
    number = str(args["exchange"])
    exchange = world.state.exchanges.rows.get(number)
    if exchange is None or exchange.kind != EXCHANGE:
        raise ActRefused(say("exchange.none", "there is no exchange {id}", id=number))
    return exchange


def order(world: World, args: Args) -> Order:
    """Return the sub-order that *args* name."""
    number = str(args["oid"])
    found = world.state.orders.get(int(number)) if number.isascii() and number.isdigit() else None
    if found is None:
        raise ActRefused(say("order.none", "there is no sub-order {oid}", oid=number))
    return found


def text(args: Args, name: str) -> str:
    """Return argument *name* as text, empty if it is absent."""
    value = args.get(name)
    return "" if value is None else str(value)


def told(exchange: Exchange) -> dict[str, Any]:
    """Return what an act answers about *exchange*, or about a re-send."""
    # As a refund's result, so that whoever records an act finds the number under its usual name.
    return {
        "refund_id": exchange.dispute_id,
        "dispute_id": exchange.dispute_id,
        "version": exchange.version,
        "status": exchange.status,
    }


def turned(world: World, exchange: Exchange) -> dict[str, Any]:
    """Return what an act answers that may have turned *exchange* into a refund: that refund's number as `became`."""
    answer = told(exchange)
    if exchange.status == TURNED_TO_REFUND:
        refund = open_refund(world.state, exchange.oid)
        answer["became"] = refund.refund_id if refund is not None else ""
    return answer


def _apply(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask for other goods in exchange for those of a shipped sub-order."""
    found = order(world, args)
    words = {"reason": text(args, "reason"), "desc": text(args, "desc")}
    return told(exchanges.apply(world, found, text(args, "wanted"), cause=cause, **words))


def _modify(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Submit a refused exchange again, perhaps with other wishes."""
    values: dict[str, Any] = {
        name: text(args, name) for name in ("wanted", "reason", "desc") if args.get(name) is not None
    }
    return told(exchanges.step(world, _exchange(world, args), "buyer", "modify", cause=cause, **values))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw an exchange."""
    return told(exchanges.step(world, _exchange(world, args), "buyer", "withdraw", cause=cause))


def _ship_back(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send back the goods that are to be exchanged."""
    company, waybill = text(args, "company"), text(args, "waybill")
    return told(exchanges.ship_back(world, _exchange(world, args), company, waybill, cause=cause))


def _confirm(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Confirm the receipt of the goods sent instead."""
    return told(exchanges.step(world, _exchange(world, args), "buyer", "confirm", cause=cause))


def _message(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Leave a message on an exchange."""
    content = text(args, "content")
    if not content.strip():
        raise ActRefused(say("message.empty", "a message has some text"))
    return told(exchanges.step(world, _exchange(world, args), "buyer", "message", cause=cause, said=content))


def _agree(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to an exchange by hand; the goods come back to the default address."""
    said = text(args, "text")
    return told(exchanges.agree(world, _exchange(world, args), said=said, actor="agent", cause=cause))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse an exchange by hand, or the goods that came back for it."""
    exchange = _exchange(world, args)
    action = "refuse_return" if exchange.status == RETURNED else "refuse"
    return told(exchanges.step(world, exchange, "agent", action, cause=cause, said=text(args, "text")))


def _receive(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Confirm by hand that the goods came back."""
    return told(exchanges.step(world, _exchange(world, args), "agent", "receive", cause=cause))


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ship by hand what the buyer gets instead."""
    exchange = _exchange(world, args)
    action = "receive_and_ship" if exchange.status == RETURNED else "ship"
    parcel: dict[str, Any] = {"seller_company": text(args, "company"), "seller_waybill": text(args, "waybill")}
    return told(exchanges.step(world, exchange, "agent", action, cause=cause, **parcel))


_ON = {"exchange": "number of the exchange"}
_WORDS = {"reason": "the buyer's reason", "desc": "the buyer's words"}
_WANTED = {"wanted": "properties of the goods wanted instead"}
_PARCEL = {"company": "carrier", "waybill": "number of the parcel"}
_SAID = {"text": "what the buyer is told"}

EXCHANGE_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="buyer.apply_exchange", needs={"oid": "sub-order", **_WANTED}, takes=_WORDS, do=_apply),
    ActSpec(name="buyer.modify_exchange", needs=_ON, takes={**_WANTED, **_WORDS}, do=_modify),
    ActSpec(name="buyer.withdraw_exchange", needs=_ON, do=_withdraw),
    ActSpec(name="buyer.ship_back_exchange", needs={**_ON, **_PARCEL}, do=_ship_back),
    ActSpec(name="buyer.confirm_exchange", needs=_ON, do=_confirm),
    ActSpec(name="buyer.message_exchange", needs={**_ON, "content": "the message"}, do=_message),
    ActSpec(name="agent.agree_exchange", needs=_ON, takes=_SAID, do=_agree),
    ActSpec(name="agent.refuse_exchange", needs=_ON, takes=_SAID, do=_refuse),
    ActSpec(name="agent.receive_exchange", needs=_ON, do=_receive),
    ActSpec(name="agent.ship_exchange", needs={**_ON, **_PARCEL}, do=_ship),
)
