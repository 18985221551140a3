"""The DDL rules on ledgers small enough to read. Limits: margin 5 s, sla 10 s, escalation 20 s before the deadline."""

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE_RETURN, REFUSE
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import AutoApprove
from simulator.tmall.refund import SUCCESS, WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_CONFIRM_GOODS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
POLICY = msgspec.structs.replace(DECLARED, auto_approve=AutoApprove(limit=5000))
LOUD = msgspec.structs.replace(DECLARED, escalation="url", escalation_lead=20.0)


def _known(due_in: float = 8, ledger: Ledger | None = None, **values: object) -> Ledger:
    return (ledger or Ledger()).applied("R", due_in=due_in, **values).told("R").document("R")  # type: ignore[arg-type]


def _approved(due_in: float = 8) -> Ledger:
    return _known(due_in).after(1).decide("R", "approve")


def _paid_by_timer(ledger: Ledger) -> Ledger:
    return ledger.changed("R", "timeout", "timer", status=SUCCESS, due=0).after(20)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_approved().after(5).agree("R").after(20), HELD, id="agreed in the last second"),
        pytest.param(_known().decide("R", "refuse").act(REFUSE, "R").after(9), HELD, id="refused in time"),
        pytest.param(
            _known(kind="return_refund").decide("R", "approve_return").act(AGREE_RETURN, "R"), HELD, id="return agreed"
        ),
        pytest.param(_paid_by_timer(_approved().after(7.5)), BROKEN, id="the platform decided"),
        pytest.param(_known().after(4).decide("R", "approve").agree("R"), IDLE, id="decided too late to be judged"),
        pytest.param(_paid_by_timer(_known().after(4).decide("R", "approve").after(4)), IDLE, id="missed, too late"),
        pytest.param(_approved().after(2).withdrawn("R").after(9), IDLE, id="the buyer withdrew"),
        pytest.param(_approved().changed("R", "agree", "agent", status=SUCCESS), IDLE, id="somebody was faster"),
        pytest.param(
            _paid_by_timer(_approved().after(2).decide("R", "refuse").after(6)), IDLE, id="another decision replaced it"
        ),
        pytest.param(_approved().after(2), IDLE, id="the run ended before the deadline"),
        pytest.param(_paid_by_timer(_known(0).decide("R", "approve")), IDLE, id="no countdown ran"),
        pytest.param(
            _paid_by_timer(_approved().after(4).listed(error={"code": 15, "sub_code": "isp.x"}).after(3.5)),
            OPEN,
            id="a fault took the rest of the time",
        ),
        pytest.param(_paid_by_timer(_approved().after(4).life("killed").life("ready").after(3.5)), OPEN, id="was down"),
        pytest.param(_paid_by_timer(_approved(600).after(20)), OPEN, id="the countdown ended before it had shown"),
        pytest.param(
            _paid_by_timer(_approved(600).after(1).changed("R", "extend", "platform", due_in=6).told("R").after(6)),
            BROKEN,
            id="moved closer, and time enough was left",
        ),
        pytest.param(
            _paid_by_timer(_approved(600).after(1).changed("R", "extend", "platform", due_in=4).told("R").after(4)),
            OPEN,
            id="moved closer than anybody can act",
        ),
        pytest.param(
            _paid_by_timer(_approved(600).after(1).changed("R", "extend", "platform", due_in=6).after(6)),
            OPEN,
            id="moved closer untold",
        ),
        pytest.param(
            _paid_by_timer(_approved(8).after(1).changed("R", "extend", "platform", due_in=20).told("R").after(20)),
            BROKEN,
            id="moved on, and still missed",
        ),
        pytest.param(
            _paid_by_timer(_known(8, Ledger(POLICY), amount=835).after(8)), BROKEN, id="a declared policy is a decision"
        ),
        pytest.param(_known(8, Ledger(POLICY), amount=835).agree("R").after(9), HELD, id="a policy was carried out"),
        pytest.param(
            _paid_by_timer(Ledger(POLICY).applied("R", due_in=8).after(8)), IDLE, id="a policy needs to have been told"
        ),
        pytest.param(
            _known(60, kind="return_refund")
            .changed("R", "ship_back", status=WAIT_SELLER_CONFIRM_GOODS, due_in=9)
            .told("R").decide("R", "receive").after(9)
            .changed("R", "timeout", "timer", status=SUCCESS).after(20),
            BROKEN,
            id="the receipt was not told in time",
        ),
    ],
)  # fmt: skip
def test_decided_in_time_is_done_in_time(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("DDL-01").outcome == outcome


def test_a_missed_deadline_is_shown_with_decision_telling_and_timer() -> None:
    [finding] = _paid_by_timer(_approved().after(7.5)).end().rule("DDL-01").findings

    assert "approve (8.35 元) was decided 7.5 s undisturbed before the deadline 2026-11-22" in finding.because
    assert len(finding.entries) == 3


def _loud(due_in: float = 40, **values: object) -> Ledger:
    return _known(due_in, Ledger(LOUD), **values)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_paid_by_timer(_loud().after(22).escalated("R").after(18)), HELD, id="escalated when it was time"),
        pytest.param(_paid_by_timer(_loud().escalated("R").after(40)), HELD, id="escalated at once"),
        pytest.param(_paid_by_timer(_loud().after(40)), BROKEN, id="never"),
        pytest.param(_paid_by_timer(_loud().after(37).escalated("R").after(3)), BROKEN, id="too late to do anything"),
        pytest.param(_loud().after(36), BROKEN, id="the run ended after it was too late"),
        pytest.param(_paid_by_timer(_known(40).after(40)), IDLE, id="no channel is declared"),
        pytest.param(_loud().after(30), IDLE, id="the run ended before"),
        pytest.param(_loud().after(30).decide("R", "approve").agree("R").after(9), IDLE, id="decided in time"),
        pytest.param(_paid_by_timer(_loud().after(25).decide("R", "approve").after(15)), IDLE, id="decided, not done"),
        pytest.param(_loud().after(30).withdrawn("R").after(20), IDLE, id="withdrawn"),
        pytest.param(
            _paid_by_timer(_loud(41).escalated("R").after(35).modified("R", amount=600, due_in=41).told("R").after(41)),
            HELD,
            id="once a round: the buyer modified afterwards",
        ),
        pytest.param(
            _paid_by_timer(
                _loud().escalated("R").after(30).modified("R", amount=600, due_in=40).told("R").escalated("R").after(40)
            ),
            HELD,
            id="a second time after the timer restarted",
        ),
        pytest.param(
            _paid_by_timer(
                _loud(30).after(10).changed("R", "extend", "platform", due_in=40).after(20).escalated("R").after(20)
            ),
            HELD,
            id="the deadline was moved on",
        ),
        pytest.param(
            _loud(30, kind="return_refund").escalated("R").decide("R", "approve_return").act(AGREE_RETURN, "R")
            .changed("R", "ship_back", status=WAIT_SELLER_CONFIRM_GOODS, due_in=40).told("R").after(41),
            BROKEN,
            id="the receipt's countdown is another turn",
        ),
        pytest.param(
            _paid_by_timer(Ledger(LOUD).applied("R", due_in=40).after(40)), OPEN, id="nobody told the integration"
        ),
        pytest.param(
            _paid_by_timer(_loud().after(28).listed(error={"code": 15, "sub_code": "isp.x"}).after(12)),
            OPEN,
            id="a fault left no time",
        ),
        pytest.param(_paid_by_timer(_loud(90000).moved_on(90_000_000)), OPEN, id="a story leapt over the deadline"),
        pytest.param(
            _loud(30, kind="return_refund").decide("R", "approve_return").act(AGREE_RETURN, "R").after(60),
            IDLE,
            id="it is the buyer's turn",
        ),
    ],
)  # fmt: skip
def test_people_hear_of_the_undecided(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("DDL-02").outcome == outcome


def test_an_escalation_that_came_too_late_is_shown() -> None:
    ledger = _paid_by_timer(_loud().after(37).escalated("R").after(3))

    [finding] = ledger.end().rule("DDL-02").findings

    assert "people heard of it only when it was too late" in finding.because
    assert WAIT_BUYER_RETURN_GOODS not in finding.because
