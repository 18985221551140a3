"""AG is told what the warehouse said of that very parcel: the truth, once, and in time."""

from collections.abc import Callable

import pytest

from connectors.ag import Parcel, parcel
from connectors.conftest import Bench
from connectors.stand_in import ISP, LOST_AFTER, Sides

ID = "310020045678900001"
OTHER = "310020045678900002"
SOON = {"exist_timeout": True, "timeout": "2026-11-22 12:00:00"}


@pytest.fixture(autouse=True)
def _with_ag(sides: Sides) -> None:
    sides.goods.ag = True


def _imported(bench: Bench, **fields: object) -> Sides:
    bench.sides.add(ID, **fields)
    bench.turn()
    return bench.sides


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, Parcel.UNKNOWN),
        ({"intercept": {"result": "requested"}}, Parcel.UNKNOWN),
        ({"intercept": {"result": "stopped"}}, Parcel.STAYED),
        ({"intercept": {"result": "gone"}}, Parcel.GONE),
        ({"intercept": None, "shipped": {"waybill": "1"}}, Parcel.GONE),
        ({"intercept": {"result": "requested"}, "shipped": {"waybill": "1"}}, Parcel.GONE),
        ({"intercept": {"result": "stopped"}, "shipped": {"waybill": "1"}}, Parcel.CONTRADICTORY),
    ],
)
def test_a_parcel_is_what_the_warehouse_said_of_it_and_silence_says_nothing(
    document: dict[str, object], said: Parcel
) -> None:
    assert parcel(document) is said


def test_a_refund_of_unshipped_goods_asks_the_warehouse_to_stop_the_parcel(bench: Bench) -> None:
    sides = _imported(bench)

    assert sides.document(ID)["hold"] is True
    assert sides.document(ID)["intercept"]["result"] == "requested"


def test_a_parcel_that_stayed_is_told_once_and_the_payment_booked(bench: Bench) -> None:
    sides = _imported(bench)
    sides.report(ID, "intercept", result="stopped")

    for _ in range(3):
        bench.turn()

    assert sides.goods.told == [(ID, "SUCCESS")]
    assert sides.document(ID)["status"] == "refunded"
    assert not sides.asked("taobao.rp.refunds.agree")


def test_a_parcel_that_is_gone_is_told_and_a_later_answer_corrects_it(bench: Bench) -> None:
    sides = _imported(bench)
    sides.report(ID, "intercept", result="gone")
    bench.turn()
    assert sides.goods.told == [(ID, "FAIL")]
    assert sides.document(ID)["status"] == "pending"

    sides.report(ID, "intercept", result="stopped")
    bench.turn()

    assert sides.goods.told == [(ID, "FAIL"), (ID, "SUCCESS")]


def test_nothing_is_told_while_the_warehouse_is_silent_until_the_time_is_nearly_up(bench: Bench) -> None:
    sides = _imported(bench, refund_remind_timeout=SOON)
    for _ in range(3):
        bench.turn()
    assert sides.goods.told == []

    bench.clock.at += 7_200 - 500
    bench.turn()
    bench.turn()

    assert sides.goods.told == [(ID, "FAIL")]
    assert sides.asked("erp.get"), "the ERP is asked once more before that"


def test_an_answer_that_came_in_the_last_moment_counts(bench: Bench) -> None:
    sides = _imported(bench, refund_remind_timeout=SOON)
    sides.document(ID)["intercept"] = {"result": "stopped", "revision": 9}  # not in the list yet

    bench.clock.at += 7_200 - 500
    bench.desk.ag.cycle()

    assert sides.goods.told == [(ID, "SUCCESS")]


def test_shipped_and_stopped_is_told_to_nobody_but_people(bench: Bench) -> None:
    sides = _imported(bench)
    sides.report(ID, "shipped", company="中通", waybill="ZT1")
    sides.report(ID, "intercept", result="stopped")

    for _ in range(3):
        bench.turn()

    assert sides.goods.told == []
    assert len([line for line in bench.escalated() if ID in line]) == 1


def test_each_sub_order_has_its_own_answer(bench: Bench) -> None:
    sides = bench.sides
    sides.add(ID)
    sides.add(OTHER, oid=2500071234567890099)
    bench.turn()
    sides.report(OTHER, "intercept", result="stopped")
    sides.report(ID, "intercept", result="gone")

    bench.turn()

    assert sorted(sides.goods.told) == [(ID, "FAIL"), (OTHER, "SUCCESS")]


def test_a_shop_without_ag_is_told_nothing(bench: Bench) -> None:
    bench.sides.goods.ag = False
    sides = _imported(bench)
    sides.report(ID, "intercept", result="stopped")

    bench.turn()

    assert sides.goods.told == []


@pytest.mark.parametrize("trouble", [ISP, LOST_AFTER])
def test_a_report_of_unknown_outcome_is_looked_at_and_repeated_if_need_be(bench: Bench, trouble: object) -> None:
    sides = _imported(bench)
    sides.trouble("taobao.rdc.aligenius.sendgoods.cancel", trouble)
    sides.report(ID, "intercept", result="stopped")

    bench.until(lambda: sides.document(ID)["status"] == "refunded")

    assert set(sides.goods.told) == {(ID, "SUCCESS")}


def test_goods_in_the_warehouse_are_told_and_not_paid_a_second_time(bench: Bench) -> None:
    sides = _imported(bench, has_good_return=True, status="WAIT_SELLER_CONFIRM_GOODS", sid="SF1", order_status="")
    sides.receive(ID)

    for _ in range(3):
        bench.turn()

    assert len(sides.asked("taobao.nextone.logistics.warehouse.update")) == 1
    assert not sides.asked("taobao.rp.refunds.agree")
    assert sides.document(ID)["status"] == "refunded"


def test_a_waiting_report_is_asked_again_after_trouble(bench_of: Callable[..., Bench], sides: Sides) -> None:
    bench = bench_of()
    sides.add(ID)
    bench.turn()
    sides.trouble("taobao.rdc.aligenius.account.validate", ISP)
    sides.report(ID, "intercept", result="stopped")

    bench.until(lambda: sides.goods.told == [(ID, "SUCCESS")])
