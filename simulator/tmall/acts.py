"""The acts of buyer, seller's staff and platform, as stories, control API, exploration and load name them."""

from collections.abc import Mapping
from typing import Any

from simulator.act import ActSpec, fen, yuan
from simulator.errors import ActRefused
from simulator.tmall import accounts, exchanges, negotiation, platform, shipping
from simulator.tmall.exchange_acts import EXCHANGE_ACTS, told
from simulator.tmall.refund import Refund
from simulator.tmall.trade import Order, Trade
from simulator.words import say
from simulator.world import World

Args = Mapping[str, Any]


def _refund(world: World, args: Args) -> Refund:
    refund_id = str(args["refund"])
    refund = world.state.refunds.get(refund_id)
    if refund is None:
        raise ActRefused(say("refund.none", "there is no refund {id}", id=refund_id))
    return refund


def _number(args: Args, name: str) -> int:
    text = str(args[name])
    if not (text.isascii() and text.isdigit()):
        raise ActRefused(say("number.none", "{name} {value} is no number", name=name, value=repr(args[name])))
    return int(text)


def _trade(world: World, args: Args) -> Trade:
    tid = _number(args, "tid")
    trade = world.state.trades.get(tid)
    if trade is None:
        raise ActRefused(say("trade.none", "there is no trade {tid}", tid=tid))
    return trade


def _orders(world: World, args: Args) -> list[Order]:
    """Return the sub-order that *args* name, or all of their trade."""
    if args.get("oid") is not None:
        oid = _number(args, "oid")
        order = world.state.orders.get(oid)
        if order is None:
            raise ActRefused(say("order.none", "there is no sub-order {oid}", oid=oid))
        if args.get("tid") is not None and _number(args, "tid") != order.tid:
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
    return [world.state.orders[oid] for oid in _trade(world, args).oids]


def _text(args: Args, name: str, default: str = "") -> str:
    value = args.get(name)
    return default if value is None else str(value)


def _amount(args: Args) -> int | None:
    return None if args.get("amount") is None else fen(args["amount"])


def _told(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": refund.refund_id,
        "version": refund.version,
        "amount": yuan(refund.amount),
        "status": refund.status,
    }


def _apply(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask for a refund on a sub-order."""
    orders = _orders(world, args)
    if len(orders) > 1:
        oids = ", ".join(str(order.oid) for order in orders)
        raise ActRefused(
            say(
                "order.one_of",
                "trade {tid} has {count} sub-orders; name one by oid: {oids}",
                tid=args["tid"],
                count=len(orders),
                oids=oids,
            )
        )
    received = args.get("received")
    if received is not None and not isinstance(received, bool):
        raise ActRefused(say("received.flag", "received is true or false, not {value}", value=repr(received)))
    refund = platform.apply(
        world,
        orders[0],
        _text(args, "kind", "refund_only"),
        _amount(args),
        reason=_text(args, "reason"),
        desc=_text(args, "desc"),
        received=received,
        cause=cause,
    )
    return _told(refund)


def _modify(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Change amount, kind, reason or description of an application; after a refusal, submit it again."""
    values = {name: _text(args, name) for name in ("kind", "reason", "desc") if args.get(name) is not None}
    return _told(platform.modify(world, _refund(world, args), amount=_amount(args), cause=cause, **values))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw an application."""
    return _told(platform.withdraw(world, _refund(world, args), cause=cause))


def _ship_back(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Send the goods back."""
    company, waybill = _text(args, "company"), _text(args, "waybill")
    return _told(platform.ship_back(world, _refund(world, args), company, waybill, cause=cause))


def _correct_waybill(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Correct carrier or waybill of the goods on their way back."""
    company, waybill = _text(args, "company"), _text(args, "waybill")
    if not company and not waybill:
        raise ActRefused(say("parcel.nothing", "give a company, a waybill, or both"))
    refund = _refund(world, args)
    return _told(platform.correct_waybill(world, refund, company=company, waybill=waybill, cause=cause))


def _message(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Leave a message on a refund."""
    return _told(platform.message(world, _refund(world, args), _text(args, "content"), cause=cause))


def _accept_offer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Accept the seller's offer to pay for the goods sent back."""
    return _told(negotiation.accept_offer(world, _refund(world, args), cause=cause))


def _decline_offer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Decline the seller's offer; the refund is as it was."""
    return _told(negotiation.decline_offer(world, _refund(world, args), _text(args, "text"), cause=cause))


def _intercept(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Tell how the carrier's attempt to stop the parcel ended."""
    outcome = _text(args, "outcome", "success")
    if outcome not in ("success", "failure"):
        raise ActRefused(say("outcome.is", "outcome is success or failure, not {value}", value=repr(outcome)))
    return _told(negotiation.intercepted(world, _refund(world, args), outcome == "success", cause=cause))


def _agree(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to pay, by hand on the seller's web page."""
    refund = _refund(world, args)
    return _told(platform.agree(world, refund, actor="agent", cause=cause, text=_text(args, "text")))


def _agree_return(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Agree to take the goods back at the default address, by hand."""
    refund = _refund(world, args)
    return _told(platform.agree_return(world, refund, remark=_text(args, "text"), actor="agent", cause=cause))


def _refuse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Refuse, by hand."""
    return _told(platform.refuse(world, _refund(world, args), _text(args, "text"), actor="agent", cause=cause))


def _ship(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ship a sub-order, or all of a trade; refunds of unshipped goods are closed by that."""
    orders = _orders(world, args)
    closed = shipping.ship(world, orders, cause=cause)
    return {"tid": orders[0].tid, "closed": [refund.refund_id for refund in closed]}


def _timer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the running countdown of a refund, or of an exchange, pass now."""
    exchange = world.state.exchanges.rows.get(str(args["refund"]))
    if exchange is not None:
        return told(exchanges.timer(world, exchange, cause=cause))
    return _told(platform.timer(world, _refund(world, args), cause=cause))


def _finish(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the buyer confirm receipt, so that the trade succeeds; later refunds are aftersale."""
    trade = shipping.finish(world, _trade(world, args), cause=cause)
    return {"tid": trade.tid, "status": trade.status}


def _expire_session(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the living sessions of a shop expire now."""
    return _end(world, args, "expired", cause)


def _revoke_session(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw the authorisation: the living sessions of a shop end, and cannot be refreshed."""
    return _end(world, args, "revoked", cause)


def _end(world: World, args: Args, how: str, cause: int) -> dict[str, Any]:
    shop, role = _text(args, "shop"), _text(args, "role")
    if shop not in world.state.shops:
        raise ActRefused(say("shop.none", "there is no shop {shop}", shop=shop))
    if role not in ("", "main", "sub"):
        raise ActRefused(say("role.is", "role is main or sub, not {value}", value=repr(role)))
    ended = accounts.end(world, shop, role, _text(args, "app_key"), how, cause=cause)
    if not ended:
        raise ActRefused(say("session.none", "shop {shop} has no living session of that kind", shop=shop))
    return {"ended": ended}


_ON = {"refund": "refund id"}
_LINE = {"tid": "trade, if it has one sub-order", "oid": "sub-order"}
_TERMS = {
    "amount": "yuan, at most two decimals",
    "kind": "refund_only or return_refund",
    "reason": "the buyer's reason",
    "desc": "the buyer's words",
}
_PARCEL = {"company": "carrier", "waybill": "number of the parcel"}
_SHOP = {"shop": "nick of the shop"}
_SESSION = {"role": "main or sub; both if absent", "app_key": "of which app; of all if absent"}
_SAID = {"text": "what the buyer is told"}

TMALL_ACTS: tuple[ActSpec, ...] = (
    ActSpec(
        name="buyer.apply",
        needs={},
        takes={**_LINE, **_TERMS, "received": "whether the buyer has the goods"},
        do=_apply,
    ),
    ActSpec(name="buyer.modify", needs=_ON, takes=_TERMS, do=_modify),
    ActSpec(name="buyer.withdraw", needs=_ON, do=_withdraw),
    ActSpec(name="buyer.ship_back", needs={**_ON, **_PARCEL}, do=_ship_back),
    ActSpec(name="buyer.correct_waybill", needs=_ON, takes=_PARCEL, do=_correct_waybill),
    ActSpec(name="buyer.message", needs={**_ON, "content": "at most 400 bytes"}, do=_message),
    ActSpec(name="buyer.accept_offer", needs=_ON, do=_accept_offer),
    ActSpec(name="buyer.decline_offer", needs=_ON, takes={"text": "what the seller is told"}, do=_decline_offer),
    ActSpec(name="agent.agree", needs=_ON, takes=_SAID, do=_agree),
    ActSpec(name="agent.agree_return", needs=_ON, takes=_SAID, do=_agree_return),
    ActSpec(name="agent.refuse", needs=_ON, takes=_SAID, do=_refuse),
    ActSpec(name="agent.ship", needs={}, takes={"tid": "trade: all of it", "oid": "sub-order"}, do=_ship),
    ActSpec(name="platform.timer", needs=_ON, do=_timer),
    ActSpec(name="platform.intercept", needs=_ON, takes={"outcome": "success or failure"}, do=_intercept),
    ActSpec(name="platform.finish", needs={"tid": "trade"}, do=_finish),
    ActSpec(name="platform.expire_session", needs=_SHOP, takes=_SESSION, do=_expire_session),
    ActSpec(name="agent.revoke_session", needs=_SHOP, takes=_SESSION, do=_revoke_session),
    *EXCHANGE_ACTS,
)
