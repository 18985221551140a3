"""Which messages of a play are still to be handed out or confirmed, and when the last one was handed out."""

from collections.abc import Sequence

from simulator.ledger.entry import Confirmed, Expired, Published, Pushed


class Post:
    """The messages (TMC) of all refunds and plays, as they are seen in the ledger."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[str, dict[tuple[str, int], int]] = {}
        """Refund or play to what was not confirmed yet: (message, copy), and when it is due (ms)."""
        self._handed: dict[str, tuple[int, int]] = {}
        self._astray: set[str] = set()

    def published(self, entry: Published) -> None:
        """Note a message; one that is lost is waited for by nobody."""
        for about in (*entry.refunds, *entry.plays):
            if entry.lost:
                self._astray.add(about)
            else:
                self._waiting.setdefault(about, {})[entry.message, entry.copy] = entry.due or entry.wall
                if entry.due > entry.wall:
                    self._astray.add(about)

    def pushed(self, entry: Pushed) -> None:
        """Note that a message was handed out."""
        for about in (*entry.refunds, *entry.plays):
            self._handed[about] = (entry.seq, entry.mono)

    def gone(self, entry: Confirmed | Expired) -> None:
        """Note that a message comes no more: it was confirmed, or is too old."""
        if isinstance(entry, Confirmed) and entry.result != "ok":
            return
        for about in (*entry.refunds, *entry.plays):
            self._waiting.get(about, {}).pop((entry.message, entry.copy), None)

    def waiting(self, about: Sequence[str], by: int) -> bool:
        """Tell whether a message about these refunds or plays that is due by then (ms) has not been confirmed."""
        return any(due <= by for one in about for due in self._waiting.get(one, {}).values())

    def handed(self, about: Sequence[str]) -> tuple[int, int]:
        """Return number and time (monotonic, microseconds) of the last handing out of one about these."""
        return max((self._handed.get(one, (0, 0)) for one in about), default=(0, 0))

    def astray(self, about: Sequence[str]) -> bool:
        """Tell whether a message about these was lost or held back, so that a list must tell what it would have."""
        return not self._astray.isdisjoint(about)
