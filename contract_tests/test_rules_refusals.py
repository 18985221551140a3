"""RTY-02 on ledgers small enough to read. The limit is 10 s."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import AGREE, REFUSE
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED
NO: dict[str, Any] = {"code": 15, "sub_code": "isv.invalid-parameter"}
LATER: dict[str, Any] = {"code": 15, "sub_code": "isp.remote-service-error"}
DEAD: dict[str, Any] = {"code": 27, "sub_code": "invalid-sessionkey"}


def _decided(decision: str = "approve") -> Ledger:
    return Ledger().applied("R").told("R").document("R").decide("R", decision)


def _tries(ledger: Ledger, times: int, error: dict[str, Any], *, method: str = AGREE, apart: float = 1) -> Ledger:
    for _ in range(times):
        ledger.act(method, "R", error=error).after(apart)
    return ledger


def _again() -> Ledger:
    ledger = _tries(_decided(), 3, NO)
    return ledger.modified("R", amount=600).told("R").document("R").decide("R", "approve")


def _split() -> Ledger:
    ledger = _decided().applied("S").told("S").document("S").decide("S", "approve")
    rows = [f"{name}|835|{ledger.refunds[name].version}|onsale" for name in ("R", "S")]
    for _ in range(3):
        ledger.call(AGREE, ("R", "S"), {"refund_infos": ",".join(rows)}, error=NO)
        ledger.call(AGREE, ("R",), {"refund_infos": rows[0]}, error=NO).after(1)
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_decided().agree("R").after(20), IDLE, id="nothing was refused"),
        pytest.param(_tries(_decided(), 1, NO).after(20), HELD, id="refused, and left alone"),
        pytest.param(_tries(_decided(), 3, NO).after(20), HELD, id="twice more"),
        pytest.param(_tries(_decided(), 4, NO).after(20), BROKEN, id="three times more"),
        pytest.param(_tries(_decided("refuse"), 4, NO, method=REFUSE).after(20), BROKEN, id="a refusal as well"),
        pytest.param(_tries(_decided(), 9, LATER).after(20), IDLE, id="what passes by itself"),
        pytest.param(_tries(_decided(), 9, DEAD).after(20), IDLE, id="a dead session is PRO-03's"),
        pytest.param(_tries(_decided(), 1, NO), IDLE, id="the run ended"),
        pytest.param(_tries(_again(), 3, NO).after(20), HELD, id="the refund has changed"),
        pytest.param(_split().after(20), HELD, id="the batch, and then each row alone"),
        pytest.param(
            _tries(_tries(_decided(), 3, NO).decide("R", "approve"), 3, NO).after(20), HELD, id="decided once more"
        ),
        pytest.param(_tries(_decided(), 6, NO, apart=3601).after(20), HELD, id="a look each hour"),
    ],
)  # fmt: skip
def test_what_was_refused_for_good_is_left_alone(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("RTY-02").outcome == outcome


def test_the_finding_says_what_was_refused_and_how_often_it_was_sent() -> None:
    (finding,) = _tries(_decided(), 7, NO).after(20).end().rule("RTY-02").findings

    assert finding.because == "agree was refused for good (isv.invalid-parameter), and sent 3 times more as it was"
