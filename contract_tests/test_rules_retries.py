"""The RTY rules on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import REFUSE, REVIEW
from contract_tests.verdict import Outcome
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
ISP: dict[str, Any] = {"error": {"code": 15, "sub_code": "isp.remote-service-timeout"}, "fault": "isp-error"}
ISV: dict[str, Any] = {"error": {"code": 15, "sub_code": "isv.invalid-parameter:refund_version"}}


def _approved() -> Ledger:
    return Ledger().applied("R").told("R").document("R").decide("R", "approve")


def _lost_agree() -> Ledger:
    return _approved().agree("R", effect=False, lost=True, fault="lost-request")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_approved(), IDLE, id="nothing failed"),
        pytest.param(Ledger().applied("R").told("R", **ISP).after(2).told("R"), HELD, id="a read, later done"),
        pytest.param(Ledger().applied("R").told("R", **ISP).after(20), BROKEN, id="a read, given up"),
        pytest.param(Ledger().applied("R").told("R", **ISP).after(20).told("R"), BROKEN, id="a read, done too late"),
        pytest.param(Ledger().applied("R").told("R", **ISP).after(9), OPEN, id="failed shortly before the end"),
        pytest.param(_lost_agree().after(2).agree("R"), HELD, id="an agree, repeated"),
        pytest.param(_lost_agree().after(20), BROKEN, id="an agree, given up"),
        pytest.param(
            _approved().agree("R", lost=True, fault="lost-answer").told("R").after(20), HELD, id="it had been done"
        ),
        pytest.param(_lost_agree().after(2).withdrawn("R").after(20), HELD, id="not wanted any more"),
        pytest.param(_lost_agree().decide("R", "refuse").act(REFUSE, "R").after(20), HELD, id="decided otherwise"),
        pytest.param(
            _lost_agree().changed("R", "agree", "agent", status=SUCCESS).after(20), HELD, id="done by staff meanwhile"
        ),
        pytest.param(Ledger().applied("R").document("R", lost=True, effect=False).after(20), BROKEN, id="no document"),
        pytest.param(
            Ledger().applied("R").document("R", lost=True, effect=False).after(2).document("R"),
            HELD,
            id="written again",
        ),
        pytest.param(
            Ledger().applied("R").document("R", lost=True).erp_read("R").after(20), HELD, id="it had been written"
        ),
        pytest.param(_approved().act(REVIEW, "R", **ISV).after(20), IDLE, id="a definitive error"),
        pytest.param(
            Ledger().applied("R").told("R", **ISP).after(1).withdrawn("R").after(20),
            HELD,
            id="withdrawn before it came in",
        ),
        pytest.param(Ledger().listed(**ISP).after(1).listed(), HELD, id="a list, read again"),
        pytest.param(Ledger().listed(**ISP).after(20), BROKEN, id="a list, never again"),
        pytest.param(Ledger().listed(**ISP).after(1), OPEN, id="a list, shortly before the end"),
        pytest.param(Ledger().listed().call("taobao.refund.get", ("?",), {}, lost=True).after(30), IDLE, id="nobody's"),
        pytest.param(
            Ledger().applied("R").told("R", **ISP).after(9).told("R", **ISP).after(9).told("R"),
            HELD,
            id="the limit counts from the last strike",
        ),
    ],
)
def test_passing_failures_are_overcome(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("RTY-01").outcome == outcome


def test_work_that_failed_when_the_integration_was_stopped_is_in_doubt() -> None:
    ledger = Ledger().applied("R").told("R", lost=True).life("exited").after(60).end()

    assert ledger.rule("RTY-01").outcome == OPEN


def _two() -> Ledger:
    ledger = Ledger()
    for refund in ("A", "B"):
        ledger.applied(refund).told(refund).document(refund).decide(refund, "approve")
    return ledger


def _half() -> Ledger:
    """Return a ledger in which A was paid and B failed."""
    return _two().agree("A", "B", fail=("B",), fault="partial-batch").after(1)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_two().agree("A", "B").after(20), IDLE, id="every row succeeded"),
        pytest.param(_half().agree("B").after(20), HELD, id="the failed row alone, again"),
        pytest.param(_half().after(20), BROKEN, id="the failed row, dropped"),
        pytest.param(
            _half().agree("B").document("B", status="refunded").after(20), HELD, id="booked after the success"
        ),
        pytest.param(
            _half().document("B", status="refunded").agree("B").after(20), BROKEN, id="booked as if it had succeeded"
        ),
        pytest.param(
            _half().agree("A", "B", fail=("A",), message="已退款").after(20), BROKEN, id="the whole batch again"
        ),
        pytest.param(_two().agree("B", fail=("B",)).after(4), OPEN, id="shortly before the end"),
        pytest.param(_half().withdrawn("B").after(20), HELD, id="the failed row was withdrawn"),
        pytest.param(
            _half().changed("B", "agree", "agent", status=SUCCESS).told("B").document("B").after(20),
            HELD,
            id="reached by somebody else: done is right",
        ),
        pytest.param(
            _two().agree("A", "B", drop=("B",), effect=False, fault="reordered-batch").agree("B").after(20),
            HELD,
            id="a missing row, found out",
        ),
        pytest.param(
            _two().agree("A", "B", drop=("B",), effect=False, fault="reordered-batch").after(20),
            BROKEN,
            id="a missing row, never found out",
        ),
        pytest.param(_two().agree("A", "B", lost=True).after(20), IDLE, id="no answer at all"),
        pytest.param(_two().act(REVIEW, "A", **ISV).after(20), HELD, id="a failure in a 200, not taken for success"),
        pytest.param(
            _two().act(REFUSE, "A", **ISV).document("A", status="refused").after(20),
            BROKEN,
            id="refused as if it had worked",
        ),
        pytest.param(
            _two().agree("A", fail=("A",), message="退款金额不一致").after(20),
            HELD,
            id="a definitive failure needs no retry",
        ),
    ],
)
def test_outcomes_are_read_from_the_body(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("RTY-05").outcome == outcome
