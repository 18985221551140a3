"""`taobao.tmc.message.produce` and `messages.produce`: an app puts messages of its own into the queues."""

from typing import Any

import msgspec

from simulator.exchange import Answer
from simulator.ledger.entry import Published
from simulator.tmall import messages
from simulator.tmall.arguments import read_json
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.parameters import File
from simulator.tmall.permit import DEFAULT_GROUP
from simulator.world import World

MOST_MESSAGES = 50
LONGEST_TOPIC = 256
LONGEST_CONTENT = 122_880
FILES = ("media_content", "media_content2", "media_content3", "media_content4", "media_content5")


class _Draft(msgspec.Struct):
    """One of several messages, as the app writes it."""

    topic: str
    content: str
    delay_millis: int = 0
    expires_millis: int = 0
    target_group: str = ""


def produce(context: Context) -> Answer:
    """Answer `taobao.tmc.message.produce`."""
    args = context.args
    draft = msgspec.convert({name: args[name] for name in _Draft.__struct_fields__ if name in args}, _Draft)
    problem = _problem(context.world, draft) or next((name for name in FILES if _too_big(context, name)), "")
    if problem:
        raise Refused(invalid(problem))
    found = _publish(context, draft)
    data = {"is_success": True, "total": len(found), "msg_ids": [entry.message for entry in found]}
    return Answer(data=data, body=data, effect=True)


def produce_many(context: Context) -> Answer:
    """Answer `taobao.tmc.messages.produce`: what cannot be put fails alone, in the order of the request."""
    raw = read_json("messages", context.args["messages"], list[dict[str, Any]])
    if not 0 < len(raw) <= MOST_MESSAGES:
        raise Refused(invalid("messages"))
    results = [_put(context, row) for row in raw]
    good = all(row["is_success"] for row in results)
    data = {"is_all_success": good, "results": results}
    return Answer(data=data, body=data, effect=any(row["is_success"] for row in results))


def _put(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    try:
        draft = msgspec.convert(row, _Draft)
    except msgspec.ValidationError:
        return _failed("message")
    problem = _problem(context.world, draft)
    if problem:
        return _failed(problem)
    _publish(context, draft)
    return {"is_success": True}


def _failed(name: str) -> dict[str, Any]:
    error = invalid(name)
    return {"is_success": False, "error_code": error.sub_code, "error_message": error.msg}


def _too_big(context: Context, name: str) -> bool:
    file: File | None = context.args.get(name)
    most = context.method.parameters[name].max
    return file is not None and most is not None and len(file.content) > most


def _problem(world: World, draft: _Draft) -> str:
    """Return what of *draft* no message can have; empty if it is one."""
    if not 0 < len(draft.topic) <= LONGEST_TOPIC:
        return "topic"
    if len(draft.content) > LONGEST_CONTENT:
        return "content"
    if draft.delay_millis < 0:
        return "delay_millis"
    if draft.expires_millis and draft.expires_millis <= world.clock.wall():
        return "expires_millis"
    if draft.target_group and not _is_group(world, draft.target_group):
        return "target_group"
    try:
        read_json("content", draft.content, dict[str, Any])
    except Refused:
        return "content"
    return ""


def _is_group(world: World, name: str) -> bool:
    return name == DEFAULT_GROUP or any(name in messages.groups_of(world, app_key) for app_key in world.state.apps)


def _publish(context: Context, draft: _Draft) -> list[Published]:
    return messages.publish(
        context.world,
        context.shop,
        draft.topic,
        draft.content,
        due=draft.delay_millis,
        expires=draft.expires_millis,
        group=draft.target_group,
    )
