"""ORD-03, and what COV-04, DDL-01 and MNY-01 demand of AG, on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder_goods import GoodsLedger
from contract_tests.verdict import Outcome
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
FAR: dict[str, Any] = {"due": 1_795_313_700_000 + 86_400_000}
"""A day is left to answer."""
NEAR: dict[str, Any] = {"due": 1_795_313_700_000 + 4_000}


def _known(**values: Any) -> GoodsLedger:
    return GoodsLedger().applied("R", **(FAR | values)).told("R").document("R", intercept={"result": "requested"})


def _stopped(**values: Any) -> GoodsLedger:
    return _known(**values).reported("R", "intercept", result="stopped").after(1).erp_read("R").after(1)


def _gone() -> GoodsLedger:
    return _known().reported("R", "intercept", result="gone").after(1).erp_read("R").after(1)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_stopped(), IDLE, id="AG was told nothing"),
        pytest.param(_stopped().cancel("R", "SUCCESS"), HELD, id="stopped, and told so"),
        pytest.param(_gone().cancel("R", "FAIL"), HELD, id="gone, and told so"),
        pytest.param(_known().cancel("R", "SUCCESS"), BROKEN, id="nobody had said that it was stopped"),
        pytest.param(
            _known().reported("R", "intercept", result="stopped").after(1).cancel("R", "SUCCESS"),
            BROKEN,
            id="stopped, but the integration had not been told",
        ),
        pytest.param(_gone().cancel("R", "SUCCESS"), BROKEN, id="gone, and SUCCESS told"),
        pytest.param(_stopped().cancel("R", "FAIL"), BROKEN, id="stopped, and FAIL told"),
        pytest.param(
            _stopped().reported("R", "ship", waybill="SF1").erp_read("R").after(1).cancel("R", "SUCCESS"),
            BROKEN,
            id="shipped after it was stopped",
        ),
        pytest.param(
            _stopped().reported("R", "ship", waybill="SF1").erp_read("R").cancel("R", "SUCCESS"),
            HELD,
            id="told as shipped within the grace",
        ),
        pytest.param(
            _stopped().reported("R", "ship", waybill="SF1").erp_read("R").after(1).cancel("R", "FAIL"),
            HELD,
            id="shipped after it was stopped, and FAIL told",
        ),
        pytest.param(
            _gone().reported("R", "intercept", result="stopped").erp_read("R").after(1).cancel("R", "SUCCESS"),
            HELD,
            id="a warehouse that contradicts itself: the newest answer counts",
        ),
        pytest.param(_known(**NEAR).cancel("R", "FAIL"), HELD, id="a silent warehouse at the end of the patience"),
        pytest.param(_known().cancel("R", "FAIL"), BROKEN, id="FAIL about a silent warehouse long before"),
        pytest.param(
            _known().after(1).erp_read("R").cancel("R", "FAIL"), HELD, id="FAIL after the ERP was asked once more"
        ),
        pytest.param(
            _gone()
            .cancel("R", "FAIL")
            .reported("R", "intercept", result="stopped")
            .erp_read("R")
            .after(1)
            .cancel("R", "SUCCESS"),
            HELD,
            id="a FAIL that is corrected",
        ),
        pytest.param(
            _stopped().cancel("R", "SUCCESS").after(1).cancel("R", "SUCCESS"), BROKEN, id="the final answer twice"
        ),
        pytest.param(
            _stopped().cancel("R", "SUCCESS", lost=True).after(1).cancel("R", "SUCCESS"),
            HELD,
            id="repeated because the answer was lost",
        ),
        pytest.param(
            _known().applied("S", **FAR).told("S").document("S").reported("S", "intercept", result="stopped")
            .erp_read("S").after(1).cancel("R", "SUCCESS"),
            BROKEN,
            id="the answer about another sub-order",
        ),
    ],
)  # fmt: skip
def test_the_cancelled_shipment_is_the_truth(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-03").outcome == outcome


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_stopped().cancel("R", "SUCCESS").after(20), HELD, id="told at once"),
        pytest.param(_stopped().after(20), BROKEN, id="never told"),
        pytest.param(_stopped().after(20).cancel("R", "SUCCESS"), BROKEN, id="told too late"),
        pytest.param(_stopped().cancel("R", "SUCCESS", lost=True).after(20), BROKEN, id="it got lost on its way"),
        pytest.param(
            _stopped().cancel("R", "SUCCESS", lost=True, effect=True).after(20), HELD, id="the answer alone got lost"
        ),
        pytest.param(
            _stopped().cancel("R", "SUCCESS", lost=True).after(5).cancel("R", "SUCCESS").after(9),
            HELD,
            id="it got lost, and was told once more",
        ),
        pytest.param(_stopped().after(3), OPEN, id="shortly before the end"),
        pytest.param(_stopped().withdrawn("R").after(20), IDLE, id="withdrawn meanwhile"),
        pytest.param(_stopped().changed("R", "agree", "agent", status=SUCCESS).after(20), IDLE, id="paid by staff"),
    ],
)
def test_ag_hears_what_became_of_the_parcel(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-04").outcome == outcome


SOON: dict[str, Any] = {"due": 1_795_313_700_000 + 9_000}
"""Nine seconds are left, of which five are the margin."""


def _paid_by_timer(ledger: GoodsLedger) -> GoodsLedger:
    return ledger.changed("R", "timeout", "timer", status=SUCCESS, due=0).after(20)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_stopped(**SOON).cancel("R", "SUCCESS", effect=True).after(20), HELD, id="told in time"),
        pytest.param(
            _paid_by_timer(_stopped(**SOON).cancel("R", "FAIL", effect=True).after(8)), HELD, id="told, and then left"
        ),
        pytest.param(_paid_by_timer(_stopped(**SOON).after(8)), BROKEN, id="the platform decided"),
        pytest.param(
            _paid_by_timer(_stopped(**SOON).cancel("R", "SUCCESS", error={"code": 15}).after(8)),
            BROKEN,
            id="AG did not take it, and nobody tried again",
        ),
        pytest.param(
            _paid_by_timer(_known(**SOON).after(5).reported("R", "intercept", result="stopped").erp_read("R").after(4)),
            IDLE,
            id="known too late to be judged",
        ),
        pytest.param(
            _paid_by_timer(_stopped(**SOON).after(3).life("killed").life("ready").after(4)), OPEN, id="was down"
        ),
        pytest.param(_stopped(**SOON).withdrawn("R").after(20), IDLE, id="withdrawn meanwhile"),
        pytest.param(_paid_by_timer(_known(**SOON).after(9)), IDLE, id="the warehouse was silent"),
    ],
)
def test_ag_hears_of_the_parcel_before_the_platform_decides(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("DDL-01").outcome == outcome


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_stopped().cancel("R", "SUCCESS"), IDLE, id="no fee, which is optional"),
        pytest.param(_stopped().cancel("R", "SUCCESS", fee=835), HELD, id="the refund's, in fen"),
        pytest.param(_stopped().cancel("R", "SUCCESS", fee="835"), HELD, id="as text"),
        pytest.param(_stopped().cancel("R", "SUCCESS", fee=1999), BROKEN, id="the line's total"),
        pytest.param(_stopped().cancel("R", "SUCCESS", fee="8.35"), BROKEN, id="yuan"),
        pytest.param(
            _stopped().modified("R", amount=500).cancel("R", "SUCCESS", fee=835),
            HELD,
            id="changed, and the integration had not been told",
        ),
        pytest.param(
            _stopped().modified("R", amount=500).told("R").cancel("R", "SUCCESS", fee=835),
            HELD,
            id="told of the change within the grace",
        ),
        pytest.param(
            _stopped().modified("R", amount=500).told("R").after(1).cancel("R", "SUCCESS", fee=835),
            BROKEN,
            id="told of the change long before",
        ),
        pytest.param(
            _stopped().told("R", altered={"amount": 777}).cancel("R", "SUCCESS", fee=777),
            OPEN,
            id="a fault altered what was told",
        ),
        pytest.param(GoodsLedger().applied("R").cancel("R", "FAIL", fee=835), OPEN, id="nobody had told the fee"),
    ],
)
def test_the_fee_that_ag_is_told_is_the_refunds(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("MNY-01").outcome == outcome


def test_a_wrong_fee_is_shown_beside_the_right_one() -> None:
    (finding,) = _stopped().cancel("R", "SUCCESS", fee="8.35").end().rule("MNY-01").findings

    assert finding.because == "AG was told a fee of '8.35' where fen are wanted, the refund is 835 fen (8.35 元)"
