"""When to try something again: sooner after the first failure, later after many, never much after a clear no."""

import threading
import time
from collections.abc import Hashable

from connectors.errors import Later, Refused, Trouble

CAP = 3.0
"""Seconds: the longest pause that we take of our own accord."""

TRIES = 2
"""How often a clear no is asked for before we wait for the refund to change."""


class Patience:
    """The failures so far, each under the key of what failed. A restart forgets them, which costs a try."""

    def __init__(self, first: float) -> None:
        """Pause *first* seconds after the first failure."""
        self._first = first
        self._lock = threading.Lock()
        self._failures: dict[Hashable, int] = {}
        self._not_before: dict[Hashable, float] = {}
        self._refusals: dict[Hashable, int] = {}

    def due(self, key: Hashable) -> bool:
        """Tell whether *key* may be tried now."""
        return time.monotonic() >= self._not_before.get(key, 0.0)

    def failed(self, key: Hashable, trouble: Trouble) -> bool:
        """Note a failure; tell whether that was the last try."""
        with self._lock:
            count = self._failures[key] = self._failures.get(key, 0) + 1
            pause = min(CAP, self._first * 2 ** min(count - 1, 10))
            if isinstance(trouble, Later):
                pause = max(pause, trouble.after)
            self._not_before[key] = time.monotonic() + pause
            if not isinstance(trouble, Refused):
                return False
            refusals = self._refusals[key] = self._refusals.get(key, 0) + 1
            return refusals >= TRIES

    def forget(self, key: Hashable) -> None:
        """Note that *key* succeeded, or is another matter now."""
        with self._lock:
            for kept in (self._failures, self._not_before, self._refusals):
                kept.pop(key, None)
