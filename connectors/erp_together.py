"""Documents that are written at the same time go into one upload, each with an answer of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

JSON = dict[str, Any]

Upload = Callable[[Sequence[JSON]], Sequence[JSON | Exception]]
"""Writes rows, and returns what became of each, in the order of *rows*."""


class Together:
    """Whoever writes first waits a moment for others, and uploads for all of them."""

    def __init__(self, upload: Upload, pause: float, most: int) -> None:
        """Wait *pause* seconds (0: everybody writes alone), and send at most *most* rows at once."""
        self._upload = upload
        self._pause = pause
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[tuple[JSON, Future[JSON]]] = []

    def put(self, row: JSON) -> JSON:
        """Write *row*, and return what the ERP answered about it.

        Raises:
            Trouble: if that row was refused, or the whole upload failed.
        """
        mine: Future[JSON] = Future()
        if not self._pause:
            self._send([(row, mine)])
            return mine.result()
        with self._lock:
            self._waiting.append((row, mine))
            first = len(self._waiting) == 1
        if first:
            time.sleep(self._pause)
            more = True
            while more:
                some, more = self._cut()
                self._send(some)
        return mine.result()

    def _cut(self) -> tuple[list[tuple[JSON, "Future[JSON]"]], bool]:
        """Take rows that wait; tell whether others are left, for whom nobody else will send."""
        with self._lock:
            some, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            return some, bool(self._waiting)

    def _send(self, some: Sequence[tuple[JSON, "Future[JSON]"]]) -> None:
        said: Sequence[JSON | Exception]
        try:
            said = self._upload([row for row, _ in some])
        except Exception as error:
            said = [error] * len(some)
        for (_, answer), became in zip(some, said, strict=True):
            if isinstance(became, Exception):
                answer.set_exception(became)
            else:
                answer.set_result(became)
