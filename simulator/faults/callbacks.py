"""Faults of the ERP's callbacks: lost, late (so that later ones overtake them), or told more than once."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

from simulator.faults.kind import Named, count_of, seconds_of

CALLED_BACK = "erp.callback"
"""Name of what these faults strike: one callback that is about to be sent."""


@runtime_checkable
class CallbackFault(Named, Protocol):
    """One way in which a callback goes wrong. Its docstring's first line is shown by `list faults`."""

    def waits(self, options: Mapping[str, Any], waits: list[float]) -> list[float]:
        """Return after how many seconds the callback is sent, for each time that it is; *waits* is so without it."""
        ...


class LostCallback:
    """A callback of the ERP is never sent."""

    name = "callback-lost"
    call = CALLED_BACK
    options: ClassVar[Mapping[str, str]] = {}

    def waits(self, options: Mapping[str, Any], waits: list[float]) -> list[float]:
        """Send it never."""
        return []


class DelayedCallback:
    """A callback of the ERP comes late, and later ones overtake it."""

    name = "callback-delayed"
    call = CALLED_BACK
    options: ClassVar[Mapping[str, str]] = {"seconds": "how late (default 2)"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for seconds that are no number from 0."""
        seconds_of(self.name, options, 2)

    def waits(self, options: Mapping[str, Any], waits: list[float]) -> list[float]:
        """Send it later."""
        return [wait + seconds_of(self.name, options, 2) for wait in waits]


class DuplicatedCallback:
    """A callback of the ERP comes more than once, as when its answer was lost."""

    name = "callback-duplicated"
    call = CALLED_BACK
    options: ClassVar[Mapping[str, str]] = {
        "copies": "how many more (default 2)",
        "seconds": "how long after each other (default 0)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a number of copies or seconds that is none."""
        count_of(self.name, "copies", options, 2)
        seconds_of(self.name, options, 0)

    def waits(self, options: Mapping[str, Any], waits: list[float]) -> list[float]:
        """Send copies after it."""
        apart = seconds_of(self.name, options, 0)
        times = range(1 + count_of(self.name, "copies", options, 2))
        return [wait + apart * number for wait in waits for number in times]


CALLBACK_FAULTS: tuple[CallbackFault, ...] = (LostCallback(), DelayedCallback(), DuplicatedCallback())
