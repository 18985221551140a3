"""Faults of the message channel's connections: who connects is turned away or met by silence, bytes come otherwise.

They strike moments of a connection in place of calls: `tmc.connect`, `tmc.ping` and `tmc.push`.
"""

import gzip
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

import msgspec

from simulator.errors import UserError
from simulator.faults.kind import Named
from simulator.tmall.tmc_frames import BYTES, Frame, Value
from simulator.words import say

MOMENTS = ("tmc.connect", "tmc.ping", "tmc.push")
"""Names of what happens on a connection, in faults: CONNECT, a ping, and one message that is pushed."""


class Moment(msgspec.Struct):
    """What is about to happen on a connection, for a fault to change."""

    frame: Frame
    """What is about to be sent; for a ping nothing of it counts."""
    silent: bool = False
    """Nothing is sent, now or later."""
    drop: str = ""
    """`before` or `after`: the connection is dropped, and the frame is lost or sent."""
    pong: bool = False
    """The ping is answered."""
    fault: str = ""
    """Name of the fault that struck."""


@runtime_checkable
class ChannelFault(Named, Protocol):
    """One way in which a connection of the message channel goes wrong."""

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Change what is about to happen."""
        ...


class SilentChannel:
    """The message channel takes the connection, and then never says anything: some clients wait for ever."""

    name = "tmc-silent"
    call = "tmc.connect"
    options: ClassVar[Mapping[str, str]] = {}

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Say nothing from now on."""
        moment.silent = True


class RefusedChannel:
    """The message channel refuses a client that is in the right, with a status and a phrase, and closes."""

    name = "tmc-refused"
    call = "tmc.connect"
    options: ClassVar[Mapping[str, str]] = {
        "status": "status code (default 15); 0: only the phrase is sent",
        "phrase": "status phrase (default: Remote service error)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a status that is no number of 32 bits, or a phrase that is no text."""
        _check_number(self.name, "status", options.get("status", 15))
        phrase = options.get("phrase", "x")
        if not isinstance(phrase, str) or not phrase:
            raise _wrong(self.name, "phrase", phrase, say("value.text", "It is a text that is not empty."))

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Put a refusal in the place of the acknowledgement."""
        moment.frame.token = ""
        moment.frame.status = int(options.get("status", 15))
        moment.frame.phrase = options.get("phrase", "Remote service error")
        moment.drop = "after"


class UnknownFlag:
    """The message channel acknowledges a connection under another flag than the client's, or under none."""

    name = "tmc-unknown-flag"
    call = "tmc.connect"
    options: ClassVar[Mapping[str, str]] = {"flag": "the flag (default: the client's and 1000); 0: none"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a flag that is no number of 32 bits."""
        _check_number(self.name, "flag", options.get("flag", 0))

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Exchange the flag."""
        moment.frame.flag = int(options.get("flag", moment.frame.flag + 1000))


class AnsweredPing:
    """The message channel answers a ping as RFC 6455 wants it, which the official Java client does not survive."""

    name = "tmc-pong"
    call = "tmc.ping"
    options: ClassVar[Mapping[str, str]] = {}

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Answer."""
        moment.pong = True


class DroppedChannel:
    """The message channel drops the connection while it pushes a message, which is lost before that or not."""

    name = "tmc-dropped"
    call = "tmc.push"
    options: ClassVar[Mapping[str, str]] = {"when": "before (default: the message is lost) or after it was sent"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a moment that is none."""
        when = options.get("when", "before")
        if when not in ("before", "after"):
            raise _wrong(self.name, "when", when, say("fault.effect", "It is before or after."))

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Drop the connection."""
        moment.drop = options.get("when", "before")


class GzipContent:
    """A message comes with its content as gzip, which Java unpacks and the official Node client silently loses."""

    name = "tmc-gzip"
    call = "tmc.push"
    options: ClassVar[Mapping[str, str]] = {}

    def strike(self, options: Mapping[str, Any], moment: Moment) -> None:
        """Pack the content."""
        packed = gzip.compress(moment.frame.text("content").encode(), mtime=0)
        moment.frame.values["content"] = Value(BYTES, packed)


CHANNEL_FAULTS: tuple[ChannelFault, ...] = (
    SilentChannel(),
    RefusedChannel(),
    UnknownFlag(),
    AnsweredPing(),
    DroppedChannel(),
    GzipContent(),
)


def _check_number(name: str, key: str, value: Any) -> None:
    digits = str(value)  # in a story it is a text
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()) or int(digits) >= 2**31:
        raise _wrong(name, key, value, say("value.whole", "It is a whole number from 0 to 2147483647."))


def _wrong(name: str, key: str, value: Any, expected: str) -> UserError:
    message = say("fault.option", "{key} of fault {name} is {value}.", key=key, name=name, value=repr(value))
    return UserError(message, expected=expected)
