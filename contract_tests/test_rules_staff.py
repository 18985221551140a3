"""STA-04 on ledgers small enough to read."""

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import REFUSE
from contract_tests.verdict import Outcome
from simulator.tmall.refund import FOR_BUYER, STEPPED_IN

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED


def _in(*, told: bool = True, fields: tuple[str, ...] = ("*",)) -> Ledger:
    """Return a ledger in which staff stepped in, which was told."""
    ledger = Ledger().applied("R").told("R").document("R").decide("R", "refuse")
    ledger.changed("R", "step_in", "staff", cs_status=STEPPED_IN)
    return ledger.told("R", fields=fields).document("R") if told else ledger


def _constrained(constraint: str) -> Ledger:
    return Ledger().applied("R", constraint=constraint).told("R").document("R").decide("R", "approve").after(2)


RETURNS_ONLY = msgspec.structs.replace(DECLARED, kinds=("return_refund",))


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("R").told("R").document("R"), IDLE, id="nothing forbids anything"),
        pytest.param(_in(), HELD, id="left alone"),
        pytest.param(_in().after(2).act(REFUSE, "R", effect=False), BROKEN, id="refused while staff are in"),
        pytest.param(_in().after(0.2).act(REFUSE, "R", effect=False), HELD, id="in flight when it was told"),
        pytest.param(_in(told=False).after(9).act(REFUSE, "R", effect=False), IDLE, id="never told"),
        pytest.param(
            _in(fields=("status", "version")).after(9).act(REFUSE, "R", effect=False), IDLE, id="not among the fields"
        ),
        pytest.param(_in().after(2).agree("R").document("R"), HELD, id="agreed in favour of the buyer"),
        pytest.param(
            _in().changed("R", "rule_for_buyer", "staff", cs_status=FOR_BUYER, status="SUCCESS").told("R")
            .document("R"),
            HELD,
            id="staff ruled, and the ERP followed",
        ),
        pytest.param(
            _in().changed("R", "withdraw_complaint", cs_status=7).told("R").after(2).act(REFUSE, "R").document("R"),
            HELD,
            id="staff have gone again",
        ),
        pytest.param(_constrained("cannot_refuse").act(REFUSE, "R", effect=False), BROKEN, id="refusing is forbidden"),
        pytest.param(_constrained("cannot_refuse").agree("R").document("R"), HELD, id="agreeing is not forbidden"),
        pytest.param(_constrained("refund_onweb").agree("R", effect=False), BROKEN, id="only on the web page"),
        pytest.param(
            Ledger(RETURNS_ONLY).applied("R", constraint="cannot_refuse").told("R").document("R"), IDLE, id="no duty"
        ),
    ],
)  # fmt: skip
def test_constraints_and_staff_are_respected(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("STA-04").outcome == outcome
