"""What happens to a trade besides refunds: its goods are shipped, and the buyer confirms their receipt."""

from collections.abc import Sequence

from msgspec.structs import replace

from simulator.ledger.entry import Timer
from simulator.tmall.amounts import FINISHED, SHIPPED, UNSHIPPED, followed, open_refund, settled
from simulator.tmall.exchange import REPAIR, RESHIP
from simulator.tmall.lifecycle import find
from simulator.tmall.message_content import tell
from simulator.tmall.receipt import LIMIT, counted
from simulator.tmall.refund import Refund
from simulator.tmall.trade import Order, Trade
from simulator.tmall.trade_messages import of_trades, tell_trades
from simulator.tmall.transition import Impossible, outcome, why_not
from simulator.words import say
from simulator.world import Put, World


def ship(world: World, orders: Sequence[Order], *, actor: str = "agent", cause: int = 0) -> list[Refund]:
    """Ship *orders* of one trade in one parcel; return the refunds that this closes (they are for unshipped goods).

    Raises:
        Impossible: if none of them waits to be shipped.
    """
    state, now = world.state, world.clock.seconds()
    waiting = [order for order in orders if order.status == UNSHIPPED]
    if not waiting:
        found = ", ".join(f"{order.oid} {order.status}" for order in orders)
        raise Impossible(say("ship.nothing", "there is nothing to ship: {found}", found=found))
    before = state.trades[waiting[0].tid]
    parcel = len(before.parcels)
    refunds: list[Refund] = []
    events: list[str] = []
    after: dict[int, Order] = {}
    for order in waiting:
        shipped = replace(order, status=SHIPPED, consigned=now, parcel=parcel)
        running = open_refund(state, order.oid)
        for row in find(running.status, actor, "ship") if running else ():
            if running and not why_not(world, row, running, actor):
                closed, _ = outcome(world, running, running, row)
                refunds.append(closed)
                events.append(row.message)
                shipped = followed(shipped, closed)
        after[order.oid] = shipped
    stands = {refund.oid: False for refund in refunds}
    after = counted(world, before, after, world.clock.wall(), stands)
    trade = settled(state, before, after, now)
    trade = replace(trade, later=(*trade.later, now)) if parcel else replace(trade, consigned=now)
    puts: list[Put] = [("refund", refund.refund_id, refund) for refund in refunds]
    puts += [("order", oid, order) for oid, order in after.items()]
    puts.append(("trade", trade.tid, trade))
    seq = _write(world, trade, puts, refunds, actor, "ship", cause)
    for closed, event in zip(refunds, events, strict=True):
        tell(world, closed, event, seq)
    return refunds


def finish(world: World, trade: Trade, *, actor: str = "platform", cause: int = 0) -> Trade:
    """Let the buyer confirm the receipt of *trade*: it succeeds, and refunds asked for from now on are aftersale.

    Raises:
        Impossible: if nothing of it is shipped, something is not, or a refund on it is open.
    """
    orders = [world.state.orders[oid] for oid in trade.oids]
    if any(order.status == UNSHIPPED for order in orders):
        raise _standing(trade, say("trade.not_shipped", "not all of it is shipped"))
    shipped = [order for order in orders if order.status == SHIPPED]
    if not shipped:
        raise _standing(trade, say("trade.no_receipt", "there is no receipt to confirm"))
    return _confirm(world, trade, shipped, actor, cause)


def receive(world: World, trade: Trade, *, by: int = 0, cause: int = 0) -> Trade:
    """Let the receipt of *trade* be confirmed by itself, of those sub-orders for which that is due *by* (ms; 0: runs).

    Raises:
        Impossible: if it runs for none.
    """
    orders = [world.state.orders[oid] for oid in trade.oids]
    due = [order for order in orders if order.due and (not by or order.due <= by)]
    if not due:
        raise _standing(trade, say("trade.no_receipt_time", "no time runs after which its receipt is confirmed"))
    play = world.state.plays.get(str(trade.tid), "")
    seq = world.note(Timer(timer=LIMIT, shop=trade.shop, side="tmall", plays=(play,) if play else ()))
    return _confirm(world, trade, due, "timer", cause or seq)


def _confirm(world: World, trade: Trade, shipped: Sequence[Order], actor: str, cause: int) -> Trade:
    state, now = world.state, world.clock.seconds()
    for order in shipped:
        running = open_refund(state, order.oid)
        if running is not None:
            raise Impossible(
                say(
                    "trade.open_refund",
                    "refund {id} on trade {tid} is still open: {status}",
                    id=running.refund_id,
                    tid=trade.tid,
                    status=running.status,
                )
            )
        exchange = state.exchanges.open_on(order.oid)
        if exchange is not None:
            said = {"id": exchange.dispute_id, "tid": trade.tid, "status": exchange.status}
            if exchange.kind == RESHIP:
                raise Impossible(
                    say("trade.open_reship", "re-send {id} on trade {tid} is still open: {status}", **said)
                )
            if exchange.kind == REPAIR:
                raise Impossible(say("trade.open_repair", "repair {id} on trade {tid} is still open: {status}", **said))
            raise Impossible(say("trade.open_exchange", "exchange {id} on trade {tid} is still open: {status}", **said))
    after = {order.oid: replace(order, status=FINISHED, ended=now, due=0) for order in shipped}
    new = settled(state, trade, after, now)
    puts: list[Put] = [("trade", new.tid, new), *(("order", oid, order) for oid, order in after.items())]
    _write(world, new, puts, [], actor, "finish", cause)
    return new


def _write(
    world: World, trade: Trade, puts: list[Put], refunds: list[Refund], actor: str, action: str, cause: int
) -> int:
    play = world.state.plays.get(str(trade.tid), "")
    ids = tuple(refund.refund_id for refund in refunds)
    events = of_trades(world, puts)
    seq = world.change(puts, actor=actor, action=action, cause=cause, shop=trade.shop, refunds=ids, play=play)
    tell_trades(world, events, seq)
    return seq


def _standing(trade: Trade, why: str) -> Impossible:
    return Impossible(
        say("trade.stands", "trade {tid} is {status}: {why}", tid=trade.tid, status=trade.status, why=why)
    )
