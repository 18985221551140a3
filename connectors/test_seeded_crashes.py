"""Mutants that show after a restart, or in what AG is told, each beside the correct connector in that situation."""

import json
from collections.abc import Callable

import pytest

from connectors.ag import CANCEL
from connectors.conftest import Bench
from connectors.stand_in import LOST_BEFORE, Sides

Build = Callable[..., Bench]

ID = "310020045678900001"
PAID = {"status": "SUCCESS", "refund_version": 1795313799999}


@pytest.mark.parametrize(("mutant", "status"), [("", "refunded"), ("M02", "pending")])
def test_m02_does_not_book_what_was_paid_before_it_started(
    bench_of: Build, sides: Sides, mutant: str, status: str
) -> None:
    refund = sides.add(ID)
    killed = bench_of(mutant)
    killed.turn()
    killed.close()
    refund |= PAID

    bench_of(mutant).turn()

    assert sides.document(ID)["status"] == status


@pytest.mark.parametrize(("mutant", "brought"), [("", True), ("M15", False)])
def test_m15_forgets_what_the_list_told_before_it_was_killed(
    bench_of: Build, sides: Sides, mutant: str, *, brought: bool
) -> None:
    killed = bench_of(mutant)
    killed.turn()
    sides.add(ID, modified="2026-11-22 10:00:07")
    sides.trouble("taobao.refund.get", 503, times=9)
    killed.clock.at += 10
    killed.turn()
    killed.close()
    sides.troubles.clear()
    again = bench_of(mutant)
    again.clock.at += 15

    again.turn()

    assert bool(sides.documents) is brought


@pytest.mark.parametrize(("mutant", "status"), [("", "SUCCESS"), ("M95", "WAIT_SELLER_AGREE")])
def test_m95_forgets_the_decisions_that_it_had_read(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    _killed_before_the_review(bench_of(mutant), sides)

    bench_of(mutant).turn()

    assert sides.refunds[ID]["status"] == status


@pytest.mark.parametrize(("mutant", "status"), [("", "SUCCESS"), ("M93", "WAIT_SELLER_AGREE")])
def test_m93_looks_into_no_list_of_decisions(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    bench = bench_of(mutant)
    sides.add(ID)
    bench.turn()
    sides.decide(ID, "approve")

    bench.turn()

    assert sides.refunds[ID]["status"] == status


@pytest.mark.parametrize(("mutant", "status"), [("", "SUCCESS"), ("M94", "WAIT_SELLER_AGREE")])
def test_m94_takes_for_done_what_it_had_sent(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    killed = bench_of(mutant)
    sides.add(ID)
    killed.turn()
    sides.decide(ID, "approve")
    sides.trouble("taobao.rp.refunds.agree", LOST_BEFORE, times=9)
    killed.turn()
    killed.close()
    sides.troubles.clear()

    bench_of(mutant).turn()

    assert sides.refunds[ID]["status"] == status


def _killed_before_the_review(bench: Bench, sides: Sides) -> None:
    """Let a decision be read, and the program be killed before it did anything about it."""
    sides.add(ID)
    bench.turn()
    sides.decide(ID, "approve")
    sides.trouble("taobao.rp.refund.review", 503, times=9)
    bench.turn()
    bench.close()
    sides.troubles.clear()


@pytest.mark.parametrize(("mutant", "fee"), [("", 835), ("M90", 1999)])
def test_m90_tells_ag_the_lines_total(bench_of: Build, sides: Sides, mutant: str, fee: int) -> None:
    _stopped(bench_of(mutant), sides)

    (told,) = sides.asked(CANCEL)
    assert json.loads(told["param"])["refund_fee"] == fee


@pytest.mark.parametrize(("mutant", "told"), [("", [(ID, "SUCCESS")]), ("M91", [])])
def test_m91_tells_ag_nothing_until_the_night(
    bench_of: Build, sides: Sides, mutant: str, told: list[tuple[str, str]]
) -> None:
    _stopped(bench_of(mutant), sides)

    assert sides.goods.told == told


def _stopped(bench: Bench, sides: Sides) -> None:
    """Let the warehouse stop the parcel of a refund in a shop with AG."""
    sides.goods.ag = True
    sides.add(ID)
    bench.turn()
    sides.report(ID, "intercept", result="stopped")
    bench.turn()
    bench.turn()
