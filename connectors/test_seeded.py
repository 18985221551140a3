"""More mutants, each beside the correct connector in the very situation that tells them apart."""

from collections.abc import Callable

import pytest

from connectors import clock, seeded
from connectors.conftest import Bench
from connectors.stand_in import DIGEST, Sides

Build = Callable[..., Bench]

ID = "310020045678900001"
OTHER = "310020045678900002"
PROOF = {"sha256": DIGEST, "filename": "photo.png", "url": "/proofs"}
SOON = {"exist_timeout": True, "timeout": "2026-11-22 13:00:00"}


def _agreed(sides: Sides) -> list[str]:
    return [call["refund_infos"] for call in sides.asked("taobao.rp.refunds.agree")]


def _turns(bench: Bench, number: int = 3) -> None:
    for _ in range(number):
        bench.turn()


@pytest.mark.parametrize(("mutant", "paid"), [("", []), ("M01", [f"{ID}|1200|1795313799999|onsale"])])
def test_m01_pays_what_the_refund_became(bench_of: Build, sides: Sides, mutant: str, paid: list[str]) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    sides.decide(ID, "approve")
    change = {"refund_fee": "12.00", "refund_version": 1795313799999}
    sides.trouble("row", "版本已变化", when=lambda _: bool(refund.update(change)) or True)

    bench.decisions.cycle()

    assert _agreed(sides)[1:] == paid


@pytest.mark.parametrize(("mutant", "waybill"), [("", ""), ("M05", "SF1")])
def test_m05_keeps_the_waybill_of_the_refund_before(bench_of: Build, sides: Sides, mutant: str, waybill: str) -> None:
    bench = bench_of(mutant)
    sides.add(ID, sid="SF1", has_good_return=True, status="WAIT_SELLER_CONFIRM_GOODS", order_status="")
    bench.turn()
    sides.add(OTHER, oid=2500071234567890099)
    bench.turn()

    assert sides.document(OTHER)["waybill"] == waybill


@pytest.mark.parametrize(("mutant", "documents"), [("", 1), ("M06", 2)])
def test_m06_creates_again_for_a_message_after_a_day(
    bench_of: Build, sides: Sides, mutant: str, documents: int
) -> None:
    bench = bench_of(mutant)
    sides.add(ID)
    sides.post(ID)
    bench.until(lambda: bool(sides.documents), bench.listen)
    bench.clock.at += 90_000
    sides.post(ID)
    for _ in range(3):
        bench.listen()

    assert len(sides.documents) == documents


@pytest.mark.parametrize(("mutant", "seen"), [("", True), ("M07", False)])
def test_m07_leaves_out_what_changed_just_now(bench_of: Build, sides: Sides, mutant: str, *, seen: bool) -> None:
    bench = bench_of(mutant)
    sides.add(ID)
    bench.turn()
    assert bool(sides.documents) is seen

    bench.clock.at += 4
    bench.turn()
    assert sides.documents


@pytest.mark.parametrize(("mutant", "status"), [("", "pending"), ("M11", "refused")])
def test_m11_decides_the_next_round_by_itself(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    sides.decide(ID, "refuse", proof=PROOF, text="请提供照片")
    _turns(bench)
    refund |= {"status": "WAIT_SELLER_AGREE", "refund_fee": "6.00", "refund_version": 1795313799999}

    _turns(bench)

    assert sides.document(ID)["status"] == status


@pytest.mark.parametrize(
    ("mutant", "pages"), [("", ["1", "1", "3", "2", "1"]), ("M12", ["1", "1", "1", "2", "3"]), ("M21", None)]
)
def test_m12_pages_forward_and_m21_leaves_out_a_full_last_page(
    bench_of: Build, sides: Sides, mutant: str, pages: list[str] | None
) -> None:
    bench = bench_of(mutant, page_size=2)
    for number in range(6):
        sides.add(str(310020045678900000 + number), modified="2026-11-22 09:59:00")

    bench.desk.intake.cycle()

    asked = [call["page_no"] for call in sides.asked("taobao.refunds.receive.get")]
    assert asked[:5] == pages or ("3" not in asked and len(sides.documents) == 4)


@pytest.mark.parametrize(("mutant", "seen"), [("", True), ("M13", False)])
def test_m13_leaves_out_the_edges(bench_of: Build, sides: Sides, mutant: str, *, seen: bool) -> None:
    bench = bench_of(mutant)
    bench.turn()
    sides.add(ID, modified="2026-11-22 10:00:05")
    for _ in range(4):
        bench.clock.at += 5
        bench.turn()

    assert bool(sides.documents) is seen


@pytest.mark.parametrize(("mutant", "start"), [("", "2026-11-22 10:00:03"), ("M14", "2026-11-22 10:00:05")])
def test_m14_does_not_reach_back(bench_of: Build, sides: Sides, mutant: str, start: str) -> None:
    bench = bench_of(mutant)
    bench.turn()
    bench.clock.at += 10
    bench.turn()

    assert sides.asked("taobao.refunds.receive.get")[-1]["start_modified"] == start


@pytest.mark.parametrize(("mutant", "status"), [("", "pending"), ("M16", "refused")])
def test_m16_misses_the_next_round(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID, status="SELLER_REFUSE_BUYER")
    bench.turn()
    refund |= {"status": "WAIT_SELLER_AGREE", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document(ID)["status"] == status


@pytest.mark.parametrize(("mutant", "asked"), [("", 0), ("M17", 1)])
def test_m17_agrees_though_the_closure_was_told(
    bench_of: Build, sides: Sides, mutant: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    sides.decide(ID, "approve")
    if mutant:
        bench.decisions.cycle()
        monkeypatch.setattr(bench.decisions, "_queue", tuple((0.0, agreed) for _, agreed in bench.decisions._queue))  # type: ignore[attr-defined]
    refund |= {"status": "CLOSED", "refund_version": 1795313799999}
    bench.desk.intake.cycle()

    bench.decisions.cycle()

    assert len(_agreed(sides)) == asked


@pytest.mark.parametrize(("mutant", "held"), [("", True), ("M18", False)])
def test_m18_lets_the_sibling_go(bench_of: Build, sides: Sides, mutant: str, *, held: bool) -> None:
    bench = bench_of(mutant)
    first = sides.add(ID)
    sides.add(OTHER, oid=2500071234567890099)
    bench.turn()
    first |= {"status": "CLOSED", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document(OTHER)["hold"] is held


@pytest.mark.parametrize(("mutant", "told"), [("", []), ("M19", [(ID, "SUCCESS")])])
def test_m19_takes_silence_for_success(
    bench_of: Build, sides: Sides, mutant: str, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(mutant)
    sides.goods.ag = True
    sides.add(ID, refund_remind_timeout=SOON)
    monkeypatch.setattr(type(bench.desk.ag), "PATIENCE", 0.0, raising=False)

    _turns(bench)

    assert sides.goods.told == told


@pytest.mark.parametrize(("mutant", "second"), [("", "FAIL"), ("M20", "SUCCESS")])
def test_m20_uses_the_answer_of_a_sibling(bench_of: Build, sides: Sides, mutant: str, second: str) -> None:
    bench = bench_of(mutant)
    sides.goods.ag = True
    sides.add(ID)
    sides.add(OTHER, oid=2500071234567890099)
    bench.turn()
    sides.report(ID, "intercept", result="stopped")
    bench.turn()
    sides.report(OTHER, "intercept", result="gone")
    bench.turn()

    assert sides.goods.told == [(ID, "SUCCESS"), (OTHER, second)]


@pytest.mark.parametrize(("mutant", "status"), [("", "refunded"), ("M26", "pending")])
def test_m26_does_not_book_what_others_paid(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    refund |= {"status": "SUCCESS", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document(ID)["status"] == status


def test_m26_books_what_it_paid_itself(bench_of: Build, sides: Sides) -> None:
    bench = bench_of("M26")
    sides.add(ID)
    bench.turn()
    sides.decide(ID, "approve")
    _turns(bench)

    assert sides.document(ID)["status"] == "refunded"


@pytest.mark.parametrize(("mutant", "left"), [("", 0), ("M79", 1)])
def test_m79_never_confirms_what_it_cannot_read(bench_of: Build, sides: Sides, mutant: str, left: int) -> None:
    bench = bench_of(mutant)
    sides.add(ID)
    sides.post(ID)
    sides.post(ID, content="{")

    bench.post.cycle()

    assert len(sides.queue) == left


@pytest.mark.parametrize(("mutant", "status"), [("", "closed"), ("M29", "refunded")])
def test_m29_never_takes_a_booking_back(bench_of: Build, sides: Sides, mutant: str, status: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID, status="SUCCESS")
    bench.turn()
    refund |= {"status": "CLOSED", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document(ID)["status"] == status


@pytest.mark.parametrize(("mutant", "seen"), [("", True), ("M30", False)])
def test_m30_reads_the_day_of_its_host(bench_of: Build, sides: Sides, mutant: str, *, seen: bool) -> None:
    bench = bench_of(mutant)
    bench.clock.at = float(clock.seconds("2026-11-23 00:30:00"))
    sides.add(ID, modified="2026-11-23 00:29:50")
    bench.turn()

    assert bool(sides.documents) is seen


@pytest.mark.parametrize(("mutant", "reason", "proof"), [("", "90001", True), ("M56", "1", False)])
def test_m56_refuses_without_proof(bench_of: Build, sides: Sides, mutant: str, reason: str, *, proof: bool) -> None:
    bench = bench_of(mutant)
    sides.add(ID)
    bench.turn()
    sides.decide(ID, "refuse", proof=PROOF, text="请提供照片")
    bench.turn()

    (refuse,) = sides.asked("taobao.refund.refuse")
    assert (refuse["refuse_reason_id"], "refuse_proof" in refuse) == (reason, proof)


def test_m61_reads_no_list() -> None:
    assert seeded.parts("").reconciles
    assert not seeded.parts("M61").reconciles


@pytest.mark.parametrize(("mutant", "notices"), [("", 1), ("M70", 2)])
def test_m70_announces_the_same_goods_twice(bench_of: Build, sides: Sides, mutant: str, notices: int) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID, has_good_return=True, status="WAIT_SELLER_CONFIRM_GOODS", sid="SF1", order_status="")
    bench.turn()
    refund |= {"sid": "SF2", "refund_version": 1795313799999}
    _turns(bench)

    assert sum(document["kind"] == "inbound" for document in sides.documents.values()) == notices


@pytest.mark.parametrize(("mutant", "lines"), [("", 1), ("M72", 0)])
def test_m72_tells_nobody(bench_of: Build, sides: Sides, mutant: str, lines: int) -> None:
    bench = bench_of(mutant)
    sides.add(ID, refund_remind_timeout=SOON)
    bench.turn()
    bench.clock.at += 3_600
    bench.turn()

    assert len(bench.escalated()) == lines


@pytest.mark.parametrize(("mutant", "calls"), [("", []), ("M73", ["SF7"])])
def test_m73_ships_before_the_goods_are_back(bench_of: Build, sides: Sides, mutant: str, calls: list[str]) -> None:
    bench = bench_of(mutant)
    sides.goods.add(ID, status="3", buyer_logistic_no="SF7", buyer_logistic_name="顺丰")
    bench.turn()

    assert [call["logistics_no"] for call in sides.asked("tmall.exchange.confirm.consign")] == calls


@pytest.mark.parametrize(
    ("mutant", "written"),
    [("", ["pending", "refused"]), ("M74", ["pending", "refused", "pending", "refused"])],
)
def test_m74_writes_what_is_older_over_what_is_newer(
    bench_of: Build, sides: Sides, monkeypatch: pytest.MonkeyPatch, mutant: str, written: list[str]
) -> None:
    seen: list[str] = []
    put = sides.put

    def noted(external: str, body: dict[str, str]) -> dict[str, object]:
        seen.append(body["status"])
        return put(external, body)

    monkeypatch.setattr(sides, "put", noted)
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    refund |= {"status": "SELLER_REFUSE_BUYER", "refund_version": 1795313799999}
    _turns(bench)

    assert seen == written


@pytest.mark.parametrize(("mutant", "amount"), [("", "8.35"), ("M75", "18.35")])
def test_m75_books_the_postage_with_each(bench_of: Build, sides: Sides, mutant: str, amount: str) -> None:
    bench = bench_of(mutant)
    refund = sides.add(ID)
    bench.turn()
    refund |= {"status": "SUCCESS", "refund_version": 1795313799999}
    _turns(bench)

    assert sides.document(ID)["amount"] == amount
