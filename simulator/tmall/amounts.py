"""How much of a sub-order can still be refunded, and what paying it out does to order and trade."""

from msgspec.structs import replace

from simulator.state import State
from simulator.tmall.refund import OPEN, Refund
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
    left = order.paid - order.refunded
    trade = state.trades[order.tid]
    if trade.post_fee and not order.consigned:
        others = [state.orders[oid] for oid in trade.oids if oid != order.oid]
        if all(other.status == TRADE_CLOSED and not other.consigned for other in others):
            left += trade.post_fee
    return max(0, left)


def open_refund(state: State, oid: int) -> Refund | None:
    """Return the open refund of sub-order *oid*, if there is one."""
    for refund_id in reversed(state.by_oid.get(oid, ())):
        refund = state.refunds[refund_id]
        if refund.status in OPEN:
            return refund
    return None


def followed(order: Order, refund: Refund) -> Order:
    """Return *order* showing *refund* as its latest (onsale refunds only keep it in step)."""
    if order.refund_id == refund.refund_id and order.refund_status == refund.status:
        return order
    return replace(order, refund_id=refund.refund_id, refund_status=refund.status)


def paid_back(order: Order, refund: Refund, now: int) -> Order:
    """Return *order* after *refund* was paid out at *now* (s): fully refunded before its end, it is closed."""
    refunded = order.refunded + refund.amount
    if refund.phase == "onsale" and refunded >= order.paid:
        return replace(order, refunded=refunded, status=TRADE_CLOSED, ended=now)
    return replace(order, refunded=refunded)


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
    if status in (TRADE_CLOSED, FINISHED) and not ended:
        ended = now
        received = max(0, trade.payment - sum(order.refunded for order in every))
    return replace(trade, status=status, modified=now, ended=ended, received=received)
