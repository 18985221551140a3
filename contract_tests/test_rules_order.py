"""The ORD rules on ledgers small enough to read."""

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE_RETURN, REFUSE, REFUSE_RETURN, STORED
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import AutoApprove, Declaration
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED

AUTOMATIC = msgspec.structs.replace(DECLARED, auto_approve=AutoApprove(limit=1000))
ON_INCREASE = msgspec.structs.replace(DECLARED, reapprove_on="amount_increase")


def _known(declared: Declaration = DECLARED, amount: int = 835) -> Ledger:
    return Ledger(declared).applied("R", amount=amount).told("R").document("R")


def _approved(declared: Declaration = DECLARED) -> Ledger:
    return _known(declared).decide("R", "approve")


def _refused() -> Ledger:
    """Return a first round that ended with a refusal, and a second with the same content."""
    return _known().decide("R", "refuse").act(REFUSE, "R").document("R").modified("R")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known(), IDLE, id="nothing done"),
        pytest.param(_approved().agree("R"), HELD, id="decided, then done"),
        pytest.param(_known().agree("R"), BROKEN, id="nobody decided"),
        pytest.param(_known().agree("R").decide("R", "approve"), BROKEN, id="decided afterwards"),
        pytest.param(_known().decide("R", "refuse").agree("R"), BROKEN, id="the opposite was decided"),
        pytest.param(_approved().modified("R", amount=1200).agree("R"), BROKEN, id="the amount was raised since"),
        pytest.param(_approved().modified("R", amount=500).agree("R"), BROKEN, id="the amount was lowered since"),
        pytest.param(_approved(ON_INCREASE).modified("R", amount=500).agree("R"), HELD, id="lowered, as declared"),
        pytest.param(_approved(ON_INCREASE).modified("R", amount=900).agree("R"), BROKEN, id="raised, as declared"),
        pytest.param(_approved().modified("R", desc="again").agree("R"), HELD, id="a version without other content"),
        pytest.param(
            _approved().modified("R", amount=1200).document("R").decide("R", "approve").agree("R"),
            HELD,
            id="decided again",
        ),
        pytest.param(_known(AUTOMATIC).agree("R"), HELD, id="within the automatic policy"),
        pytest.param(_known(AUTOMATIC, 1200).agree("R"), BROKEN, id="above the automatic policy"),
        pytest.param(_known().changed("R", "agree", "agent", status=SUCCESS), IDLE, id="staff did it"),
        pytest.param(_known().decide("R", "refuse").act(REFUSE, "R"), HELD, id="refused as decided"),
        pytest.param(_known().act(REFUSE, "R"), BROKEN, id="refused by itself"),
        pytest.param(
            _refused().document("R", status="pending").decide("R", "approve").agree("R"),
            HELD,
            id="second round decided",
        ),
        pytest.param(_refused().act(REFUSE, "R"), BROKEN, id="the first round's decision again"),
        pytest.param(
            _refused().decide("R", "approve").agree("R"), BROKEN, id="decided before the ERP had the second round"
        ),
        pytest.param(_approved().agree("R", effect=False, fail=("R",)), IDLE, id="an agree without effect"),
    ],
)
def test_no_money_without_a_decision(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-01").outcome == outcome


def test_the_finding_says_what_had_been_decided_instead() -> None:
    (finding,) = _approved().modified("R", amount=1200).agree("R").end().rule("ORD-01").findings

    assert finding.because == (
        "agree of 12.00 元 (refund_only, round 1) without a decision on it;"
        " the last one was approve of 8.35 元 (refund_only)"
    )


def _returning() -> Ledger:
    ledger = Ledger().applied("R", kind="return_refund").told("R").document("R").decide("R", "approve_return")
    ledger.act(AGREE_RETURN, "R").changed("R", "ship_back", status="WAIT_SELLER_CONFIRM_GOODS", waybill="SF1")
    return ledger.told("R").document("R")


def _stored(ledger: Ledger) -> Ledger:
    return ledger.call(STORED, ("R",), {"refund_id": "R", "warehouse_status": "1"})


def _never_agreed() -> Ledger:
    ledger = Ledger().applied("R", kind="return_refund").told("R")
    return ledger.document("R", status="waiting_receipt").decide("R", "receive")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_approved().agree("R"), IDLE, id="no goods to come back"),
        pytest.param(_returning(), IDLE, id="no agree was sent"),
        pytest.param(_returning().decide("R", "receive").agree("R"), HELD, id="received, then paid"),
        pytest.param(_returning().agree("R"), BROKEN, id="a waybill is no receipt"),
        pytest.param(_stored(_returning().decide("R", "receive")), HELD, id="received, then told to AG, which pays"),
        pytest.param(_stored(_returning()), BROKEN, id="AG was told that goods are back, and nobody had received them"),
        pytest.param(_returning().agree("R").decide("R", "receive"), BROKEN, id="received afterwards"),
        pytest.param(_returning().decide("R", "approve").agree("R"), HELD, id="the ERP waived the goods"),
        pytest.param(_never_agreed().agree("R", effect=False), BROKEN, id="the return was never agreed"),
        pytest.param(
            _returning().changed("R", "agree", "agent", status=SUCCESS).after(2), IDLE, id="staff paid before the goods"
        ),
        pytest.param(
            _returning().changed("R", "timeout", "timer", status=SUCCESS), IDLE, id="the platform paid by its timer"
        ),
        pytest.param(_returning().decide("R", "refuse_return").act(REFUSE_RETURN, "R"), IDLE, id="goods refused"),
        pytest.param(
            _approved().modified("R", kind="return_refund").agree("R", effect=False), IDLE, id="switched, not told yet"
        ),
        pytest.param(
            _approved().modified("R", kind="return_refund").told("R").after(2).agree("R", effect=False),
            BROKEN,
            id="switched, and told",
        ),
    ],
)
def test_goods_come_before_money(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-02").outcome == outcome


def test_a_receipt_is_the_approval_of_the_money() -> None:
    assert _returning().decide("R", "receive").agree("R").end().rule("ORD-01").outcome == HELD
    assert _returning().agree("R").end().rule("ORD-01").outcome == BROKEN
