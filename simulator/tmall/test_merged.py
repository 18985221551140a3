"""Two sorted lists read as one."""

from hypothesis import given
from hypothesis import strategies as st
from sortedcontainers import SortedList

from simulator.tmall.merged import merged_page
from simulator.tmall.refund_index import Window

_ENTRIES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10**6).map(str)), max_size=20)


@given(_ENTRIES, _ENTRIES, st.integers(1, 7), st.booleans())
def test_the_pages_of_both_together_are_those_of_one_list(
    one: list[tuple[int, str]], other: list[tuple[int, str]], size: int, newest: bool
) -> None:
    one = list(dict.fromkeys(one))
    other = [entry for entry in dict.fromkeys(other) if entry not in one]
    windows = [Window(SortedList(entries), 0, len(entries)) for entries in (one, other)]

    found: list[str] = []
    for number in range(1, 60):
        page = merged_page(windows[0], windows[1], number, size, newest_first=newest)
        assert len(page) == min(size, max(0, len(one) + len(other) - len(found)))
        found += page

    assert found == [ident for _, ident in sorted(one + other, reverse=newest)]
