"""Says where a process spends its time: a sample every ms of its CPU, counted for the function of ours it falls into.

What a function calls outside of this project (a digest, JSON, a write) counts as its own; what nothing of ours has
called is the server's or the loop's.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_ROOT = str(Path(__file__).parents[1])
_OURS = f"{_ROOT}/simulator/"
_EVERY = 0.001
"""Seconds of CPU time between two samples."""


class Costs:
    """Samples by function."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: Counter[str] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Count the innermost function of ours on the stack of *frame*."""
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith(_OURS):
                self._found[f"{path.removeprefix(_ROOT)[1:]}:{frame.f_code.co_qualname}"] += 1
                return
            frame = frame.f_back
        self._found["the HTTP server and the loop"] += 1

    def shares(self) -> dict[str, float]:
        """Return each function's share of the time, the largest first."""
        total = max(1, self._found.total())
        return {name: count / total for name, count in self._found.most_common()}


@contextmanager
def sampled() -> Iterator[Costs]:
    """Take samples of this process as long as the block lasts."""
    costs = Costs()
    before = signal.signal(signal.SIGPROF, costs.take)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        yield costs
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
