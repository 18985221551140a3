"""Each mutant differs from the correct connector in the one way it says."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from connectors import seeded
from connectors.conftest import Bench
from connectors.mutants import MUTANTS
from connectors.seeded_deciding import BatchClock
from connectors.stand_in import ISP, LOST_AFTER, LOST_BEFORE, Sides

Build = Callable[..., Bench]


def _agreed(sides: Sides) -> list[str]:
    return [call["refund_infos"] for call in sides.asked("taobao.rp.refunds.agree")]


def test_every_mutant_is_seeded_and_has_a_chinese_title() -> None:
    chinese = yaml.safe_load((Path(__file__).parent / "words.zh.yaml").read_text(encoding="utf-8"))

    assert set(chinese) == set(MUTANTS)
    assert all(seeded.parts(mutant) != seeded.parts("") for mutant in MUTANTS)


def test_an_unknown_mutant_is_named_with_what_was_meant() -> None:
    with pytest.raises(seeded.NoSuchMutant, match="Did you mean M32"):
        seeded.parts("M322")


@pytest.mark.parametrize(("mutant", "numbers"), [("", ["TM-R1"]), ("M28", ["TM-R1", "TM-R1-2"])])
def test_m28_creates_under_a_new_number(bench_of: Build, sides: Sides, mutant: str, numbers: list[str]) -> None:
    bench = bench_of(mutant)
    sides.add("R1")
    sides.trouble("erp.put", LOST_AFTER)

    bench.until(lambda: bench.memory.cursor("shop", "modified") is not None)

    assert sorted(sides.documents) == numbers


@pytest.mark.parametrize(("mutant", "yuan", "fen"), [("", "8.35", "835"), ("M32", "19.99", "1999")])
def test_m32_takes_the_total(bench_of: Build, sides: Sides, mutant: str, yuan: str, fen: str) -> None:
    bench = bench_of(mutant)
    sides.add("R1")
    bench.turn()
    sides.decide("R1", "approve")
    bench.turn()

    assert sides.document("R1")["amount"] == yuan
    assert _agreed(sides)[0].split("|")[1] == fen


@pytest.mark.parametrize(("mutant", "yuan"), [("", "6.00"), ("M33", "8.35")])
def test_m33_never_updates_the_amount(bench_of: Build, sides: Sides, mutant: str, yuan: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add("R1")
    bench.turn()
    refund |= {"refund_fee": "6.00", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document("R1")["amount"] == yuan
    assert sides.document("R1")["version"] == 1795313799999


@pytest.mark.parametrize(("mutant", "moved"), [("", False), ("M35", True)])
def test_m35_moves_the_cursor_over_a_failed_page(bench_of: Build, sides: Sides, mutant: str, *, moved: bool) -> None:
    bench = bench_of(mutant, page_size=2)
    for number in range(5):
        sides.add(f"R{number}", modified="2026-11-22 09:59:00")
    sides.trouble("taobao.refunds.receive.get", ISP, when=lambda call: call["page_no"] == "2")

    bench.turn()

    assert (bench.memory.cursor("shop", "modified") is not None) is moved


@pytest.mark.parametrize(("mutant", "open_"), [("", 1), ("M46", 0)])
def test_m46_takes_a_half_done_batch_as_done(bench_of: Build, sides: Sides, mutant: str, open_: int) -> None:
    bench = bench_of(mutant)
    for refund_id in ("R1", "R2"):
        sides.add(refund_id)
    bench.turn()
    for refund_id in ("R1", "R2"):
        sides.decide(refund_id, "approve")
    sides.trouble("row", "isp.remote-service-timeout", when=lambda row: row["refund_id"] == "R1")

    bench.turn()

    assert sides.refunds["R1"]["status"] == "WAIT_SELLER_AGREE"
    assert len(bench.memory.todo("shop")) == open_


@pytest.mark.parametrize(("mutant", "paid"), [("", False), ("M55", True)])
def test_m55_pays_for_a_waybill(bench_of: Build, sides: Sides, mutant: str, *, paid: bool) -> None:
    bench = bench_of(mutant)
    sides.add("R1", has_good_return=True, status="WAIT_SELLER_CONFIRM_GOODS", sid="SF1")

    for _ in range(3):
        bench.turn()

    assert (sides.refunds["R1"]["status"] == "SUCCESS") is paid


@pytest.mark.parametrize(("mutant", "documents"), [("", 1), ("M58", 0)])
def test_m58_gives_up_after_one_transient_error(bench_of: Build, sides: Sides, mutant: str, documents: int) -> None:
    bench = bench_of(mutant)
    sides.add("R1")
    sides.trouble("taobao.refund.get", LOST_BEFORE)

    bench.until(lambda: bench.memory.cursor("shop", "modified") is not None)
    bench.turn()

    assert len(sides.documents) == documents


@pytest.mark.parametrize(("mutant", "calls"), [("", 2), ("M63", 1)])
def test_m63_sends_all_in_one_batch(bench_of: Build, sides: Sides, mutant: str, calls: int) -> None:
    bench = bench_of(mutant)
    for refund_id in ("R1", "R2"):
        sides.add(refund_id, refund_fee="5100.00", total_fee="5100.00")
    bench.turn()
    for refund_id in ("R1", "R2"):
        sides.decide(refund_id, "approve")

    bench.turn()

    assert len(_agreed(sides)) == calls


@pytest.mark.parametrize(("mutant", "calls"), [("", 1), ("M68", 6)])
def test_m68_agrees_again_though_it_knows_of_the_success(
    bench_of: Build, sides: Sides, mutant: str, calls: int
) -> None:
    bench = bench_of(mutant)
    sides.add("R1")
    bench.turn()
    sides.decide("R1", "approve")

    for _ in range(9):
        bench.turn()

    assert len(_agreed(sides)) == calls


@pytest.mark.parametrize(("mutant", "wait", "calls"), [("", 99.0, 1), ("M78", 99.0, 0), ("M78", 0.0, 1)])
def test_m78_waits_for_its_batch(
    bench_of: Build, sides: Sides, monkeypatch: pytest.MonkeyPatch, mutant: str, wait: float, calls: int
) -> None:
    monkeypatch.setattr(BatchClock, "WAIT", wait)
    bench = bench_of(mutant)
    sides.add("R1")
    bench.turn()
    sides.decide("R1", "approve")

    for _ in range(3):
        bench.turn()

    assert len(_agreed(sides)) == calls
