"""A trade of a story as the control API takes it."""

from typing import Any

from scenarios.forms import yuan_text
from scenarios.story import TradeSpec


def terms(trade: TradeSpec, shop: str, play: str) -> dict[str, Any]:
    """Return *trade* as the control API makes it in the *shop* with that nick for *play*."""
    orders: list[dict[str, Any]] = []
    for spec in trade.orders:
        order: dict[str, Any] = {"price": yuan_text(spec.price), "num": spec.num}
        order |= {key: value for key in ("sku", "title") if (value := getattr(spec, key))}
        orders.append(order | ({"paid": yuan_text(spec.paid)} if spec.paid is not None else {}))
    plain: dict[str, Any] = {"shop": shop, "play": play, "orders": orders, "shipped": trade.shipped}
    plain |= {"finished": True} if trade.finished else {}
    return plain | ({"post_fee": yuan_text(trade.post_fee)} if trade.post_fee else {})
