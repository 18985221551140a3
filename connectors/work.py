"""Jobs of one shop: one at a time for each refund, several refunds at once, and a slow one keeps nobody waiting."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any


class Work:
    """A few workers, and who is being worked on."""

    def __init__(self, workers: int = 8) -> None:
        """Have *workers* threads. Most of the time they wait for a network."""
        self._pool = ThreadPoolExecutor(workers)
        self._lock = threading.Lock()
        self._busy: dict[str, Future[Any]] = {}

    def submit(self, refund_id: str, job: Callable[..., Any], *args: Any) -> tuple[Future[Any], bool]:
        """Do *job* for a refund, unless something is being done for it already: then that, and False."""
        with self._lock:
            running = self._busy.get(refund_id)
            if running is not None:
                return running, False
            future = self._pool.submit(job, *args)
            self._busy[refund_id] = future
        future.add_done_callback(lambda _: self._free(refund_id))
        return future, True

    def finish(self, futures: Iterable[Future[Any]], patience: float) -> None:
        """Wait for *futures* as long as one of them ends at least every *patience* seconds; leave the rest behind."""
        left = set(futures)
        while left:
            done, left = wait(left, timeout=patience, return_when=FIRST_COMPLETED)
            if not done:
                return

    def close(self, patience: float) -> None:
        """Begin nothing more, and let what is under way end within *patience* seconds."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.rest(patience)

    def rest(self, patience: float) -> None:
        """Wait until nothing is under way, at most *patience* seconds."""
        with self._lock:
            running = list(self._busy.values())
        wait(running, timeout=patience)

    def _free(self, refund_id: str) -> None:
        with self._lock:
            self._busy.pop(refund_id, None)
