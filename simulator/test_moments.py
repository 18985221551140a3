"""A story names moments of the calendar; the next one is meant, in GMT+8."""

import pytest

from simulator.clock import from_text, to_text
from simulator.errors import UserError
from simulator.moments import coming

NOW = from_text("2026-11-22 10:15:00")


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("23:59:58", "2026-11-22 10:15:00", "2026-11-22 23:59:58"),
        ("23:59:58", "2026-11-22 23:59:58", "2026-11-23 23:59:58"),
        ("08:00:00", "2026-11-22 10:15:00", "2026-11-23 08:00:00"),
        ("month-end 23:59:58", "2026-11-22 10:15:00", "2026-11-30 23:59:58"),
        ("month-end 23:59:58", "2027-01-31 23:59:59", "2027-02-28 23:59:58"),
        ("12-31 23:59:58", "2026-11-22 10:15:00", "2026-12-31 23:59:58"),
        ("02-29 23:59:58", "2026-11-22 10:15:00", "2028-02-29 23:59:58"),
        ("02-29 23:59:58", "2028-03-01 00:00:00", "2032-02-29 23:59:58"),
        ("2028-02-29T23:59:58", "2026-11-22 10:15:00", "2028-02-29 23:59:58"),
    ],
)
def test_the_next_such_moment_is_meant(text: str, now: str, then: str) -> None:
    assert to_text(coming(text, from_text(now))) == then


@pytest.mark.parametrize("text", ["2024-02-29 23:59:58", "2027-02-29 12:00:00", "24:00:00"])
def test_a_moment_that_does_not_come_any_more_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"does not come any more. It is 2026-11-22 10:15:00 \(GMT\+8\)"):
        coming(text, NOW)


@pytest.mark.parametrize("text", ["noon", "1:2:3", "", "2026-11-22"])
def test_a_text_that_is_no_moment_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UserError, match=r"is no moment\. Write 23:59:58"):
        coming(text, NOW)
