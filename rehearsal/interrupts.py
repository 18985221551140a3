"""Ctrl-C, SIGTERM and the time limit: each ends a run in order, once, with what is known so far."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any


class Stopped(BaseException):
    """The run shall end now. Not an `Exception`, so that nothing on the way takes it for an error of its own."""

    def __init__(self, why: str) -> None:
        """Say *why*: `interrupted` or `time limit`."""
        self.why = why
        super().__init__(why)


class Interrupts:
    """While it is open, the first signal (or the end of *seconds*) raises `Stopped` in the main thread.

    Once it was raised, or after `calm`, signals are only counted, so that nothing disturbs the tidying up; the
    third Ctrl-C ends the process as it always does.
    """

    def __init__(self, seconds: float | None = None) -> None:
        """Set the time limit; None for no limit."""
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self._before: dict[int, Any] = {}
        self._calm = False
        self._presses = 0
        self._late = False
        self._gently: Callable[[], None] | None = None
        self._why = ""

    def __enter__(self) -> "Interrupts":
        """Take over the signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._signal)
        if self._seconds is not None:
            self._timer = threading.Timer(self._seconds, self._out_of_time)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back."""
        if self._timer is not None:
            self._timer.cancel()
        for number, before in self._before.items():
            signal.signal(number, before)

    @contextmanager
    def gently(self, stop: Callable[[], None]) -> Iterator[None]:
        """Within it, the first signal calls *stop*, and `Stopped` is raised only when the block has ended by itself."""
        self._gently = stop
        try:
            yield
        finally:
            self._gently = None
        if self._why:
            self._calm = True
            raise Stopped(self._why)

    def calm(self) -> None:
        """From here on only tidying up: no signal raises any more."""
        self._calm = True
        if self._timer is not None:
            self._timer.cancel()

    def _signal(self, number: int, _frame: FrameType | None) -> None:
        self._presses += 1
        if self._presses >= 3:
            signal.signal(number, signal.SIG_DFL)
        if self._calm:
            return
        why = self._why or ("time limit" if self._late else "interrupted")
        if self._gently is not None and not self._why:
            self._why = why
            self._gently()
            return
        self._calm = True
        raise Stopped(why)

    def _out_of_time(self) -> None:
        if self._calm:
            return
        self._late = True
        if hasattr(signal, "pthread_kill"):  # wakes a main thread that waits in a system call
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)
