"""The PRO rules on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED
EIGHT_HOURS = 8 * 3600 * 1000


def _listed(**how: Any) -> Ledger:
    return Ledger().listed().listed(**how)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger(), IDLE, id="no call"),
        pytest.param(_listed(), HELD, id="signed and timed"),
        pytest.param(_listed(session={"signed": False}, error={"code": 25}), BROKEN, id="wrong signature"),
        pytest.param(_listed(session={"signed": None}, error={"code": 24}), BROKEN, id="no signature"),
        pytest.param(_listed(session={"skew": -EIGHT_HOURS}, error={"code": 31}), BROKEN, id="UTC for GMT+8"),
        pytest.param(_listed(session={"skew": None}, error={"code": 31}), BROKEN, id="no readable timestamp"),
        pytest.param(_listed(session={"skew": 540_000}), HELD, id="nine minutes off"),
        pytest.param(_listed(error={"code": 25}, fault="bad-signature"), HELD, id="an injected answer"),
        pytest.param(_listed(error={"code": 27}), HELD, id="another error"),
        pytest.param(Ledger().call("erp.list", (), {}), IDLE, id="the ERP's calls carry no signature of TOP"),
    ],
)
def test_requests_are_signed_and_timed(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("PRO-01").outcome == outcome


def test_equal_mistakes_are_one_finding_with_their_number() -> None:
    wrong: dict[str, Any] = {"session": {"skew": -EIGHT_HOURS}, "error": {"code": 31}}
    ledger = Ledger().listed(**wrong).listed(**wrong).end()

    (finding,) = ledger.rule("PRO-01").findings
    assert finding.because == (
        "2 calls of taobao.refunds.receive.get carried a timestamp 28800.0 s off the platform's time (GMT+8)"
    )
