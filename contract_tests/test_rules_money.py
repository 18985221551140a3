"""The MNY rules on ledgers small enough to read."""

import json
from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import CHECK, OFFER
from contract_tests.verdict import Outcome
from simulator.erp.document import Line

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE


def _approved(**values: Any) -> Ledger:
    return Ledger().applied("R", **values).told("R").document("R").decide("R", "approve")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_approved(), IDLE, id="nothing sent"),
        pytest.param(_approved().agree("R"), HELD, id="the refund's amount"),
        pytest.param(_approved().agree("R", amount=1999, effect=False), BROKEN, id="the total"),
        pytest.param(_approved().agree("R", amount=8, effect=False), BROKEN, id="yuan in the fen slot"),
        pytest.param(_approved(amount=1999).agree("R", amount=1998, effect=False), BROKEN, id="one fen short"),
        pytest.param(_approved().agree("R", amount="8.35", effect=False), BROKEN, id="yuan text"),
        pytest.param(_approved(amount=100).agree("R", amount="100.0", effect=False), BROKEN, id="fen with a point"),
        pytest.param(_approved(amount=103445).agree("R", amount="1034.45", effect=False), BROKEN, id="formatted"),
        pytest.param(Ledger().applied("R").agree("R", version=1, effect=False), OPEN, id="a version nobody had told"),
        pytest.param(
            _approved().told("R", altered={"amount": 777}).agree("R", amount=777, effect=False),
            OPEN,
            id="a fault altered what was told",
        ),
    ],
)
def test_the_agreed_amount_is_the_refunds(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("MNY-01").outcome == outcome


def test_the_amount_is_that_of_the_version_in_the_same_row() -> None:
    ledger = _approved(amount=5000)
    older = ledger.refunds["R"].version
    ledger.modified("R", amount=8000).agree("R", amount=5000, version=older, effect=False)
    ledger.told("R").agree("R", amount=8000).end()

    assert (ledger.rule("MNY-01").outcome, ledger.rule("MNY-01").witnesses) == (HELD, 2)


def test_each_row_of_a_batch_is_judged_for_its_own_refund() -> None:
    ledger = Ledger().applied("A", amount=100).applied("B", amount=200).agree("A", "B", amount=100, effect=False).end()

    result = ledger.rule("MNY-01")
    assert (result.witnesses, [finding.refund for finding in result.findings]) == (2, ["B"])


def test_the_finding_says_the_money_in_fen_and_in_yuan() -> None:
    ledger = _approved().agree("R", amount=1999, effect=False).end()
    (finding,) = ledger.rule("MNY-01").findings

    assert finding.because == "agree sent 1999 fen, the refund is 835 fen (8.35 元)"
    assert finding.zh == "同意退款发送了 1999 分，而退款金额为 835 分（8.35 元）"
    kinds = [type(ledger.entries[seq - 1]).__name__ for seq in finding.entries]
    assert kinds == ["Changed", "Answered", "Asked"]


def _check(fee: Any) -> str:
    return json.dumps({"refund_id": "R", "status": "SUCCESS", "msg": "ok", "refund_fee": fee})


@pytest.mark.parametrize(
    ("fee", "outcome"),
    [
        pytest.param(835, HELD, id="the refund's amount"),
        pytest.param(600, HELD, id="what the ERP had decided before the buyer raised it"),
        pytest.param(1234, OPEN, id="agreed by word of mouth, perhaps"),
        pytest.param("8.35", BROKEN, id="yuan text"),
        pytest.param(8, BROKEN, id="yuan in the fen slot"),
        pytest.param(83500, BROKEN, id="a hundred times as much"),
        pytest.param(5000, BROKEN, id="more than the goods cost"),
    ],
)
def test_an_offer_for_goods_that_come_back_is_in_fen(fee: Any, outcome: Outcome) -> None:
    ledger = _approved(amount=600, total=1999).modified("R", amount=835 if fee != 8 else 800).told("R")
    version = str(ledger.refunds["R"].version)

    ledger.call(OFFER, ("R",), {"refund_id": "R", "refund_version": version, "refund_fee": fee}, effect=False).end()

    assert ledger.rule("MNY-01").outcome == outcome


def test_an_offer_that_breaks_the_law_names_both_amounts() -> None:
    ledger = _approved()
    ledger.call(OFFER, ("R",), {"refund_version": str(ledger.refunds["R"].version), "refund_fee": "8.35"}).end()

    (finding,) = ledger.rule("MNY-01").findings
    assert finding.because == "'8.35' was offered where fen are wanted; the refund is 835 fen (8.35 元)"


@pytest.mark.parametrize(
    ("fee", "outcome"),
    [
        pytest.param(835, HELD, id="fen"),
        pytest.param("8.35", HELD, id="yuan, as one of two documents says"),
        pytest.param(None, IDLE, id="none"),
        pytest.param(1999, BROKEN, id="the total"),
        pytest.param("8,35", BROKEN, id="no number"),
    ],
)
def test_the_fee_that_ag_checks_is_the_refunds(fee: Any, outcome: Outcome) -> None:
    assert _approved().call(CHECK, ("R",), {"param": _check(fee)}).end().rule("MNY-01").outcome == outcome


def _known(**values: Any) -> Ledger:
    return Ledger().applied("R", **values).told("R")


LINES = (Line(oid=1, quantity=1, amount=500), Line(oid=1, quantity=1, amount=335))


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known(), IDLE, id="nothing written"),
        pytest.param(_known().document("R"), HELD, id="the refund's amount"),
        pytest.param(_known().document("R", amount=1999), BROKEN, id="the total"),
        pytest.param(_known().document("R", amount=-835), HELD, id="as a credit"),
        pytest.param(_known().document("R", lines=LINES), HELD, id="lines that add up"),
        pytest.param(_known().document("R", lines=LINES[:1]), BROKEN, id="a lost remainder"),
        pytest.param(_known().document("R", lines=(Line(oid=2, amount=835),)), BROKEN, id="another sub-order's line"),
        pytest.param(_known().document("R", quantity=3), BROKEN, id="another quantity"),
        pytest.param(_known(num=3).document("R", quantity=3), HELD, id="the quantity"),
        pytest.param(_known().document("R", amount=1, status="closed"), IDLE, id="a cancelled document"),
        pytest.param(_known().document("R", version=1), OPEN, id="a version that never was"),
    ],
)
def test_erp_amounts_are_the_platforms(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("MNY-02").outcome == outcome


def test_a_document_may_follow_an_older_version_when_it_says_so() -> None:
    ledger = _known(amount=1000)
    older = ledger.refunds["R"].version
    ledger.modified("R", amount=600).document("R", amount=1000, version=older).end()

    assert ledger.rule("MNY-02").outcome == HELD


def test_a_document_that_names_the_new_version_has_the_new_amount() -> None:
    ledger = _known(amount=1000).document("R").modified("R", amount=600).document("R", amount=1000).end()

    (finding,) = ledger.rule("MNY-02").findings
    assert finding.because == "the ERP was given 1000 fen (10.00 元), the refund is 600 fen (6.00 元)"


def test_without_a_version_the_amount_may_lag_by_the_limit_and_no_longer() -> None:
    soon = _known(amount=1000).modified("R", amount=600).after(8).document("R", amount=1000, version=0).end()
    late = _known(amount=1000).modified("R", amount=600).after(12).document("R", amount=1000, version=0).end()

    assert (soon.rule("MNY-02").outcome, late.rule("MNY-02").outcome) == (HELD, BROKEN)
