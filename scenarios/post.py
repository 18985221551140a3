"""Which messages about a refund are still to be handed out, and when the last one was."""

from collections.abc import Sequence

from simulator.ledger.entry import Expired, Published, Pushed


class Post:
    """The messages (TMC) of all refunds, as they are seen in the ledger."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[str, dict[tuple[str, int], int]] = {}
        """Refund id to what has never been handed out: (message, copy), and when it is due (ms)."""
        self._handed: dict[str, tuple[int, int]] = {}
        self._astray: set[str] = set()

    def published(self, entry: Published) -> None:
        """Note a message; one that is lost is waited for by nobody."""
        for refund in entry.refunds:
            if entry.lost:
                self._astray.add(refund)
            else:
                self._waiting.setdefault(refund, {})[entry.message, entry.copy] = entry.due or entry.wall
                if entry.due > entry.wall:
                    self._astray.add(refund)

    def pushed(self, entry: Pushed) -> None:
        """Note that a message was handed out."""
        self._gone(entry)
        for refund in entry.refunds:
            self._handed[refund] = (entry.seq, entry.mono)

    def expired(self, entry: Expired) -> None:
        """Note that nobody will be handed a message any more."""
        self._gone(entry)

    def _gone(self, entry: Pushed | Expired) -> None:
        for refund in entry.refunds:
            self._waiting.get(refund, {}).pop((entry.message, entry.copy), None)

    def waiting(self, refunds: Sequence[str], by: int) -> bool:
        """Tell whether a message about *refunds* that is due by then (platform time, ms) was not handed out."""
        return any(due <= by for refund in refunds for due in self._waiting.get(refund, {}).values())

    def handed(self, refunds: Sequence[str]) -> tuple[int, int]:
        """Return number and time (monotonic, microseconds) of the last handing out of one about *refunds*."""
        return max((self._handed.get(refund, (0, 0)) for refund in refunds), default=(0, 0))

    def astray(self, refunds: Sequence[str]) -> bool:
        """Tell whether a message about *refunds* was lost or held back, so that a list must tell what it would have."""
        return not self._astray.isdisjoint(refunds)
