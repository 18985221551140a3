"""`taobao.tmc.message.produce` and `messages.produce`: an app puts messages of its own into the queues."""

from typing import Any

import msgspec

from simulator.exchange import Answer
from simulator.ledger.entry import Published
from simulator.tmall import messages
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid

MOST_MESSAGES = 50
LONGEST_TOPIC = 256
LONGEST_CONTENT = 122_880


class _Draft(msgspec.Struct):
    """One of several messages, as the app writes it."""

    topic: str
    content: str
    delay_millis: int = 0


def produce(context: Context) -> Answer:
    """Answer `taobao.tmc.message.produce`."""
    args = context.args
    draft = _Draft(args["topic"], args["content"], args.get("delay_millis", 0))
    problem = _problem(draft)
    if problem:
        raise Refused(invalid(problem))
    found = _publish(context, draft)
    data = {"is_success": True, "total": len(found), "msg_ids": [entry.message for entry in found]}
    return Answer(data=data, body=data, effect=True)


def produce_many(context: Context) -> Answer:
    """Answer `taobao.tmc.messages.produce`: what cannot be put fails alone, in the order of the request."""
    try:
        raw = msgspec.json.decode(context.args["messages"], type=list[dict[str, Any]])
    except msgspec.DecodeError as error:
        raise Refused(invalid("messages")) from error
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
    problem = _problem(draft)
    if problem:
        return _failed(problem)
    _publish(context, draft)
    return {"is_success": True}


def _failed(name: str) -> dict[str, Any]:
    error = invalid(name)
    return {"is_success": False, "error_code": error.sub_code, "error_message": error.msg}


def _problem(draft: _Draft) -> str:
    """Return what of *draft* no message can have; empty if it is one."""
    if not 0 < len(draft.topic) <= LONGEST_TOPIC:
        return "topic"
    if len(draft.content) > LONGEST_CONTENT:
        return "content"
    if draft.delay_millis < 0:
        return "delay_millis"
    try:
        msgspec.json.decode(draft.content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError):
        return "content"
    return ""


def _publish(context: Context, draft: _Draft) -> list[Published]:
    return messages.publish(context.world, context.shop, draft.topic, draft.content, due=draft.delay_millis)
