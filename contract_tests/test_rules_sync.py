"""The SYN rules on ledgers small enough to read."""

from typing import Any

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
ISP: dict[str, Any] = {"error": {"code": 15, "sub_code": "isp.remote-service-timeout"}, "fault": "page-error"}
WINDOW = ("2026-11-22 10:14:00", "2026-11-22 10:16:00")
BEFORE = ("2026-11-22 09:00:00", "2026-11-22 10:00:00")


def _scan(window: tuple[str, str] = WINDOW, **second: Any) -> Ledger:
    """Return a ledger with two refunds; the first page shows A, the second page (of B) fails."""
    ledger = Ledger().applied("A").applied("B").listed("A", window=window)
    return ledger.listed("B", window=window, page=2, **(second or ISP)).told("A").document("A")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("A").listed("A").document("A"), IDLE, id="nothing failed"),
        pytest.param(_scan().after(2).listed("B").document("B").after(20), HELD, id="covered by a later scan"),
        pytest.param(_scan().after(2).told("B").document("B").after(20), HELD, id="covered in another way"),
        pytest.param(_scan().after(20), BROKEN, id="never covered"),
        pytest.param(_scan().after(20).document("B").after(20), BROKEN, id="covered too late"),
        pytest.param(_scan().after(4), OPEN, id="shortly before the end"),
        pytest.param(_scan().after(2).withdrawn("B").after(20), IDLE, id="withdrawn before it could be covered"),
        pytest.param(_scan(BEFORE).after(20), IDLE, id="the window did not reach to it"),
        pytest.param(Ledger().applied("B").listed("B", **ISP).after(20), IDLE, id="no page of the scan came"),
        pytest.param(
            Ledger().applied("B").listed("B").told("B", **ISP).after(1).told("B").document("B"),
            HELD,
            id="a detail, again",
        ),
        pytest.param(Ledger().applied("B").listed("B").told("B", **ISP).after(20), BROKEN, id="a detail, given up"),
        pytest.param(
            Ledger().applied("B").told("B").document("B").told("B", **ISP).after(20), IDLE, id="a detail of a known one"
        ),
        pytest.param(_scan(lost=True).after(20), BROKEN, id="a page whose answer was lost"),
    ],
)
def test_a_failed_read_is_covered_later(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("SYN-02").outcome == outcome


def test_only_what_no_other_page_showed_was_hidden() -> None:
    result = _scan().after(20).end().rule("SYN-02")

    assert [finding.refund for finding in result.findings] == ["B"]


LAGS = msgspec.structs.replace(DECLARED, tempo=msgspec.structs.replace(DECLARED.tempo, lag=2.0))


def _moving(declared: Declaration = DECLARED) -> Ledger:
    return Ledger(declared, play="S41#1", judges=["SYN-03"]).applied("R", amount=900)


def _hot(ledger: Ledger, times: int = 12) -> Ledger:
    for number in range(times):
        ledger.after(1).modified("R", amount=800 - number)
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("R").after(30), IDLE, id="no play brings such things"),
        pytest.param(_moving().told("R").document("R").after(20), HELD, id="there"),
        pytest.param(_moving().after(20), BROKEN, id="lost"),
        pytest.param(_moving().after(5), OPEN, id="no time yet"),
        pytest.param(_moving().after(5).withdrawn("R").after(30), HELD, id="gone before it had to be seen"),
        pytest.param(_hot(_moving()).document("R").after(20), BROKEN, id="the hot refund came when it had cooled down"),
        pytest.param(_hot(_hot(_moving(), 3).document("R")).document("R").after(20), HELD, id="hot, and there"),
        pytest.param(_hot(_moving().document("R"), 3).after(20), BROKEN, id="not as it was last"),
        pytest.param(_hot(_moving().document("R"), 3).after(5), OPEN, id="changed shortly before the end"),
        pytest.param(_moving().document("R").document("R").told("R").told("R").after(20), HELD, id="read twice"),
        pytest.param(_moving(LAGS).setting("list_lag", 2).after(11).document("R").after(20), HELD, id="lists lag"),
        pytest.param(_moving().setting("list_lag", 2).after(20), OPEN, id="lists lag more than declared"),
    ],
)
def test_moving_data_loses_nothing(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("SYN-03").outcome == outcome


@pytest.mark.parametrize(("amount", "outcome"), [(900, HELD), (700, BROKEN)])
def test_with_and_without_disturbance_it_ends_alike(amount: int, outcome: Outcome) -> None:
    ledger = Ledger(play="S41#1", judges=["SYN-03"], twin="edge/1", calm=True).applied("CALM", amount=900)
    ledger.document("CALM").begin("S41#2", judges=["SYN-03"], twin="edge/1", calm=False)
    ledger.applied("R", amount=amount).document("R").after(20).end()

    assert ledger.rule("SYN-03").outcome == outcome
