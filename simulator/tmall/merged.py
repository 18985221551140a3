"""One page of two sorted lists as if they were one, at a cost that grows with neither."""

from sortedcontainers import SortedList

from simulator.tmall.refund_index import Window


def merged_page(
    one: Window, other: Window, number: int, size: int, *, newest_first: bool = True, turned: bool = False
) -> list[str]:
    """Return the ids on page *number* (from 1) of both windows together; beyond the end, none.

    With *turned*, of one second the higher id is the older one; then both are put together first.
    """
    if turned:
        every = SortedList(one.entries(0, len(one)) + other.entries(0, len(other)))
        return Window(every, 0, len(every)).page(number, size, newest_first=newest_first, turned=True)
    first = (number - 1) * size
    total = len(one) + len(other)
    if first >= total:
        return []
    count = min(size, total - first)
    # Counted from the older end, the page is the entries [low, high) of both.
    low, high = (total - first - count, total - first) if newest_first else (first, first + count)
    from_one, to_one = _share(one, other, low), _share(one, other, high)
    rows = sorted(one.entries(from_one, to_one) + other.entries(low - from_one, high - to_one))
    return [ident for _, ident in (reversed(rows) if newest_first else rows)]


def _share(one: Window, other: Window, count: int) -> int:
    """Return how many of the *count* oldest entries of both are in *one*."""
    low, high = max(0, count - len(other)), min(count, len(one))
    while low < high:
        middle = (low + high) // 2
        # Too few of *one* if the next of it is older than the last that is taken of the other.
        if one.entry(middle) < other.entry(count - middle - 1):
            low = middle + 1
        else:
            high = middle
    return low
