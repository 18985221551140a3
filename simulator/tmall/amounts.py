"""How much of a sub-order can still be refunded, and what paying it out does to order and trade."""

from msgspec.structs import replace

from simulator.state import State
from simulator.tmall.refund import FREIGHT, OPEN, SPECIAL, Refund
from simulator.tmall.trade import Order, Trade

UNSHIPPED = "WAIT_SELLER_SEND_GOODS"
SHIPPED = "WAIT_BUYER_CONFIRM_GOODS"
PARTLY_SHIPPED = "SELLER_CONSIGNED_PART"
FINISHED = "TRADE_FINISHED"
TRADE_CLOSED = "TRADE_CLOSED"


def ceiling(state: State, order: Order) -> int:
    """Return what can still be refunded of *order*, in fen.

    Its share of the payment less what went back; the last sub-order of a trade of which nothing was shipped
    brings the postage with it.
    """
    left = order.goods_left
    trade = state.trades[order.tid]
    if trade.post_fee and not order.consigned:
        others = [state.orders[oid] for oid in trade.oids if oid != order.oid]
        if all(other.status == TRADE_CLOSED and not other.consigned for other in others):
            left += freight_left(state, trade, order)
    return max(0, left)


def freight_left(state: State, trade: Trade, order: Order) -> int:
    """Return how much of the postage of *trade* a refund on *order* can ask for, in fen.

    What went back already is not left, nor what open refunds on its other sub-orders ask for.
    """
    left = trade.post_fee
    for oid in trade.oids if left else ():
        running = open_refund(state, oid) if oid != order.oid else None
        left -= state.orders[oid].freight + (running.freight if running is not None else 0)
    return max(0, left)


def ceiling_for(state: State, order: Order, purpose: str) -> int:
    """Return what a refund of *purpose* on *order* can be at most: of the postage only, or as for the goods."""
    return freight_left(state, state.trades[order.tid], order) if purpose == FREIGHT else ceiling(state, order)


def freight_in(order: Order, refund: Refund) -> int:
    """Return how much of the amount of *refund* is postage: what exceeds the goods, or all of it."""
    return refund.amount if refund.purpose == FREIGHT else max(0, refund.amount - order.goods_left)


def open_refund(state: State, oid: int) -> Refund | None:
    """Return the open refund of sub-order *oid*, if there is one."""
    return next((refund for refund in reversed(state.refunds_on(oid)) if refund.status in OPEN), None)


def followed(order: Order, refund: Refund) -> Order:
    """Return *order* showing *refund* as its latest (onsale refunds only keep it in step)."""
    if order.refund_id == refund.refund_id and order.refund_status == refund.status:
        return order
    return replace(order, refund_id=refund.refund_id, refund_status=refund.status)


def paid_back(order: Order, refund: Refund, now: int) -> Order:
    """Return *order* after *refund* was paid out at *now* (s): fully refunded before its end, it is closed."""
    after = replace(order, refunded=order.refunded + refund.amount, freight=order.freight + refund.freight)
    if refund.purpose in SPECIAL:
        return replace(after, special=refund.purpose)
    if refund.phase == "onsale" and after.goods_left <= 0 and refund.purpose != FREIGHT:
        return replace(after, status=TRADE_CLOSED, ended=now)
    return after


def taken_back(order: Order, refund: Refund, trade: Trade) -> Order:
    """Return *order* after the payment of *refund* was reversed: if that had closed it, it goes on."""
    after = replace(order, refunded=order.refunded - refund.amount, freight=order.freight - refund.freight)
    if order.status != TRADE_CLOSED:
        return after
    ended = trade.ended if trade.status == FINISHED else 0
    return replace(after, status=FINISHED if ended else SHIPPED, ended=ended)


def settled(state: State, trade: Trade, orders: dict[int, Order], now: int) -> Trade:
    """Return *trade* as its sub-orders make it, *orders* in the place of the kept ones, modified at *now* (s)."""
    every = [orders.get(oid) or state.orders[oid] for oid in trade.oids]
    kept = {order.status for order in every} - {TRADE_CLOSED}
    if not kept:
        status = TRADE_CLOSED
    elif kept == {UNSHIPPED, SHIPPED}:
        status = PARTLY_SHIPPED
    else:
        status = next(iter(kept)) if len(kept) == 1 else trade.status
    ended, received = trade.ended, trade.received
    if status not in (TRADE_CLOSED, FINISHED):
        ended = received = 0
    elif not ended:
        ended = now
        received = max(0, trade.payment - sum(order.refunded for order in every))
    return replace(trade, status=status, modified=now, ended=ended, received=received)
