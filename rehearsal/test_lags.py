"""The lags of a load as the report shows them, from the ledger alone."""

from xml.etree import ElementTree

import pytest

from load.lag import Percentiles
from rehearsal.charts import backlog, seconds, spread
from rehearsal.lags import lag_view
from simulator.ledger.entry import AnyEntry


def test_a_load_shows_each_stretch_of_the_way(entries: list[AnyEntry]) -> None:
    view = lag_view(entries, {})

    assert view is not None
    assert (view.opened, view.settled, view.left) == (3, 3, 0)
    assert [row.name["en"] for row in view.rows][:1] == ["application → in ERP"]
    assert view.rows[0].p50 == "0.2 s"


def test_a_run_without_load_has_no_lags(entries: list[AnyEntry]) -> None:
    assert lag_view([entry for entry in entries if "LOAD" not in entry.plays], {}) is None


def test_doubts_about_the_load_are_said_in_both_languages(entries: list[AnyEntry]) -> None:
    load = {"capacity": {"words": ["kept up"], "words_zh": ["跟上"]}, "doubts": ["late"], "doubts_zh": ["迟"]}

    view = lag_view(entries, load)

    assert view is not None
    assert view.words == ({"en": "kept up", "zh": "跟上"}, {"en": "late", "zh": "迟"})


def test_the_charts_are_well_formed_and_stay_inside() -> None:
    ElementTree.fromstring(spread(Percentiles(100, 500, 900, 1000, 50), 1000))
    chart = ElementTree.fromstring(backlog([(0, 0), (1, 7), (2, 3)]))

    [line] = chart.iter("{http://www.w3.org/2000/svg}polyline")
    corners = [tuple(map(float, pair.split(","))) for pair in str(line.get("points")).split()]
    assert all(0 <= x <= 420 and 0 <= y <= 122 for x, y in corners)


def test_a_backlog_of_one_moment_is_no_chart() -> None:
    assert backlog([(0, 5)]) == ""


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0.0 s"), (849, "0.8 s"), (9_940, "9.9 s"), (15_000, "15 s"), (200_000, "3 min 20 s"), (600_000, "10 min")],
)
def test_a_duration_reads_as_a_person_says_it(milliseconds: int, words: str) -> None:
    assert seconds(milliseconds) == words
