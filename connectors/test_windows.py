"""Windows, slices and pages."""

from connectors import windows


def test_a_long_window_is_cut_into_days_that_share_their_edge_second() -> None:
    assert list(windows.slices(0, 200_000)) == [(0, 86_400), (86_400, 172_800), (172_800, 200_000)]
    assert list(windows.slices(5, 10)) == [(5, 10)]


def test_the_second_that_still_fills_is_read_apart() -> None:
    assert windows.parts(100, 110) == [(100, 109), (109, 110)]
    assert windows.parts(109, 110) == [(109, 110)]


def test_pages_come_from_the_last_to_the_first() -> None:
    assert list(windows.backwards(45, 20)) == [3, 2, 1]
    assert list(windows.backwards(40, 20)) == [2, 1]
    assert list(windows.backwards(0, 20)) == [1]
