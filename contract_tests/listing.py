"""What the integration's list calls add up to: which pages of which window came, which failed, how often it polls."""

from itertools import pairwise
from typing import Any

from contract_tests.call import Call

Window = tuple[str, str, str, str]
"""start_modified, end_modified, status, type as they were sent."""


def window_of(params: dict[str, Any]) -> Window:
    """Return the window of a list call's *params*."""
    get = params.get
    return str(get("start_modified", "")), str(get("end_modified", "")), str(get("status", "")), str(get("type", ""))


class Listing:
    """The list calls of one shop, in order."""

    __slots__ = ("_last", "by_window", "calls", "scans")

    def __init__(self) -> None:
        """Begin with none."""
        self.calls: list[Call] = []
        self.by_window: dict[Window, list[Call]] = {}
        self.scans: list[int] = []
        """When the integration first asked for each window (microseconds)."""
        self._last: Window = ("", "", "", "")

    def asked(self, call: Call) -> None:
        """Note a list call."""
        self.calls.append(call)
        window = window_of(call.asked.params)
        self.by_window.setdefault(window, []).append(call)
        if window != self._last or window == ("", "", "", ""):
            self._last = window
            self.scans.append(call.asked.mono)

    def failures(self) -> list[Call]:
        """Return the calls that failed in a way that passes by itself."""
        return [call for call in self.calls if call.failed_passing]

    def same_scan(self, call: Call) -> list[Call]:
        """Return the delivered pages of the window that *call* asked for."""
        return [other for other in self.by_window[window_of(call.asked.params)] if other.succeeded]

    def interval(self) -> float:
        """Return the median seconds between two scans; 0.0 if there are too few."""
        gaps = sorted(after - before for before, after in pairwise(self.scans))
        return gaps[len(gaps) // 2] / 1e6 if len(gaps) >= 2 else 0.0
