"""What messages about trades (`taobao_trade_`) say, and which of them a change of a trade brings.

Topics and fields are those of the official topic pages (docId 102 to 115). They do not say what exactly brings each;
that is inferred from their names: a trade is told of once for each change, by the topic that says most.
"""

from collections.abc import Iterable
from typing import Any

from simulator.act import yuan
from simulator.clock import to_text
from simulator.tmall.amounts import FINISHED, TRADE_CLOSED
from simulator.tmall.announce import announce
from simulator.tmall.refund import BILLS, Refund
from simulator.tmall.refund_fields import open_uid
from simulator.tmall.trade import Order, Trade
from simulator.world import Put, World

Event = tuple[str, Trade, Order]
"""Topic without `taobao_trade_`, and the rows as they are afterwards."""


def of_trades(world: World, puts: Iterable[Put]) -> list[Event]:
    """Return what *puts*, which are about to be written, bring; nothing unless the shop's app hears of trades."""
    trades = {row.tid: row for entity, _, row in puts if entity == "trade"}
    orders = [row for entity, _, row in puts if entity == "order"]
    if not (trades or orders):
        return []
    shop = next(iter(trades.values())).shop if trades else orders[0].shop
    if not world.settings.of(shop)["tmc_trade_topics"]:
        return []
    found: list[Event] = []
    for order in orders:
        trade = trades.get(order.tid) or world.state.trades[order.tid]
        name = _of_order(order, world.state.orders[order.oid], trade, world.state.trades[order.tid])
        if name and (name, trade) not in [event[:2] for event in found if name in _OF_THE_WHOLE]:
            found.append((name, trade, order))
    told = {trade.tid for _, trade, _ in found}
    for tid, trade in trades.items():
        if tid not in told and tid in world.state.trades:
            touched = next((order for order in orders if order.tid == tid), world.state.orders[trade.oids[0]])
            found.append(("TradeChanged", trade, touched))
    return found


_OF_THE_WHOLE = frozenset({"TradeClose", "TradeSuccess"})
"""Topics that are about the trade, however many of its sub-orders change."""


def _of_order(new: Order, old: Order, trade: Trade, before: Trade) -> str:
    """Return what a changed sub-order is told by; empty: nothing of its own."""
    if new.status != old.status and new.status == TRADE_CLOSED:
        whole = trade.status == TRADE_CLOSED != before.status
        return "TradeClose" if whole else "TradeCloseAndModifyDetailOrder"
    if new.status != old.status and new.status == FINISHED:
        return "TradeSuccess" if trade.status == FINISHED != before.status else "TradePartlyConfirmPay"
    return "TradePartlyRefund" if new.refunded > old.refunded else ""


def tell_trades(world: World, events: Iterable[Event], cause: int) -> None:
    """Publish *events*."""
    for name, trade, order in events:
        refunds = world.state.refunds_on(order.oid)
        said = content(name, trade, order, refunds[-1] if refunds else None)
        announce(world, trade.shop, f"taobao_trade_{name}", said, cause)


def content(name: str, trade: Trade, order: Order, refund: Refund | None = None) -> dict[str, Any]:
    """Return what topic *name* says of *order* and its latest *refund*; `payment` is the trade's."""
    said: dict[str, Any] = {
        "buyer_nick": trade.buyer,
        "buyer_open_uid": open_uid(trade.buyer),
        "oid": order.oid,
        "payment": yuan(trade.payment),
        "seller_nick": trade.shop,
        "status": trade.status,
        "tid": trade.tid,
        "type": "guarantee_trade",
    }
    if name == "TradePartlyRefund":
        said |= {"content": refund.reason if refund is not None else "", "subject": order.title}
    if refund is None:
        return said
    if name == "TradeCloseAndModifyDetailOrder":
        said |= {"refund_id": int(refund.refund_id), "refund_fee": yuan(refund.amount)}
    if name == "TradePartlyConfirmPay":
        said |= {"refund_id": int(refund.refund_id), "refund_phase": refund.phase}
        said |= {"bill_type": BILLS.get(refund.kind, "refund_bill"), "modified": to_text(trade.modified)}
    return said
