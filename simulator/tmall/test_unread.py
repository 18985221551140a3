"""Unread messages: kept small, found by number, in the order in which they were published."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.tmall import unread
from simulator.tmall.unread import Unread

FIRST = 7_000_000_000_000_000_000


def _filled(count: int) -> Unread:
    found = Unread()
    for number in range(count):
        assert found.put(FIRST + number, 1000 + number, number * 10)
    return found


@given(st.lists(st.integers(0, 40), max_size=60))
def test_what_was_taken_is_gone_and_the_rest_stays_in_order(taken: list[int]) -> None:
    found, left = _filled(40), dict.fromkeys(range(40))
    for number in taken:
        assert found.take(FIRST + number) == (number * 10 if number in left else None)
        left.pop(number, None)

    assert len(found) == len(left)
    assert list(found.places()) == [number * 10 for number in left]
    assert not left or (found.first(), found.number()) == (1000 + min(left), FIRST + min(left))


def test_the_place_of_those_taken_is_given_back() -> None:
    count = 3 * unread._MANY
    found = _filled(count)
    for number in range(count - 1):
        found.take(FIRST + number)

    assert len(found._numbers) <= unread._MANY + 1
    assert found.take(FIRST + count - 1) == (count - 1) * 10


def test_one_that_would_not_be_the_last_is_not_taken_in() -> None:
    found = _filled(3)

    assert not found.put(FIRST + 1, 2000, 5)
    assert not found.put(FIRST + 7, 999, 5)
    assert len(found) == 3
