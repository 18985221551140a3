"""The one reader of clocks. Texts of the platform are GMT+8, whatever zone the machine is in."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from simulator.shared import shared

GMT8 = timezone(timedelta(hours=8), "GMT+8")
TEXT = "%Y-%m-%d %H:%M:%S"


class Clock:
    """Wall time for texts and windows, monotonic time for durations."""

    shift: int = 0
    """Milliseconds by which a story has moved the wall time on; durations know nothing of it."""

    def wall(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000 + self.shift

    def mono(self) -> int:
        """Return microseconds of the monotonic clock (one for all processes of a machine)."""
        return time.monotonic_ns() // 1_000

    def seconds(self) -> int:
        """Return whole seconds since 1970 UTC, the platform's precision of `modified`."""
        return shared(self.wall() // 1000)


def to_text(seconds: int) -> str:
    """Return *seconds* since 1970 as the platform writes it: `2026-11-22 10:15:07`, GMT+8."""
    return datetime.fromtimestamp(seconds, GMT8).isoformat(" ")[:19]  # half the time of strftime


def from_text(text: str) -> int:
    """Return the seconds since 1970 of a GMT+8 *text*.

    Raises:
        ValueError: if *text* is not `yyyy-MM-dd HH:mm:ss`.
    """
    if len(text) == 19 and text[4] == text[7] == "-" and text[10] == " " and text[13] == text[16] == ":":
        with suppress(ValueError):  # many times faster than the reader below, which then says what is wrong
            return int(datetime.fromisoformat(text).replace(tzinfo=GMT8).timestamp())
    return int(datetime.strptime(text, TEXT).replace(tzinfo=GMT8).timestamp())


def to_iso(milliseconds: int) -> str:
    """Return *milliseconds* since 1970 as ISO 8601 with the offset +08:00 (ERP answers)."""
    return datetime.fromtimestamp(milliseconds / 1000, GMT8).isoformat(timespec="milliseconds")


def to_utc(milliseconds: int) -> datetime:
    """Return *milliseconds* since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
