"""How many calls were made lately, for ERPs that limit them."""

from collections import deque

SECOND = 1_000_000
"""µs."""


class RecentCalls:
    """When the last calls were made. They are no state: after a restart everybody may begin again."""

    def __init__(self, kept: int) -> None:
        """Count nothing yet; a call is forgotten after *kept* µs."""
        self._kept = kept
        self._made: deque[int] = deque()

    def reached(self, most: int, within: int, now: int) -> bool:
        """Tell whether *most* calls were made in the *within* µs before *now* (µs of the monotonic clock)."""
        return len(self._made) >= most and self._made[-most] > now - within

    def add(self, now: int) -> None:
        """Count a call."""
        self._made.append(now)
        while self._made[0] <= now - self._kept:
            self._made.popleft()
