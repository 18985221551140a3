"""Lists of trades: by creation, by last change, and by when they reached the seller's library (assumed: creation)."""

from typing import Any

from simulator.exchange import Answer
from simulator.tmall.amounts import TRADE_CLOSED
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.methods.trades import oldest
from simulator.tmall.refund_fields import nick_of
from simulator.tmall.trade_index import CREATED, MODIFIED
from simulator.tmall.trade_projection import projection

DAY = 86_400
OURS = frozenset({"fixed", "guarantee_trade"})
"""Trade types under which the sandbox's trades are filed."""
_UNRATED = frozenset({"", "RATE_UNBUYER", "RATE_UNSELLER"})
"""Filters on ratings that a trade without any passes; nobody rates anything here."""


def list_sold(context: Context) -> Answer:
    """Answer `taobao.trades.sold.get`: trades older than three months are not shown."""
    first = oldest(context)
    start, end = context.args.get("start_created"), context.args.get("end_created")
    if start is not None and end is not None and start > end:
        raise Refused(invalid("start_created"))
    return _page(context, CREATED, max(first, start or 0), end)


def list_changed(context: Context) -> Answer:
    """Answer `taobao.trades.sold.increment.get`."""
    return _page(context, MODIFIED, *_day(context, "start_modified", "end_modified"))


def list_stored(context: Context) -> Answer:
    """Answer `taobao.trades.sold.incrementv.get`."""
    return _page(context, CREATED, *_day(context, "start_create", "end_create"))


def _day(context: Context, first: str, last: str) -> tuple[int, int]:
    """Return the window that the parameters *first* and *last* give, which is of a day at most."""
    start, end = context.args[first], context.args[last]
    if start > end:
        raise Refused(invalid(first))
    if end - start > DAY:
        raise Refused(invalid(last))
    return start, end


def _page(context: Context, order: str, start: int, end: int | None) -> Answer:
    args, state = context.args, context.world.state
    number, size = args["page_no"], args["page_size"]
    rows: list[dict[str, Any]] = []
    count = 0
    buyer = buyer_of(args, "buyer_open_id", "buyer_open_uid")
    if buyer is not None and _possible(args):
        status = TRADE_CLOSED if args.get("status") == "ALL_CLOSED" else args.get("status", "")
        window = state.trade_index.window(order, context.shop.nick, status=status, buyer=buyer, start=start, end=end)
        fields = projection(args["fields"], context.method.answer["trades"].only)
        rows = [fields.row(context.world, context.shop, state.trades[slot.tid]) for slot in window.page(number, size)]
        count = len(window)
    answer = Answer(data={"trades": rows})
    if args["use_has_next"]:
        answer.has_next = answer.data["has_next"] = number * size < count
    else:
        answer.total = answer.data["total_results"] = count
    return answer


def buyer_of(args: dict[str, Any], *uids: str) -> str | None:
    """Return the nick of the buyer asked for, an empty text if none is, None where nick and open uid contradict."""
    nick = args.get("buyer_nick", "")
    for name in uids:
        if name in args:
            found = nick_of(args[name])
            if nick not in ("", found):
                return None
            nick = found
    return str(nick)


def _possible(args: dict[str, Any]) -> bool:
    """Tell whether any trade of the sandbox can match the filters on type, ratings and tags."""
    types = {name.strip() for name in args["type"].split(",")}
    return not (OURS.isdisjoint(types) or args.get("ext_type") or args.get("tag")) and (
        args.get("rate_status", "") in _UNRATED
    )
