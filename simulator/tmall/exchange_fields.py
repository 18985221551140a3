"""The one table between an exchange's row and its fields on the wire."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from simulator.act import yuan
from simulator.tmall.exchange import EXCHANGE, Exchange
from simulator.tmall.receivers import oaid, shown
from simulator.tmall.refund_fields import alipay_no, open_uid, text_of
from simulator.world import World


class Wire(NamedTuple):
    """One field: how the ledger calls it, and how it is read."""

    ledger: str
    get: Callable[[Exchange], Any]


WIRE: Mapping[str, Wire] = {
    "dispute_id": Wire("dispute_id", attrgetter("dispute_id")),
    "biz_order_id": Wire("tid", lambda e: str(e.tid)),
    "status": Wire("status", attrgetter("status")),
    "created": Wire("created", lambda e: text_of(e.created)),
    "modified": Wire("modified", lambda e: text_of(e.modified)),
    "refund_phase": Wire("phase", attrgetter("phase")),
    "refund_version": Wire("version", attrgetter("version")),
    "good_status": Wire("good_status", attrgetter("good_status")),
    "payment": Wire("total", lambda e: yuan(e.total)),
    "price": Wire("price", lambda e: yuan(e.price)),
    "num": Wire("num", attrgetter("num")),
    "title": Wire("title", attrgetter("title")),
    "reason": Wire("reason", attrgetter("reason")),
    "desc": Wire("desc", attrgetter("desc")),
    "bought_sku": Wire("sku", attrgetter("sku")),
    "exchange_sku": Wire("wanted", attrgetter("wanted")),
    "address": Wire("address", attrgetter("address")),
    "buyer_logistic_name": Wire("company", attrgetter("company")),
    "buyer_logistic_no": Wire("waybill", attrgetter("waybill")),
    "seller_logistic_name": Wire("seller_company", attrgetter("seller_company")),
    "seller_logistic_no": Wire("seller_waybill", attrgetter("seller_waybill")),
    "buyer_nick": Wire("buyer", attrgetter("buyer")),
    "buyer_open_uid": Wire("buyer", lambda e: open_uid(e.buyer) if e.buyer else ""),
    "seller_nick": Wire("shop", attrgetter("shop")),
    "alipay_no": Wire("alipay_no", lambda e: alipay_no(e.tid, e.created)),
    "time_out": Wire("due", lambda e: text_of(e.due // 1000) if e.due else ""),
    "operation_contraint": Wire("constraint", lambda _: "null"),
    "advance_status": Wire("advance_status", lambda _: 0),
    "cs_status": Wire("cs_status", attrgetter("cs_status")),
    "attributes": Wire("attribute", lambda e: f";disputeRequest:{3 if e.kind == EXCHANGE else 10};"),
}
"""Wire name to ledger name (a field of `Exchange`, or the wire's own name where it has none) and reader."""

_RECEIVER = ("buyer_name", "buyer_phone", "buyer_address")


def row(world: World, exchange: Exchange, asked: Iterable[str]) -> dict[str, Any]:
    """Return the fields *asked* for of *exchange*; names of no field are ignored, empty values left out."""
    # The seller's calls call the trade's number `bizorder_id` in the list of fields, and answer `biz_order_id`.
    names = {"biz_order_id" if name == "bizorder_id" else name for name in asked}
    found = {name: wire.get(exchange) for name, wire in WIRE.items() if name in names}
    if not names.isdisjoint(_RECEIVER):
        found |= {name: value for name, value in receiver_of(world, exchange).items() if name in names}
    if "oaid" in names:
        found["oaid"] = oaid(world.seed, world.state.trades[exchange.tid])
    return {name: value for name, value in found.items() if value != ""}


def receiver_of(world: World, exchange: Exchange) -> dict[str, str]:
    """Return who gets the goods, and where, as apps see it."""
    person = shown(world.seed, world.state.trades[exchange.tid])
    place = ("receiver_state", "receiver_city", "receiver_district", "receiver_address")
    return {
        "buyer_name": person["receiver_name"],
        "buyer_phone": person["receiver_mobile"],
        "buyer_address": " ".join(person[name] for name in place),
    }


def ledger_names(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ledger's names of the fields in *row*."""
    return tuple(dict.fromkeys(WIRE[name].ledger for name in row if name in WIRE))
