"""A real wave: processes, sockets and all. Opened is judged, and whoever runs it stays free of gevent."""

import sys
from pathlib import Path

import pytest

from contract_tests.running import running
from load.lag import measure
from load.run import LoadProgress, run_load
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Mark
from simulator.ledger.replay import read

pytestmark = pytest.mark.slow


def test_every_opened_refund_is_in_the_ledger_and_closed_on_both_sides(tmp_path: Path) -> None:
    told = list[LoadProgress]()
    with running(tmp_path / "run") as here:
        result = run_load(
            here.endpoints,
            here.declaration,
            rate=16,
            peak=2.25,
            seconds=4,
            seed=5,
            out=tmp_path,
            on_progress=told.append,
        )

    assert (result.opened, result.judged, result.equal, result.failed) == (80, 80, True, 0)
    assert result.doubts == ()
    assert result.lag.settled == 80
    assert result.lag.left == 0
    assert 0 < result.lag.in_erp.p50 <= result.lag.closed.p95
    assert told[-1].settled == 80
    again = measure(read(here.ledger))
    assert (again.in_erp, again.acted, again.booked, again.closed) == (
        result.lag.in_erp,
        result.lag.acted,
        result.lag.booked,
        result.lag.closed,
    )
    assert "gevent" not in sys.modules
    marks = {(mark.name, mark.detail.get("event", "")) for mark in read(here.ledger) if isinstance(mark, Mark)}
    assert {("load", ""), ("play", "started"), ("play", "ended")} <= marks
    assert b"token" not in (tmp_path / "load.json").read_bytes()


def test_a_wave_that_nobody_works_on_is_a_doubt_and_no_pass(tmp_path: Path) -> None:
    hasty = Declaration(tempo=Tempo(poll=0.1, sla=0.5, backoff=0.3))
    with running(tmp_path / "run", idle=True) as here:
        result = run_load(here.endpoints, hasty, rate=10, seconds=1, seed=5, out=tmp_path)

    assert (result.opened, result.judged, result.equal) == (10, 10, True)
    assert result.lag.left == 10
    assert result.doubts == ("10 of 10 refunds were not closed on both sides within 1 s.",)
    ended = [
        mark.detail for mark in read(here.ledger) if isinstance(mark, Mark) and mark.detail.get("event") == "ended"
    ]
    assert ended[0]["outcome"] == "inconclusive"
