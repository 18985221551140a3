"""`tmall.dispute.receive.get`: the disputes of a Tmall shop, in words of their own (a status is a number here)."""

from collections.abc import Mapping
from typing import Any

from simulator.act import yuan
from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import exchange as exchange_state
from simulator.tmall import exchange_fields
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, business
from simulator.tmall.exchange import Exchange
from simulator.tmall.merged import Both
from simulator.tmall.methods.refunds import bounds_of
from simulator.tmall.refund import (
    CLOSED,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
    Refund,
)
from simulator.tmall.refund_fields import WIRE, nick_of
from simulator.tmall.refund_index import Window
from simulator.tmall.trade import Order
from simulator.world import World

TMALL_ONLY = business("isv.invalid-parameter", "仅支持天猫纠纷")

NUMBERS: Mapping[str, str] = {
    WAIT_SELLER_AGREE: "1",
    WAIT_BUYER_RETURN_GOODS: "2",
    WAIT_SELLER_CONFIRM_GOODS: "3",
    CLOSED: "4",
    SUCCESS: "5",
    SELLER_REFUSE_BUYER: "6",
}
"""A refund's status as `Dispute.status` writes it; the filter takes the names."""

NAMES: Mapping[str, str] = {
    exchange_state.PENDING: WAIT_SELLER_AGREE,
    exchange_state.WAIT_BUYER_RETURN: WAIT_BUYER_RETURN_GOODS,
    exchange_state.RETURNED: WAIT_SELLER_CONFIRM_GOODS,
    exchange_state.CLOSED: CLOSED,
    exchange_state.SUCCESS: SUCCESS,
    exchange_state.WAIT_BUYER_MODIFY: SELLER_REFUSE_BUYER,
    exchange_state.WAIT_BUYER_RESENT: "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
    exchange_state.WAIT_SELLER_SHIP: "WAIT_SELLER_CONSIGN_GOOGDS",
    exchange_state.WAIT_BUYER_RECEIPT: "EXCHANGE_WAIT_BUYER_CONFIRM_GOODS",
    exchange_state.TURNED_TO_REFUND: "EXCHANGE_TRANSFORM_TO_REFUND",
}
"""The name by which the status of an exchange or re-send is filtered (one of them is spelt so in the official text)."""

FILTERS: Mapping[str, str] = {name: number for number, name in NAMES.items()}

NOTHING = Window(None, 0, 0)

_REQUESTS = {"refund_only": "仅退款", "return_refund": "退货退款"}
_GOODS = {exchange_state.EXCHANGE: "换货", exchange_state.RESHIP: "补寄", exchange_state.REPAIR: "维修"}
_OWN: Mapping[str, str] = {
    "biz_order_id": "tid",
    "dispute_request": "kind",
    "time_out": "due",
    "buyer_logistic_name": "company",
    "buyer_logistic_no": "waybill",
}
"""Names that only a dispute has, and what the ledger calls them."""


def list_disputes(context: Context) -> Answer:
    """Answer `tmall.dispute.receive.get`: refunds, exchanges and re-sends in one order."""
    if not context.is_tmall:
        raise Refused(TMALL_ONLY)
    args, world = context.args, context.world
    number, size = args["page_no"], args["page_size"]
    found, count = _one(context) if "refund_id" in args else _page(context)
    asked = [name for name in context.args["fields"] if name in _OWN or name in _SHARED or name in _OF_EXCHANGES]
    result: dict[str, Any] = {"page_results": len(found)}
    if found:
        result["results"] = [_row(world, dispute, asked) for dispute in found]
    told = [Told(_number(dispute), dispute.change) for dispute in found]
    ledger = (_OWN[name] if name in _OWN else WIRE[name].ledger for name in asked if name not in _OF_EXCHANGES)
    answer = Answer(data={"result": result}, told=told, fields=tuple(dict.fromkeys(ledger)))
    if args["use_has_next"]:
        answer.has_next = result["has_next"] = number * size < count
    else:
        answer.total = result["total_results"] = count
    return answer


def _number(dispute: Refund | Exchange) -> str:
    return dispute.refund_id if isinstance(dispute, Refund) else dispute.dispute_id


def _page(context: Context) -> tuple[list[Refund | Exchange], int]:
    args, state = context.args, context.world.state
    number, size = args["page_no"], args["page_size"]
    newest_first = context.settings["list_order"] == "modified_desc"
    bounds = bounds_of(context)
    if bounds is None:
        return [], 0
    nick, status = context.shop.nick, bounds.pop("status")
    refunds = state.index.window(nick, status=status, **bounds)
    own = FILTERS.get(status, "") if status else ""
    exchanges = state.exchanges.window(nick, status=own, **bounds) if own or not status else NOTHING
    both = Both(refunds, exchanges)
    found = both.page(number, size, newest_first=newest_first)
    return [state.refunds.get(ident) or state.exchanges.rows[ident] for ident in found], len(both)


def _one(context: Context) -> tuple[list[Refund | Exchange], int]:
    """Return the refund or exchange with the number asked for, if the other filters let it pass."""
    args, state = context.args, context.world.state
    ident = str(args["refund_id"])
    found = state.refunds.get(ident) or state.exchanges.rows.get(ident)
    if found is None or found.shop != context.shop.nick:
        return [], 0
    uid, status = args.get("buyer_open_uid"), args.get("status", "")
    own = found.status if isinstance(found, Refund) else NAMES[found.status]
    passes = (
        status in ("", own)
        and args.get("buyer_nick", found.buyer) == found.buyer
        and (uid is None or nick_of(uid) == found.buyer)
        and args.get("start_modified", 0) <= found.modified <= args.get("end_modified", found.modified)
    )
    return ([found], 1) if passes and args["page_no"] == 1 else ([], int(passes))


_SHARED = frozenset(
    (
        *("refund_id", "oid", "status", "refund_fee", "refund_phase", "order_status", "good_status", "has_good_return"),
        *("created", "modified", "title", "num", "reason", "desc", "alipay_no", "attribute", "address"),
        *("company_name", "good_return_time", "buyer_nick", "buyer_open_uid"),
    )
)
"""Names that a dispute shares with a refund."""


_OF_EXCHANGES = frozenset({"seller_logistic_name", "seller_logistic_no", "buyer_name", "buyer_phone", "buyer_address"})
"""Names that only a dispute about an exchange has: the parcel with the goods instead, and to whom it goes."""


def _row(world: World, dispute: Refund | Exchange, asked: list[str]) -> dict[str, Any]:
    order = world.state.orders[dispute.oid]
    row = (
        _refund_row(dispute, order, asked)
        if isinstance(dispute, Refund)
        else _exchange_row(world, dispute, order, asked)
    )
    return {name: row[name] for name in asked if row.get(name) not in (None, "")}


def _refund_row(refund: Refund, order: Order, asked: list[str]) -> dict[str, Any]:
    own = {
        "status": NUMBERS[refund.status],
        "biz_order_id": str(refund.tid),
        "dispute_request": _REQUESTS[refund.kind],
        "time_out": to_text(refund.due // 1000) if refund.due else "",
        "buyer_logistic_name": refund.company,
        "buyer_logistic_no": refund.waybill,
        "order_status": order.status,
    }
    getters = {name: WIRE[name].get for name in asked if name in WIRE and name not in own}
    return own | {name: get(refund) for name, get in getters.items() if get is not None}


def _exchange_row(world: World, exchange: Exchange, order: Order, asked: list[str]) -> dict[str, Any]:
    return exchange_fields.row(world, exchange, asked) | {
        "refund_id": exchange.dispute_id,
        "oid": exchange.oid,
        "refund_fee": yuan(0),
        "dispute_request": _GOODS[exchange.kind],
        "has_good_return": exchange.kind != exchange_state.RESHIP,
        "order_status": order.status,
        "attribute": exchange_fields.WIRE["attributes"].get(exchange),
        "company_name": exchange.company,
    }
