"""Reads stories from YAML files, and the library that comes with the product."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from scenarios.acts import HANDLED
from scenarios.forms import yuan
from scenarios.located import Located, load, load_file
from scenarios.steps import Steps
from scenarios.story import OrderSpec, Story, TradeSpec, Variant
from scenarios.words import say
from simulator.errors import UserError, unknown_name
from simulator.phrase import joined

LIBRARY = Path(__file__).parent / "library"

_FAMILIES = {"COV": 4, "DUP": 4, "MNY": 3, "STA": 5, "DDL": 2, "ORD": 6, "RTY": 5, "SYN": 4, "MSG": 3, "PRO": 5}
_FAMILIES |= {"ERP": 4, "DAT": 1, "SEC": 2, "OBS": 2, "PRF": 3}
RULES = frozenset(f"{family}-{n:02d}" for family, count in _FAMILIES.items() for n in range(1, count + 1))
"""Every public rule id. Whether this version judges one is the rules' business."""

NEEDS = (
    *HANDLED,
    "ag",
    "hold",
    "messages",
    "callbacks",
    "restartable",
    "shops",
    "clock",
    "escalation",
    "lag",
    "polling",
    "renews",
)
"""What `requires` may ask of a target's declaration."""

KEYS = ("id", "title", "tells", "judges", "requires", "exclusive", "among", "twin", "with", "given", "steps")
_ID = re.compile(r"[A-Z][A-Z0-9]*[a-z]?")
_BULK = 10_000


def read_story(path: Path) -> Story:
    """Return the story in the file *path*.

    Raises:
        UserError: if it cannot be read, or is no story; with file and line.
    """
    return _story(load_file(path, say("name.story", "the story")))


def read_text(text: str, path: str = "story") -> Story:
    """Return the story in *text*; *path* is what errors call its file."""
    return _story(load(text, path, say("name.story", "the story")))


def library(folder: Path = LIBRARY) -> dict[str, Story]:
    """Return the stories in *folder* by id, in the order of their ids.

    Raises:
        UserError: if one cannot be read, or two have the same id.
    """
    found: dict[str, Story] = {}
    for path in sorted(folder.glob("*.yaml")):
        story = read_story(path)
        if story.id in found:
            message = say("story.same_id", "{id} is also the id of {other}.", id=story.id, other=found[story.id].where)
            raise UserError(message, where=story.where)
        found[story.id] = story
    return found


def _story(node: Located) -> Story:
    pairs = node.keys(KEYS, say("name.a_story", "a story"))
    for key in ("id", "title", "given", "steps"):
        if key not in pairs:
            node.fail(
                say("story.lacks", "the story has no {key}.", key=key),
                say("story.has", "A story has id, title, given and steps."),
            )
    ident = pairs["id"].text()
    if not _ID.fullmatch(ident):
        pairs["id"].no(repr(ident), say("story.id", "capitals and digits, such as S11 or S12b"))
    exclusive = pairs["exclusive"].flag() if "exclusive" in pairs else False
    if "among" in pairs and not exclusive:
        pairs["among"].fail(
            say("story.among", "among says with whom an exclusive story shares its shop; this one is not exclusive."),
            say("fault.exclusive", "Add exclusive: true to the story."),
        )
    variants = tuple(
        _variant(pairs["given"], pairs["steps"], values, exclusive=exclusive) for values in _rows(pairs.get("with"))
    )
    return Story(
        id=ident,
        title=_texts(pairs["title"]),
        tells=_texts(pairs["tells"]) if "tells" in pairs else {},
        judges=_known(pairs.get("judges"), say("what.rule", "rule"), RULES),
        requires=_known(pairs.get("requires"), say("what.requirement", "requirement"), NEEDS),
        exclusive=exclusive,
        among=pairs["among"].text() if "among" in pairs else "",
        twin=pairs["twin"].text() if "twin" in pairs else "",
        variants=variants,
        where=node.where,
    )


def _texts(node: Located) -> dict[str, str]:
    """Return texts by language; a plain text is English."""
    if node.kind != "mapping":
        return {"en": node.text()}
    return {lang: value.text() for lang, value in node.keys(("en", "zh"), node.name).items()}


def _known(node: Located | None, what: str, known: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
    if node is None:
        return ()
    for item in [node] if node.kind != "list" else node.items():
        if item.text() not in known:
            raise unknown_name(what, item.text(), known, where=item.where)
    return node.words()


def _rows(node: Located | None) -> list[dict[str, str]]:
    """Return the rows of `with`: columns of equal length, whose values may name each other by `${name}`."""
    if node is None:
        return [{}]
    columns = {name: value.items() for name, value in node.mapping().items()}
    lengths = {len(items) for items in columns.values()}
    if len(lengths) != 1 or lengths == {0}:
        counted = joined(
            say("with.column", "{name} has {count}", name=name, count=len(items)) for name, items in columns.items()
        )
        node.fail(
            say(
                "with.differ",
                "the columns of with differ: {counted}.",
                counted=counted or say("with.none", "there are none"),
            ),
            say("with.each", "Each has one value a play."),
        )
    rows = []
    for n in range(lengths.pop()):
        cells = {name: items[n] for name, items in columns.items()}
        rows.append({name: _cell(name, cells, ()) for name in cells})
    return rows


def _cell(name: str, cells: Mapping[str, Located], asking: tuple[str, ...]) -> str:
    """Return the text of cell *name*, with the cells it names filled in; *asking* are those that wait for it."""
    cell = cells[name]
    text = cell.text()
    if name in asking:
        path = " → ".join((*asking, name))
        cell.fail(
            say("with.cyclic", "{path} is a cyclic reference.", path=path),
            say("with.no_cycle", "A value may name others, but not, in the end, itself."),
        )
    named = [other for other in cells if f"${{{other}}}" in text]
    return cell.filled(text, {other: _cell(other, cells, (*asking, name)) for other in named} | _blank(cells, named))


def _blank(cells: Mapping[str, Located], named: list[str]) -> dict[str, str]:
    return {other: "" for other in cells if other not in named}


def _variant(given: Located, steps: Located, values: dict[str, str], *, exclusive: bool) -> Variant:
    trades = _trades(given, values)
    return Variant(trades=trades, steps=Steps(trades, values, exclusive=exclusive).read(steps), values=values)


def _trades(node: Located, values: dict[str, str]) -> tuple[TradeSpec, ...]:
    pairs = node.keys(("trade", "trades"), "given")
    if len(pairs) != 1:
        node.fail(
            say("given.unclear", "given has neither trade nor trades, or both."),
            say("given.form", "Write trade: {…}, or trades: {NAME: {…}, …}."),
        )
    if "trade" in pairs:
        return (_trade("trade", pairs["trade"], values),)
    return tuple(_trade(name, value, values) for name, value in pairs["trades"].mapping().items())


def _trade(name: str, node: Located, values: dict[str, str]) -> TradeSpec:
    pairs = node.keys(
        ("orders", "shipped", "finished", "post_fee", "count", "pages", "more"),
        say("name.trade", "trade {name}", name=name),
    )
    if "orders" not in pairs:
        node.fail(
            say("trade.no_orders", "trade {name} has no orders.", name=name),
            say("trade.orders", "Write orders: [{price: 199.00, num: 1}]."),
        )
    orders = tuple(_order(item, values) for item in pairs["orders"].items())
    if not orders:
        pairs["orders"].fail(
            say("trade.no_orders", "trade {name} has no orders.", name=name),
            say("trade.one", "A trade has at least one."),
        )
    count = pairs["count"].whole(least=1) if "count" in pairs else 1
    if count > _BULK:
        pairs["count"].fail(
            say("node.is", "{name} is {value}.", name="count", value=count),
            say("trade.bulk", "At most {most} trades are made at once.", most=_BULK),
        )
    numbers = {key: _number(pairs[key], values) for key in ("pages", "more") if key in pairs}
    if "pages" in pairs and (numbers["pages"] < 1 or "count" in pairs):
        pairs["pages"].fail(
            say("trade.pages", "trade {name} says in two ways how many there are, or fills no page.", name=name),
            say("trade.pages_form", "Write count: 105, or pages: 2 and, if wanted, more: 1 (or -1)."),
        )
    post_fee = pairs.get("post_fee")
    return TradeSpec(
        name=name,
        orders=orders,
        shipped=pairs["shipped"].flag() if "shipped" in pairs else False,
        finished=pairs["finished"].flag() if "finished" in pairs else False,
        post_fee=yuan(post_fee, post_fee.text(values)) if post_fee else 0,
        count=count,
        **numbers,
    )


def _number(node: Located, values: dict[str, str]) -> int:
    text = node.text(values)
    try:
        return int(text)
    except ValueError:
        node.no(repr(text), say("form.number", "a whole number, such as 1 or -1"))


def _order(node: Located, values: dict[str, str]) -> OrderSpec:
    pairs = node.keys(OrderSpec.__struct_fields__, say("name.order", "an order"))
    if "price" not in pairs:
        node.fail(say("order.no_price", "an order has no price."), say("order.form", "Write {price: 199.00, num: 1}."))
    amounts = {key: yuan(pairs[key], pairs[key].text(values)) for key in ("price", "paid") if key in pairs}
    if amounts["price"] == 0:
        pairs["price"].fail(
            say("node.is", "{name} is {value}.", name="price", value=0),
            say("order.least", "Goods cost at least 0.01."),
        )
    order = OrderSpec(
        num=pairs["num"].whole(least=1) if "num" in pairs else 1,
        sku=pairs["sku"].text(values) if "sku" in pairs else "",
        title=pairs["title"].text(values) if "title" in pairs else "",
        price=amounts["price"],
    )
    return msgspec.structs.replace(order, paid=amounts.get("paid"))
