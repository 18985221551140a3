"""When the buyer's receipt is confirmed by itself (自动确认收货): days after shipping, and not while a refund runs.

It runs for a trade once all of it is shipped, and stands still for a sub-order as long as a refund or an exchange of it
is open: the platform then tells the time of the other sub-orders in place of the trade's. That it goes on afterwards
where it stood is general knowledge, as are the ten days.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from simulator.tmall.amounts import SHIPPED, UNSHIPPED, open_refund
from simulator.tmall.countdowns import length
from simulator.tmall.trade import Order, Trade
from simulator.world import World

LIMIT = "trade_receipt"
"""Its name among the time limits."""


def counted(
    world: World, trade: Trade, after: Mapping[int, Order], wall: int, stands: Mapping[int, bool] | None = None
) -> dict[int, Order]:
    """Return *after*, sub-orders of *trade* as they are to be, with their time of receipt, and all that change by it.

    *stands* tells of sub-orders whether a refund or exchange of them will be open at *wall* (ms), others are looked up.
    """
    state = world.state
    found = dict(after)
    every = [after.get(oid) or state.orders[oid] for oid in trade.oids]
    waits = any(order.status == UNSHIPPED for order in every)
    for order in every:
        due = left = 0
        if order.status == SHIPPED:
            due, left = order.due, order.left
            open_now = stands[order.oid] if stands and order.oid in stands else _open(world, order.oid)
            if open_now:
                due, left = 0, left or (max(1, due - wall) if due else 0)
            elif not (due or waits):
                due, left = wall + (left or length(world.settings.of(order.shop), LIMIT)), 0
        if (due, left) != (order.due, order.left):
            found[order.oid] = replace(order, due=due, left=left)
    return found


def _open(world: World, oid: int) -> bool:
    return open_refund(world.state, oid) is not None or world.state.exchanges.open_on(oid) is not None


def times(orders: list[Order]) -> tuple[int, dict[int, int]]:
    """Return when the receipt of a trade (0: not at one time), and of which of its *orders*, is confirmed, in ms."""
    running = {order.oid: order.due for order in orders if order.due}
    stands = any(order.status == SHIPPED and not order.due for order in orders)
    return (0, running) if stands else (max(running.values(), default=0), {})
