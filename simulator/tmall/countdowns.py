"""How long each party may take: the platform's time limits by name, in two profiles, each with a setting of its own."""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.settings import AnySettings
from simulator.tmall import exchange, refund
from simulator.tmall.trade import Order
from simulator.world import World

HOUR = 3_600_000
DAY = 24 * HOUR
"""In ms."""

_GMT8 = 8 * 3600
_DAY_SECONDS = 86_400


class Limit(NamedTuple):
    """One time limit in ms: what public schedules say now, and what older ones said."""

    current: int
    older: int


LIMITS: Mapping[str, Limit] = {
    "seller_unshipped": Limit(DAY, 2 * DAY),
    "seller_refund_only": Limit(36 * HOUR, 5 * DAY),
    "seller_intercept": Limit(3 * DAY, 3 * DAY),
    "seller_return": Limit(5 * DAY, 5 * DAY),
    "buyer_return": Limit(7 * DAY, 7 * DAY),
    "seller_confirm": Limit(10 * DAY, 10 * DAY),
    "buyer_refused_unshipped": Limit(5 * DAY, 7 * DAY),
    "buyer_refused": Limit(7 * DAY, 7 * DAY),
    "trade_receipt": Limit(10 * DAY, 10 * DAY),
    "exchange_seller": Limit(2 * DAY, 2 * DAY),
    "exchange_buyer_return": Limit(7 * DAY, 7 * DAY),
    "exchange_seller_receipt": Limit(10 * DAY, 10 * DAY),
    "exchange_buyer_modify": Limit(7 * DAY, 7 * DAY),
    "exchange_seller_ship": Limit(10 * DAY, 10 * DAY),
    "exchange_buyer_receipt": Limit(10 * DAY, 10 * DAY),
    "reship_seller": Limit(2 * DAY, 2 * DAY),
    "reship_buyer_modify": Limit(7 * DAY, 7 * DAY),
    "reship_seller_ship": Limit(10 * DAY, 10 * DAY),
    "reship_buyer_receipt": Limit(10 * DAY, 10 * DAY),
    "repair_seller": Limit(2 * DAY, 2 * DAY),
    "repair_buyer_return": Limit(7 * DAY, 7 * DAY),
    "repair_seller_ship": Limit(30 * DAY, 30 * DAY),
    "repair_buyer_modify": Limit(7 * DAY, 7 * DAY),
    "repair_buyer_receipt": Limit(10 * DAY, 10 * DAY),
}
"""By name, which is the ledger's for the timer too. Setting `hours_NAME` overrides one, `limit_profile` chooses."""

_SETTING: Mapping[str, str] = {name: f"hours_{name}" for name in LIMITS}

_EXCHANGES: Mapping[tuple[str, str], str] = {
    (exchange.EXCHANGE, exchange.PENDING): "exchange_seller",
    (exchange.EXCHANGE, exchange.WAIT_BUYER_RETURN): "exchange_buyer_return",
    (exchange.EXCHANGE, exchange.RETURNED): "exchange_seller_receipt",
    (exchange.EXCHANGE, exchange.WAIT_BUYER_MODIFY): "exchange_buyer_modify",
    (exchange.EXCHANGE, exchange.WAIT_SELLER_SHIP): "exchange_seller_ship",
    (exchange.EXCHANGE, exchange.WAIT_BUYER_RECEIPT): "exchange_buyer_receipt",
    (exchange.RESHIP, exchange.PENDING): "reship_seller",
    (exchange.RESHIP, exchange.WAIT_BUYER_MODIFY): "reship_buyer_modify",
    (exchange.RESHIP, exchange.WAIT_SELLER_SHIP): "reship_seller_ship",
    (exchange.RESHIP, exchange.WAIT_BUYER_RESENT): "reship_buyer_receipt",
    (exchange.REPAIR, exchange.PENDING): "repair_seller",
    (exchange.REPAIR, exchange.WAIT_BUYER_RETURN): "repair_buyer_return",
    (exchange.REPAIR, exchange.RETURNED): "repair_seller_ship",
    (exchange.REPAIR, exchange.WAIT_BUYER_MODIFY): "repair_buyer_modify",
    (exchange.REPAIR, exchange.WAIT_BUYER_RESENT): "repair_buyer_receipt",
}


def scaled(settings: AnySettings, milliseconds: int) -> int:
    """Return *milliseconds* of the platform's time as this run lets them pass (setting time_scale divides)."""
    scale = settings["time_scale"]
    return milliseconds if scale in (0, 1) else max(1, int(milliseconds / scale))


def length(settings: AnySettings, name: str) -> int:
    """Return how long limit *name* lasts in this run, in ms; 0 for no name: nobody has to act."""
    if not name:
        return 0
    hours = settings[_SETTING[name]]
    limit = LIMITS[name]
    usual = limit.current if settings["limit_profile"] == "current" else limit.older
    return scaled(settings, int(hours * HOUR) if hours else usual)


def countdown_in(state: str, *, kind: str, shipped: bool, intercept: str = "") -> str:
    """Return the name in `LIMITS` of what runs for a refund in *state*, or empty: nobody has to act."""
    if state == refund.WAIT_SELLER_AGREE:
        if kind == "return_refund":
            return "seller_return"
        if intercept == refund.INTERCEPT_APPLY:
            return "seller_intercept"
        return "seller_refund_only" if shipped else "seller_unshipped"
    if state == refund.SELLER_REFUSE_BUYER:
        return "buyer_refused" if shipped else "buyer_refused_unshipped"
    if state == refund.WAIT_BUYER_RETURN_GOODS:
        return "buyer_return"
    return "seller_confirm" if state == refund.WAIT_SELLER_CONFIRM_GOODS else ""


def exchange_countdown_in(kind: str, state: str) -> str:
    """Return the name in `LIMITS` of what runs for an exchange, re-send or repair (*kind*) in *state*, or empty."""
    return _EXCHANGES.get((kind, state), "")


def too_late(world: World, order: Order) -> bool:
    """Tell whether finished *order* is past the days in which a refund or exchange can be asked for."""
    settings = world.settings.of(order.shop)
    days = settings["aftersale_days"]
    last = order.ended + int(days * _DAY_SECONDS)
    if settings["aftersale_end"] == "day":  # the last second of that day on the platform's calendar
        last = ((last + _GMT8) // _DAY_SECONDS + 1) * _DAY_SECONDS - _GMT8 - 1
    passed = (world.clock.seconds() - order.ended) * (settings["time_scale"] or 1)
    return not days or order.ended + passed > last
