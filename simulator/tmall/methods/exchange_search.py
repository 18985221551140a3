"""Which exchanges a call of `tmall.exchange.receive.get` means, and one page of them.

The filters that are used all the time (states, buyer, the time of the last change) are read from sorted lists. The
others first narrow the choice (numbers, trade, parcel, or the time of creation), and what is left is looked through.
"""

from heapq import merge
from itertools import islice
from operator import attrgetter

from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.exchange import EXCHANGE, Exchange
from simulator.tmall.exchange_lifecycle import STATES
from simulator.tmall.refund_fields import nick_of

_MODIFIED = ("start_gmt_modified_time", "end_gmt_modifed_time")
_CREATED = ("start_created_time", "end_created_time")
_ORDER = attrgetter("modified", "dispute_id")


def search(context: Context, first: int, size: int, newest: bool) -> tuple[list[Exchange], int]:
    """Return *size* of the exchanges that match, from position *first* on, and how many there are.

    Raises:
        Refused: if a state does not exist, or a window ends before it starts.
    """
    args = context.args
    statuses: tuple[str, ...] = args.get("dispute_status_array", ("",))
    if "dispute_status_array" in args and not set(statuses) <= set(STATES):
        raise Refused(invalid("dispute_status_array"))
    for start, end in (_MODIFIED, _CREATED):
        if start in args and end in args and args[start] > args[end]:
            raise Refused(invalid(start))
    few = _few(context)
    if few is None:
        return _from_lists(context, statuses, first, size, newest)
    matching = [exchange for exchange in few if _matches(context, exchange, statuses)]
    matching.sort(key=_ORDER, reverse=newest)
    return matching[first : first + size], len(matching)


def _from_lists(
    context: Context, statuses: tuple[str, ...], first: int, size: int, newest: bool
) -> tuple[list[Exchange], int]:
    args, store = context.args, context.world.state.exchanges
    start, end = args.get(_MODIFIED[0]), args.get(_MODIFIED[1])
    windows = [
        store.window(context.shop.nick, kind=EXCHANGE, status=status, buyer=_buyer(context), start=start, end=end)
        for status in statuses
    ]
    total = sum(len(window) for window in windows)
    if len(windows) == 1:
        ids = windows[0].page(first // size + 1, size, newest_first=newest)
        return [store.rows[found] for found in ids], total
    streams = [[store.rows[found] for found in window.page(1, first + size, newest_first=newest)] for window in windows]
    every = merge(*streams, key=_ORDER, reverse=newest)
    return list(islice(every, first, first + size)), total


def _few(context: Context) -> list[Exchange] | None:
    """Return the few exchanges among which rarer filters leave the choice; None where none is given."""
    args, store = context.args, context.world.state.exchanges
    if "refund_id_array" in args:
        return [store.rows[number] for number in args["refund_id_array"] if number in store.rows]
    if "biz_order_id" in args:
        return store.of_trade(args["biz_order_id"])
    if "logistic_no" in args:
        return store.of_parcel(args["logistic_no"])
    if any(name in args for name in _CREATED):
        start, end = args.get(_CREATED[0]), args.get(_CREATED[1])
        buyer = _buyer(context)
        window = store.window(context.shop.nick, kind=EXCHANGE, buyer=buyer, by="created", start=start, end=end)
        return [store.rows[found] for found in window.page(1, len(window) or 1)]
    return None


def _buyer(context: Context) -> str:
    """Return the nick of the buyer whose exchanges are wanted, or nothing."""
    args = context.args
    uid = args.get("buyer_open_uid")
    nick: str = args.get("buyer_nick", "")
    if uid is None:
        return nick
    return nick_of(uid) if nick in ("", nick_of(uid)) else "\0"


def _matches(context: Context, exchange: Exchange, statuses: tuple[str, ...]) -> bool:
    args = context.args
    if exchange.kind != EXCHANGE or exchange.shop != context.shop.nick or _buyer(context) not in ("", exchange.buyer):
        return False
    if statuses != ("",) and exchange.status not in statuses:
        return False
    if args.get("biz_order_id", exchange.tid) != exchange.tid:
        return False
    if args.get("logistic_no", exchange.waybill) not in (exchange.waybill, exchange.seller_waybill):
        return False
    for (start, end), seconds in ((_MODIFIED, exchange.modified), (_CREATED, exchange.created)):
        if not args.get(start, seconds) <= seconds <= args.get(end, seconds):
            return False
    return True
