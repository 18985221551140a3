"""The acts of the platform itself: time limits, intercepts, advance payments, and the ends of trades and sessions."""

from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import accounts, advances, exchanges, negotiation, platform, shipping, timers
from simulator.tmall import act_arguments as of
from simulator.tmall.act_arguments import LINE, ON, Args
from simulator.tmall.exchange_acts import turned
from simulator.tmall.refund import CONSTRAINTS
from simulator.words import say
from simulator.world import World

_MOST_LEFT = 365 * 86_400
"""Seconds."""


def _intercept(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Tell how the carrier's attempt to stop the parcel ended."""
    outcome = of.text(args, "outcome", "success")
    if outcome not in ("success", "failure"):
        raise ActRefused(say("outcome.is", "outcome is success or failure, not {value}", value=repr(outcome)))
    return of.told(negotiation.intercepted(world, of.refund(world, args), outcome == "success", cause=cause))


def _advance(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Pay the buyer in advance (极速退款): an open refund, or a new one on a sub-order, which is born paid."""
    if args.get("refund") is not None:
        return of.told(advances.advance(world, of.refund(world, args), cause=cause))
    order = of.sub_order(world, args)
    if order.consigned:
        raise ActRefused(say("order.no_instant", "sub-order {oid} is shipped: no refund is born paid", oid=order.oid))
    opened = platform.apply(world, order, "refund_only", of.amount(args), reason=of.text(args, "reason"), cause=cause)
    return of.told(advances.advance(world, opened, cause=cause))


def _end_advance(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Tell what became of an advance: the seller settled it or refused the goods, or it was closed."""
    ends = {"settled": advances.settle, "refused": advances.refuse, "closed": advances.close}
    outcome = of.text(args, "outcome", "settled")
    if outcome not in ends:
        raise ActRefused(
            say("advance.outcome", "outcome is settled, refused or closed, not {value}", value=repr(outcome))
        )
    return of.told(ends[outcome](world, of.refund(world, args), cause=cause))


def _extend(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Lengthen the running countdown."""
    hours = args["hours"]
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 10_000:
        raise ActRefused(say("hours.are", "hours are a number above 0 and up to 10000, not {value}", value=repr(hours)))
    return of.told(timers.extend(world, of.refund(world, args), hours, cause=cause))


def _set_deadline(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the running countdown end so many seconds from now, as new rules do."""
    given = args["left"]
    try:
        left = 0.0 if isinstance(given, bool) else float(given)  # fractions come as text
    except (TypeError, ValueError):
        left = 0.0
    if not 0 < left <= _MOST_LEFT:
        raise ActRefused(say("left.is", "left is a number of seconds above 0, not {value}", value=repr(given)))
    return of.told(timers.set_deadline(world, of.refund(world, args), left, cause=cause))


def _remind(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Remind the parties now that the countdown ends soon."""
    return of.told(timers.remind(world, of.refund(world, args), cause=cause))


def _constrain(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Forbid something about a refund (operation constraint), or allow it again."""
    constraint = of.text(args, "constraint")
    if constraint not in CONSTRAINTS:
        known = ", ".join(CONSTRAINTS)
        raise ActRefused(
            say("refund.constraint", "constraint {value} is none of {known}", value=constraint, known=known)
        )
    return of.told(platform.constrain(world, of.refund(world, args), constraint, cause=cause))


def _timer(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the running countdown of a refund, or of an exchange, pass now."""
    exchange = world.state.exchanges.rows.get(str(args["refund"]))
    if exchange is not None:
        return turned(world, exchanges.timer(world, exchange, cause=cause))
    return of.told(timers.timer(world, of.refund(world, args), cause=cause))


def _finish(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the buyer confirm receipt, so that the trade succeeds; later refunds are aftersale."""
    trade = shipping.finish(world, of.trade(world, args), cause=cause)
    return {"tid": trade.tid, "status": trade.status}


def _receive(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the time pass now after which the receipt of a trade is confirmed by itself."""
    trade = shipping.receive(world, of.trade(world, args), cause=cause)
    return {"tid": trade.tid, "status": trade.status}


def _expire_session(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Let the living sessions of a shop expire now."""
    return _end(world, args, "expired", cause)


def _revoke_session(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw the authorisation: the living sessions of a shop end, and cannot be refreshed."""
    return _end(world, args, "revoked", cause)


def _end(world: World, args: Args, how: str, cause: int) -> dict[str, Any]:
    shop, role = of.text(args, "shop"), of.text(args, "role")
    if shop not in world.state.shops:
        raise ActRefused(say("shop.none", "there is no shop {shop}", shop=shop))
    if role not in ("", "main", "sub"):
        raise ActRefused(say("role.is", "role is main or sub, not {value}", value=repr(role)))
    ended = accounts.end(world, shop, role, of.text(args, "app_key"), how, cause=cause)
    if not ended:
        raise ActRefused(say("session.none", "shop {shop} has no living session of that kind", shop=shop))
    return {"ended": ended}


_SHOP = {"shop": "nick of the shop"}
_SESSION = {"role": "main or sub; both if absent", "app_key": "of which app; of all if absent"}

PLATFORM_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="platform.timer", needs=ON, do=_timer),
    ActSpec(name="platform.extend", needs={**ON, "hours": "of the platform's time"}, do=_extend),
    ActSpec(name="platform.set_deadline", needs={**ON, "left": "seconds from now"}, do=_set_deadline),
    ActSpec(name="platform.remind", needs=ON, do=_remind),
    ActSpec(name="platform.constrain", needs={**ON, "constraint": "cannot_refuse, refund_onweb, null"}, do=_constrain),
    ActSpec(
        name="platform.advance",
        needs={},
        takes={**ON, **LINE, "amount": "yuan, at most two decimals", "reason": "the buyer's reason"},
        do=_advance,
    ),
    ActSpec(name="platform.end_advance", needs=ON, takes={"outcome": "settled, refused or closed"}, do=_end_advance),
    ActSpec(name="platform.intercept", needs=ON, takes={"outcome": "success or failure"}, do=_intercept),
    ActSpec(name="platform.finish", needs={"tid": "trade"}, do=_finish),
    ActSpec(name="platform.receive", needs={"tid": "trade"}, do=_receive),
    ActSpec(name="platform.expire_session", needs=_SHOP, takes=_SESSION, do=_expire_session),
    ActSpec(name="agent.revoke_session", needs=_SHOP, takes=_SESSION, do=_revoke_session),
)
