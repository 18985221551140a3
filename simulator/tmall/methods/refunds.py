"""Reads of refunds: the list, one refund, its messages, and the reasons for refusing it."""

from typing import Any

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import reships
from simulator.tmall.context import Context
from simulator.tmall.errors import NO_SUCH_REFUND, WRONG_PHASE, Refused, invalid
from simulator.tmall.merged import Both
from simulator.tmall.receivers import buyer_number
from simulator.tmall.refund import SPECIAL, WAIT_SELLER_CONFIRM_GOODS, Refund, RefundMessage
from simulator.tmall.refund_fields import nick_of, open_uid, projection, text_of
from simulator.tmall.shop import Shop

_DAY = 86_400
_OURS = frozenset({"fixed", "guarantee_trade"})
"""Trade types under which the sandbox's trades are filed."""

PICTURES = "https://img.sandbox.example/"
"""Where pictures of messages would lie; a picture is named by the sha256 of its bytes."""

_SENT, _RETURNED = frozenset({90001, 90002}), frozenset({90007, 90008})
"""Reasons about goods that were sent, and about goods that came back."""

REASONS = (
    (90001, "商品已发出", "请上传发货凭证"),
    (90002, "买家已签收商品", "请上传签收凭证"),
    (90003, "退款金额过高", "请与买家协商后重新申请"),
    (90004, "商品影响二次销售", "请上传商品照片"),
    (90005, "买家凭证不足", "请说明还需要什么凭证"),
    (90006, "已与买家协商一致", "请上传协商记录"),
    (90007, "退回商品与订单不符", "请上传开箱照片"),
    (90008, "未收到退回商品", "请上传物流记录"),
)
"""The platform's own table is not public; numbers from 90001 so that nobody takes them for real ones."""

_STAFF = "3"
"""`owner_role` of 小二, whose number nobody is told."""


def list_refunds(context: Context) -> Answer:
    """Answer `taobao.refunds.receive.get`."""
    args, world = context.args, context.world
    number, size = args["page_no"], args["page_size"]
    found, count = _page(context, number, size)
    if number > 1 and not found and context.settings["page_beyond_end"] == "refused":
        raise Refused(invalid("page_no"))
    fields = projection(args["fields"], context.method.answer["refunds"].only)
    refunds, orders = world.state.refunds, world.state.orders
    rows, told = [], []
    for refund_id in found:
        refund = refunds.get(refund_id) or context.dispute(refund_id)
        rows.append(fields.row(refund, orders))
        told.append(Told(refund_id, refund.change))
    answer = Answer(data={"refunds": rows}, told=told, fields=fields.ledger)
    if args["use_has_next"]:
        answer.has_next = answer.data["has_next"] = number * size < count
    else:
        answer.total = answer.data["total_results"] = count
    return answer


def list_specials(context: Context) -> Answer:
    """Answer `taobao.special.refunds.receive.get`, in which alone a refund's number is a number."""
    answer = list_refunds(context)
    for row in answer.data["refunds"]:
        if "refund_id" in row:
            row["refund_id"] = int(row["refund_id"])
    return answer


def _page(context: Context, number: int, size: int) -> tuple[list[str], int]:
    """Return the numbers on one page, and how many there are; among the refunds stand the re-sends."""
    bounds = bounds_of(context)
    if bounds is None:
        return [], 0
    newest, turned = context.settings["list_order"] == "modified_desc", context.settings["list_ties"] == "against"
    state, nick = context.world.state, context.shop.nick
    bounds["phase"] = "" if context.settings["list_aftersale"] else "onsale"
    if context.method.name == "taobao.special.refunds.receive.get":
        window = state.special_index.window(nick, **bounds)
    else:
        window = state.index.window(nick, **bounds)
        again = reships.window(state, context.settings, nick, **bounds)
        window = Both(window, again) if again else window
    return window.page(number, size, newest_first=newest, turned=turned), len(window)


def bounds_of(context: Context) -> dict[str, Any] | None:
    """Return status, buyer, start and end as asked for and as the settings have it; None: nothing can match."""
    args, settings = context.args, context.settings
    start, end = args.get("start_modified"), args.get("end_modified")
    if start is not None and end is not None:
        if start > end:
            raise Refused(invalid("start_modified"))
        if settings["list_strict_window"] and end - start > _DAY:
            raise Refused(invalid("end_modified"))
    now = int(context.world.clock.seconds())
    if settings["list_strict_window"] and start is not None and now - start > settings["kept_days"] * _DAY:
        raise Refused(invalid("start_modified"))
    if start is None and settings["list_default_days"]:
        start = now - settings["list_default_days"] * _DAY
    if _OURS.isdisjoint(name.strip() for name in args["type"].split(",")):
        return None
    if end is not None and settings["list_end"] == "exclusive":
        end -= 1
    if start is not None and settings["list_start"] == "exclusive":
        start += 1
    lag = settings["list_lag"]
    if lag:
        visible = int(context.world.clock.seconds() - lag)
        end = visible if end is None else min(end, visible)
    buyer = args.get("buyer_nick", "")
    uid = args.get("buyer_open_uid") or args.get("ouid")
    if uid:
        nick = nick_of(uid)
        if buyer and buyer != nick:
            return None
        buyer = nick
    return {"status": args.get("status", ""), "buyer": buyer, "start": start, "end": end}


def get_refund(context: Context) -> Answer:
    """Answer `taobao.refund.get`."""
    refund = context.dispute(str(context.args["refund_id"]))
    fields = projection(context.args["fields"], context.method.answer["refund"].only)
    row = fields.row(refund, context.world.state.orders)
    return Answer(
        data={"refund": row}, body={"refund": row}, told=[Told(refund.refund_id, refund.change)], fields=fields.ledger
    )


def get_special(context: Context) -> Answer:
    """Answer `taobao.special.refund.get`."""
    if context.refund().purpose not in SPECIAL:
        raise Refused(NO_SUCH_REFUND)
    return get_refund(context)


def get_messages(context: Context) -> Answer:
    """Answer `taobao.refund.messages.get`, oldest first."""
    args = context.args
    refund = context.dispute(str(args["refund_id"]))
    if args.get("refund_phase", refund.phase) != refund.phase:
        raise Refused(WRONG_PHASE)
    messages = context.world.state.messages.get(refund.refund_id, [])
    size = min(args["page_size"], int(context.settings["messages_page_most"]) or args["page_size"])
    first = (args["page_no"] - 1) * size
    asked = {name.partition(".")[0] for name in args["fields"]}
    rows = []
    for message in messages[first : first + size]:
        row = {"id": message.id, "refund_id": refund.refund_id, "refund_phase": refund.phase}
        row |= _message(message, context.shop)
        rows.append({name: value for name, value in row.items() if name in asked})
    return Answer(data={"refund_messages": rows, "total_results": len(messages)}, total=len(messages))


def _message(message: RefundMessage, shop: Shop) -> dict[str, object]:
    row: dict[str, object] = {
        "content": message.content,
        "created": text_of(message.created),
        "message_type": message.message_type,
        "owner_nick": message.owner_nick,
        "owner_role": message.owner_role,
        "owner_open_uid": open_uid(message.owner_nick),
    }
    if message.owner_role != _STAFF:
        row["owner_id"] = shop.user_id if message.owner_nick == shop.nick else buyer_number(message.owner_nick)
    if message.pictures:
        row["pic_urls"] = [{"url": PICTURES + picture} for picture in message.pictures]
    return row


def reasons_for(refund: Refund, *, shipped: bool) -> list[tuple[int, str, str]]:
    """Return the reasons for which *refund* can be refused as it is now, of goods that are *shipped* or not."""
    barred = set() if refund.status == WAIT_SELLER_CONFIRM_GOODS else set(_RETURNED)
    barred |= _SENT if not shipped or refund.status == WAIT_SELLER_CONFIRM_GOODS else set()
    return [reason for reason in REASONS if reason[0] not in barred]


def get_reasons(context: Context) -> Answer:
    """Answer `taobao.refund.refusereason.get`."""
    refund = context.refund()
    if refund.phase != context.args["refund_phase"]:
        raise Refused(WRONG_PHASE)
    found = reasons_for(refund, shipped=bool(context.world.state.orders[refund.oid].consigned))
    asked = set(context.args["fields"])
    names = ("reason_id", "reason_text", "reason_tips")
    rows = [{name: value for name, value in zip(names, reason, strict=True) if name in asked} for reason in found]
    return Answer(
        data={"reasons": rows, "total_results": len(rows), "has_next": False}, total=len(rows), has_next=False
    )
