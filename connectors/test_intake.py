"""From the platform's list to the ERP."""

from collections.abc import Callable

from connectors.conftest import Bench
from connectors.stand_in import ISP, LOST_AFTER, LOST_BEFORE, Sides


def _ids(count: int) -> list[str]:
    return [str(310020045678900000 + number) for number in range(count)]


def _cursor(bench: Bench) -> str | None:
    return bench.memory.cursor("shop", "modified")


def test_a_refund_reaches_the_erp_once_and_is_not_read_again_unchanged(bench: Bench) -> None:
    bench.sides.add("R1")

    bench.turn()
    bench.turn()

    assert bench.sides.document("R1")["amount"] == "8.35"
    assert len(bench.sides.asked("taobao.refund.get")) == 1
    assert len(bench.sides.asked("erp.put")) == 1


def test_a_change_within_the_same_second_and_version_is_seen(bench: Bench) -> None:
    refund = bench.sides.add("R1")
    bench.turn()

    refund["status"] = "SELLER_REFUSE_BUYER"
    bench.turn()

    assert bench.sides.document("R1")["status"] == "refused"


def test_many_rows_are_read_from_the_last_page_to_the_first_in_fixed_windows(bench_of: Callable[..., Bench]) -> None:
    bench = bench_of(page_size=2)
    for refund_id in _ids(5):
        bench.sides.add(refund_id, modified="2026-11-22 09:59:00")

    bench.turn()

    lists = [(call["end_modified"], call["page_no"]) for call in bench.sides.asked("taobao.refunds.receive.get")]
    settled, now = "2026-11-22 10:00:04", "2026-11-22 10:00:05"
    assert lists == [(now, "1"), *((settled, number) for number in ("1", "3", "2", "1")), (now, "1"), (now, "1")]
    assert len(bench.sides.documents) == 5


def test_a_failed_page_keeps_the_cursor_and_the_other_pages_are_worked_on(bench_of: Callable[..., Bench]) -> None:
    bench = bench_of(page_size=2)
    for refund_id in _ids(5):
        bench.sides.add(refund_id, modified="2026-11-22 09:59:00")
    bench.sides.trouble("taobao.refunds.receive.get", ISP, when=lambda call: call["page_no"] == "2")

    bench.turn()

    assert _cursor(bench) is None
    assert len(bench.sides.documents) == 3
    bench.turn()
    assert _cursor(bench) is not None
    assert len(bench.sides.documents) == 5


def test_a_failed_detail_keeps_the_cursor_and_stops_nobody_else(bench: Bench) -> None:
    for refund_id in ("R1", "R2", "R3"):
        bench.sides.add(refund_id)
    bench.sides.trouble("taobao.refund.get", LOST_BEFORE, times=3, when=lambda call: call["refund_id"] == "R2")

    bench.turn()

    assert set(bench.sides.documents) == {"TM-R1", "TM-R3"}
    assert _cursor(bench) is None
    bench.until(lambda: _cursor(bench) is not None)
    assert set(bench.sides.documents) == {"TM-R1", "TM-R2", "TM-R3"}


def test_a_refund_in_an_unknown_state_is_tried_twice_and_does_not_hold_the_window(bench: Bench) -> None:
    bench.sides.add("R1", status="WAIT_SELLER_CONSIGN_GOODS")
    bench.sides.add("R2")

    bench.until(lambda: _cursor(bench) is not None)
    for _ in range(5):
        bench.turn()

    assert set(bench.sides.documents) == {"TM-R2"}
    assert len([call for call in bench.sides.asked("taobao.refund.get") if call["refund_id"] == "R1"]) == 2


def test_an_older_version_is_never_written_over_a_newer_one(bench: Bench) -> None:
    refund = bench.sides.add("R1", refund_version=1795313707201)
    bench.turn()

    refund |= {"refund_version": 1795313707200, "refund_fee": "1.00"}
    bench.turn()

    assert bench.sides.document("R1")["amount"] == "8.35"


def test_a_creation_of_unknown_outcome_is_looked_for_before_anything_else(bench: Bench) -> None:
    bench.sides.add("R1")
    bench.sides.trouble("erp.put", LOST_AFTER)

    bench.until(lambda: _cursor(bench) is not None)

    assert [name for name, _ in bench.sides.calls if name in ("erp.put", "erp.get")] == ["erp.put", "erp.get"]
    assert set(bench.sides.documents) == {"TM-R1"}


def test_a_creation_that_never_arrived_is_repeated_under_the_same_number(bench: Bench) -> None:
    bench.sides.add("R1")
    bench.sides.trouble("erp.put", 500)

    bench.until(lambda: _cursor(bench) is not None)

    assert [call["external"] for call in bench.sides.asked("erp.put")] == ["TM-R1", "TM-R1"]


def test_the_next_window_reaches_back_behind_the_last_one(bench: Bench) -> None:
    bench.turn()
    bench.clock.at += 10

    bench.turn()

    windows = [
        (call["start_modified"], call["end_modified"]) for call in bench.sides.asked("taobao.refunds.receive.get")
    ]
    assert windows == [
        ("2026-11-21 10:00:05", "2026-11-22 10:00:05"),
        ("2026-11-22 10:00:03", "2026-11-22 10:00:15"),
    ]


def test_a_deleted_database_makes_no_second_document(bench_of: Callable[..., Bench], sides: Sides) -> None:
    sides.add("R1")
    bench_of(database="a.sqlite").turn()

    bench_of(database="b.sqlite").turn()

    assert set(sides.documents) == {"TM-R1"}
