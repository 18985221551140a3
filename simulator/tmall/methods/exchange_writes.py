"""What the seller does about an exchange: agree, refuse, confirm what came back, ship, leave a message."""

from typing import Any

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import exchanges
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.dispute_cycles import find
from simulator.tmall.errors import STAFF_HAVE_IT, Refused, invalid
from simulator.tmall.exchange import Exchange
from simulator.tmall.exchange_guards import with_staff
from simulator.tmall.methods.exchanges import REASONS, UNKNOWN, answered, failed, lacking, message_row, named
from simulator.tmall.parameters import File

_REASONS = {number for number, _, _ in REASONS}
_PICTURES = frozenset({"png", "jpg", "gif"})
_CARRIAGE = frozenset({100, 200})
"""Post and express."""
_WRONG_STATE = "当前换货状态不允许该操作"
_WITH_STAFF = STAFF_HAVE_IT.sub_msg
_SHORT = ("dispute_id", "biz_order_id", "modified", "status")
"""What a call that asks for no fields is answered."""


def agree(context: Context) -> Answer:
    """Answer `tmall.exchange.agree`."""
    args, exchange = context.args, named(context)
    problem = _problem(context, exchange, "agree") or _bad_picture(context, "leave_message_pics")
    if exchange is None or problem:
        return failed(problem)
    address = next((found for found in context.shop.addresses if found.contact_id == args["address_id"]), None)
    if address is None:
        return failed("收货地址不存在")
    after = exchanges.agree(
        context.world,
        exchange,
        address,
        args.get("leave_message", ""),
        _proof(context, "leave_message_pics"),
        text=address.told(*(args.get(name, "").strip() for name in ("complete_address", "post", "mobile"))),
        cause=context.call.seq,
    )
    return answered(context, after, args["fields"], effect=True)


def refuse(context: Context) -> Answer:
    """Answer `tmall.exchange.refuse`."""
    return _refused(context, "refuse")


def refuse_return(context: Context) -> Answer:
    """Answer `tmall.exchange.returngoods.refuse`."""
    return _refused(context, "refuse_return")


def _refused(context: Context, action: str) -> Answer:
    reason = context.args["seller_refuse_reason_id"]
    problem = _problem(context, named(context), action) or _bad_picture(context, "leave_message_pics")
    if not problem and reason not in _REASONS:
        problem = "拒绝原因不存在"
    words = {"said": context.args.get("leave_message", ""), "proof": _proof(context, "leave_message_pics")}
    return _done(context, action, problem, refusal=str(reason), **words)


def receive(context: Context) -> Answer:
    """Answer `tmall.exchange.returngoods.agree`."""
    return _done(context, "receive", _problem(context, named(context), "receive"))


def ship(context: Context) -> Answer:
    """Answer `tmall.exchange.consigngoods`."""
    return _shipped(context, "ship")


def receive_and_ship(context: Context) -> Answer:
    """Answer `tmall.exchange.confirm.consign`."""
    return _shipped(context, "receive_and_ship")


def _shipped(context: Context, action: str) -> Answer:
    args = context.args
    if args["logistics_type"] not in _CARRIAGE:
        raise Refused(invalid("logistics_type"))
    parcel = {"seller_company": args["logistics_company_name"], "seller_waybill": args["logistics_no"]}
    return _done(context, action, _problem(context, named(context), action), **parcel)


def add_message(context: Context) -> Answer:
    """Answer `tmall.exchange.message.add`."""
    exchange = named(context)
    problem = _problem(context, exchange, "message") or _bad_picture(context, "message_pics")
    if exchange is None or problem:
        return lacking(context, problem)
    after = exchanges.step(
        context.world,
        exchange,
        INTEGRATION,
        "message",
        cause=context.call.seq,
        said=context.args["content"],
        proof=_proof(context, "message_pics"),
    )
    message = context.world.state.messages[after.dispute_id][-1]
    data = {"result": {"results": [message_row(context, message)]}}
    return Answer(data=data, body=data, effect=True, told=[Told(after.dispute_id, after.change)])


def _done(context: Context, action: str, problem: str, **values: Any) -> Answer:
    exchange = named(context)
    if exchange is None or problem:
        return failed(problem)
    after = exchanges.step(context.world, exchange, INTEGRATION, action, cause=context.call.seq, **values)
    return answered(context, after, context.args.get("fields", _SHORT), effect=True)


def _problem(context: Context, exchange: Exchange | None, action: str) -> str:
    """Return why no call could do *action*, or nothing."""
    if exchange is None:
        return UNKNOWN
    row = find(exchange.kind, exchange.status, INTEGRATION, action)
    if row is None:
        return _WRONG_STATE
    return _WITH_STAFF if with_staff(context.world, exchange, row, INTEGRATION) else ""


def _bad_picture(context: Context, name: str) -> str:
    file: File | None = context.args.get(name)
    if file is None:
        return ""
    most = context.method.parameters[name].max
    fits = file.type() in _PICTURES and (most is None or len(file.content) <= most)
    return "" if fits else "凭证图片不合法"


def _proof(context: Context, name: str) -> str:
    file: File | None = context.args.get(name)
    return file.upload().sha256 if file is not None else ""
