"""Lists of what has changed, window after window: news is brought to the ERP, and only then the cursor moves."""

import logging
from typing import Any

from connectors import windows
from connectors.clock import Clock
from connectors.errors import Trouble
from connectors.listing import Source
from connectors.settings import Settings
from connectors.work import Work

JSON = dict[str, Any]

STRAGGLER = 1.0
"""Seconds without any progress after which a window is left with work still under way. Its cursor stays."""

log = logging.getLogger("connector")


class Intake:
    """The intake of one list of one shop. A cycle reads from the cursor to now."""

    def __init__(self, source: Source, work: Work, settings: Settings) -> None:
        """Read *source* and let *work* bring what it shows."""
        self.source = source
        self._delivery = source.delivery
        self._work = work
        self._size = settings.page_size
        self._overlap = settings.overlap
        self._history = settings.history
        self._clock: Clock = settings.clock

    def cycle(self) -> None:
        """Read all windows that are due. The cursor is stored window by window, each after its work is done."""
        shop, memory, end = self._delivery.shop, self._delivery.memory, self.end(self._clock.now())
        cursor = memory.cursor(shop, self.source.cursor)
        start = end - self._history if cursor is None else self.start(cursor)
        for opens, closes in windows.slices(start, max(start, end)):
            found, whole = self.scan(opens, closes)
            if not (self.bring(found) and whole):
                return  # the next cycle repeats this window; what was done in it is not done again
            memory.advance(shop, self.source.cursor, self.reached(closes))

    def start(self, cursor: str) -> int:
        """Return where a window begins: some seconds before the last one ended, for what showed late."""
        return int(cursor) - self._overlap

    def end(self, now: float) -> int:
        """Return where a window ends."""
        return int(now)

    def reached(self, second: int) -> str:
        """Return the cursor that says that everything up to *second* was brought."""
        return str(second)

    def pages(self, total: int, size: int) -> range:
        """Return the numbers of the pages of *total* rows, in the order in which they are read."""
        return windows.backwards(total, size)

    def parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of a window with several pages."""
        return windows.parts(start, end)

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Return the rows of a window by refund, and whether every page of it came.

        Raises:
            Trouble: if not even the first page came.
        """
        key = self.source.key
        found, total = self.source.page(start, end, 1, self._size)
        if total <= self._size:
            return {key(row): row for row in found}, True
        by_id: dict[str, JSON] = {}
        whole = True
        for opens, closes in self.parts(start, end):
            _, total = self.source.page(opens, closes, 1, self._size)
            for number in self.pages(total, self._size):
                try:
                    found, _ = self.source.page(opens, closes, number, self._size)
                except Trouble as trouble:
                    log.warning("%s: page %d: %s", self._delivery.shop, number, trouble)
                    whole = False
                    continue
                # Rows move towards the first page while we read, so what comes later is newer.
                by_id.update((key(row), row) for row in found)
        return by_id, whole

    def bring(self, found: dict[str, JSON]) -> bool:
        """Bring the rows that say something new to the ERP; return whether all of that is done."""
        done: set[str] = set()
        for _ in range(2):
            news = {name: row for name, row in found.items() if name not in done and self.is_news(row)}
            jobs = {name: self._work.submit(name, self.source.bring, name, row) for name, row in news.items()}
            self._work.finish([job for job, _ in jobs.values()], STRAGGLER)
            # Somebody else's job is waited for and then looked at again: it may have been about something older.
            done.update(name for name, (job, ours) in jobs.items() if ours and job.done() and job.result())
            if len(done) == len(news):
                break
        return all(name in done or not self.is_news(row) for name, row in found.items())

    def is_news(self, row: JSON) -> bool:
        """Tell whether *row* has to be brought."""
        return self.source.is_news(row)
