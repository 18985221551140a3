"""Which fields of a trade a caller asked for, and how they are read: worked out once for each list of fields."""

from functools import lru_cache
from typing import Any

from simulator.tmall.receivers import oaid, shown
from simulator.tmall.shop import Shop
from simulator.tmall.trade import Order, Trade
from simulator.tmall.trade_fields import ORDER, TRADE, OrderReader, Reader, Scene
from simulator.tmall.trade_state import ORDER_STATE, STATE
from simulator.world import World

_RECEIVER = "receiver_"
_ORDERS = "orders"


class TradeProjection:
    """Readers of the fields that a caller asked for, in the order in which they are written."""

    __slots__ = ("_orders", "_trade")

    def __init__(self, asked: tuple[str, ...], offered: tuple[str, ...]) -> None:
        """Prepare for the names *asked* among those *offered*; others are ignored, as the platform does.

        A nested name (`orders.oid`) asks of sub-orders for that field, of everything else for the whole.
        """
        names = [name for name in dict.fromkeys(asked) if _outer(name) in offered]
        self._trade = _readers(names)
        self._orders = _order_readers({name.partition(".")[2] for name in names if _outer(name) == _ORDERS})

    def row(self, world: World, shop: Shop, trade: Trade) -> dict[str, Any]:
        """Return *trade* of *shop* with its sub-orders as it stands on the wire; what has no value is absent."""
        kept = world.state.orders
        scene = Scene(world, shop, trade, [kept[oid] for oid in trade.oids])
        found = {}
        for name, read in self._trade:
            value = read(scene)
            if value is not None:
                found[name] = value
        if self._orders:
            found[_ORDERS] = [self._order(scene, order) for order in scene.orders]
        return found

    def _order(self, scene: Scene, order: Order) -> dict[str, Any]:
        found = {}
        for name, read in self._orders:
            value = read(scene, order)
            if value is not None:
                found[name] = value
        return found


@lru_cache(maxsize=1024)
def projection(asked: tuple[str, ...], offered: tuple[str, ...]) -> TradeProjection:
    """Return the projection for the names *asked* among those *offered*, the same for the same names."""
    return TradeProjection(asked, offered)


def _readers(names: list[str]) -> tuple[tuple[str, Reader], ...]:
    found: dict[str, Reader] = {name: read for name, read in STATE.items() if name in names}
    found |= {name: _receiver(name) for name in names if name.startswith(_RECEIVER)}
    if "oaid" in names:
        found["oaid"] = lambda scene: oaid(scene.world.seed, scene.trade)
    found |= {name: TRADE[name] for name in dict.fromkeys(map(_outer, names)) if name in TRADE}
    return tuple(found.items())


def _receiver(name: str) -> Reader:
    return lambda scene: shown(scene.world.seed, scene.trade).get(name)


def _order_readers(asked: set[str]) -> tuple[tuple[str, OrderReader], ...]:
    """Return the readers of what is *asked* of sub-orders: of everything, if an empty name is among it."""
    every = {**ORDER_STATE, **ORDER}
    return tuple((name, read) for name, read in every.items() if "" in asked or name in asked)


def _outer(name: str) -> str:
    """Return the field of the trade that *name* is, or is in."""
    return name.partition(".")[0]
