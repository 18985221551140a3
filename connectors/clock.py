"""The connector's clock, with a hook: a calendar can be rehearsed without touching the machine's clock.

`CLOCK_OFFSET` is a number of seconds added to the machine's time. `CLOCK_FILE` names a file with such a number,
which may change while the connector runs. Without either, this is the machine's clock.
"""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

CHINA = timezone(timedelta(hours=8))
"""The platform speaks GMT+8, wherever the connector runs; China knows no summer time."""


class Clock:
    """Tells the time, moved by a fixed offset and by the number in a file."""

    def __init__(self, offset: float = 0.0, file: Path | None = None) -> None:
        """Move the machine's time by *offset* seconds and by what *file* says at each moment."""
        self._offset = offset
        self._file = file

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._offset + self._moved()  # noqa: TID251 (a program of its own, outside the simulator)

    def _moved(self) -> float:
        if self._file is None or not self._file.exists():
            return 0.0
        return float(self._file.read_text(encoding="utf-8").strip() or 0)


def text(seconds: float) -> str:
    """Return *seconds* since 1970 as the platform writes it: `yyyy-MM-dd HH:mm:ss`, GMT+8."""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def seconds(written: str) -> int:
    """Return what the platform wrote as seconds since 1970."""
    return int(datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).timestamp())
