"""Groups of users of an app (TMC): whose messages, or which topics, go into a queue of their own.

Which group a user is in stands in the user's permit.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from simulator.tmall.messages import drop, groups_of, permit_of
from simulator.tmall.permit import DEFAULT_GROUP, Group, Permit
from simulator.tmall.queue import Key
from simulator.world import Put, World


def add_users(world: World, app_key: str, name: str, nicks: Sequence[str], *, cause: int = 0) -> Group:
    """Put users into group *name*, which is made if it is not there: their later messages go there."""
    now = world.clock.seconds()
    group = replace(groups_of(world, app_key).get(name) or Group(created=now), modified=now)
    puts: list[Put] = [("group", f"{app_key}:{name}", group)]
    puts += [_moved(world, app_key, nick, name, now) for nick in dict.fromkeys(nicks)]
    world.change(puts, actor="integration", action="add_group", cause=cause)
    return group


def add_topics(world: World, app_key: str, name: str, topics: Sequence[str], *, cause: int = 0) -> None:
    """Let *topics* go into group *name*, which is made if it is not there; no topic goes into two groups."""
    now, found = world.clock.seconds(), groups_of(world, app_key)
    group = found.pop(name, None) or Group(created=now)
    together = tuple(dict.fromkeys((*group.topics, *topics)))
    puts: list[Put] = [("group", f"{app_key}:{name}", replace(group, topics=together, modified=now))]
    for other, row in found.items():
        left = tuple(topic for topic in row.topics if topic not in topics)
        if left != row.topics:
            puts.append(("group", f"{app_key}:{other}", replace(row, topics=left, modified=now)))
    world.change(puts, actor="integration", action="add_topics", cause=cause)


def remove_topics(world: World, app_key: str, name: str, topics: Sequence[str], *, cause: int = 0) -> None:
    """Let *topics* go into group *name* no more."""
    group = groups_of(world, app_key)[name]
    left = tuple(topic for topic in group.topics if topic not in topics)
    row = replace(group, topics=left, modified=world.clock.seconds())
    world.change([("group", f"{app_key}:{name}", row)], actor="integration", action="remove_topics", cause=cause)


def remove(world: World, app_key: str, name: str, nicks: Sequence[str] = (), *, cause: int = 0) -> None:
    """Take users (none named: all) out of group *name*: they fall back to the default one.

    A group that has neither users nor topics left is gone, and its unread messages with it.
    """
    now, members = world.clock.seconds(), members_of(world, app_key, name)
    leaving = [nick for nick in members if not nicks or nick in nicks]
    puts = [_moved(world, app_key, nick, DEFAULT_GROUP, now) for nick in leaving]
    topics = groups_of(world, app_key)[name].topics
    gone = not nicks or (len(leaving) == len(members) and not topics)
    if gone:
        puts.append(("group", f"{app_key}:{name}", None))
    if puts:
        world.change(puts, actor="integration", action="delete_group", cause=cause)
    if gone:
        key: Key = (app_key, name)
        for message in world.state.queues.of(key):
            drop(world, message)


def members_of(world: World, app_key: str, name: str) -> list[str]:
    """Return the nicks of the users that are in group *name*."""
    permits = ((nick, permit_of(world, app_key, nick)) for nick in world.state.shops)
    return [nick for nick, permit in permits if permit is not None and permit.group == name]


def _moved(world: World, app_key: str, nick: str, name: str, now: int) -> Put:
    permit = permit_of(world, app_key, nick) or Permit(created=now, valid=False)
    return "permit", f"{app_key}:{nick}", replace(permit, group=name, modified=now)
