"""Reads the arguments of acts: which refund, trade or sub-order they name, amounts, and what an act answers."""

from collections.abc import Mapping
from typing import Any

from simulator.act import fen, yuan
from simulator.errors import ActRefused
from simulator.tmall.refund import Refund
from simulator.tmall.trade import Order, Trade
from simulator.words import say
from simulator.world import World

Args = Mapping[str, Any]


def refund(world: World, args: Args) -> Refund:
    """Return the refund that *args* name.

    Raises:
        ActRefused: if there is none.
    """
    refund_id = str(args["refund"])
    found = world.state.refunds.get(refund_id)
    if found is None:
        raise ActRefused(say("refund.none", "there is no refund {id}", id=refund_id))
    return found


def number(args: Args, name: str) -> int:
    """Return argument *name* as a number of a trade or sub-order.

    Raises:
        ActRefused: if it is none.
    """
    text = str(args[name])
    if not (text.isascii() and text.isdigit()):
        raise ActRefused(say("number.none", "{name} {value} is no number", name=name, value=repr(args[name])))
    return int(text)


def trade(world: World, args: Args) -> Trade:
    """Return the trade that *args* name.

    Raises:
        ActRefused: if there is none.
    """
    tid = number(args, "tid")
    found = world.state.trades.get(tid)
    if found is None:
        raise ActRefused(say("trade.none", "there is no trade {tid}", tid=tid))
    return found


def orders(world: World, args: Args) -> list[Order]:
    """Return the sub-order that *args* name, or all of their trade.

    Raises:
        ActRefused: if there is none, or they contradict each other.
    """
    if args.get("oid") is not None:
        oid = number(args, "oid")
        order = world.state.orders.get(oid)
        if order is None:
            raise ActRefused(say("order.none", "there is no sub-order {oid}", oid=oid))
        if args.get("tid") is not None and number(args, "tid") != order.tid:
            raise ActRefused(
                say(
                    "order.elsewhere",
                    "sub-order {oid} belongs to trade {tid}, not to {asked}",
                    oid=oid,
                    tid=order.tid,
                    asked=args["tid"],
                )
            )
        return [order]
    if args.get("tid") is None:
        raise ActRefused(say("order.which", "name the trade (tid) or the sub-order (oid)"))
    return [world.state.orders[oid] for oid in trade(world, args).oids]


def text(args: Args, name: str, default: str = "") -> str:
    """Return argument *name* as text, *default* if it is absent."""
    value = args.get(name)
    return default if value is None else str(value)


def amount(args: Args) -> int | None:
    """Return the amount in fen; None if it is absent.

    Raises:
        ActRefused: if it is negative, has three decimals or is no number.
    """
    return None if args.get("amount") is None else fen(args["amount"])


def told(refund: Refund) -> dict[str, Any]:
    """Return what an act answers about *refund*."""
    return {
        "refund_id": refund.refund_id,
        "version": refund.version,
        "amount": yuan(refund.amount),
        "status": refund.status,
    }


def sub_order(world: World, args: Args) -> Order:
    """Return the one sub-order that *args* name, by itself or as the only one of a trade.

    Raises:
        ActRefused: if there is none, or several.
    """
    found = orders(world, args)
    if len(found) > 1:
        raise ActRefused(
            say(
                "order.one_of",
                "trade {tid} has {count} sub-orders; name one by oid: {oids}",
                tid=args["tid"],
                count=len(found),
                oids=", ".join(str(order.oid) for order in found),
            )
        )
    return found[0]


def flag(args: Args, name: str) -> bool | None:
    """Return argument *name* as true or false; None if it is absent.

    Raises:
        ActRefused: if it is neither.
    """
    value = args.get(name)
    if value is not None and not isinstance(value, bool):
        raise ActRefused(say("argument.flag", "{name} is true or false, not {value}", name=name, value=repr(value)))
    return value


ON = {"refund": "refund id"}
LINE = {"tid": "trade, if it has one sub-order", "oid": "sub-order"}


def pieces(args: Args) -> int:
    """Return argument *num*, a number of pieces from 1 on; 0 if it is absent."""
    given = args.get("num")
    if given is None:
        return 0
    written = str(given)
    if isinstance(given, bool) or not (written.isascii() and written.isdigit()) or not 1 <= int(written) <= 10_000:
        raise ActRefused(say("reship.num", "num is a number of pieces from 1 on, not {value}", value=repr(given)))
    return int(written)
