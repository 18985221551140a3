"""The platform's messages (TMC): who gets which, handing them out, and taking confirmations. Both channels use it.

A message is published for every app to which the shop's user permitted its topic, into the queue of the user's group.
It is handed out at least once, in no order that can be relied on, until it is confirmed or expires after
`tmc_retention` hours; a message not confirmed is due again after `tmc_redelivery` seconds
(`tmc_hidden` if it was polled), each time `tmc_growth` times later, at most `tmc_tries` times.
"""

from collections.abc import Callable, Sequence

import msgspec

from simulator.ledger.entry import Confirmed, Expired, Published, Pushed
from simulator.ledger.values import Told
from simulator.tmall.permit import DEFAULT_GROUP, Group, Permit
from simulator.tmall.queue import Key, Message
from simulator.tmall.shop import Shop
from simulator.world import World

_HOUR = 3_600_000
_FIRST = 7_000_000_000_000_000_000
"""Numbers of messages are of the size seen in captures: more than a float holds exactly."""


def permit_of(world: World, app_key: str, nick: str) -> Permit | None:
    """Return what shop *nick* permitted to the app; None if it never did.

    By setting `tmc_permitted` shops are born with a permit for the app that they authorised.
    """
    row: Permit | None = world.state.plain.get("permit", {}).get(f"{app_key}:{nick}")
    if row is not None:
        return row
    shop = world.state.shops.get(nick)
    if shop is not None and shop.app_key == app_key and world.settings.of(nick)["tmc_permitted"]:
        return Permit()
    return None


def readers(world: World, shop: Shop, topic: str) -> list[Key]:
    """Return the queues into which a message of *topic* about *shop* goes."""
    found = []
    for app_key in world.state.apps:
        permit = permit_of(world, app_key, shop.nick)
        if permit is not None and permit.valid and (permit.topics is None or topic in permit.topics):
            found.append((app_key, _group(world, app_key, permit, topic)))
    return found


def _group(world: World, app_key: str, permit: Permit, topic: str) -> str:
    """Return the group of the user, or else the one into which the app has *topic* go."""
    if permit.group != DEFAULT_GROUP:
        return permit.group
    found = (name for name, group in groups_of(world, app_key).items() if topic in group.topics)
    return next(found, DEFAULT_GROUP)


def groups_of(world: World, app_key: str) -> dict[str, Group]:
    """Return the app's groups by name, the oldest first."""
    rows: dict[str, Group] = world.state.plain.get("group", {})
    parted = ((*ident.partition(":"), group) for ident, group in rows.items())
    return {name: group for owner, _, name, group in parted if owner == app_key}


def publish(
    world: World,
    shop: Shop,
    topic: str,
    content: str,
    *,
    told: tuple[Told, ...] = (),
    fields: tuple[str, ...] = (),
    cause: int = 0,
    due: int = 0,
    expires: int = 0,
    group: str = "",
) -> list[Published]:
    """Put a message into every queue that is to have it (from *due* on, wall), and wake those who listen there.

    *expires* is an end of its own (wall), and *group* the one into which it goes whatever the user's is; of apps that
    have no such group none gets it.
    """
    found = []
    for app_key, usual in readers(world, shop, topic):
        if group and group != DEFAULT_GROUP and group not in groups_of(world, app_key):
            continue
        entry = Published(
            message=_number(world),
            topic=topic,
            content=content,
            app_key=app_key,
            group=group or usual,
            shop=shop.nick,
            user_id=shop.user_id,
            refunds=tuple(one.refund for one in told),
            told=told,
            fields=fields,
            cause=cause,
            due=due,
            expires=expires,
        )
        besides = world.disturb(entry) if world.disturb is not None else []
        found += [put(world, one) for one in (entry, *besides)]
    return found


def put(world: World, entry: Published) -> Published:
    """Put what *entry* says into its queue, under a number of its own unless it has one."""
    entry.message, entry.side = entry.message or _number(world), "tmall"
    world.note(entry)
    world.state.queues.learn(entry, world.book.place)
    wake(world, (entry.app_key, entry.group))
    return entry


def _number(world: World) -> str:
    """Return the number of the next message."""
    return str(_FIRST + world.block % 1_000_000_000 * 1_000_000_000 + world.state.queues.published + 1)


def wake(world: World, key: Key) -> None:
    """Tell those who listen at the queue *key* that something is due there."""
    for listener in list(world.listeners.get(key, ())):
        listener()


def attach(world: World, key: Key, listener: Callable[[], None]) -> Callable[[], None]:
    """Call *listener* whenever something was put into the queue *key*; return what ends that."""
    mine = world.listeners.setdefault(key, [])
    mine.append(listener)
    return lambda: mine.remove(listener)


def take(
    world: World, key: Key, limit: int, *, channel: str, call: int = 0, connection: str = ""
) -> list[tuple[Message, Pushed]]:
    """Hand out up to *limit* messages that are due in the queue *key*, and note it."""
    found = hand_out(world, key, limit, channel=channel, call=call, connection=connection)
    for _, pushed in found:
        world.note(pushed)
    return found


def hand_out(
    world: World, key: Key, limit: int, *, channel: str, call: int = 0, connection: str = ""
) -> list[tuple[Message, Pushed]]:
    """Hand out up to *limit* messages that are due in the queue *key*, each with the entry that is to say so.

    Whoever takes them notes that entry once the message's bytes were accepted, or calls `take_back`.
    """
    expire(world)
    now = world.clock.wall()
    found = []
    for message in world.state.queues.due(key, now, limit):
        pushed = Pushed(
            message=str(message.id),
            app_key=message.app_key,
            group=message.group,
            channel=channel,
            connection=connection,
            call=call,
            copy=message.copy,
            attempt=message.attempts + 1,
            again=_again(world, message, now, channel),
            side="tmall",
            shop=message.nick,
            refunds=message.refunds,
            plays=message.plays,
        )
        found.append((message, pushed))
    for _, pushed in found:
        world.state.queues.learn(pushed)
    return found


def hand_also(world: World, pushed: Pushed) -> Pushed:
    """Hand out to one more what *pushed* handed out, and return the entry that is to say so."""
    found = msgspec.structs.replace(pushed)
    world.state.queues.learn(found)
    return found


def _again(world: World, message: Message, now: int, channel: str) -> int:
    """Return when (ms) a message that is handed out now is due again, as the settings have it."""
    settings, before = world.settings, message.attempts
    if settings["tmc_tries"] and before + 1 >= settings["tmc_tries"]:
        return now + int(settings["tmc_retention"]) * _HOUR
    wait = (settings["tmc_hidden"] if channel == "http" else 0) or settings["tmc_redelivery"]
    return now + int(min(wait * settings["tmc_growth"] ** min(before, 20) * 1000, settings["tmc_retention"] * _HOUR))


def take_back(world: World, pushed: Pushed) -> None:
    """Have a message that was handed out, and did not get away, be due again at once."""
    world.state.queues.forget(pushed)
    wake(world, (pushed.app_key, pushed.group))


def confirm(
    world: World,
    key: Key,
    numbers: Sequence[str],
    *,
    channel: str,
    call: int = 0,
    connection: str = "",
    failed: bool = False,
    reason: str = "",
) -> int:
    """Take messages by *numbers* out of the queue *key*, or with *failed* leave them to come again; return how many.

    Numbers that the queue does not hold (confirmed before, expired, another's) say nothing.
    """
    expire(world)
    done = 0
    for message in [row for number in numbers for row in world.state.queues.handed_out(key, number)]:
        entry = Confirmed(
            message=str(message.id),
            copy=message.copy,
            app_key=message.app_key,
            group=message.group,
            channel=channel,
            connection=connection,
            call=call,
            result="failed" if failed else "ok",
            reason=reason,
            side="tmall",
            shop=message.nick,
            refunds=message.refunds,
            plays=message.plays,
        )
        world.note(entry)
        world.state.queues.learn(entry)
        done += 1
    return done


def named(world: World, key: Key, numbers: Sequence[str]) -> tuple[str, ...]:
    """Return the refunds about which the queue *key* handed out messages under *numbers*, each of them once."""
    rows = (row for number in numbers for row in world.state.queues.handed_out(key, number))
    return tuple(dict.fromkeys(refund for row in rows for refund in row.refunds))


def expire(world: World) -> None:
    """Drop the messages that nobody confirmed within the retention, or until their own end."""
    for message in world.state.queues.ended(world.clock.wall()):
        drop(world, message)
    end = world.clock.wall() - _retention(world)
    oldest = world.state.queues.oldest()
    if oldest is not None and oldest < end:
        for message in world.state.queues.older(end):
            drop(world, message)


def first_end(world: World) -> int | None:
    """Return when the next message expires (`wall`); None if none waits that can."""
    oldest, end = world.state.queues.oldest(), world.state.queues.first_end()
    ends = [] if oldest is None else [oldest + _retention(world)]
    return min(ends if end is None else [*ends, end], default=None)


def _retention(world: World) -> int:
    return int(world.settings["tmc_retention"] * _HOUR)


def drop(world: World, message: Message) -> None:
    """Take *message* away unread."""
    entry = Expired(
        message=str(message.id),
        copy=message.copy,
        app_key=message.app_key,
        group=message.group,
        side="tmall",
        shop=message.nick,
        refunds=message.refunds,
        plays=message.plays,
    )
    world.note(entry)
    world.state.queues.learn(entry)
