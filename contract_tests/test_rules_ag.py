"""ORD-03, and what COV-04 demands of AG, on ledgers small enough to read."""

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
        pytest.param(_stopped().after(3), OPEN, id="shortly before the end"),
        pytest.param(_stopped().withdrawn("R").after(20), IDLE, id="withdrawn meanwhile"),
        pytest.param(_stopped().changed("R", "agree", "agent", status=SUCCESS).after(20), IDLE, id="paid by staff"),
    ],
)
def test_ag_hears_what_became_of_the_parcel(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-04").outcome == outcome
