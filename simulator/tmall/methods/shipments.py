"""`taobao.logistics.orders.get`: the shipments of trades, by which clients see whether goods have left."""

from typing import Any

from simulator.chance import chance
from simulator.exchange import Answer
from simulator.tmall import trades
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid, not_built
from simulator.tmall.methods.trade_lists import OURS, buyer_of
from simulator.tmall.methods.trades import masked
from simulator.tmall.refund_fields import open_uid, text_of
from simulator.tmall.trade import Trade
from simulator.tmall.trade_index import CONSIGNED, parcel_status

_CARRIERS = (("顺丰速运", "SF"), ("圆通速递", "YT"), ("中通快递", "ZT"), ("申通快递", "ST"))


def list_shipments(context: Context) -> Answer:
    """Answer `taobao.logistics.orders.get`, by the time of shipment."""
    found, count = _found(context)
    asked = set(context.args["fields"])
    rows = []
    for trade in found:
        row = _shipment(context, trade)
        if "receiver_name" in asked:
            row["receiver_name"] = masked(trades.receiver(context.world, trade))["receiver_name"]
        rows.append({name: value for name, value in row.items() if name in asked and value is not None})
    return Answer(data={"shippings": rows, "total_results": count}, total=count)


def _found(context: Context) -> tuple[list[Trade], int]:
    """Return the trades on the page asked for, and how many match in all."""
    args, state = context.args, context.world.state
    if "receiver_name" in args:  # receivers are not stored, and so cannot be searched for
        raise Refused(not_built(f"{context.method.name} with receiver_name"))
    start, end = args.get("start_created"), args.get("end_created")
    if start is not None and end is not None and start > end:
        raise Refused(invalid("start_created"))
    buyer, status = buyer_of(args, "ouid"), args.get("status", "")
    types = {name.strip() for name in args.get("type", "fixed").split(",")}
    if buyer is None or OURS.isdisjoint(types):
        return [], 0
    if args.get("seller_confirm") == "no" or args.get("freight_payer") == "buyer":
        return [], 0  # whoever ships here confirms it, and pays
    if "tid" in args:
        trade = state.trades.get(args["tid"])
        matches = trade is not None and trade.shop == context.shop.nick and trade.consigned
        if trade is None or not matches or buyer not in ("", trade.buyer) or status not in ("", parcel_status(trade)):
            return [], 0
        inside = (start or 0) <= trade.consigned and (end is None or trade.consigned <= end)
        return ([trade], 1) if inside else ([], 0)
    window = state.trade_index.window(CONSIGNED, context.shop.nick, status=status, buyer=buyer, start=start, end=end)
    return [state.trades[tid] for tid in window.page(args["page_no"], args["page_size"])], len(window)


def _shipment(context: Context, trade: Trade) -> dict[str, Any]:
    orders = [context.world.state.orders[oid] for oid in trade.oids]
    dice = chance(context.world.seed, "parcel", trade.tid)
    company, letters = dice.choice(_CARRIERS)
    return {
        "tid": trade.tid,
        "order_code": f"LP{trade.tid}",
        "seller_nick": trade.shop,
        "buyer_nick": trade.buyer,
        "ouid": open_uid(trade.buyer),
        "openuid": open_uid(trade.buyer),
        "out_sid": f"{letters}{dice.randrange(10**12, 10**13)}",
        "company_name": company,
        "item_title": orders[0].title,
        "created": text_of(trade.consigned),
        "modified": text_of(max(trade.consigned, trade.ended)),
        "delivery_start": text_of(trade.consigned),
        "delivery_end": text_of(trade.ended) if trade.ended else None,
        "status": parcel_status(trade),
        "type": "express",
        "freight_payer": "seller",
        "seller_confirm": "yes",
        "is_split": int(any(order.consigned != trade.consigned for order in orders)),
    }
