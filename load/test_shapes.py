"""Arrivals are independent of answers, repeatable, and as many as the rate says."""

import pytest

from load.shapes import steady


def test_a_wave_has_as_many_arrivals_as_its_rate_and_duration_say() -> None:
    assert len(steady(20, 15, 7)) == 300
    assert len(steady(0.1, 1, 7)) == 1


def test_arrivals_ascend_and_stay_inside_the_wave() -> None:
    times = steady(20, 15, 7)

    assert list(times) == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= 15


def test_every_stretch_of_the_wave_gets_its_share() -> None:
    times = steady(20, 15, 7)

    thirds = [sum(1 for time in times if low <= time < low + 5) for low in (0, 5, 10)]
    assert all(70 <= count <= 130 for count in thirds)


def test_the_same_seed_gives_the_same_arrivals_and_another_seed_others() -> None:
    assert steady(20, 15, 7) == steady(20, 15, 7)
    assert steady(20, 15, 7) != steady(20, 15, 8)


@pytest.mark.parametrize(("rate", "seconds"), [(0, 15), (20, 0), (-1, 5)])
def test_a_wave_without_rate_or_duration_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        steady(rate, seconds, 1)
