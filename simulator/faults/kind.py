"""What a kind of fault is: a name, what it may strike, its options, and how it stands around an exchange."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from simulator.exchange import Answer, Call, Rest
from simulator.world import World


@runtime_checkable
class FaultKind(Protocol):
    """One way in which an exchange goes wrong. Its docstring's first line is shown by `list faults`."""

    @property
    def name(self) -> str:
        """Its name in stories, the control API and the ledger."""

    @property
    def call(self) -> str:
        """What it may strike: a call's name, `erp.*`, `tmall.*` or `*`."""

    @property
    def options(self) -> Mapping[str, str]:
        """Option name to what it means."""

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Do to the exchange what this fault does. *rest* is everything that would have happened."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A kind of fault that looks at the values of its options when it is armed."""

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` if a value is none that the option can have."""
        ...
