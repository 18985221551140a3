"""Lets equal numbers be one object: the rows of a million refunds hold few different sums, seconds and goods."""

from functools import lru_cache


@lru_cache(maxsize=1 << 14, typed=True)
def shared(number: int) -> int:
    """Return *number*: for equal ones the same object, where Python would keep one of 32 bytes for each row."""
    return number
