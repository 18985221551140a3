"""The one table between a refund's row and its fields on the wire, and the projections that callers ask for."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from simulator.act import yuan
from simulator.clock import to_text
from simulator.tmall.exchange import REPAIR, RESHIP
from simulator.tmall.refund import (
    INTERCEPT_SUCCESS,
    PRICE_PROTECT,
    SELLER_REFUSE_BUYER,
    SPECIAL,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
    Refund,
)
from simulator.tmall.trade import Order

Getter = Callable[[Refund], Any]
"""Reads one field's value for the wire; None or an empty text: the field is absent."""

text_of = lru_cache(maxsize=65536)(to_text)
"""`to_text`, remembered: a page shows the same few seconds again and again."""

_DISPUTES = {"return_refund": "REFUND_AND_RETURN", RESHIP: "RESHIPPING", REPAIR: "REPAIR"}
_REQUESTS = {"return_refund": "3", RESHIP: "10"}
"""`dispute_type`, and what an attribute calls the same, by kind; else a refund of money only."""

_REMIND = {WAIT_SELLER_AGREE: 3, WAIT_BUYER_RETURN_GOODS: 1, WAIT_SELLER_CONFIRM_GOODS: 2, SELLER_REFUSE_BUYER: 4}
"""remind_type by status: 3 and 1 were seen in the field, the others are assumed."""


def open_uid(nick: str) -> str:
    """Return the opaque id that apps are given in place of a buyer's *nick*."""
    return "AAH" + nick.encode().hex()


def nick_of(open_uid: str) -> str:
    """Return the nick behind an *open_uid*, or a text that is nobody's nick."""
    try:
        return bytes.fromhex(open_uid.removeprefix("AAH")).decode()
    except ValueError:
        return "\0"


def alipay_no(tid: int, paid: int) -> str:
    """Return the payment's number for trade *tid*, paid (or applied for) at second *paid*."""
    return f"{text_of(paid)[:10].replace('-', '')}2200{tid % 10**16:016d}"


def _countdown(refund: Refund) -> dict[str, Any]:
    if not refund.due:
        return {"exist_timeout": False, "remind_type": 0}
    kind = _REMIND.get(refund.status, 0)
    return {"exist_timeout": True, "remind_type": kind, "timeout": text_of(refund.due // 1000)}


def _encoded(value: str) -> str:
    # The platform's own way round: a colon is #3B and a semicolon #3A.
    return value.replace(":", "#3B").replace(";", "#3A")


def _attribute(refund: Refund) -> str:
    parts = {
        "bizCode": "tmall.general.refund",
        "sdkCode": "ali.china.tmall",
        "workflowName": "refund",
        "opRole": "daemon" if refund.auto else "buyer",
        "disputeRequest": _REQUESTS.get(refund.kind, "1"),
        "itemBuyAmount": str(refund.bought or refund.num),
        "itemPrice": str(refund.price),
        "apply_init_refund_fee": str(refund.first or refund.amount),
        "EXmrf": str(refund.most or refund.amount),
        "ol_tf": str(refund.total),
        "lastOrder": str(refund.freight),
        "apply_reason_text": _encoded(refund.reason),
        "part_refund": "1" if refund.amount < refund.total else "0",
        "seller_audit": "1" if refund.reviewed else "0",
        "b2c": "1",
        "7d": "1",
        "isVirtual": "0",
        "sku": _encoded(refund.sku),
        "shop_name": _encoded(refund.shop),
    }
    if refund.kind == REPAIR:
        del parts["disputeRequest"]  # nobody told its number in public
    if refund.due:
        # What the countdown was when the refund last changed, in whole minutes.
        parts["tod"] = str((refund.due - refund.modified * 1000) // 60_000 * 60_000)
    if refund.auto:
        parts |= {"autoAgree": "1", "agreeSource": "platform"}
    if refund.advance_status:
        parts |= {"clj_zero_second_refund": "1", "twoHoursAutoRefund": "1"}
    if refund.purpose == PRICE_PROTECT:
        parts["price_protection"] = "1"
    if refund.intercept:
        parts["interceptItemListResult"] = refund.intercept
        parts["autoInterceptAgree"] = "1" if refund.intercept == INTERCEPT_SUCCESS else "0"
    return ";" + "".join(f"{name}:{value};" for name, value in parts.items())


class Wire(NamedTuple):
    """One field of a refund on the wire: how the ledger calls it, and how it is read."""

    ledger: str
    get: Getter | None
    """None: it is the sub-order's status, no field of the refund."""


WIRE: Mapping[str, Wire] = {
    "refund_id": Wire("refund_id", attrgetter("refund_id")),
    "alipay_no": Wire("alipay_no", lambda r: alipay_no(r.tid, r.created)),
    "tid": Wire("tid", attrgetter("tid")),
    "oid": Wire("oid", attrgetter("oid")),
    "buyer_nick": Wire("buyer", attrgetter("buyer")),
    "buyer_open_uid": Wire("buyer", lambda r: open_uid(r.buyer) if r.buyer else None),
    "ouid": Wire("buyer", lambda r: open_uid(r.buyer) if r.buyer else None),
    "seller_nick": Wire("shop", attrgetter("shop")),
    "total_fee": Wire("total", lambda r: yuan(r.total)),
    "status": Wire("status", attrgetter("status")),
    "created": Wire("created", lambda r: text_of(r.created)),
    "modified": Wire("modified", lambda r: text_of(r.modified)),
    "refund_fee": Wire("amount", lambda r: yuan(r.amount)),
    "good_status": Wire("good_status", attrgetter("good_status")),
    "has_good_return": Wire("kind", lambda r: r.kind in ("return_refund", REPAIR)),
    "payment": Wire("payment", lambda r: yuan(r.payment)),
    "reason": Wire("reason", attrgetter("reason")),
    "desc": Wire("desc", attrgetter("desc")),
    "num_iid": Wire("num_iid", lambda r: r.num_iid or None),
    "title": Wire("title", attrgetter("title")),
    "price": Wire("price", lambda r: yuan(r.price)),
    "num": Wire("num", attrgetter("num")),
    "good_return_time": Wire("returned", lambda r: text_of(r.returned) if r.returned else None),
    "company_name": Wire("company", attrgetter("company")),
    "sid": Wire("waybill", attrgetter("waybill")),
    "address": Wire("address", attrgetter("address")),
    "shipping_type": Wire("shipping_type", lambda _: "express"),
    "refund_phase": Wire("phase", attrgetter("phase")),
    "refund_version": Wire("version", attrgetter("version")),
    "operation_contraint": Wire("constraint", attrgetter("constraint")),
    "attribute": Wire("attribute", _attribute),
    "outer_id": Wire("outer_id", attrgetter("outer_id")),
    "sku": Wire("sku", attrgetter("sku")),
    "order_status": Wire("order_status", None),
    "special_refund_type": Wire("purpose", lambda r: r.purpose if r.purpose in SPECIAL else None),
    "cs_status": Wire("cs_status", attrgetter("cs_status")),
    "advance_status": Wire("advance_status", attrgetter("advance_status")),
    "dispute_type": Wire("kind", lambda r: _DISPUTES.get(r.kind, "REFUND")),
    "refund_remind_timeout": Wire("due", _countdown),
    "split_seller_fee": Wire("payment", lambda r: yuan(r.payment)),
    "split_taobao_fee": Wire("split_taobao_fee", lambda _: yuan(0)),
    "end_time": Wire("ended", lambda r: text_of(r.ended) if r.ended else None),
}
"""Wire name to ledger name (a field of `Refund`, or the wire's own name where it has none) and reader."""


class Projection:
    """The fields of a refund that a caller asked for, in the order in which the platform writes them."""

    __slots__ = ("_getters", "ledger", "names")

    def __init__(self, names: Iterable[str]) -> None:
        """Prepare for wire *names*."""
        self.names = tuple(names)
        self.ledger = tuple(dict.fromkeys(WIRE[name].ledger for name in self.names))
        """The same in the ledger's words."""
        self._getters = tuple((name, WIRE[name].get) for name in self.names)

    def row(self, refund: Refund, orders: Mapping[int, Order]) -> dict[str, Any]:
        """Return *refund* as it stands on the wire; its sub-order is looked up in *orders* only if told of."""
        found = {}
        for name, get in self._getters:
            value = orders[refund.oid].status if get is None else get(refund)
            if value or (value is not None and value != ""):
                found[name] = value
        return found


@lru_cache(maxsize=1024)
def projection(asked: tuple[str, ...], offered: tuple[str, ...]) -> Projection:
    """Return the projection for the names *asked* among those *offered*; others are ignored, as the platform does.

    A nested name (`refund_remind_timeout.timeout`) asks for the whole object.
    """
    wanted = {name.partition(".")[0] for name in asked}
    return Projection(name for name in offered if name in wanted)
