"""What time it is by the clock of each app: its timestamps and the ends of its list windows against the platform's."""

from typing import Any

from simulator.clock import from_text
from simulator.ledger.entry import Asked

_LIST = "taobao.refunds.receive.get"
STAMP, WINDOW = 60, 300
"""Seconds by which a timestamp, and the end of a window, may be off before its app is said to have another time."""


class Beliefs:
    """The newest timestamp and window of each app, as seconds ahead of the platform's time (negative: behind)."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._stamps: dict[str, float] = {}
        self._windows: dict[str, int] = {}

    def hear(self, asked: Asked, wall: int) -> None:
        """Take in what a call that came at *wall* (ms) says of time; calls that nobody signed say nothing."""
        if asked.signed is False or asked.skew is None:
            return
        app = str(asked.params.get("app_key", ""))
        self._stamps[app] = asked.skew / 1000
        if asked.method == _LIST and (end := asked.params.get("end_modified")):
            try:
                self._windows[app] = from_text(str(end)) - wall // 1000
            except ValueError:
                return

    def listed(self) -> dict[str, dict[str, Any]]:
        """Return {app: {timestamp, window, differs}}; window is null where no list was asked for up to a moment.

        A window may end long ago, as that of a program that catches up does; it may not end in the time to come.
        """
        found = {}
        for app, stamp in sorted(self._stamps.items()):
            window = self._windows.get(app)
            differs = abs(stamp) > STAMP or (window is not None and window > WINDOW)
            found[app] = {"timestamp": stamp, "window": window, "differs": differs}
        return found
