"""The reference connector at work on what the simple stories do not reach: exchanges, AG, and goods that come back."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.judge import judge
from contract_tests.kill_matrix import broken
from contract_tests.running import Running, running

pytestmark = pytest.mark.slow

Row = dict[str, Any]


class Scene:
    """A running sandbox, with the acts of everybody and a look at what became of them."""

    def __init__(self, here: Running) -> None:
        self.control = here.control

    def do(self, act: str, **args: Any) -> Row:
        """Do an act that is possible, and return its result."""
        done = self.control.act(act, args)
        assert done["accepted"], done["reason"]
        return dict(done["result"])

    def trade(self, **more: Any) -> Row:
        """Return a new trade of one sub-order."""
        return dict(self.control.trades({"orders": [{"price": "88.80"}], **more}))

    def applied(self, trade: Row, **more: Any) -> str:
        """Let the buyer apply for a refund and return its id."""
        return str(self.do("buyer.apply", tid=trade["tid"], **more)["refund_id"])

    def refund(self, number: str, **wants: Any) -> Row:
        """Wait until the platform's refund says *wants*."""
        return self._until(lambda: self.control.state("refund", number), number, wants)

    def exchange(self, number: str, **wants: Any) -> Row:
        """Wait until the platform's exchange says *wants*."""
        return self._until(lambda: self.control.state("exchange", number), number, wants)

    def document(self, number: str, kind: str = "refund", **wants: Any) -> Row:
        """Wait until the ERP's document of a kind says *wants*."""
        return self._until(lambda: self._document(number, kind), f"{kind} {number}", wants)

    def _document(self, number: str, kind: str) -> Row:
        rows = [row for row in self.control.state("document").values() if row.get("refund_id") == number]
        return next((row for row in rows if row.get("kind", "refund") == kind), {})

    def _until(self, look: Any, name: str, wants: Row) -> Row:
        end = time.monotonic() + 15
        while True:
            row: Row = look()
            if row and all(row.get(key, "") == value for key, value in wants.items()):
                return row
            assert time.monotonic() < end, f"{name} is {row}, not {wants}"

    def reports(self, number: str) -> list[str]:
        """Return what AG was told of a refund's parcel: the last status and how often."""
        rows = self.control.state("ag_report").values()
        return [row["told"]["status"] for row in rows if row["kind"] == "ag_cancel" and row["about"] == number]


@pytest.fixture(scope="module", params=["polling", "messages"])
def scene(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with running(folder, style=request.param) as here:
        yield Scene(here)
    assert broken(judge(folder / "ledger.jsonl")) == frozenset()


def test_an_exchange_is_agreed_received_and_shipped_with_the_erps_parcel(scene: Scene) -> None:
    trade = scene.trade(shipped=True)
    number = scene.do("buyer.apply_exchange", oid=trade["oids"][0], wanted="颜色:蓝")["dispute_id"]
    scene.document(number, "exchange", wanted="颜色:蓝", status="pending")
    scene.do("reviewer.approve_exchange", refund=number)
    agreed = scene.exchange(number, status="2")
    assert agreed["address_id"] == 810012
    scene.document(number, "inbound", status="waiting_buyer")
    scene.do("buyer.ship_back_exchange", exchange=number, company="顺丰", waybill="SF7")
    scene.document(number, "inbound", status="waiting_receipt", waybill="SF7")
    scene.do("warehouse.receive", refund=number)
    scene.document(number, "exchange", status="waiting_ship")
    scene.do("warehouse.ship_exchange", refund=number, company="中通", waybill="ZT9")
    shipped = scene.exchange(number, status="13")
    assert (shipped["seller_company"], shipped["seller_waybill"]) == ("中通", "ZT9")
    scene.do("buyer.confirm_exchange", exchange=number)
    scene.document(number, "exchange", status="done")


def test_an_exchange_is_refused_with_proof_and_a_valid_reason(scene: Scene) -> None:
    trade = scene.trade(shipped=True)
    number = scene.do("buyer.apply_exchange", oid=trade["oids"][0], wanted="颜色:蓝")["dispute_id"]
    scene.document(number, "exchange")
    scene.do("reviewer.refuse_exchange", refund=number, text="没有蓝色", proof="photo")
    scene.exchange(number, status="6", refusal="90201")
    scene.do("buyer.modify_exchange", exchange=number, wanted="颜色:红")
    scene.document(number, "exchange", wanted="颜色:红", status="pending")
    scene.do("buyer.withdraw_exchange", exchange=number)
    scene.document(number, "exchange", status="closed")


def test_an_exchange_that_turns_into_a_refund_goes_on_as_one(scene: Scene) -> None:
    trade = scene.trade(shipped=True)
    number = scene.do("buyer.apply_exchange", oid=trade["oids"][0], wanted="颜色:蓝")["dispute_id"]
    scene.document(number, "exchange")
    scene.do("reviewer.approve_exchange", refund=number)
    scene.exchange(number, status="2")
    scene.do("buyer.ship_back_exchange", exchange=number, company="顺丰", waybill="SF8")
    scene.document(number, "inbound", status="waiting_receipt")
    scene.do("platform.timer", refund=number)
    scene.document(number, "exchange", status="closed")
    (refund,) = [row for row in scene.control.state("refund").values() if str(row["oid"]) == trade["oids"][0]]
    scene.document(refund["refund_id"], status="pending")
    scene.do("reviewer.approve", refund=refund["refund_id"])
    scene.refund(refund["refund_id"], status="SUCCESS")
    scene.document(refund["refund_id"], status="refunded", booked=True)


def test_ag_is_told_of_parcels_that_stayed_or_are_gone_and_the_platform_pays(scene: Scene) -> None:
    stopped, gone = scene.trade(), scene.trade()
    scene.do("agent.switch_ag", tid=stopped["tid"])
    if gone["shop"] != stopped["shop"]:
        scene.do("agent.switch_ag", tid=gone["tid"])
    try:
        first, second = scene.applied(stopped), scene.applied(gone)
        for number in (first, second):
            assert scene.document(number)["intercept"]["result"] == "requested"
        scene.do("warehouse.intercept", refund=first, result="stopped")
        scene.do("warehouse.intercept", refund=second, result="gone")
        scene.document(first, status="refunded")
        scene._until(lambda: {"told": scene.reports(second)}, second, {"told": ["FAIL"]})
        assert scene.reports(first) == ["SUCCESS"]
        scene.do("warehouse.intercept", refund=second, result="stopped")
        scene.document(second, status="refunded")
        assert scene.reports(second) == ["SUCCESS"]
    finally:
        scene.do("agent.switch_ag", tid=stopped["tid"], on=False)


def test_goods_that_come_back_are_announced_received_and_paid(scene: Scene) -> None:
    number = scene.applied(scene.trade(shipped=True), kind="return_refund")
    scene.document(number)
    scene.do("reviewer.approve_return", refund=number)
    scene.document(number, "inbound", status="waiting_buyer")
    scene.do("buyer.ship_back", refund=number, company="顺丰", waybill="SF1")
    scene.document(number, "inbound", status="waiting_receipt", waybill="SF1")
    scene.do("buyer.correct_waybill", refund=number, waybill="SF2")
    scene.document(number, "inbound", waybill="SF2")
    scene.do("warehouse.receive", refund=number)
    scene.document(number, status="refunded", booked=True)
    assert scene.document(number, "inbound")["status"] == "waiting_receipt"


def test_goods_that_never_come_are_not_waited_for(scene: Scene) -> None:
    number = scene.applied(scene.trade(shipped=True), kind="return_refund")
    scene.document(number)
    scene.do("reviewer.approve_return", refund=number)
    scene.document(number, "inbound", status="waiting_buyer")
    scene.do("platform.timer", refund=number)
    scene.document(number, status="closed")
    scene.document(number, "inbound", status="closed", cancelled=True)
