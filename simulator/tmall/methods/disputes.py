"""`tmall.dispute.receive.get`: the disputes of a Tmall shop, in words of their own (a status is a number here)."""

from collections.abc import Mapping
from typing import Any

from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.ledger.entry import Told
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, business
from simulator.tmall.methods.refunds import window_of
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
from simulator.tmall.trade import Order

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

_REQUESTS = {"refund_only": "仅退款", "return_refund": "退货退款"}
_OWN: Mapping[str, str] = {
    "biz_order_id": "tid",
    "dispute_request": "kind",
    "time_out": "due",
    "buyer_logistic_name": "company",
    "buyer_logistic_no": "waybill",
}
"""Names that only a dispute has, and what the ledger calls them."""


def list_disputes(context: Context) -> Answer:
    """Answer `tmall.dispute.receive.get`."""
    if not context.is_tmall:
        raise Refused(TMALL_ONLY)
    args, state = context.args, context.world.state
    number, size = args["page_no"], args["page_size"]
    found, count = _one(context) if "refund_id" in args else _page(context)
    asked = [name for name in context.args["fields"] if name in _OWN or name in _SHARED]
    result: dict[str, Any] = {"page_results": len(found)}
    if found:
        result["results"] = [_row(refund, state.orders[refund.oid], asked) for refund in found]
    told = [Told(refund.refund_id, refund.change) for refund in found]
    ledger = (_OWN[name] if name in _OWN else WIRE[name].ledger for name in asked)
    answer = Answer(data={"result": result}, told=told, fields=tuple(dict.fromkeys(ledger)))
    if args["use_has_next"]:
        answer.has_next = result["has_next"] = number * size < count
    else:
        answer.total = result["total_results"] = count
    return answer


def _page(context: Context) -> tuple[list[Refund], int]:
    args, world = context.args, context.world
    window = window_of(context)
    if window is None:
        return [], 0
    newest_first = context.settings["list_order"] == "modified_desc"
    found = window.page(args["page_no"], args["page_size"], newest_first=newest_first)
    return [world.state.refunds[refund_id] for refund_id in found], len(window)


def _one(context: Context) -> tuple[list[Refund], int]:
    """Return the refund with the number asked for, if the other filters let it pass."""
    args = context.args
    refund = context.world.state.refunds.get(str(args["refund_id"]))
    if refund is None or refund.shop != context.shop.nick:
        return [], 0
    uid = args.get("buyer_open_uid")
    passes = (
        args.get("status", refund.status) == refund.status
        and args.get("buyer_nick", refund.buyer) == refund.buyer
        and (uid is None or nick_of(uid) == refund.buyer)
        and args.get("start_modified", 0) <= refund.modified <= args.get("end_modified", refund.modified)
    )
    return ([refund], 1) if passes and args["page_no"] == 1 else ([], int(passes))


_SHARED = frozenset(
    (
        *("refund_id", "oid", "status", "refund_fee", "refund_phase", "order_status", "good_status", "has_good_return"),
        *("created", "modified", "title", "num", "reason", "desc", "alipay_no", "attribute", "address"),
        *("company_name", "good_return_time", "buyer_nick", "buyer_open_uid"),
    )
)
"""Names that a dispute shares with a refund."""


def _row(refund: Refund, order: Order, asked: list[str]) -> dict[str, Any]:
    own = {
        "status": NUMBERS[refund.status],
        "biz_order_id": str(refund.tid),
        "dispute_request": _REQUESTS[refund.kind],
        "time_out": to_text(refund.due // 1000) if refund.due else "",
        "buyer_logistic_name": refund.company,
        "buyer_logistic_no": refund.waybill,
        "order_status": order.status,
    }
    row = {}
    for name in asked:
        get = WIRE[name].get if name in WIRE and name not in own else None
        value = own[name] if get is None else get(refund)
        if value is not None and value != "":
            row[name] = value
    return row
