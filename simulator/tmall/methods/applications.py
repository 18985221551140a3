"""Reads of refunds other than by the seller's list: a buyer's own applications, and the latest refund of an order."""

from heapq import merge
from itertools import islice
from typing import Any

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall.arguments import read_json
from simulator.tmall.context import Context
from simulator.tmall.errors import NO_SUCH_TRADE, Refused, invalid
from simulator.tmall.refund import Refund
from simulator.tmall.refund_fields import projection, text_of

_OURS = frozenset({"fixed", "guarantee_trade"})
"""Trade types under which the sandbox's trades are filed."""


def list_applications(context: Context) -> Answer:
    """Answer `taobao.refunds.apply.get`: what the session's user applied for as a buyer, latest change first."""
    args, state = context.args, context.world.state
    fields = projection(args["fields"], context.method.answer["refunds"].only)
    ours = not _OURS.isdisjoint(name.strip() for name in args["type"].split(","))
    sellers = [nick for nick in state.shops if args.get("seller_nick", nick) == nick] if ours else []
    windows = [state.index.window(nick, status=args.get("status", ""), buyer=context.shop.nick) for nick in sellers]
    total = sum(len(window) for window in windows)
    first = min((args["page_no"] - 1) * args["page_size"], total)
    last = min(first + args["page_size"], total)
    # A page needs the newest of each seller's only; one buyer's applications are few.
    newest = [[state.refunds[found] for found in window.page(1, last)] for window in windows]
    refunds = islice(merge(*newest, key=lambda refund: (refund.modified, refund.refund_id), reverse=True), first, last)
    answer = Answer(data={"refunds": []}, fields=fields.ledger)
    for refund in refunds:
        answer.data["refunds"].append(fields.row(refund, state.orders))
        answer.told.append(Told(refund.refund_id, refund.change))
    answer.total = answer.data["total_results"] = total
    return answer


def get_status(context: Context) -> Answer:
    """Answer `taobao.refund.status.get`: of a trade's number, the latest refund of each sub-order that has one."""
    state = context.world.state
    number = _order_number(context.args["query_param"])
    trade, order = state.trades.get(number), state.orders.get(number)
    owner = trade or order
    if owner is None or owner.shop != context.shop.nick:
        raise Refused(NO_SUCH_TRADE)
    oids = trade.oids if trade is not None else (number,)
    refunds = [found[-1] for oid in oids if (found := state.refunds_on(oid))]
    package = {"result_list": [_status(refund) for refund in refunds]} if refunds else {}
    told = [Told(refund.refund_id, refund.change) for refund in refunds]
    return Answer(data={"result_package": package}, told=told, fields=("refund_id", "tid", "oid", "modified", "status"))


def _order_number(text: str) -> int:
    """Return the order's number in the JSON *text*, where SDKs write it as a number or in quotes."""
    found = read_json("query_param", text)
    number = found.get("biz_order_id") if isinstance(found, dict) else None
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) <= 19:
        return int(number)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise Refused(invalid("query_param"))
    return number


def _status(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": int(refund.refund_id),
        "tid": refund.tid,
        "oid": refund.oid,
        "modified": text_of(refund.modified),
        "status": refund.status,
    }
