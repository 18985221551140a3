"""`taobao.trade.fullinfo.get` and `taobao.trade.get`: one trade with its sub-orders, personal data masked."""

from collections.abc import Mapping
from typing import Any

from simulator.act import yuan
from simulator.exchange import Answer
from simulator.tmall.context import Context
from simulator.tmall.errors import NO_SUCH_TRADE, Refused
from simulator.tmall.receivers import masked, oaid, receiver_of
from simulator.tmall.refund_fields import alipay_no, open_uid, text_of
from simulator.tmall.trade import Order, Trade
from simulator.tmall.trade_fields import ORDER, TRADE, Scene, share

_DAY = 86_400


def get_trade(context: Context) -> Answer:
    """Answer `taobao.trade.fullinfo.get`, or `taobao.trade.get`, which knows fewer fields, none of the receiver."""
    world = context.world
    trade = world.state.trades.get(context.args["tid"])
    if trade is None or trade.shop != context.shop.nick or trade.created < oldest(context):
        raise Refused(NO_SUCH_TRADE)
    row = trade_row(context, trade, context.method.answer["trade"].only)
    return Answer(data={"trade": row}, body={"trade": row})


def oldest(context: Context) -> int:
    """Return when (s) the oldest trades were created that the platform still shows: three months ago."""
    return int(context.world.clock.seconds() - context.settings["kept_days"] * _DAY)


def trade_row(context: Context, trade: Trade, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields asked for of *trade*, its sub-orders among them, as far as the method has them (*known*)."""
    world = context.world
    asked = [name for name in context.args["fields"] if _outer(name) in known]
    orders = [world.state.orders[oid] for oid in trade.oids]
    row = _trade(trade, orders, context.shop.nick)
    if any(name.startswith("receiver_") for name in asked):
        row |= masked(receiver_of(world.seed, trade))
    if "oaid" in asked:
        row["oaid"] = oaid(world.seed, trade)
    scene = Scene(world, context.shop, trade, orders)
    row |= {name: TRADE[name](scene) for name in dict.fromkeys(map(_outer, asked)) if name in TRADE}
    row = {name: value for name, value in row.items() if value is not None and (name in asked or name in TRADE)}
    of_orders = {name.partition(".")[2] for name in asked if _outer(name) == "orders"}
    if of_orders:
        names = ORDER if "" in of_orders else [name for name in ORDER if name in of_orders]
        row["orders"] = [
            _selected(_order(order, trade, context.shop.type), of_orders)
            | {name: value for name in names if (value := ORDER[name](scene, order)) is not None}
            for order in orders
        ]
    return row


def _outer(name: str) -> str:
    """Return the field of the trade that *name* is, or is in."""
    return name.partition(".")[0]


def _selected(row: Mapping[str, Any], asked: set[str]) -> dict[str, Any]:
    """Return what of *row* is asked for: everything if `orders` itself is among it (an empty name)."""
    return {name: value for name, value in row.items() if value is not None and ("" in asked or name in asked)}


def _trade(trade: Trade, orders: list[Order], shop: str) -> dict[str, Any]:
    total = sum(order.total for order in orders)
    services = sum(service.price for service in trade.services)
    return {
        "tid": trade.tid,
        "tid_str": str(trade.tid),
        "status": trade.status,
        "type": "fixed",
        "title": shop,
        "payment": yuan(trade.payment),
        "total_fee": yuan(total),
        "post_fee": yuan(trade.post_fee),
        "discount_fee": yuan(max(0, total + trade.post_fee + services - trade.payment)),
        "adjust_fee": yuan(0),
        "point_fee": trade.points,
        "real_point_fee": _kept_points(trade, orders),
        "received_payment": yuan(trade.received),
        "created": text_of(trade.created),
        "pay_time": _time(trade.paid_at),
        "consign_time": _time(trade.consigned),
        "end_time": _time(trade.ended),
        "modified": text_of(trade.modified),
        "seller_nick": shop,
        "buyer_nick": trade.buyer,
        "buyer_open_uid": open_uid(trade.buyer),
        "buyer_rate": False,
        "seller_rate": False,
        "alipay_no": alipay_no(trade.tid, trade.paid_at),
        "shipping_type": "express",
        "num": sum(order.num for order in orders),
    }


def _order(order: Order, trade: Trade, shop_type: str) -> dict[str, Any]:
    # The platform counts the postage into the payment of an only sub-order, and into no payment of several.
    payment = order.paid + (trade.post_fee if len(trade.oids) == 1 else 0)
    return {
        "oid": order.oid,
        "oid_str": str(order.oid),
        "num_iid": order.num_iid or None,
        "title": order.title,
        "sku_id": str(order.sku_id) if order.sku_id else None,
        "sku_properties_name": order.sku or None,
        "outer_iid": order.outer_id or None,
        "outer_sku_id": order.outer_id or None,
        "num": order.num,
        "price": yuan(order.price),
        "total_fee": yuan(order.total - order.discount),
        "payment": yuan(payment),
        "discount_fee": yuan(order.discount),
        "adjust_fee": yuan(0),
        "divide_order_fee": yuan(order.paid),
        "part_mjz_discount": yuan(share(order)),
        "status": order.status,
        "refund_status": order.refund_status,
        "refund_id": order.refund_id or None,
        "special_refund_type": order.special or None,
        "seller_type": shop_type,
        "buyer_rate": False,
        "seller_rate": False,
        "consign_time": _time(order.consigned),
        "end_time": _time(order.ended),
    }


def _kept_points(trade: Trade, orders: list[Order]) -> int:
    """Return the points really used: none until the trade ends, then those for what was not refunded."""
    if not trade.ended or not trade.payment:
        return 0
    kept = max(0, trade.payment - sum(order.refunded for order in orders))
    return trade.points * kept // trade.payment


def _time(seconds: int) -> str | None:
    return text_of(seconds) if seconds else None
