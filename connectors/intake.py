"""The list of refunds, window after window: what is new or has changed is brought to the ERP, then the cursor moves."""

import logging
from typing import Any

from connectors import refunds, windows
from connectors.clock import Clock, text
from connectors.delivery import Delivery
from connectors.errors import Trouble
from connectors.platform import rows
from connectors.settings import Settings
from connectors.work import Work

JSON = dict[str, Any]

STRAGGLER = 1.0
"""Seconds without any progress after which a window is left with work still under way. Its cursor stays."""

log = logging.getLogger("connector")


class Intake:
    """The intake of one shop. A cycle reads from the cursor to now."""

    def __init__(self, delivery: Delivery, work: Work, settings: Settings) -> None:
        """Read lists with the delivery's platform and let *work* bring what they show."""
        self._delivery = delivery
        self._work = work
        self._size = settings.page_size
        self._overlap = settings.overlap
        self._history = settings.history
        self._clock: Clock = settings.clock

    def cycle(self) -> None:
        """Read all windows that are due. The cursor is stored window by window, each after its work is done."""
        shop, memory, end = self._delivery.shop, self._delivery.memory, int(self._clock.now())
        cursor = memory.cursor(shop, "modified")
        start = end - self._history if cursor is None else int(cursor) - self._overlap
        for opens, closes in windows.slices(start, max(start, end)):
            found, whole = self.scan(opens, closes)
            if not (self.bring(found) and whole):
                return  # the next cycle repeats this window; what was done in it is not done again
            memory.advance(shop, "modified", str(closes))

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Return the rows of a window by refund, and whether every page of it came.

        Raises:
            Trouble: if not even the first page came.
        """
        found, total = self._page(start, end, 1)
        if total <= self._size:
            return {str(row["refund_id"]): row for row in found}, True
        by_id: dict[str, JSON] = {}
        whole = True
        for opens, closes in windows.parts(start, end):
            _, total = self._page(opens, closes, 1)
            for number in windows.backwards(total, self._size):
                try:
                    found, _ = self._page(opens, closes, number)
                except Trouble as trouble:
                    log.warning("%s: page %d: %s", self._delivery.shop, number, trouble)
                    whole = False
                    continue
                # Rows move towards the first page while we read, so what comes later is newer.
                by_id.update((str(row["refund_id"]), row) for row in found)
        return by_id, whole

    def bring(self, found: dict[str, JSON]) -> bool:
        """Bring the rows that say something new to the ERP; return whether all of that is done."""
        done: set[str] = set()
        for _ in range(2):
            news = {name: row for name, row in found.items() if name not in done and self._is_news(row)}
            jobs = {
                name: self._work.submit(name, self._delivery.bring, name, refunds.mark(row))
                for name, row in news.items()
            }
            self._work.finish([job for job, _ in jobs.values()], STRAGGLER)
            # Somebody else's job is waited for and then looked at again: it may have been about something older.
            done.update(name for name, (job, ours) in jobs.items() if ours and job.done() and job.result())
            if len(done) == len(news):
                break
        return all(name in done or not self._is_news(row) for name, row in found.items())

    def _is_news(self, row: JSON) -> bool:
        known = self._delivery.memory.written(self._delivery.shop, str(row["refund_id"]))
        return known is None or refunds.changed(row, known.mark)

    def _page(self, start: int, end: int, number: int) -> tuple[list[JSON], int]:
        answer = self._delivery.platform.call(
            "taobao.refunds.receive.get",
            {
                "fields": refunds.LISTED,
                "start_modified": text(start),
                "end_modified": text(end),
                "page_no": number,
                "page_size": self._size,
                "use_has_next": False,
            },
        )
        found = rows(answer, "refunds", "refund")
        for row in found:
            self._delivery.told(row)
        return found, int(answer.get("total_results") or 0)
