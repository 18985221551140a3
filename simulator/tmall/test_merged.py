"""Two sorted lists read as one."""

from hypothesis import given
from hypothesis import strategies as st
from sortedcontainers import SortedList

from simulator.tmall.merged import Both
from simulator.tmall.refund_index import Slot, Window

_SLOTS = st.lists(st.builds(Slot, st.integers(0, 5), st.integers(0, 999).map("{:03}".format)), max_size=20)


@given(_SLOTS, _SLOTS, st.integers(1, 7), st.booleans(), st.booleans())
def test_the_pages_of_both_together_are_those_of_one_list(
    one: list[Slot], other: list[Slot], size: int, newest: bool, turned: bool
) -> None:
    one = list(dict.fromkeys(one))
    other = [slot for slot in dict.fromkeys(other) if slot not in one]
    both = Both(*(Window(SortedList(slots), 0, len(slots)) for slots in (one, other)))

    found: list[str] = []
    for number in range(1, 60):
        page = both.page(number, size, newest_first=newest, turned=turned)
        assert len(page) == min(size, max(0, len(one) + len(other) - len(found)))
        found += page

    ordered = sorted(one + other, key=lambda slot: (slot.at, -int(slot.ident) if turned else int(slot.ident)))
    assert found == [slot.ident for slot in (reversed(ordered) if newest else ordered)]
