"""`taobao.tmc.group.*`, `topic.group.*` and `queue.get`: the queues of an app besides its default one."""

from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.tmall import groups, messages
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, business, invalid
from simulator.tmall.methods.tmc import NO_GROUP, key_of
from simulator.tmall.permit import DEFAULT_GROUP

_NO_USER = business("isv.invalid-parameter:nicks", "用户不存在")


def _new(context: Context) -> str:
    """Return the name of a group that there may be, or may come to be.

    Raises:
        Refused: if no group may be called so.
    """
    name = str(context.args["group_name"])
    if name.startswith(DEFAULT_GROUP):
        raise Refused(invalid("group_name"))
    return name


def _known(context: Context) -> str:
    """Return the name of one of the app's groups.

    Raises:
        Refused: if there is none of that name.
    """
    name = str(context.args["group_name"])
    if name not in messages.groups_of(context.world, context.call.app):
        raise Refused(NO_GROUP)
    return name


def add(context: Context) -> Answer:
    """Answer `taobao.tmc.group.add`."""
    name, nicks = _new(context), context.args["nicks"]
    if not all(nick in context.world.state.shops for nick in nicks):
        raise Refused(_NO_USER)
    group = groups.add_users(context.world, context.call.app, name, nicks, cause=context.call.seq)
    data = {"created": to_text(group.created), "group_name": name}
    return Answer(data=data, body=data, effect=True)


def delete(context: Context) -> Answer:
    """Answer `taobao.tmc.group.delete`."""
    nicks = context.args.get("nicks") or ()
    groups.remove(context.world, context.call.app, _known(context), nicks, cause=context.call.seq)
    return _done("is_success")


def list_groups(context: Context) -> Answer:
    """Answer `taobao.tmc.groups.get`."""
    world, app_key, args = context.world, context.call.app, context.args
    wanted = args.get("group_names")
    found = [
        {
            "name": name,
            "created": to_text(group.created),
            "modified": to_text(group.modified),
            "topics": list(group.topics),
            "users": groups.members_of(world, app_key, name),
        }
        for name, group in messages.groups_of(world, app_key).items()
        if not wanted or name in wanted
    ]
    first = (args["page_no"] - 1) * args["page_size"]
    data = {"groups": found[first : first + args["page_size"]], "total_results": len(found)}
    return Answer(data=data, body=data)


def add_topics(context: Context) -> Answer:
    """Answer `taobao.tmc.topic.group.add`."""
    name = _new(context)
    groups.add_topics(context.world, context.call.app, name, context.args["topics"], cause=context.call.seq)
    return _done("result")


def delete_topics(context: Context) -> Answer:
    """Answer `taobao.tmc.topic.group.delete`."""
    name = _known(context)
    groups.remove_topics(context.world, context.call.app, name, context.args["topics"], cause=context.call.seq)
    return _done("result")


def get_queue(context: Context) -> Answer:
    """Answer `taobao.tmc.queue.get`."""
    key, queues = key_of(context), context.world.state.queues
    row = {
        "name": key[1],
        "broker_name": "sandbox",
        "get_total": queues.got_total.get(key, 0),
        "put_toal": queues.put_total.get(key, 0),
    }
    return Answer(data={"datas": [row]}, body={"datas": [row]})


def _done(name: str) -> Answer:
    return Answer(data={name: True}, body={name: True}, effect=True)
