"""Goods that came back, as both dialects keep them: stock-in orders, of a warehouse system or of the ERP's own people.

An order that is done is a receipt of the document; one that waits for somebody to check it has added no stock yet.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from simulator.erp import canonical, writing
from simulator.erp.document import Document, Receipt
from simulator.erp.profile import cause, noted
from simulator.erp.wangdiantong import store
from simulator.erp.wangdiantong.errors import APPLICATION, Refusal
from simulator.ledger.values import Told
from simulator.world import World

CANCELLED, EDITING, TO_CHECK, DONE = 10, 20, 30, 80
"""Status of an order. That nobody in the sandbox checks or cancels those that wait is our choice."""
_KEPT, _OWN = "erp_record", 500
"""Where the numbers of senders are kept; and the place of the first order of the ERP's own warehouse."""


class Pushed(NamedTuple):
    """An order as it is pushed, in words of neither dialect."""

    refund_no: str
    """The ERP's own number of the document, `TK…`."""
    out_no: str
    """The sender's own number, which can be used once; or empty."""
    warehouse_no: str
    status: int
    logistics_no: str
    remark: str
    goods: list[dict[str, Any]]
    """`spec_no`, `num` and `defect`."""


class Order(NamedTuple):
    """A stock-in order as it is shown."""

    document: Document
    place: int
    """Its place among those of its document."""
    status: int
    created: int
    checked: int
    """ms; 0: it was not checked."""
    goods: list[dict[str, Any]]
    warehouse_no: str
    logistics_no: str
    remark: str

    @property
    def id(self) -> int:
        """Return the ERP's own number."""
        return store.own_number(self.document) * 1000 + self.place

    @property
    def no(self) -> str:
        """Return the number that people see."""
        return f"RK{self.id}"

    @property
    def modified(self) -> int:
        """Return when it changed last (ms)."""
        return max(self.created, self.checked)

    @property
    def pieces(self) -> int:
        """Return how many pieces it is about."""
        return sum(one["num"] for one in self.goods)


def goods(found: Any, quantity: str) -> list[dict[str, Any]]:
    """Return the goods of a push, whose pieces the dialect calls *quantity*.

    Raises:
        Refusal: if they are not as they have to be.
    """
    if not isinstance(found, list) or not found:
        raise Refusal(APPLICATION, "detail_list不能为空")
    every = []
    for line in found:
        if not isinstance(line, dict) or not isinstance(line.get("spec_no"), str) or not line["spec_no"]:
            raise Refusal(APPLICATION, "spec_nomust not be null")
        pieces = canonical.fen(line.get(quantity), "fen")
        if not pieces or pieces < 1 or pieces > 10**6 or canonical.fen(line[quantity], "yuan") != pieces * 100:
            raise Refusal(APPLICATION, "数量不合法")
        every.append({"spec_no": line["spec_no"], "num": pieces, "defect": line.get("defect") in (True, 1, "1")})
    if len({line["spec_no"] for line in every}) < len(every):
        raise Refusal(APPLICATION, "货品列表中有相同商家编码的货品！")
    return every


def warehouse(world: World, number: Any) -> str:
    """Return the number of a warehouse, or raise Refusal if there is none such."""
    if not number:
        raise Refusal(APPLICATION, "仓库编号不可为空")
    if number not in _warehouses(world):
        raise Refusal(APPLICATION, f"仓库不存在  仓库编号: {number}")
    return str(number)


def _warehouses(world: World) -> list[str]:
    return [each.strip() for each in world.settings["wdt_warehouses"].split(",")]


def create(world: World, pushed: Pushed) -> Order:
    """Make the order of a document that waits for goods.

    Raises:
        Refusal: if there is no such document, it waits for none, or the sender's number was used.
    """
    document = store.of_number(world, pushed.refund_no)
    if document is None:
        raise Refusal(APPLICATION, "单据不存在")
    key = f"wangdiantong stock-in {pushed.out_no}"
    if pushed.out_no and key in world.state.plain.get(_KEPT, {}):
        raise Refusal(APPLICATION, "此外部单已使用!")
    if int(document.raw["process_status"]) not in (store.TO_RECEIVE, store.PARTLY):
        raise Refusal(APPLICATION, "退换单状态不是待收货")
    _expected(world, document, pushed.goods)
    order = add(world, document, pushed)
    if pushed.out_no:
        world.change([(_KEPT, key, order.no)], actor="integration", action="stock_in", side="erp")
    return order


def _expected(world: World, document: Document, lines: Iterable[Mapping[str, Any]]) -> None:
    """Raise Refusal if *lines* tell of goods that *document* is not about, or of more than it expects (assumed)."""
    codes = set(specs(world, document))
    for line in lines:
        if codes and line["spec_no"] not in codes:
            raise Refusal(APPLICATION, f"商家编码不存在: {line['spec_no']}")
    if sum(line["num"] for line in lines) > document.quantity - document.received:
        raise Refusal(APPLICATION, "数量不合法")


def expecting(world: World, tid: str, lines: list[dict[str, Any]]) -> Document | None:
    """Return the oldest open document of a trade that has goods to come back, and is about those of *lines*."""
    codes = {line["spec_no"] for line in lines}
    for document in world.state.documents.of_trade(tid):
        ended = document.status in ("refunded", "closed", "done")
        if not ended and document.type in ("return_refund", "exchange") and codes <= set(specs(world, document)):
            return document
    return None


def add(world: World, document: Document, pushed: Pushed) -> Order:
    """Put the order into *document*; one that is done is a receipt, and moves the document on."""
    now, known = world.clock.wall(), document.raw.get("stock_ins", {})
    name = f"P{len(known) + 1}"
    row = {"status": pushed.status, "at": now, "goods": pushed.goods, "warehouse_no": pushed.warehouse_no}
    row |= {"logistics_no": pushed.logistics_no, "remark": pushed.remark}
    raw: dict[str, Any] = {"stock_ins": {**known, name: row}}
    content: dict[str, Any] = {}
    if pushed.status == DONE:
        receipt = Receipt(id=name, quantity=sum(one["num"] for one in pushed.goods), at=now)
        content["receipts"] = (*document.receipts, receipt)
        total = document.received + receipt.quantity
        raw["process_status"] = store.PARTLY if total < document.quantity else store.RECEIVED
    changed = writing.update(world, document, content, raw, cause=cause(), always=True)
    noted().effect = True
    return next(order for order in orders(world, changed) if order.place == len(known) + 1)


def orders(world: World, document: Document) -> Iterator[Order]:
    """Yield the stock-in orders of *document*: those pushed, then one for each receipt of the ERP's own warehouse."""
    known = document.raw.get("stock_ins", {})
    receipts = {receipt.id: receipt for receipt in document.receipts}
    for place, (name, row) in enumerate(known.items(), 1):
        about = (row["warehouse_no"], row["logistics_no"], row["remark"])
        came, lines = receipts.get(name), row["goods"]
        if came is not None and sum(line["num"] for line in lines) != came.quantity:  # corrected since
            lines = [{**lines[0], "num": came.quantity}]
        yield Order(document, place, row["status"], row["at"], came.at if came else 0, lines, *about)
    own = (receipt for receipt in document.receipts if receipt.id not in known)
    for place, receipt in enumerate(own, _OWN):
        line = {"spec_no": next(iter(specs(world, document)), ""), "num": receipt.quantity, "defect": False}
        about = (_warehouses(world)[0], str(document.raw.get("logistics_no") or ""), "")
        yield Order(document, place, DONE, receipt.at, receipt.at, [line], *about)


def specs(world: World, document: Document) -> list[str]:
    """Return the goods codes that a document is about: what was pushed, else those of its sub-orders."""
    if document.raw.get("spec_no"):
        return [str(document.raw["spec_no"])]
    lines = document.raw.get("order_list") or [{"oid": document.oid}]
    found = (world.state.orders.get(int(line["oid"])) for line in lines if str(line["oid"]).isdecimal())
    return [order.outer_id for order in found if order is not None and order.outer_id]


def between(
    world: World, begin: Any, end: Any, *, shops: set[str], statuses: set[str], checked: bool = False
) -> list[Order]:
    """Return the orders that changed (or were *checked*) from *begin* to *end* (text), the oldest first.

    Raises:
        Refusal: if a time is missing or none, or they are too far apart.
    """
    since, until = (second * 1000 for second in store.window(world, begin, end))
    found = []
    for document in store.shown(world, world.state.documents.changes.between(since, sys.maxsize)):
        if shops and document.raw["shop_no"] not in shops:
            continue
        for order in orders(world, document):
            at = order.checked if checked else order.modified
            if since <= at < until + 1000 and (not statuses or str(order.status) in statuses):
                found.append(order)
    return sorted(found, key=lambda order: (order.modified, order.id))


def page(found: list[Order], number: int, size: int) -> list[Order]:
    """Return page *number* (from 0), and note what it tells: that goods came, where that was decided last."""
    chosen = found[number * size : (number + 1) * size]
    about = {order.document.id: order.document for order in chosen}
    told = [row for row in about.values() if row.decision.get("kind") == "receive"]
    answer = noted()
    answer.told = [Told(row.refund_id, row.revision, document=row.id) for row in told]
    answer.fields = ("order_no", "refund_no", "details_list")
    return chosen
