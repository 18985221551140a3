"""`taobao.tmc.user.*` and `auth.get`: whose messages an app has."""

from hashlib import sha256

from msgspec.structs import replace

from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.tmall import messages
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import Refused, business
from simulator.tmall.permit import DEFAULT_GROUP, Permit

NO_USER = business("isv.invalid-parameter:nick", "用户不存在")


def _permit(context: Context) -> Permit | None:
    return messages.permit_of(context.world, context.call.app, context.args["nick"])


def cancel(context: Context) -> Answer:
    """Answer `taobao.tmc.user.cancel`: no later message about the user is for the app."""
    permit, world = _permit(context), context.world
    if permit is None:
        return Answer(data={"is_success": False}, body={"is_success": False})
    nick = context.args["nick"]
    row = replace(permit, valid=False, modified=world.clock.seconds())
    ident = f"{context.call.app}:{nick}"
    world.change([("permit", ident, row)], actor=INTEGRATION, action="cancel", cause=context.call.seq, shop=nick)
    return Answer(data={"is_success": True}, body={"is_success": True}, effect=True)


def get_user(context: Context) -> Answer:
    """Answer `taobao.tmc.user.get`."""
    permit = _permit(context)
    if permit is None:
        raise Refused(NO_USER)
    nick = context.args["nick"]
    row = {
        "created": to_text(permit.created),
        "group_name": permit.group,
        "is_valid": permit.valid,
        "modified": to_text(permit.modified),
        "topics": list(permit.topics or ()),
        "user_id": context.world.state.shops[nick].user_id,
        "user_nick": nick,
        "user_platform": "tbUIC",
    }
    asked = {name: value for name, value in row.items() if name in context.args["fields"]}
    return Answer(data={"tmc_user": asked}, body={"tmc_user": asked})


def get_topics(context: Context) -> Answer:
    """Answer `taobao.tmc.user.topics.get`."""
    permit = _permit(context)
    if permit is None:
        return Answer(data={"topics": [], "result_code": "1", "result_message": NO_USER.sub_msg})
    data = {"topics": list(permit.topics or ()), "result_code": "0", "result_message": ""}
    return Answer(data=data, body=data)


def get_token(context: Context) -> Answer:
    """Answer `taobao.tmc.auth.get`: a text that is the same for an app and group, and opens nothing."""
    group = context.args.get("group") or DEFAULT_GROUP
    return Answer(data={"result": sha256(f"{context.call.app}:{group}".encode()).hexdigest()[:32]})
