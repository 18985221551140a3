"""`taobao.tmc.*`: an app reads its message queue over HTTP, and users permit it to."""

from msgspec.structs import replace

from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.tmall import messages
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, business, invalid
from simulator.tmall.permit import DEFAULT_GROUP, Permit
from simulator.tmall.queue import Key, Message

NO_GROUP = business("isv.invalid-parameter:group_name", "分组不存在")
MOST_IDS = 200


def key_of(context: Context) -> Key:
    """Return the queue that the call is about.

    Raises:
        Refused: if the app has no such group.
    """
    group = context.args.get("group_name") or DEFAULT_GROUP
    if group != DEFAULT_GROUP and f"{context.call.app}:{group}" not in context.world.state.plain.get("group", {}):
        raise Refused(NO_GROUP)
    return context.call.app, group


def consume(context: Context) -> Answer:
    """Answer `taobao.tmc.messages.consume`: what is due; nothing is locked, it comes again unless it is confirmed."""
    taken = messages.take(
        context.world, key_of(context), context.args["quantity"], channel="http", call=context.call.seq
    )
    rows = [_row(message) for message, _ in taken]
    return Answer(data={"messages": rows}, body={"messages": len(rows)}, effect=bool(rows))


def _row(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "topic": message.topic,
        "content": message.content,
        "pub_time": to_text(message.published // 1000),
        "pub_app_key": message.app_key,
        "user_id": message.user_id,
        "user_nick": message.nick,
    }


def confirm(context: Context) -> Answer:
    """Answer `taobao.tmc.messages.confirm`: unknown numbers are no error, so that a repeat is none either."""
    key, call = key_of(context), context.call.seq
    good, bad = _numbers(context, "s_message_ids"), _numbers(context, "f_message_ids")
    messages.confirm(context.world, key, good, channel="http", call=call)
    messages.confirm(context.world, key, bad, channel="http", call=call, failed=True, reason="f_message_ids")
    data = {"is_success": True}
    return Answer(data=data, body=data, effect=True)


def _numbers(context: Context, name: str) -> list[str]:
    found = [part.strip() for part in str(context.args.get(name) or "").split(",") if part.strip()]
    if len(found) > MOST_IDS or not all(part.isascii() and part.isdigit() for part in found):
        raise Refused(invalid(name))
    return found


def permit(context: Context) -> Answer:
    """Answer `taobao.tmc.user.permit`: the topics given take the place of those permitted before."""
    world, nick, app_key = context.world, context.shop.nick, context.call.app
    topics = context.args.get("topics") or None
    now = world.clock.seconds()
    old = messages.permit_of(world, app_key, nick)
    row = replace(old or Permit(created=now), topics=topics, valid=True, modified=now)
    world.change(
        [("permit", f"{app_key}:{nick}", row)],
        actor="integration",
        action="permit",
        cause=context.call.seq,
        shop=nick,
    )
    data = {"is_success": True}
    return Answer(data=data, body=data, effect=True)
