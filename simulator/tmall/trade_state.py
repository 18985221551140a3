"""The fields of a trade and of its sub-orders that tell who traded what, for how much, and how far it is.

Each is read when it is asked for, as are those of `trade_fields`; here are the ones that nearly every caller asks for.
"""

from collections.abc import Mapping

from simulator.act import yuan
from simulator.tmall.refund_fields import alipay_no, open_uid, text_of
from simulator.tmall.trade import Order
from simulator.tmall.trade_fields import OrderReader, Reader, Scene, share


def _total(scene: Scene) -> int:
    return sum(order.total for order in scene.orders)


def _discount(scene: Scene) -> str:
    trade = scene.trade
    services = sum(service.price for service in trade.services)
    return yuan(max(0, _total(scene) + trade.post_fee + services - trade.payment))


def _kept_points(scene: Scene) -> int:
    """Return the points really used: none until the trade ends, then those for what was not refunded."""
    trade = scene.trade
    if not trade.ended or not trade.payment:
        return 0
    kept = max(0, trade.payment - sum(order.refunded for order in scene.orders))
    return trade.points * kept // trade.payment


def _payment(scene: Scene, order: Order) -> str:
    # The platform counts the postage into the payment of an only sub-order, and into no payment of several.
    return yuan(order.paid + (scene.trade.post_fee if scene.only else 0))


def _time(seconds: int) -> str | None:
    return text_of(seconds) if seconds else None


STATE: Mapping[str, Reader] = {
    "tid": lambda scene: scene.trade.tid,
    "tid_str": lambda scene: str(scene.trade.tid),
    "status": lambda scene: scene.trade.status,
    "type": lambda _: "fixed",
    "title": lambda scene: scene.shop.nick,
    "payment": lambda scene: yuan(scene.trade.payment),
    "total_fee": lambda scene: yuan(_total(scene)),
    "post_fee": lambda scene: yuan(scene.trade.post_fee),
    "discount_fee": _discount,
    "adjust_fee": lambda _: yuan(0),
    "point_fee": lambda scene: scene.trade.points,
    "real_point_fee": _kept_points,
    "received_payment": lambda scene: yuan(scene.trade.received),
    "created": lambda scene: text_of(scene.trade.created),
    "pay_time": lambda scene: _time(scene.trade.paid_at),
    "consign_time": lambda scene: _time(scene.trade.consigned),
    "end_time": lambda scene: _time(scene.trade.ended),
    "modified": lambda scene: text_of(scene.trade.modified),
    "seller_nick": lambda scene: scene.shop.nick,
    "buyer_nick": lambda scene: scene.trade.buyer,
    "buyer_open_uid": lambda scene: open_uid(scene.trade.buyer),
    "buyer_rate": lambda _: False,
    "seller_rate": lambda _: False,
    "alipay_no": lambda scene: alipay_no(scene.trade.tid, scene.trade.paid_at),
    "shipping_type": lambda _: "express",
    "num": lambda scene: sum(order.num for order in scene.orders),
}
"""How each of these fields of a trade is read."""

ORDER_STATE: Mapping[str, OrderReader] = {
    "oid": lambda _, order: order.oid,
    "oid_str": lambda _, order: str(order.oid),
    "num_iid": lambda _, order: order.num_iid or None,
    "title": lambda _, order: order.title,
    "sku_id": lambda _, order: str(order.sku_id) if order.sku_id else None,
    "sku_properties_name": lambda _, order: order.sku or None,
    "outer_iid": lambda _, order: order.outer_id or None,
    "outer_sku_id": lambda _, order: order.outer_id or None,
    "num": lambda _, order: order.num,
    "price": lambda _, order: yuan(order.price),
    "total_fee": lambda _, order: yuan(order.total - order.discount),
    "payment": _payment,
    "discount_fee": lambda _, order: yuan(order.discount),
    "adjust_fee": lambda _, __: yuan(0),
    "divide_order_fee": lambda _, order: yuan(order.paid),
    "part_mjz_discount": lambda _, order: yuan(share(order)),
    "status": lambda _, order: order.status,
    "refund_status": lambda _, order: order.refund_status,
    "refund_id": lambda _, order: order.refund_id or None,
    "special_refund_type": lambda _, order: order.special or None,
    "seller_type": lambda scene, _: scene.shop.type,
    "buyer_rate": lambda _, __: False,
    "seller_rate": lambda _, __: False,
    "consign_time": lambda _, order: _time(order.consigned),
    "end_time": lambda _, order: _time(order.ended),
}
"""How each of these fields of a sub-order is read."""
