"""Arrivals are independent of answers, repeatable, and as many as the rate says."""

import pytest

from load.shapes import rush, shown, size, steady


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


def test_a_rush_brings_several_times_the_rate_in_the_middle_fifth_and_the_rate_elsewhere() -> None:
    times = rush(20, 50, 7, 5)

    fifths = [sum(1 for time in times if low <= time < low + 10) for low in (0, 10, 20, 30, 40)]
    assert len(times) == size(20, 50, 5) == 1800
    assert 900 <= fifths[2] <= 1100
    assert all(140 <= count <= 260 for number, count in enumerate(fifths) if number != 2)
    assert list(times) == sorted(times)
    assert times == rush(20, 50, 7, 5)


def test_a_rush_of_once_the_rate_is_a_steady_wave() -> None:
    assert rush(20, 15, 7, 1) == steady(20, 15, 7)


def test_a_rush_below_the_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="at least the rate of the rest"):
        rush(20, 15, 7, 0.5)


def test_the_rate_of_a_wave_is_shown_with_that_of_its_rush() -> None:
    assert (shown(20), shown(20, 5)) == ("20", "20–100")


@pytest.mark.parametrize(("rate", "seconds"), [(0, 15), (20, 0), (-1, 5)])
def test_a_wave_without_rate_or_duration_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        steady(rate, seconds, 1)
