"""Performs one row of the life cycle: the refund's new values, and what order and trade make of them."""

from typing import Any

from msgspec.structs import replace

from simulator.errors import ActRefused
from simulator.shared import shared
from simulator.tmall.amounts import followed, freight_in, paid_back, settled, taken_back
from simulator.tmall.countdowns import countdown_in, length
from simulator.tmall.guards import PREDICATES, Attempt
from simulator.tmall.guards_staff import OPEN_CASE, STAFF, in_the_way, stops
from simulator.tmall.lifecycle import find, possible
from simulator.tmall.lifecycle_row import Transition
from simulator.tmall.message_content import tell
from simulator.tmall.receipt import counted
from simulator.tmall.refund import (
    ADVANCE_ASKED,
    ADVANCE_CLOSED,
    ADVANCE_PAID,
    CASE_OVER,
    CLOSED,
    OPEN,
    SPECIAL,
    SUCCESS,
    TERMINAL,
    WITHDRAWN,
    Refund,
    RefundMessage,
)
from simulator.tmall.trade import Order
from simulator.tmall.trade_messages import of_trades, tell_trades
from simulator.words import say
from simulator.world import Put, World


class Impossible(ActRefused):
    """No row of the life cycle fits. `guard` names the guard that failed; empty: the state has no such row."""

    def __init__(self, reason: str, guard: str = "", why: str = "") -> None:
        super().__init__(reason)
        self.guard = guard
        self.why = why or reason
        """The bare reason, without what stands before it."""


def step(
    world: World,
    refund: Refund,
    actor: str,
    action: str,
    *,
    cause: int = 0,
    said: RefundMessage | None = None,
    **values: Any,
) -> Refund:
    """Perform *action* with the new field *values* (and the message *said* with it), and return the new refund.

    Raises:
        Impossible: if no row of the table fits, with the reason of the last guard that failed.
    """
    row, refund_as_asked = choose(world, refund, actor, action, **values)
    new, puts = outcome(world, refund, refund_as_asked, row)
    if said is not None:
        puts.append(("refund_message", said.id, said))
    return write(world, new, puts, actor, action, cause, row.message)


def choose(world: World, refund: Refund, actor: str, action: str, **values: Any) -> tuple[Transition, Refund]:
    """Return the row that fits and *refund* with *values* put in, without changing anything.

    Raises:
        Impossible: as for `step`.
    """
    asked = replace(refund, **values) if values else refund
    reason, guard = "", ""
    for row in find(refund.status, actor, action):
        reason, guard = in_the_way(world, refund, row, actor), STAFF
        if not reason:
            reason, guard = why_not(world, row, asked, actor), row.guard
        if not reason:
            return row, asked
    if reason:
        raise _standing(refund, reason, guard)
    open_ways = ", ".join(possible(refund.status, actor)) or say("ways.none", "nothing more")
    ways = say("ways.open", "{action} is impossible; {actor} could: {ways}", action=action, actor=actor, ways=open_ways)
    raise _standing(refund, ways)


def _standing(refund: Refund, why: str, guard: str = "") -> Impossible:
    stands = say("refund.stands", "refund {id} is {status}: {why}", id=refund.refund_id, status=refund.status, why=why)
    return Impossible(stands, guard, why)


def why_not(world: World, row: Transition, asked: Refund, actor: str) -> str:
    """Return why the guard of *row* fails for the refund *asked* for, or empty."""
    return PREDICATES[row.guard](Attempt(world, asked, actor)) if row.guard else ""


def outcome(world: World, old: Refund, asked: Refund, row: Transition) -> tuple[Refund, list[Put]]:
    """Return the refund after *row*, and the rows of the world that change with it, its own first."""
    settings, order = world.settings.of(old.shop), world.state.orders[old.oid]
    wall = world.clock.wall()
    now = shared(wall // 1000)
    status = old.status if row.stays and settings[row.stays] else row.to_from(old.status)
    bumps = settings[row.bumps] if isinstance(row.bumps, str) else row.bumps
    visible = settings[row.visible] if isinstance(row.visible, str) else row.visible
    values: dict[str, Any] = {"status": status, "change": old.change + 1}
    if bumps:
        values["version"] = max(wall, old.version + 1)
    if bumps or visible:
        values["modified"] = max(now, old.modified)
    values["due"], values["left"] = _countdown(world, asked, row, status, wall)
    if not old.created:
        values["created"] = now
    if not old.created or asked.amount != old.amount:
        values["freight"] = freight_in(order, asked)
    if row.round:
        values["round"] = old.round + 1
    if row.to in TERMINAL:
        values["ended"] = now
        if asked.advance_status == ADVANCE_ASKED or (asked.advance_status == ADVANCE_PAID and status == CLOSED):
            values["advance_status"] = ADVANCE_CLOSED
        if asked.cs_status in OPEN_CASE:
            values |= {"cs_status": WITHDRAWN if row.action == "withdraw" else CASE_OVER, "case_of": ""}
    new = replace(asked, **values)
    return new, [("refund", new.refund_id, new), *_followers(world, new, row, order, now)]


def _countdown(world: World, asked: Refund, row: Transition, status: str, wall: int) -> tuple[int, int]:
    """Return `due` and `left` after *row*: what runs, and what stands still as long as staff have the case."""
    if status in TERMINAL:
        return 0, 0
    settings = world.settings.of(asked.shop)
    keeps = settings[row.keeps_countdown] if isinstance(row.keeps_countdown, str) else row.keeps_countdown
    stopped = stops(settings, asked.cs_status)
    if keeps and asked.due and not stopped:
        return asked.due, 0
    if keeps and (asked.left or asked.due):
        left = asked.left or max(1, asked.due - wall)
    else:
        shipped = bool(world.state.orders[asked.oid].consigned)
        left = length(settings, countdown_in(status, kind=asked.kind, shipped=shipped, intercept=asked.intercept))
    return (0, left) if stopped else (wall + left, 0)


def _followers(world: World, refund: Refund, row: Transition, order: Order, now: int) -> list[Put]:
    """Return the new rows of order and trade: onsale refunds are followed, others change the sum only."""
    trade = world.state.trades[refund.tid]
    follows = refund.phase == "onsale" and row.follows and refund.purpose not in SPECIAL
    after = followed(order, refund) if follows else order
    if row.to == SUCCESS:
        after = paid_back(after, refund, now)
    elif row.to and SUCCESS in row.from_:
        after = taken_back(after, refund, trade)
    orders = {order.oid: after} if after is not order else {}
    if row.to and refund.phase == "onsale" and (order.consigned or len(trade.oids) > 1):
        stands = {order.oid: refund.status in OPEN}
        orders = counted(world, trade, orders, world.clock.wall(), stands)
    puts: list[Put] = [("order", oid, new) for oid, new in orders.items()]
    if follows:
        puts.append(("trade", trade.tid, settled(world.state, trade, orders, now)))
    return puts


def write(world: World, refund: Refund, puts: list[Put], actor: str, action: str, cause: int, event: str) -> Refund:
    """Write *puts* as one entry about the refunds among them, publish *event* if there is one, and return *refund*."""
    play = world.state.plays.get(str(refund.tid), "")
    ids = tuple(values.refund_id for entity, _, values in puts if entity == "refund")
    events = of_trades(world, puts)
    seq = world.change(puts, actor=actor, action=action, cause=cause, shop=refund.shop, refunds=ids, play=play)
    tell(world, refund, event, seq, action)
    tell_trades(world, events, seq)
    return refund
