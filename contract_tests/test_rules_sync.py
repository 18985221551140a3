"""The SYN rules on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.verdict import Outcome

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
