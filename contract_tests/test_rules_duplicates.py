"""The DUP rules on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import REFUSE, REVIEW
from contract_tests.verdict import Outcome
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
PAID: dict[str, Any] = {"fail": ("R",), "message": "已退款"}


def _known() -> Ledger:
    return Ledger().applied("R").told("R").document("R")


def _approved() -> Ledger:
    return _known().decide("R", "approve")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known(), IDLE, id="no agree"),
        pytest.param(_approved().agree("R"), HELD, id="agreed once"),
        pytest.param(_approved().agree("R").after(2).agree("R", **PAID), BROKEN, id="agreed again after the success"),
        pytest.param(_approved().agree("R").after(0.3).agree("R", **PAID), HELD, id="within the grace"),
        pytest.param(
            _approved().agree("R", lost=True).after(2).agree("R", **PAID), HELD, id="repeated after an unknown outcome"
        ),
        pytest.param(
            _approved().changed("R", "agree", "agent", status=SUCCESS).after(3).agree("R", **PAID),
            HELD,
            id="staff had agreed, and nobody had told it",
        ),
        pytest.param(
            _approved().changed("R", "agree", "agent", status=SUCCESS).told("R").after(3).agree("R", **PAID),
            BROKEN,
            id="staff had agreed, and it was told",
        ),
        pytest.param(
            _approved().withdrawn("R").listed("R").after(3).agree("R", **PAID), BROKEN, id="told as closed by a list"
        ),
        pytest.param(
            _approved().agree("R", lost=True).told("R", fields=("amount",)).after(3).agree("R", **PAID),
            HELD,
            id="a read without the status tells no outcome",
        ),
        pytest.param(
            _approved().agree("R").changed("R", "agree", "integration", status=SUCCESS), BROKEN, id="paid twice"
        ),
    ],
)
def test_money_moves_once(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("DUP-01").outcome == outcome


def test_two_refunds_of_one_sub_order_are_two() -> None:
    ledger = Ledger().applied("A", oid=7).applied("B", oid=7).agree("A").after(9).agree("B").end()

    assert (ledger.rule("DUP-01").outcome, ledger.rule("DUP-01").witnesses) == (HELD, 2)


def _lost_review() -> Ledger:
    return _approved().act(REVIEW, "R", lost=True, fault="lost-answer").after(1)


def _lost_create() -> Ledger:
    return Ledger().applied("R").told("R").document("R", lost=True, fault="lost-answer").after(1)


def _never_created() -> Ledger:
    return Ledger().applied("R").told("R").document("R", lost=True, effect=False, fault="lost-request").after(1)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_approved().agree("R"), IDLE, id="every outcome was known"),
        pytest.param(_lost_review().told("R").agree("R"), HELD, id="read first"),
        pytest.param(_lost_review().listed("R").agree("R"), HELD, id="seen in a list first"),
        pytest.param(_lost_review().agree("R"), BROKEN, id="another step at once"),
        pytest.param(_lost_review().act(REVIEW, "R"), HELD, id="the identical request again"),
        pytest.param(_lost_review().act(REVIEW, "R", version=99, effect=False), BROKEN, id="with another version"),
        pytest.param(_lost_review().told("R", lost=True).agree("R"), BROKEN, id="the read was lost too"),
        pytest.param(_lost_review(), HELD, id="nothing followed"),
        pytest.param(_lost_review().life("killed").life("ready").agree("R"), IDLE, id="killed in between"),
        pytest.param(_approved().agree("R", lost=True, effect=False).after(1).agree("R"), HELD, id="agree, identical"),
        pytest.param(
            _approved().agree("R", lost=True, effect=False).after(1).agree("R", amount=1, effect=False),
            BROKEN,
            id="agree, with another amount",
        ),
        pytest.param(
            _approved().agree("R", lost=True).after(1).document("R", status="refunded"), BROKEN, id="booked unread"
        ),
        pytest.param(
            _approved().agree("R", lost=True).after(1).told("R").document("R", status="refunded"),
            HELD,
            id="read, booked",
        ),
        pytest.param(
            _approved().agree("R", lost=True).after(1).document("R", status="pending", version=5),
            HELD,
            id="noting something in the ERP presupposes nothing",
        ),
        pytest.param(
            _known().decide("R", "refuse").act(REFUSE, "R", lost=True).after(1).document("R", status="refused"),
            BROKEN,
            id="refused unread",
        ),
        pytest.param(_lost_create().document("R"), HELD, id="the same document again"),
        pytest.param(_lost_create().document("R", external="TM-R-2"), BROKEN, id="a new number"),
        pytest.param(
            _lost_create().erp_read("R").document("R", external="TM-R-2"), HELD, id="a new number after a read"
        ),
        pytest.param(_never_created().erp_read("R").document("R", external="B"), HELD, id="looked, and found nothing"),
        pytest.param(
            _never_created().call("erp.list", (), {"query": {"refund_id": "R"}}).document("R", external="B"),
            HELD,
            id="listed its documents, and found none",
        ),
        pytest.param(
            _never_created().call("erp.list", (), {"query": {"after": "0"}}).document("R", external="B"),
            OPEN,
            id="listed what is new, without it",
        ),
        pytest.param(
            Ledger().applied("R").call("erp.create", ("R",), {"path": "/a"}, status=500).document("R", external="B"),
            BROKEN,
            id="a new number after a 5xx",
        ),
    ],
)
def test_unknown_outcomes_are_resolved(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("DUP-02").outcome == outcome


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("R"), IDLE, id="none"),
        pytest.param(_known().document("R", note="x").after(9), HELD, id="one, written twice"),
        pytest.param(_known().document("R", external="B").after(9), BROKEN, id="two"),
        pytest.param(_known().document("R", external="B"), OPEN, id="two, at the very end"),
        pytest.param(
            _known().document("R", external="B").document("R", external="B", status="closed").after(9),
            HELD,
            id="healed at once",
        ),
        pytest.param(
            _known().document("R", external="B").after(2).document("R", external="B", status="closed").after(9),
            BROKEN,
            id="healed too late",
        ),
        pytest.param(
            _known()
            .document("R", external="B", status="refunded")
            .document("R", external="B", status="closed")
            .after(9),
            BROKEN,
            id="healed at once, but it had been booked",
        ),
        pytest.param(_known().document("R", external="B", kind="inbound").after(9), HELD, id="another kind"),
        pytest.param(_known().document("R", external="B", actor="reviewer").after(9), HELD, id="made by hand"),
        pytest.param(
            _known().document("R", status="closed").document("R", external="B").after(9), HELD, id="one after the other"
        ),
    ],
)
def test_one_document_a_refund(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("DUP-03").outcome == outcome


def test_the_surplus_document_is_the_violating_step() -> None:
    ledger = _known().document("R", external="B").after(9).end()
    (finding,) = ledger.rule("DUP-03").findings

    assert finding.because == "two documents of the refund: TM-R and B"
    assert ledger.entries[finding.entries[-1] - 1].rows[0].values.external == "B"  # type: ignore[union-attr]
