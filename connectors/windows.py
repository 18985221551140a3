"""Which windows and pages of a list are read, and in which order: functions of values."""

from collections.abc import Iterator

DAY = 86_400
"""Seconds. The widest window that the platform is known to take."""


def slices(start: int, end: int, widest: int = DAY) -> Iterator[tuple[int, int]]:
    """Yield windows from *start* to *end* (seconds), none wider than *widest*; neighbours share their edge second."""
    while end - start > widest:
        yield start, start + widest
        start += widest
    yield start, end


def parts(start: int, end: int) -> list[tuple[int, int]]:
    """Return a window of several pages as a settled part and a fresh one.

    Nothing can enter the seconds that are over, rows can only leave them: read from the last page to the first
    such a window loses nothing. The current second still fills and pushes rows back a page, so it is read apart;
    what slips through there is in the overlap of the next window.
    """
    settled = end - 1
    return [(start, settled), (settled, end)] if start < settled else [(start, end)]


def backwards(total: int, size: int) -> range:
    """Return the page numbers of *total* rows from the last to the first: while we read, rows move that way."""
    return range(max(1, -(-total // size)), 0, -1)
