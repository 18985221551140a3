"""Seeded bugs in how lists are read: each overrides one method of the correct intake."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors import clock
from connectors.intake import Intake

JSON = dict[str, Any]

DAY = 86_400


class CursorOverFailedPage(Intake):
    """M35."""

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Say that every page came."""
        found, _ = super().scan(start, end)
        return found, True


class StopAtTrouble(Intake):
    """M41, with `seeded_writing.NeverGivesUp`."""

    def bring(self, found: dict[str, JSON]) -> bool:
        """Bring row after row, and none behind one that fails."""
        return all(self.source.bring(name, row) for name, row in found.items() if self.is_news(row))


class WaitUntilStable(Intake):
    """M07."""

    STABLE = 5
    """Seconds for which a row must have stayed as it is (two minutes in the field)."""

    def start(self, cursor: str) -> int:
        """Reach back far enough to meet what was skipped again."""
        return super().start(cursor) - self.STABLE - 1

    def is_news(self, row: JSON) -> bool:
        """Leave what has just changed for later."""
        fresh = self._clock.now() - clock.seconds(str(row["modified"])) < self.STABLE
        return not fresh and super().is_news(row)


class NoOverlap(Intake):
    """M14; and what M12 and M21 are seeded into: an overlap would read again what they leave out."""

    def start(self, cursor: str) -> int:
        """Begin where the last window ended, though lists show changes late."""
        return int(cursor)


class CursorBeforeWork(NoOverlap):
    """M15."""

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Store the cursor as soon as the list has answered, before the ERP has anything of it."""
        found = super().scan(start, end)
        self._delivery.memory.advance(self._delivery.shop, self.source.cursor, self.reached(end))
        return found


class ForwardPaging(NoOverlap):
    """M12."""

    def pages(self, total: int, size: int) -> range:
        """Read from the first page to the last, while rows move to the first."""
        return range(1, -(-total // size) + 1)

    def parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """Read all but the current second as one window: what changes meanwhile leaves it."""
        return [(start, end - 1), (end - 1, end)] if end - start > 1 else [(start, end)]


class ExclusiveEdges(Intake):
    """M13."""

    WIDTH = 2
    """Seconds of a window: the second between two of them is in neither."""

    def start(self, cursor: str) -> int:
        """Begin where the last window ended."""
        return int(cursor)

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Read what lies strictly between the edges; the cursor moves by whole windows."""
        if end - start < 2:
            return {}, False
        found, whole = super().scan(start + 1, end - 1)
        return found, whole and end - start >= self.WIDTH


class FullLastPage(NoOverlap):
    """M21."""

    def pages(self, total: int, size: int) -> range:
        """Take a full last page for one that has been read."""
        most = total // size - 1 if total % size == 0 else -(-total // size)
        return range(most, 0, -1)


class DateOfTheHost(Intake):
    """M30."""

    def end(self, now: float) -> int:
        """Read up to the end of the day, by the date of a host in UTC."""
        day = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
        return min(int(now), clock.seconds(f"{day} 23:59:59"))

    def reached(self, second: int) -> str:
        """Keep the date alone."""
        day = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d")
        return str(clock.seconds(f"{day} 00:00:00"))


READING: Mapping[str, type[Intake]] = {
    "M07": WaitUntilStable,
    "M12": ForwardPaging,
    "M13": ExclusiveEdges,
    "M14": NoOverlap,
    "M15": CursorBeforeWork,
    "M21": FullLastPage,
    "M30": DateOfTheHost,
    "M35": CursorOverFailedPage,
}
