"""What a play waits for: something seen, or a time."""

from collections.abc import Callable
from typing import NamedTuple


class Pause(NamedTuple):
    """What a play waits for, and when it has waited long enough."""

    met: Callable[[], bool]
    over: Callable[[int], bool]
    """Tell, at a monotonic time in microseconds, whether the cap is reached."""

    @classmethod
    def until(cls, due: int) -> "Pause":
        """Return one that only ends at the monotonic time *due*, in microseconds."""
        return cls(lambda: False, lambda now: now >= due)
