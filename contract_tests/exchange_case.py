"""The case of an exchange (换货) or re-send (补寄): as a refund's case, but its states are those of an exchange."""

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from contract_tests.case import Case
from simulator.tmall.exchange import TERMINAL, Exchange

if TYPE_CHECKING:
    from contract_tests.history import History


class Step(msgspec.Struct, frozen=True, gc=False):
    """One state of the exchange on the platform, and who brought it about (`cause` is the `Asked` or `Act`)."""

    seq: int
    mono: int
    actor: str
    action: str
    cause: int
    exchange: Exchange


class ExchangeCase(Case):
    """One exchange or re-send. Its number is a refund number; its documents are all in `goods`."""

    __slots__ = ("steps",)

    def __init__(self, number: str, shop: str, plays: tuple[str, ...], history: "History") -> None:
        """Begin with nothing known but whose it is."""
        super().__init__(number, shop, plays, history)
        self.steps: list[Step] = []

    @property
    def kind(self) -> str:
        """Exchange or reship."""
        return self.steps[0].exchange.kind

    @property
    def born(self) -> Step:
        """The state in which it was created."""
        return self.steps[0]

    @property
    def now(self) -> Step:
        """Its newest state."""
        return self.steps[-1]

    def stood(self, seq: int) -> Step | None:
        """Return the state that it was in just before entry *seq*."""
        position = bisect_right(self.steps, seq - 1, key=_seq)
        return self.steps[position - 1] if position else None

    def moved(self, step: Step) -> Step | None:
        """Return the next state with another status than *step*."""
        position = bisect_right(self.steps, step.seq, key=_seq)
        later = self.steps[position:]
        return next((found for found in later if found.exchange.status != step.exchange.status), None)

    def over(self) -> Step | None:
        """Return the state in which it ended."""
        return next((step for step in self.steps if step.exchange.status in TERMINAL), None)

    def told_over(self, *statuses: str) -> int | None:
        """Return when the integration was first told that it is in one of *statuses*."""
        changes = {step.exchange.change for step in self.steps if step.exchange.status in statuses}
        for telling in self.tellings:
            if telling.change in changes and telling.has("status"):
                return telling.mono
        return None


def _seq(step: Step) -> int:
    return step.seq
