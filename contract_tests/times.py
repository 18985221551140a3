"""Platform time in texts: GMT+8, a fixed offset, by hand, because rules may read no clock."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache

GMT8 = timezone(timedelta(hours=8))


@lru_cache(maxsize=4096)
def second_of(text: str) -> int:
    """Return the second since 1970 of a platform time `yyyy-MM-dd HH:mm:ss`; 0 if *text* is none."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=GMT8).timestamp())
    except ValueError:
        return 0


def moment(wall: int) -> str:
    """Return *wall* milliseconds since 1970 as the platform writes it, `yyyy-MM-dd HH:mm:ss` (GMT+8)."""
    return datetime.fromtimestamp(wall / 1000, GMT8).strftime("%Y-%m-%d %H:%M:%S")


def day_of(wall: int) -> str:
    """Return the day, `YYYY-MM-DD` (GMT+8), of *wall* milliseconds since 1970."""
    return datetime.fromtimestamp(wall / 1000, GMT8).strftime("%Y-%m-%d")
