"""Faults of messages (TMC): lost, late, doubled, out of order, told again much later; and messages that make no sense.

They strike a message when it is published, before it is in a queue, so that both channels deliver the same disturbance.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

import msgspec
from msgspec.structs import replace

from simulator.chance import chance
from simulator.faults.kind import Named, count_of, seconds_of, wrong_option
from simulator.ledger.entry import Published
from simulator.words import say
from simulator.world import World

POSTED = "tmall.message"
"""Name of what these faults strike: one message that is about to be put into a queue."""

_HOUR = 3600.0
_TOPIC = {"topic": "only messages of that topic, with or without taobao_refund_"}


@runtime_checkable
class MessageFault(Named, Protocol):
    """One way in which a message goes wrong. Its docstring's first line is shown by `list faults`."""

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Change *entry* before it is put into its queue, and return what is put there besides."""
        ...


class LostMessage:
    """A message is never delivered."""

    name = "message-lost"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Leave it out of the queue."""
        entry.lost = True
        return []


class DelayedMessage:
    """A message is delivered late."""

    name = "message-delayed"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {"seconds": "how late (default 2)"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for seconds that are no number from 0."""
        seconds_of(self.name, options, 2)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Make it due later."""
        entry.due = _later(world, seconds_of(self.name, options, 2))
        return []


class ReorderedMessage:
    """Messages overtake each other: each comes at a moment of its own within a few seconds."""

    name = "message-reordered"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {"seconds": "within how many seconds (default 2)"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for seconds that are no number from 0."""
        seconds_of(self.name, options, 2)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Make it due at a moment that the seed decides."""
        within = seconds_of(self.name, options, 2)
        entry.due = _later(world, within * chance(world.seed, self.name, *entry.refunds, entry.topic).random())
        return []


class DuplicatedMessage:
    """A message is delivered more than once under the same number, confirmed or not."""

    name = "message-duplicated"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {
        "copies": "how many more (default 2)",
        "seconds": "how late (default 0)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a number of copies or seconds that is none."""
        count_of(self.name, "copies", options, 2)
        seconds_of(self.name, options, 0)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Put copies beside it."""
        due = _later(world, seconds_of(self.name, options, 0))
        return [
            replace(entry, copy=number, due=due) for number in range(1, 1 + count_of(self.name, "copies", options, 2))
        ]


class RedeliveredMessage:
    """A message that was confirmed long ago is delivered once more, under the same number."""

    name = "message-redelivered"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {
        "hours": "after how many hours (default 25); setting time_scale shortens them",
        "seconds": "in place of hours: after how many seconds",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a time that is no number from 0."""
        self._after(options)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Put a copy beside it that is due much later, whatever the retention."""
        scale = 1 if "seconds" in options else world.settings["time_scale"] or 1
        return [replace(entry, copy=1, due=_later(world, self._after(options) / scale))]

    def _after(self, options: Mapping[str, Any]) -> float:
        if "seconds" in options:
            return seconds_of(self.name, options, 0)
        return seconds_of(self.name, options, 25, key="hours") * _HOUR


class RepublishedMessage:
    """The platform says the same again in a message with a number of its own."""

    name = "message-republished"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {
        "copies": "how many more (default 1)",
        "seconds": "how late (default 0)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a number of copies or seconds that is none."""
        count_of(self.name, "copies", options, 1)
        seconds_of(self.name, options, 0)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Put others beside it that say the same."""
        due = _later(world, seconds_of(self.name, options, 0))
        other = replace(entry, message="", repeats=entry.message, due=due)
        return [replace(other) for _ in range(count_of(self.name, "copies", options, 1))]


class PoisonMessage:
    """A message comes besides whose content nobody can parse."""

    name = "message-poison"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC | {"instead": "true: in place of the good one, which is lost"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for anything but true and false."""
        self._instead(options)

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Cut the content off in the middle."""
        broken = _odd(entry, content=entry.content[: len(entry.content) // 2])
        if self._instead(options):
            entry.lost = True
        return [broken]

    def _instead(self, options: Mapping[str, Any]) -> bool:
        value = options.get("instead", False)
        if str(value).lower() not in ("true", "false"):
            raise wrong_option(self.name, "instead", value, say("setting.flag", "true or false"))
        return str(value).lower() == "true"


class UnknownTopicMessage:
    """A message comes besides of a topic that no document names."""

    name = "message-unknown-topic"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Put one beside it that says nothing about any refund."""
        return [_odd(entry, topic="taobao_refund_SomethingNew", content='{"biz_id":1,"kind":"new"}')]


class ForeignShopMessage:
    """A message comes besides about the refund of a shop that is not the integration's."""

    name = "message-foreign"
    call = POSTED
    options: ClassVar[Mapping[str, str]] = _TOPIC

    def post(self, world: World, options: Mapping[str, Any], entry: Published) -> list[Published]:
        """Put one beside it about somebody else."""
        said = msgspec.json.decode(entry.content)
        number = chance(world.seed, self.name, entry.message).randrange(10**17, 10**18)
        said |= {"refund_id": number, "tid": number * 10 + 1, "oid": number * 10 + 1, "seller_nick": FOREIGN}
        content = msgspec.json.encode(said).decode()
        return [_odd(entry, content=content, shop=FOREIGN, user_id=entry.user_id + 900_000)]


FOREIGN = "别家的旗舰店"
"""Nick of a shop that the sandbox has not."""

MESSAGE_FAULTS: tuple[MessageFault, ...] = (
    LostMessage(),
    DelayedMessage(),
    ReorderedMessage(),
    DuplicatedMessage(),
    RedeliveredMessage(),
    RepublishedMessage(),
    PoisonMessage(),
    UnknownTopicMessage(),
    ForeignShopMessage(),
)


def _odd(entry: Published, **values: Any) -> Published:
    """Return a message besides *entry* that tells nothing; it stays in the same play."""
    return replace(entry, message="", told=(), fields=(), cause=0, **({"refunds": ()} | values))


def _later(world: World, seconds: float) -> int:
    return world.clock.wall() + int(seconds * 1000)
