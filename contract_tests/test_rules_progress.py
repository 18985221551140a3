"""STA-02 on ledgers small enough to read."""

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import AGREE_RETURN, REFUSE
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED


def _written() -> Ledger:
    return Ledger().applied("R", amount=5000, total=9000).told("R").document("R")


def _raised() -> Ledger:
    """Return a ledger in which the refund was raised, and the ERP has the newer version."""
    return _written().modified("R", amount=8000).told("R").document("R")


def _first(ledger: Ledger) -> int:
    return ledger.documents["TM-R"].version - 1


def _returning() -> Ledger:
    return Ledger().applied("R", kind="return_refund").told("R").document("R", version=0)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_written(), IDLE, id="written once"),
        pytest.param(_written().document("R"), IDLE, id="written again as it was"),
        pytest.param(_raised(), HELD, id="updated"),
        pytest.param(_raised().document("R", amount=5000, version=1), BROKEN, id="an older version written over it"),
        pytest.param(_raised().document("R", version=1, effect=False), HELD, id="the ERP did not take the older one"),
        pytest.param(
            _written().act(REFUSE, "R").document("R").modified("R", amount=6000).told("R").document("R"),
            HELD,
            id="refused, and submitted again",
        ),
        pytest.param(
            _returning().act(AGREE_RETURN, "R").document("R", version=0).document("R", version=0, status="pending"),
            BROKEN,
            id="without versions, a status of before",
        ),
        pytest.param(
            _written().decide("R", "approve").agree("R").document("R").document("R", status="pending"),
            BROKEN,
            id="booked, and open again",
        ),
        pytest.param(
            _written().decide("R", "approve").agree("R").document("R")
            .changed("R", "reverse", "staff", status="CLOSED").told("R").document("R"),
            HELD,
            id="paid, and reversed by staff",
        ),
        pytest.param(
            _written().withdrawn("R").told("R").document("R").applied("S").told("S").document("S"),
            HELD,
            id="two refunds are two records",
        ),
        pytest.param(_raised().document("R", actor="reviewer", version=1), HELD, id="a person wrote it by hand"),
    ],
)  # fmt: skip
def test_the_erp_never_goes_backwards(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("STA-02").outcome == outcome
