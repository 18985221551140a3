"""What a kind of fault is: a name, what it may strike, its options, and how it stands around an exchange."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from simulator.errors import UserError
from simulator.exchange import Answer, Call, Rest
from simulator.words import say
from simulator.world import World


@runtime_checkable
class Named(Protocol):
    """What every kind of fault has. The first line of its docstring is shown by `list faults`."""

    @property
    def name(self) -> str:
        """Its name in stories, the control API and the ledger."""

    @property
    def call(self) -> str:
        """What it may strike: a call's name, `erp.*`, `tmall.*` or `*`, a message, a callback, or a moment."""

    @property
    def options(self) -> Mapping[str, str]:
        """Option name to what it means."""


@runtime_checkable
class FaultKind(Named, Protocol):
    """One way in which an exchange goes wrong. Its docstring's first line is shown by `list faults`."""

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Do to the exchange what this fault does. *rest* is everything that would have happened."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A kind of fault that looks at the values of its options when it is armed."""

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` if a value is none that the option can have."""
        ...


@runtime_checkable
class ConcernsAll(Protocol):
    """A kind of fault that concerns every play of a run: nothing else may be open meanwhile."""

    concerns_all: bool


def seconds_of(name: str, options: Mapping[str, Any], default: float, *, key: str = "seconds") -> float:
    """Return option *key* of fault *name*: a number from 0.

    Raises:
        UserError: if it is none.
    """
    value = number(options.get(key, default))
    if value is None or not 0 <= value < 1e9:
        raise wrong_option(name, key, options[key], say("setting.number", "a number from 0"))
    return value


def count_of(name: str, key: str, options: Mapping[str, Any], default: int) -> int:
    """Return option *key* of fault *name*: a whole number from 1 to 100.

    Raises:
        UserError: if it is none.
    """
    value = number(options.get(key, default))
    if value not in range(1, 101):
        raise wrong_option(name, key, options[key], say("fault.count", "a whole number from 1 to 100"))
    return int(value or 0)


def whole_of(name: str, key: str, options: Mapping[str, Any], default: int) -> int:
    """Return option *key* of fault *name*: a whole number from 0.

    Raises:
        UserError: if it is none.
    """
    value = number(options.get(key, default))
    if value is None or value < 0 or not value.is_integer():
        raise wrong_option(name, key, options[key], say("fault.whole", "a whole number from 0"))
    return int(value)


def number(value: Any) -> float | None:
    """Return *value*, which stories write as text, as a number."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def wrong_option(name: str, key: str, value: Any, what: str) -> UserError:
    """Return the error that says that option *key* is *value*, and would have to be *what*."""
    message = say("fault.option", "{key} of fault {name} is {value}.", key=key, name=name, value=repr(value))
    return UserError(message, expected=say("fault.takes", "It takes {what}.", what=what))
