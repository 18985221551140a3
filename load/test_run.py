"""Opened and judged are compared refund by refund, and what does not fit is said."""

import subprocess
import sys
from pathlib import Path

import pytest

from load.capacity import Gateway
from load.crowd import PLAY, Opened, Record
from load.lag import Lags
from load.run import LoadResult, compare, run_load
from load.test_crowd import WAVE
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Changed
from simulator.ledger.values import Row


def _lags(*refunds: str, closed: bool = True) -> Lags:
    lags = Lags()
    for refund in refunds:
        rows = [Row("refund", refund, {"refund_id": refund, "status": "SUCCESS", "amount": 5})]
        if closed:
            rows.append(Row("document", f"D{refund}", {"refund_id": refund, "status": "refunded", "amount": 5}))
        lags.add(Changed(mono=1, plays=(PLAY,), rows=tuple(rows)))
    return lags


def _compare(opened: tuple[str, ...], lags: Lags) -> LoadResult:
    arrivals = [Opened(number=n, due=0, late=0, took=0.01, refund=refund) for n, refund in enumerate(opened)]
    return compare(WAVE, Record(arrivals=arrivals), lags, Gateway())


def test_the_same_refunds_on_both_sides_leave_no_doubt() -> None:
    result = _compare(("A", "B"), _lags("A", "B"))

    assert (result.opened, result.judged, result.equal, result.doubts) == (2, 2, True, ())


def test_a_refund_that_the_ledger_does_not_know_is_named() -> None:
    result = _compare(("A", "B"), _lags("A"))

    assert not result.equal
    assert result.missing == ("B",)
    assert "1 are known to the load process alone" in result.doubts[0]
    assert "买家打开了 2 笔退款" in result.doubts_zh[0]


def test_equal_numbers_of_different_refunds_are_a_mismatch() -> None:
    result = _compare(("A",), _lags("B"))

    assert (result.opened, result.judged, result.equal) == (1, 1, False)
    assert (result.missing, result.unknown) == (("A",), ("B",))


def test_refunds_that_did_not_settle_are_a_doubt() -> None:
    result = _compare(("A",), _lags("A", closed=False))

    assert result.equal
    assert result.doubts == ("1 of 1 refunds were not closed on both sides within 5 s.",)


def test_arrivals_that_failed_and_acts_that_were_refused_are_said() -> None:
    arrivals = [Opened(number=1, due=0, late=0, took=0.01, problem="the control API answered 500")]
    result = compare(WAVE, Record(arrivals=arrivals, refused=["reviewer.approve R: is CLOSED"]), Lags(), Gateway())

    assert result.failed == 1
    assert result.doubts == (
        "1 arrivals could not open a refund, for example: the control API answered 500",
        "1 acts were refused by the sandbox, for example: reviewer.approve R: is CLOSED",
    )


@pytest.mark.parametrize(("rate", "seconds"), [(0.0, 15.0), (20.0, 0.0)])
def test_a_load_that_sends_nothing_is_the_users_mistake(rate: float, seconds: float, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="sends nothing"):
        run_load({}, Declaration(), rate=rate, seconds=seconds, out=tmp_path)


@pytest.mark.parametrize("module", ["load.run", "rehearsal.cli", "rehearsal.commands.runs"])
def test_whoever_runs_a_load_stays_free_of_gevent(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'gevent', 'locust'}} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout.strip() == "[]"
