"""What plays need of the two they stand between: the simulator's control API, and the integration's process."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from simulator.ledger.entry import AnyEntry


class Sandbox(Protocol):
    """What plays need of the control API; `simulator.client.Control` is one."""

    def trades(self, trades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create trades and return {tid, oids, shop} of each."""

    def acts(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Do acts in order, with nothing between, and return {accepted, reason, seq, result} of each."""

    def fault(self, spec: Mapping[str, Any]) -> str:
        """Arm a fault and return its id."""

    def lift(self, fault_id: str = "", play: str = "") -> Any:
        """Lift one fault, or all of a play."""

    def hook(self, spec: Mapping[str, Any]) -> str:
        """Hang an act on a call and return the hook's id."""

    def drop(self, hook_id: str = "", play: str = "") -> Any:
        """Take away one hook, or all of a play."""

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> Any:
        """Write a mark into the ledger."""

    def settings(self) -> dict[str, Any]:
        """Return every setting with its value."""

    def setting(self, name: str, value: Any) -> Any:
        """Give a setting another value."""

    def shop_settings(self, nick: str) -> dict[str, Any]:
        """Return what holds for a shop of the settings that it can have, with value and origin."""

    def shop_setting(self, nick: str, name: str, value: Any) -> Any:
        """Give a shop a value of its own; None: the run's again."""

    def move_on(self, *, by: float = 0.0, to: str = "", play: str = "") -> dict[str, Any]:
        """Move the time of platform and ERP on and return {by, shift, …} in seconds."""

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Return the entries after a number, waiting for some if there are none."""


class Subject(Protocol):
    """The integration as plays handle it; `scenarios.process.Integration` is one."""

    def move_on(self, step: Callable[[], float]) -> None:
        """Move its time on together with ours: *step* moves ours and returns by how many seconds in all."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def start(self) -> None:
        """Start it and return once it is ready."""
