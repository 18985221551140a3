"""Makes trades: what was bought, by whom, for how much, and whether it is shipped or finished already."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any

import yaml

from simulator.act import fen, yuan
from simulator.chance import chance
from simulator.errors import ActRefused, UserError, unknown_name
from simulator.shared import shared
from simulator.tmall.amounts import FINISHED, SHIPPED, UNSHIPPED
from simulator.tmall.countdowns import length
from simulator.tmall.receipt import LIMIT
from simulator.tmall.trade import Order, Service, Trade
from simulator.words import say
from simulator.world import Put, World

TRADE_KEYS = ("shop", "orders", "shipped", "finished", "post_fee", "points", "play", "buyer")
ORDER_KEYS = ("sku", "title", "price", "num", "paid", "discount", "coupon", "service")
SERVICE_KEYS = ("title", "price")
MOST_ORDERS = 50
MOST = 100_000_000_00
"""Highest price of a line, in fen."""


@cache
def _catalogue() -> dict[str, Any]:
    text = Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


def create_trade(world: World, spec: Mapping[str, Any], *, play: str = "") -> Trade:
    """Create the paid trade that *spec* describes (see `POST /v1/trades`) and return its row.

    What *spec* leaves open is drawn from the seed. *play* is the play that it, and every refund on it, belongs to.

    Raises:
        UserError: if *spec* has an unknown key, or a value that no trade can have.
    """
    _check_keys(spec, TRADE_KEYS, say("name.trade", "a trade"))
    shop = _shop(world, spec.get("shop"))
    lines = spec.get("orders") or [{}]
    if not isinstance(lines, Sequence) or isinstance(lines, str) or len(lines) > MOST_ORDERS:
        raise UserError(
            say("orders.no_list", "orders is no list of sub-orders."),
            expected=say("orders.list", "It is a list of 1 to {most} objects.", most=MOST_ORDERS),
        )
    finished = _flag(spec, "finished")
    shipped = finished or _flag(spec, "shipped")
    now = world.clock.seconds()
    tid = world.next_tid()
    dice = chance(world.seed, "trade", tid)
    status = FINISHED if finished else SHIPPED if shipped else UNSHIPPED
    frame: dict[str, Any] = {"tid": tid, "shop": shop, "status": status}
    frame |= {"consigned": now if shipped else 0, "ended": now if finished else 0}
    settings = world.settings.of(shop)
    of_order = frame | {"due": world.clock.wall() + length(settings, LIMIT) if status == SHIPPED else 0}
    oids = [tid] if len(lines) == 1 else [tid + number for number in range(1, len(lines) + 1)]
    numbered = enumerate(zip(lines, oids, strict=True))
    orders = [_order(line, oid, of_order, dice, f"orders[{number}]") for number, (line, oid) in numbered]
    post_fee = _money(spec.get("post_fee", 0), "post_fee")
    points = spec.get("points", 0)
    if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= 10_000_000:
        raise UserError(
            say("value.is", "{name} is {value}.", name="points", value=repr(points)),
            expected=say("trade.points", "It is a whole number from 0 to 10000000."),
        )
    services = tuple(
        _service(line["service"], oid, f"orders[{number}].service")
        for number, (line, oid) in enumerate(zip(lines, oids, strict=True))
        if line.get("service") is not None
    )
    payment = shared(sum(order.paid for order in orders) + post_fee + sum(service.price for service in services))
    trade = Trade(
        **frame,
        oids=tuple(oids),
        payment=payment,
        post_fee=post_fee,
        services=services,
        points=points,
        buyer=intern(str(spec.get("buyer") or f"{dice.choice(_catalogue()['buyers'])}{dice.randrange(10, 9999)}")),
        created=now,
        paid_at=now,
        modified=now,
        received=payment if finished else 0,
    )
    play = play or str(spec.get("play") or "")
    puts: list[Put] = [("trade", tid, trade), *(("order", order.oid, order) for order in orders)]
    if play:
        puts.append(("play", tid, play))
    world.change(puts, actor="harness", action="create_trade", shop=shop, play=play)
    return trade


def _service(spec: Any, oid: int, where: str) -> Service:
    """Return the service for sub-order *oid*; its own number is the order's with another first digit."""
    _check_keys(spec, SERVICE_KEYS, say("name.service", "a service"), where)
    title, price = str(spec.get("title") or "上门安装"), _money(spec.get("price", "0.00"), f"{where}.price")
    return Service(oid=int(f"3{str(oid)[1:]}"), item_oid=oid, title=title, price=price)


def _check_keys(spec: Any, known: tuple[str, ...], what: str, where: str = "") -> None:
    if not isinstance(spec, Mapping):
        raise UserError(
            say("object.not", "{what} is an object, not {value}.", what=what, value=repr(spec)),
            where=where,
            expected=say("object.has", "It has {names}.", names=", ".join(known)),
        )
    for key in spec:
        if key not in known:
            raise unknown_name(say("what.key_of", "key of {what}", what=what), str(key), known, where=where)


def _shop(world: World, nick: Any) -> str:
    shops = world.state.shops
    if nick:
        if nick not in shops:
            raise unknown_name(say("what.shop", "shop"), str(nick), shops)
        return str(nick)
    if not shops:
        raise UserError(
            say("shop.no_shop", "there is no shop yet."), expected=say("shop.open", "Open one with POST /v1/shops.")
        )
    return next(iter(shops))


def _flag(spec: Mapping[str, Any], name: str) -> bool:
    value = spec.get(name, False)
    if not isinstance(value, bool):
        raise UserError(
            say("value.is", "{name} is {value}.", name=name, value=repr(value)),
            expected=say("value.flag", "It is true or false."),
        )
    return value


def _money(value: Any, where: str) -> int:
    """Return yuan (text or number) as fen."""
    expected = say("value.yuan", "It is yuan, from 0, with at most two decimals, such as 19.99.")
    try:
        amount = fen(value, where)
    except ActRefused as refused:
        raise UserError(say("value.refused", "{reason}.", reason=refused.reason), expected=expected) from None
    if amount > MOST:
        message = say("value.above", "{name} {value} is above {most}.", name=where, value=value, most=yuan(MOST))
        raise UserError(message, expected=expected)
    return amount


def _order(line: Any, oid: int, frame: Mapping[str, Any], dice: random.Random, where: str) -> Order:
    _check_keys(line, ORDER_KEYS, say("name.order", "a sub-order"), where)
    goods = _catalogue()["goods"]
    number = dice.randrange(len(goods))
    good = goods[number]
    variant = dice.randrange(len(good["skus"]))
    num = line.get("num", 1)
    if isinstance(num, bool) or not isinstance(num, int) or not 1 <= num <= 10_000:
        raise UserError(
            say("value.is", "{name} is {value}.", name="num", value=repr(num)),
            where=where,
            expected=say("order.num", "It is a whole number from 1 to 10000."),
        )
    price = _money(line.get("price", good["price"]), f"{where}.price")
    total = price * num
    discount, coupon = (_money(line.get(name, 0), f"{where}.{name}") for name in ("discount", "coupon"))
    most = total - discount - coupon
    paid = _money(line["paid"], f"{where}.paid") if line.get("paid") is not None else most
    if paid > most or most < 0:
        raise UserError(
            say("order.overpaid", "paid {paid} is too much.", paid=yuan(paid)),
            where=where,
            expected=say("order.most", "It is at most price x num less discount and coupon, {most}.", most=yuan(most)),
        )
    return Order(
        **frame,
        oid=oid,
        title=str(line.get("title") or good["title"]),
        price=price,
        num=num,
        total=shared(total),
        paid=shared(paid),
        discount=discount,
        num_iid=shared(520_000_000_000 + number),
        sku_id=shared(4_300_000_000_000 + number * 100 + variant),
        sku=str(line.get("sku") or good["skus"][variant]),
        outer_id=intern(f"{good['outer_id']}-{variant + 1}"),
    )
