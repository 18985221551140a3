"""Reads of exchanges: the list, one exchange, its messages, and the reasons for refusing it."""

from typing import Any

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.exchange import EXCHANGE, Exchange
from simulator.tmall.exchange_fields import ledger_names, row
from simulator.tmall.methods.exchange_search import search
from simulator.tmall.methods.refunds import PICTURES
from simulator.tmall.refund import RefundMessage
from simulator.tmall.refund_fields import open_uid, text_of

FAILED = "10000"
"""The only business code of these methods in public samples."""
UNKNOWN = "换货单不存在"
ANY, ONSALE, AFTERSALE = 0, 1, 2
"""Values of `dispute_type`: of exchanges in either phase, before the trade succeeded, after it."""
REASONS = (
    (90201, "无货可换", ANY),
    (90202, "商品影响二次销售", ANY),
    (90203, "退回商品与订单不符", ANY),
    (90204, "未收到退回商品", ANY),
    (90205, "订单未完成，建议申请退货退款", ONSALE),
    (90206, "已超过换货保障期", AFTERSALE),
)
"""Number, text and phase. The platform's own table is not public; from 90201 on, so that none is taken for real."""

_ROLES = frozenset("123456")
_BUYER = "4"


def named(context: Context) -> Exchange | None:
    """Return the exchange that the call names, if the shop has it."""
    exchange = context.world.state.exchanges.rows.get(str(context.args["dispute_id"]))
    ours = exchange is not None and exchange.shop == context.shop.nick and exchange.kind == EXCHANGE
    return exchange if ours else None


def answered(context: Context, exchange: Exchange, asked: tuple[str, ...], *, effect: bool = False) -> Answer:
    """Answer with the fields *asked* for of *exchange*."""
    found = row(context.world, exchange, asked)
    data: dict[str, Any] = {"result": {"success": True, "exchange": found}}
    told = [Told(exchange.dispute_id, exchange.change)]
    return Answer(data=data, body=data, effect=effect, told=told, fields=ledger_names(found))


def failed(message: str) -> Answer:
    """Answer that the platform did not do it, for the reason in *message*."""
    data = {"result": {"success": False, "msg_code": FAILED, "message": message}}
    return Answer(data=data, body=data)


def get_exchange(context: Context) -> Answer:
    """Answer `tmall.exchange.get`."""
    exchange = named(context)
    return failed(UNKNOWN) if exchange is None else answered(context, exchange, context.args["fields"])


def list_exchanges(context: Context) -> Answer:
    """Answer `tmall.exchange.receive.get`: by the time of the last change, in the order of the refunds' list."""
    args, world = context.args, context.world
    number, size = args["page_no"], args["page_size"]
    newest = context.settings["list_order"] == "modified_desc"
    page, total = search(context, (number - 1) * size, size, newest)
    offered = context.method.answer["results"].only
    asked = tuple(name for name in args["fields"] if name in offered)
    rows = [row(world, exchange, asked) for exchange in page]
    more = number * size < total
    data = {"results": rows, "page_results": len(rows), "total_results": total, "has_next": more}
    told = [Told(exchange.dispute_id, exchange.change) for exchange in page]
    fields = tuple(dict.fromkeys(name for found in rows for name in ledger_names(found)))
    return Answer(data=data, told=told, fields=fields, total=total, has_next=more)


def get_reasons(context: Context) -> Answer:
    """Answer `tmall.exchange.refusereason.get`."""
    if named(context) is None:
        return lacking(context, UNKNOWN)
    asked, phase = context.args["fields"], context.args["dispute_type"]
    names = ("reason_id", "reason_text")
    found = [reason[:2] for reason in REASONS if ANY in (phase, reason[2]) or phase == reason[2]]
    rows = [{name: value for name, value in zip(names, reason, strict=True) if name in asked} for reason in found]
    return Answer(data={"result": {"results": rows, "total_results": len(rows)}})


def get_messages(context: Context) -> Answer:
    """Answer `tmall.exchange.messages.get`, oldest first."""
    args, exchange = context.args, named(context)
    roles = set(args.get("operator_roles", _ROLES))
    if not roles <= _ROLES:
        raise Refused(invalid("operator_roles"))
    if exchange is None:
        return lacking(context, UNKNOWN)
    kept = context.world.state.messages.get(exchange.dispute_id, [])
    messages = [message for message in kept if message.owner_role in roles]
    first = (args["page_no"] - 1) * args["page_size"]
    rows = [message_row(context, message) for message in messages[first : first + args["page_size"]]]
    more = first + len(rows) < len(messages) and bool(rows)
    found: dict[str, Any] = {"page_results": len(rows), "total_results": len(messages), "has_next": more}
    return Answer(data={"result": ({"results": rows} if rows else {}) | found}, total=len(messages), has_next=more)


def lacking(context: Context, message: str) -> Answer:
    """Answer that there is nothing to show, for the reason in *message*, as the methods about words do."""
    found = {"error_code": FAILED, "error_msg": message}
    if context.settings["exchange_exception"] == "text":
        found["exception"] = message
    return Answer(data={"result": found})


def message_row(context: Context, message: RefundMessage) -> dict[str, Any]:
    """Return the fields that the call asks for of *message*."""
    found: dict[str, Any] = {
        "id": message.id,
        "refund_id": int(message.refund_id),
        "content": message.content,
        "created": text_of(message.created),
        "message_type": message.message_type,
        "owner_nick": message.owner_nick,
        "owner_role": message.owner_role,
    }
    exchange = context.world.state.exchanges.rows[message.refund_id]
    found["refund_phase"] = exchange.phase
    found["open_uid"] = open_uid(exchange.buyer)
    if message.owner_role == _BUYER:
        found["owner_open_uid"] = found["open_uid"]
    if message.owner_role in ("1", "2"):
        found["owner_id"] = context.shop.user_id
    if message.pictures:
        found["pic_urls"] = [{"url": PICTURES + picture} for picture in message.pictures]
    asked = {name.partition(".")[0] for name in context.args["fields"]}
    return {name: value for name, value in found.items() if name in asked}
