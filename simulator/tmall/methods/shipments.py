"""`taobao.logistics.orders.get`: the shipments of trades, by which clients see whether goods have left."""

from collections.abc import Sequence
from typing import Any

from simulator.exchange import Answer
from simulator.tmall.carriers import parcel_of
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.methods.trade_lists import OURS, buyer_of
from simulator.tmall.receivers import shown_name
from simulator.tmall.refund_fields import open_uid, text_of
from simulator.tmall.trade import Order, Trade
from simulator.tmall.trade_index import CONSIGNED, parcel_status
from simulator.world import World

Parcel = tuple[int, int]
"""A trade's number, and that of one of its parcels, from 0."""


def list_shipments(context: Context) -> Answer:
    """Answer `taobao.logistics.orders.get`, by the time of shipment."""
    found, count = _found(context)
    asked = set(context.args["fields"])
    rows = []
    for tid, number in found:
        row = _shipment(context.world, context.world.state.trades[tid], number)
        rows.append({name: value for name, value in row.items() if name in asked and value is not None})
    return Answer(data={"shippings": rows, "total_results": count}, total=count)


def _found(context: Context) -> tuple[Sequence[Parcel], int]:
    """Return the parcels on the page asked for, and how many match in all."""
    args = context.args
    start, end = args.get("start_created"), args.get("end_created")
    if start is not None and end is not None and start > end:
        raise Refused(invalid("start_created"))
    buyer, status, receiver = buyer_of(args, "ouid"), args.get("status", ""), args.get("receiver_name", "")
    types = {name.strip() for name in args.get("type", "fixed").split(",")}
    if buyer is None or OURS.isdisjoint(types):
        return [], 0
    if args.get("seller_confirm") == "no" or args.get("freight_payer") == "buyer":
        return [], 0  # whoever ships here confirms it, and pays
    number, size = args["page_no"], args["page_size"]
    if "tid" in args:
        matches = _of_trade(context, buyer, status, receiver, start or 0, end)
        return matches[(number - 1) * size : number * size], len(matches)
    window = context.world.state.trade_index.window(
        CONSIGNED, context.shop.nick, status=status, buyer=buyer, receiver=receiver, start=start, end=end
    )
    return [(slot.tid, slot.part) for slot in window.page(number, size)], len(window)


def _of_trade(
    context: Context, buyer: str, status: str, receiver: str, start: int, end: int | None
) -> Sequence[Parcel]:
    """Return the parcels of the trade that the call names, newest first, as far as they match its other filters."""
    trade = context.world.state.trades.get(context.args["tid"])
    if trade is None or trade.shop != context.shop.nick:
        return []
    same = buyer in ("", trade.buyer) and receiver in ("", shown_name(trade.buyer))
    if not same or status not in ("", parcel_status(trade)):
        return []
    inside = (number for number, at in enumerate(trade.parcels) if start <= at and (end is None or at <= end))
    return [(trade.tid, number) for number in inside][::-1]


def _shipment(world: World, trade: Trade, number: int) -> dict[str, Any]:
    orders = [world.state.orders[oid] for oid in trade.oids]
    inside = [order for order in orders if order.consigned and order.parcel == number]
    split = len(inside) < len(orders)
    left = trade.parcels[number]
    company, waybill = parcel_of(world.seed, trade.tid, number)
    return {
        "tid": trade.tid,
        "order_code": f"LP{trade.tid}{number or ''}",
        "seller_nick": trade.shop,
        "buyer_nick": trade.buyer,
        "ouid": open_uid(trade.buyer),
        "openuid": open_uid(trade.buyer),
        "out_sid": waybill,
        "company_name": company,
        "item_title": inside[0].title,
        "receiver_name": shown_name(trade.buyer),
        "created": text_of(left),
        "modified": text_of(max(left, trade.ended)),
        "delivery_start": text_of(left),
        "delivery_end": text_of(trade.ended) if trade.ended else None,
        "status": parcel_status(trade),
        "type": "express",
        "freight_payer": "seller",
        "seller_confirm": "yes",
        "is_split": int(split),
        "sub_tids": _numbers(inside) if split else None,
    }


def _numbers(orders: Sequence[Order]) -> list[int]:
    return [order.oid for order in orders]
