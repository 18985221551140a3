"""What can be done about exchanges and re-sends: the operations behind the gateway's methods and the actors' acts.

Each operation writes one `Changed` entry, the exchange's row first, and returns the exchange as it is then. An
impossible one raises `Impossible` and writes nothing. When the seller lets the time pass, the exchange turns into a
refund of the same sub-order, which is applied for in an entry of its own.
"""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace

from simulator.ledger.entry import Timer
from simulator.settings import AnySettings
from simulator.tmall import platform
from simulator.tmall.amounts import FINISHED
from simulator.tmall.countdowns import exchange_countdown_in, length
from simulator.tmall.dispute_cycles import find, possible
from simulator.tmall.exchange import (
    EXCHANGE,
    REPAIR,
    RESHIP,
    RETURNED,
    TERMINAL,
    TURNED_TO_REFUND,
    WAIT_BUYER_RETURN,
    WAIT_SELLER_SHIP,
    Exchange,
)
from simulator.tmall.exchange_guards import PREDICATES, Attempt, with_staff
from simulator.tmall.guards_staff import OPEN_CASE, STAFF, stops
from simulator.tmall.lifecycle_row import NONE, Transition
from simulator.tmall.message_content import tell_exchange
from simulator.tmall.receipt import counted
from simulator.tmall.refund import CASE_OVER, WITHDRAWN, RefundMessage
from simulator.tmall.shop import Address
from simulator.tmall.trade import Order
from simulator.tmall.transition import Impossible
from simulator.words import say
from simulator.world import Put, World

_ROLES: Mapping[str, str] = {"integration": "1", "agent": "2", "staff": "3", "buyer": "4", "timer": "6"}
"""Author of a message on an exchange, as the platform numbers them, by actor; of re-sends as of refunds."""


def step(
    world: World,
    exchange: Exchange,
    actor: str,
    action: str,
    *,
    cause: int = 0,
    said: str = "",
    proof: str = "",
    more: Collection[Put] = (),
    **values: Any,
) -> Exchange:
    """Perform *action* with the new field *values*, and return the new exchange.

    The words *said* with it and the picture shown (*proof*, its sha256) stand in a message; *more* rows change with it.

    Raises:
        Impossible: if no row of the table fits.
    """
    row, asked = _choose(world, exchange, actor, action, values)
    new = _after(world, exchange, asked, row)
    puts: list[Put] = [("exchange", new.dispute_id, new), *_receipts(world, new, row)]
    if said or proof:
        message = _message(world, new, actor, said, proof)
        puts.append(("refund_message", message.id, message))
    puts += more
    play = world.state.plays.get(str(new.tid), "")
    about = (new.dispute_id,)
    seq = world.change(puts, actor=actor, action=action, cause=cause, shop=new.shop, refunds=about, play=play)
    tell_exchange(world, new, row.message, seq)
    return new


def _receipts(world: World, new: Exchange, row: Transition) -> list[Put]:
    """Return the sub-orders whose receipt stands still, or goes on, because of *row*."""
    if not row.to or new.phase != "onsale":
        return []
    stands = {new.oid: new.status not in TERMINAL}
    orders = counted(world, world.state.trades[new.tid], {}, world.clock.wall(), stands)
    return [("order", oid, order) for oid, order in orders.items()]


def _choose(
    world: World, exchange: Exchange, actor: str, action: str, values: Mapping[str, Any]
) -> tuple[Transition, Exchange]:
    row = find(exchange.kind, exchange.status, actor, action)
    if row is None:
        known = ", ".join(possible(exchange.kind, exchange.status, actor)) or say("ways.none", "nothing more")
        why = say("ways.open", "{action} is impossible; {actor} could: {ways}", action=action, actor=actor, ways=known)
        said = {"id": exchange.dispute_id, "status": exchange.status, "why": why}
        if exchange.kind == RESHIP:
            raise Impossible(say("reship.stands", "re-send {id} is {status}: {why}", **said))
        if exchange.kind == REPAIR:
            raise Impossible(say("repair.stands", "repair {id} is {status}: {why}", **said))
        raise Impossible(say("exchange.stands", "exchange {id} is {status}: {why}", **said))
    if theirs := with_staff(world, exchange, row, actor):
        raise Impossible(theirs, STAFF)
    asked = replace(exchange, **values)
    reason = PREDICATES[row.guard](Attempt(world, asked, actor)) if row.guard else ""
    if reason:
        raise Impossible(reason, row.guard)
    return row, asked


def _after(world: World, old: Exchange, asked: Exchange, row: Transition) -> Exchange:
    wall = world.clock.wall()
    now = wall // 1000
    status = row.to or old.status
    values: dict[str, Any] = {"status": status, "change": old.change + 1}
    settings = world.settings.of(old.shop)
    if settings[row.bumps] if isinstance(row.bumps, str) else row.bumps:
        values |= {"version": max(wall, old.version + 1), "modified": max(now, old.modified)}
    elif row.visible:
        values["modified"] = max(now, old.modified)
    values["due"], values["left"] = _countdown(settings, asked, row, status, wall)
    if not old.created:
        values["created"] = now
    if row.round:
        values["round"] = old.round + 1
    if status in TERMINAL:
        values["ended"] = now
        if asked.cs_status in OPEN_CASE:
            values |= {"cs_status": WITHDRAWN if row.action == "withdraw" else CASE_OVER, "case_of": ""}
    return replace(asked, **values)


def _countdown(settings: AnySettings, asked: Exchange, row: Transition, status: str, wall: int) -> tuple[int, int]:
    """Return `due` and `left` after *row*: what runs, and what stands still as long as staff have the case."""
    stopped = stops(settings, asked.cs_status)
    keeps = settings[row.keeps_countdown] if isinstance(row.keeps_countdown, str) else row.keeps_countdown
    if keeps and asked.due and not stopped:
        return asked.due, 0
    if keeps and (asked.left or asked.due):
        left = asked.left or max(1, asked.due - wall)
    else:
        left = length(settings, exchange_countdown_in(asked.kind, status))
    if not left:
        return 0, 0
    return (0, left) if stopped else (wall + left, 0)


def _message(world: World, exchange: Exchange, actor: str, content: str, proof: str) -> RefundMessage:
    role = platform.role_of(actor) if exchange.kind != EXCHANGE else _ROLES.get(actor, "5")
    nicks = {"buyer": exchange.buyer, "staff": platform.STAFF_NICK}
    return RefundMessage(
        id=world.block * 100_000_000 + world.state.message_count + 1,
        refund_id=exchange.dispute_id,
        owner_role=role,
        owner_nick=nicks.get(actor, exchange.shop),
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
    asked = _born(world, order, EXCHANGE, wanted, order.num, reason, desc)
    return step(world, asked, actor, "apply", cause=cause)


def apply_reship(
    world: World,
    order: Order,
    num: int = 0,
    *,
    reason: str = "",
    desc: str = "",
    actor: str = "buyer",
    cause: int = 0,
) -> Exchange:
    """Ask for *num* pieces (0: all) of what *order* brought to be sent once more.

    Raises:
        Impossible: if the sub-order allows none.
    """
    asked = _born(world, order, RESHIP, "", num or order.num, reason, desc)
    return step(world, asked, actor, "apply", cause=cause)


def apply_repair(
    world: World, order: Order, *, reason: str = "", desc: str = "", actor: str = "buyer", cause: int = 0
) -> Exchange:
    """Ask for what *order* brought to be mended.

    Raises:
        Impossible: if the sub-order allows none.
    """
    return step(world, _born(world, order, REPAIR, "", order.num, reason, desc), actor, "apply", cause=cause)


def _born(world: World, order: Order, kind: str, wanted: str, num: int, reason: str, desc: str) -> Exchange:
    trade = world.state.trades[order.tid]
    return Exchange(
        dispute_id=world.next_refund_id(),
        shop=order.shop,
        tid=order.tid,
        oid=order.oid,
        status=NONE,
        phase="aftersale" if FINISHED in (order.status, trade.status) else "onsale",
        total=order.total,
        wanted=wanted,
        kind=kind,
        change=0,
        num=num,
        price=order.price,
        title=order.title,
        sku=order.sku,
        buyer=trade.buyer,
        reason=reason,
        desc=desc,
    )


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
    told: dict[str, Any] = {"address": text or address.text, "address_id": address.contact_id}
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
    name = exchange_countdown_in(exchange.kind, exchange.status)
    world.note(Timer(timer=name, refunds=(exchange.dispute_id,), shop=exchange.shop, side="tmall"))
    new = step(world, exchange, "timer", "timeout", cause=cause, **_silently(world, exchange, row))
    if row.to == TURNED_TO_REFUND:
        refund_instead(world, exchange, cause=cause)
    return new


def _silently(world: World, exchange: Exchange, row: Transition) -> dict[str, Any]:
    """Return what the passing of the time sets: who is silent agrees to the default address."""
    if row.to != WAIT_BUYER_RETURN:
        return {}
    address = platform.default_address(world, exchange.shop)
    return {"address": address.text, "address_id": address.contact_id}


def refund_instead(world: World, exchange: Exchange, *, cause: int = 0) -> None:
    """Apply for the refund into which *exchange* (as it was before) has turned."""
    # What came back already need not come back again: the refund is then about the money only.
    kept = exchange.status not in (RETURNED, WAIT_SELLER_SHIP)
    platform.apply(
        world,
        world.state.orders[exchange.oid],
        "return_refund" if kept else "refund_only",
        reason=exchange.reason,
        desc=exchange.desc,
        received=kept,
        cause=cause,
    )
