"""A message of the platform as rules see it: published, handed out, told, confirmed."""

import msgspec

from simulator.ledger.entry import Confirmed, Published, Pushed


class Letter(msgspec.Struct, gc=False):
    """One message. Times are microseconds of the monotonic clock."""

    published: Published
    told: list[tuple[int, Pushed]] = []
    """Each delivery that was completed: when, and its entry."""
    disturbed: bool = False
    """A fault was at work on it."""
    doubled: bool = False
    """It says what another said, or comes more than once by the platform's will."""
    settled: Confirmed | None = None
    """When the integration said that it has it."""
    tries: int = 0
    """Deliveries completed up to then."""

    @property
    def seq(self) -> int:
        """Number of its `Published` entry."""
        return self.published.seq

    @property
    def mono(self) -> int:
        """When it was published."""
        return self.published.mono

    @property
    def arrived(self) -> int | None:
        """When its own content was first told; None: never."""
        return next((when for when, pushed in self.told if not pushed.altered), None)

    @property
    def change(self) -> int:
        """Return the change of the refund that it tells of; 0: of none."""
        return self.published.told[0].change if self.published.told else 0

    def late(self, soon: int) -> bool:
        """Tell whether the platform lost or delayed it: told not at all, or not within *soon* microseconds."""
        return self.disturbed or self.arrived is None or self.arrived - self.mono > soon
