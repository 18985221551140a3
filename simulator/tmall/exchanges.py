"""What can be done about exchanges: the operations behind the gateway's methods and the actors' acts.

Each operation writes one `Changed` entry, the exchange's row first, and returns the exchange as it is then. An
impossible one raises `Impossible` and writes nothing. When the seller lets the time pass, the exchange turns into a
refund of the same sub-order, which is applied for in an entry of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from simulator.ledger.entry import Timer
from simulator.tmall import platform
from simulator.tmall.amounts import FINISHED, TRADE_CLOSED, ceiling, open_refund
from simulator.tmall.countdowns import exchange_countdown_in, length, too_late
from simulator.tmall.exchange import PENDING, TERMINAL, TURNED_TO_REFUND, Exchange
from simulator.tmall.exchange_lifecycle import find, possible
from simulator.tmall.lifecycle_row import NONE, Transition
from simulator.tmall.message_content import tell_exchange
from simulator.tmall.refund import RefundMessage
from simulator.tmall.shop import Address
from simulator.tmall.trade import Order
from simulator.tmall.transition import Impossible
from simulator.words import say
from simulator.world import Put, World

_ROLES: Mapping[str, str] = {"integration": "1", "agent": "2", "buyer": "4", "timer": "6"}
"""Author of a message on an exchange, as the platform numbers them, by actor."""


class Attempt(NamedTuple):
    """What an actor wants: the exchange *asked* for, with its new values but still in its old state."""

    world: World
    asked: Exchange


def _may_exchange(attempt: Attempt) -> str:
    world, asked = attempt
    state, order = world.state, world.state.orders[asked.oid]
    if state.shops[asked.shop].type != "B":
        return say("exchange.tmall", "exchanges are for Tmall shops")
    running = open_refund(state, asked.oid)
    if running is not None:
        return say(
            "order.refunding",
            "sub-order {oid} has an open refund: {id}, {status}",
            oid=asked.oid,
            id=running.refund_id,
            status=running.status,
        )
    exchange = state.exchanges.open_on(asked.oid)
    if exchange is not None:
        return say(
            "order.exchanging",
            "sub-order {oid} has an open exchange already: {id}, {status}",
            oid=asked.oid,
            id=exchange.dispute_id,
            status=exchange.status,
        )
    if world.settings.of(asked.shop)["applying_blocked"]:
        return say("order.blocked", "the platform takes no applications now, as on the day of a big sale")
    if not order.consigned:
        return say(
            "order.nothing_to_exchange", "sub-order {oid} is not shipped: there is nothing to exchange", oid=asked.oid
        )
    if order.status == TRADE_CLOSED or not ceiling(state, order):
        return say("order.paid_back", "sub-order {oid} is paid back: there is nothing to exchange", oid=asked.oid)
    if order.status == FINISHED and too_late(world, order):
        return say(
            "order.exchange_late",
            "sub-order {oid} is finished, and an exchange can be asked for within {days} days only",
            oid=asked.oid,
            days=world.settings.of(asked.shop)["aftersale_days"],
        )
    return _other_goods(attempt)


def _other_goods(attempt: Attempt) -> str:
    return "" if attempt.asked.wanted else say("exchange.which", "say which goods are wanted instead")


def _has_address(attempt: Attempt) -> str:
    return "" if attempt.asked.address_id else say("guard.no_address", "no return address is given")


def _has_parcel(attempt: Attempt) -> str:
    return (
        ""
        if attempt.asked.company and attempt.asked.waybill
        else say("guard.parcel", "carrier and waybill must both be given")
    )


def _has_shipment(attempt: Attempt) -> str:
    asked = attempt.asked
    return (
        ""
        if asked.seller_company and asked.seller_waybill
        else say("guard.parcel", "carrier and waybill must both be given")
    )


PREDICATES: Mapping[str, Callable[[Attempt], str]] = {
    "may_exchange": _may_exchange,
    "other_goods": _other_goods,
    "has_address": _has_address,
    "has_parcel": _has_parcel,
    "has_shipment": _has_shipment,
}
"""By the names of `simulator.tmall.exchange_lifecycle.GUARDS`: why the exchange asked for is impossible, or nothing."""


def step(
    world: World,
    exchange: Exchange,
    actor: str,
    action: str,
    *,
    cause: int = 0,
    said: str = "",
    proof: str = "",
    **values: Any,
) -> Exchange:
    """Perform *action* with the new field *values*, and return the new exchange.

    The words *said* with it and the picture shown (*proof*, its sha256) stand in a message.

    Raises:
        Impossible: if no row of the table fits.
    """
    row, asked = _choose(world, exchange, actor, action, values)
    new = _after(world, exchange, asked, row)
    puts: list[Put] = [("exchange", new.dispute_id, new)]
    if said or proof:
        message = _message(world, new, actor, said, proof)
        puts.append(("refund_message", message.id, message))
    play = world.state.plays.get(str(new.tid), "")
    about = (new.dispute_id,)
    seq = world.change(puts, actor=actor, action=action, cause=cause, shop=new.shop, refunds=about, play=play)
    tell_exchange(world, new, row.message, seq)
    return new


def _choose(
    world: World, exchange: Exchange, actor: str, action: str, values: Mapping[str, Any]
) -> tuple[Transition, Exchange]:
    row = find(exchange.status, actor, action)
    if row is None:
        known = ", ".join(possible(exchange.status, actor)) or say("ways.none", "nothing more")
        why = say("ways.open", "{action} is impossible; {actor} could: {ways}", action=action, actor=actor, ways=known)
        number, status = exchange.dispute_id, exchange.status
        raise Impossible(say("exchange.stands", "exchange {id} is {status}: {why}", id=number, status=status, why=why))
    asked = replace(exchange, **values)
    reason = PREDICATES[row.guard](Attempt(world, asked)) if row.guard else ""
    if reason:
        raise Impossible(reason, row.guard)
    return row, asked


def _after(world: World, old: Exchange, asked: Exchange, row: Transition) -> Exchange:
    wall = world.clock.wall()
    now = wall // 1000
    status = row.to or old.status
    values: dict[str, Any] = {"status": status, "change": old.change + 1}
    if row.bumps:
        values |= {"version": max(wall, old.version + 1), "modified": max(now, old.modified)}
    if not row.keeps_countdown:
        lasts = length(world.settings.of(old.shop), exchange_countdown_in(status))
        values["due"] = wall + lasts if lasts else 0
    if not old.created:
        values["created"] = now
    if row.round:
        values["round"] = old.round + 1
    if status in TERMINAL:
        values["ended"] = now
    return replace(asked, **values)


def _message(world: World, exchange: Exchange, actor: str, content: str, proof: str) -> RefundMessage:
    role = _ROLES.get(actor, "5")
    return RefundMessage(
        id=world.block * 100_000_000 + world.state.message_count + 1,
        refund_id=exchange.dispute_id,
        owner_role=role,
        owner_nick=exchange.buyer if actor == "buyer" else exchange.shop,
        content=content,
        created=world.clock.seconds(),
        pictures=(proof,) if proof else (),
    )


def apply(
    world: World, order: Order, wanted: str, *, reason: str = "", desc: str = "", actor: str = "buyer", cause: int = 0
) -> Exchange:
    """Ask for *wanted* (other properties of the goods) in exchange for what *order* brought.

    Raises:
        Impossible: if the sub-order allows none.
    """
    trade = world.state.trades[order.tid]
    asked = Exchange(
        dispute_id=world.next_refund_id(),
        shop=order.shop,
        tid=order.tid,
        oid=order.oid,
        status=NONE,
        phase="aftersale" if trade.status == FINISHED else "onsale",
        total=order.total,
        wanted=wanted,
        change=0,
        num=order.num,
        price=order.price,
        title=order.title,
        sku=order.sku,
        buyer=trade.buyer,
        reason=reason,
        desc=desc,
    )
    return step(world, asked, actor, "apply", cause=cause)


def agree(
    world: World,
    exchange: Exchange,
    address: Address | None = None,
    said: str = "",
    proof: str = "",
    *,
    text: str = "",
    actor: str = "integration",
    cause: int = 0,
) -> Exchange:
    """Agree that the goods come back to *address* (None: the default one), which the buyer reads as *text* if given."""
    address = address or platform.default_address(world, exchange.shop)
    told = {"address": text or address.text, "address_id": address.contact_id}
    return step(world, exchange, actor, "agree", cause=cause, said=said, proof=proof, **told)


def ship_back(
    world: World, exchange: Exchange, company: str, waybill: str, *, actor: str = "buyer", cause: int = 0
) -> Exchange:
    """Send the goods back with *company* under number *waybill*."""
    back = "BUYER_RETURNED_GOODS"
    return step(world, exchange, actor, "ship_back", cause=cause, company=company, waybill=waybill, good_status=back)


def timer(world: World, exchange: Exchange, *, cause: int = 0) -> Exchange:
    """Let the running countdown pass now; where it was the seller's turn, a refund follows.

    Raises:
        Impossible: if none runs.
    """
    row, _ = _choose(world, exchange, "timer", "timeout", {})
    name = exchange_countdown_in(exchange.status)
    world.note(Timer(timer=name, refunds=(exchange.dispute_id,), shop=exchange.shop, side="tmall"))
    new = step(world, exchange, "timer", "timeout", cause=cause)
    if row.to == TURNED_TO_REFUND:
        # What came back already need not come back again: the refund is then about the money only.
        kept = exchange.status == PENDING
        platform.apply(
            world,
            world.state.orders[exchange.oid],
            "return_refund" if kept else "refund_only",
            reason=exchange.reason,
            desc=exchange.desc,
            received=kept,
            cause=cause,
        )
    return new
