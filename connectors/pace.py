"""Keeps below the other side's limits: so many calls of a group in any second, all threads and shops together."""

import threading
import time
from collections import deque
from collections.abc import Mapping

SECOND = 1.05
"""A little more than a second: what leaves us evenly may arrive in a heap."""


class Pace:
    """The limits of one server."""

    _of: dict[str, "Pace"] = {}

    def __init__(self, limits: Mapping[str, int]) -> None:
        """Keep to *limits*, calls a second by group; the group "" is all of them."""
        self._limits = limits
        self._made: dict[str, deque[float]] = {name: deque() for name in limits}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, server: str, limits: Mapping[str, int]) -> "Pace":
        """Return the one that all who speak to *server* share."""
        return cls._of.setdefault(server, cls(limits))

    def wait(self, group: str) -> None:
        """Wait until a call of *group* may be made, and count it."""
        while (pause := self._take(group)) > 0:
            time.sleep(pause)

    def _take(self, group: str) -> float:
        """Count a call, or return the seconds until there is room for it."""
        with self._lock:
            now = time.monotonic()
            groups = [name for name in ("", group) if name in self._limits]
            for name in groups:
                made = self._made[name]
                while made and made[0] <= now - SECOND:
                    made.popleft()
                if len(made) >= self._limits[name]:
                    return made[0] + SECOND - now
            for name in groups:
                self._made[name].append(now)
            return 0.0
