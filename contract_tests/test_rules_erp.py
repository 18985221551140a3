"""The ERP rules and RTY-04 on ledgers small enough to read."""

from typing import Any, Self

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.verdict import Outcome
from simulator.ledger.values import RowResult

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
DOWN: dict[str, Any] = {"status": 500, "error": {"code": "internal_error"}, "fault": "erp-error"}
NOT_YET: dict[str, Any] = {"status": 422, "error": {"code": "order_unknown", "passing": True}, "fault": "erp-refusal"}
NEVER: dict[str, Any] = {"status": 422, "error": {"code": "goods_unknown", "message": "no such goods"}}
IN_200: dict[str, Any] = {"status": 200, "error": {"code": "goods_unknown", "message": "no such goods"}}
STALE: dict[str, Any] = {"status": 409, "error": {"code": "stale", "passing": True}, "fault": "erp-refusal"}
STALE_IN_200: dict[str, Any] = {"error": {"code": 100, "why": "stale", "passing": True}, "fault": "erp-refusal"}
DUPLICATE: dict[str, Any] = {"status": 409, "error": {"code": "duplicate", "passing": True}, "fault": "erp-duplicate"}
ESCALATES = msgspec.structs.replace(DECLARED, escalation="url")


class Writes(Ledger):
    """A ledger in which the ERP answers writes with errors."""

    def refused(self, refund: str, **answer: Any) -> Self:
        """Let the integration write the refund's document, and the ERP answer so."""
        number = f"TM-{refund}"
        method = "erp.update" if number in self.documents else "erp.create"
        return self.call(method, (refund,), {"path": f"/documents/{number}"}, **answer)

    def uploaded(self, refund: str, *rows: RowResult, **answer: Any) -> Self:
        """Let the integration upload *refund* and `S` at once, and the ERP say of each what became of it."""
        for fresh in {refund, "S"} - set(self.refunds):
            self.applied(fresh).told(fresh)
        return self.call("erp.create", (refund, "S"), {"path": "/upload"}, results=rows, effect=True, **answer)


def _applied() -> Writes:
    return Writes().applied("R").told("R")


def _brought() -> Writes:
    return _applied().document("R")


def _raised_while_down() -> Writes:
    return _brought().erp_down("strike").modified("R", amount=500).told("R").after(30).erp_down("end")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_brought().after(40), IDLE, id="nothing failed"),
        pytest.param(_applied().refused("R", **DOWN).after(2).document("R").after(40), HELD, id="written afterwards"),
        pytest.param(_applied().refused("R", **DOWN).after(40), BROKEN, id="dropped"),
        pytest.param(_applied().refused("R", **NOT_YET).after(40), BROKEN, id="dropped as the order was not known"),
        pytest.param(_applied().refused("R", **NOT_YET).after(15), OPEN, id="within twice the limit"),
        pytest.param(
            _applied().refused("R", **DOWN).after(2).withdrawn("R").told("R").document("R").after(40),
            HELD,
            id="only its newest state",
        ),
        pytest.param(_raised_while_down().document("R").after(40), HELD, id="raised while nobody answered"),
        pytest.param(_raised_while_down().after(40), BROKEN, id="raised while nobody answered, and lost"),
        pytest.param(
            _brought().erp_down("strike").after(5).erp_down("end").after(40), IDLE, id="down while it stood still"
        ),
    ],
)
def test_outages_lose_nothing(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ERP-01").outcome == outcome


def _refused(**answer: Any) -> Writes:
    return Writes(ESCALATES).applied("R").told("R").refused("R", **(answer or NEVER))


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Writes(ESCALATES).applied("R").document("R").after(20), IDLE, id="nothing refused"),
        pytest.param(_refused().after(2).escalated("R").after(20), HELD, id="people were told"),
        pytest.param(_refused(**IN_200).after(2).escalated("R").after(20), HELD, id="refused in a 200, people told"),
        pytest.param(_refused().after(2).document("R").after(20), HELD, id="it got in at another try"),
        pytest.param(_refused().after(20), BROKEN, id="kept in a log"),
        pytest.param(_refused(**IN_200).after(20), BROKEN, id="refused in a 200, taken for done"),
        pytest.param(_refused().after(20).escalated("R"), BROKEN, id="told too late"),
        pytest.param(_refused().after(2), OPEN, id="shortly before the end"),
        pytest.param(_refused(**NOT_YET).after(20), IDLE, id="what passes is no refusal"),
        pytest.param(_applied().refused("R", **NEVER).after(20), IDLE, id="no channel was declared"),
    ],
)
def test_rejections_are_seen(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ERP-02").outcome == outcome


BAD_ROW = RowResult("R", False, "no such goods", code="goods_unknown")
EARLY_ROW = RowResult("R", False, "no such order", code="order_unknown", passing=True)
GOOD_ROW = RowResult("S", True)


def _uploaded(*rows: RowResult, **answer: Any) -> Writes:
    """Let an upload of two go well as a whole, and say *rows* of them."""
    return Writes(ESCALATES).uploaded("R", *(rows or (BAD_ROW, GOOD_ROW)), **answer)


def _with_a_document(ledger: Writes) -> Writes:
    ledger.document("S")
    return ledger


@pytest.mark.parametrize(
    ("ledger", "rule", "outcome"),
    [
        pytest.param(_uploaded().after(20), "ERP-02", BROKEN, id="one row refused, the call's success believed"),
        pytest.param(_uploaded().after(2).escalated("R").after(20), "ERP-02", HELD, id="people were told of the row"),
        pytest.param(_uploaded().after(2).document("R").after(20), "ERP-02", HELD, id="the row got in later"),
        pytest.param(_uploaded().after(2).escalated("S").after(20), "ERP-02", BROKEN, id="told of the other one"),
        pytest.param(_uploaded().after(2), "ERP-02", OPEN, id="a row refused shortly before the end"),
        pytest.param(_uploaded(lost=True).after(20), "ERP-02", IDLE, id="nobody heard of the row"),
        pytest.param(_uploaded(GOOD_ROW).after(20), "ERP-02", IDLE, id="no row refused"),
        pytest.param(_uploaded(EARLY_ROW, GOOD_ROW).after(20), "ERP-02", IDLE, id="a row that may go well later"),
        pytest.param(_uploaded(EARLY_ROW, GOOD_ROW).after(40), "RTY-01", BROKEN, id="and was not tried again"),
        pytest.param(_uploaded(EARLY_ROW, GOOD_ROW).after(40), "ERP-01", BROKEN, id="and was lost"),
        pytest.param(_uploaded(EARLY_ROW, GOOD_ROW).after(2).document("R").after(40), "RTY-01", HELD, id="tried again"),
        pytest.param(_uploaded().after(2).uploaded("R", BAD_ROW).after(20), "ERP-02", BROKEN, id="refused once more"),
    ],
)
def test_what_a_row_says_counts_for_its_refund(ledger: Ledger, rule: str, outcome: Outcome) -> None:
    assert ledger.end().rule(rule).outcome == outcome


def test_the_other_rows_of_an_upload_are_not_touched_by_the_one_that_was_refused() -> None:
    ledger = _with_a_document(_uploaded()).after(20).end()

    assert [finding.refund for finding in ledger.rule("ERP-02").findings] == ["R"]
    assert ledger.rule("RTY-01").outcome == IDLE


def test_a_poisoned_row_that_holds_up_its_neighbours_is_trouble_and_they_are_sound() -> None:
    ledger = Writes().uploaded("R", BAD_ROW).after(2).modified("S", amount=500).after(2).uploaded("R", BAD_ROW)

    findings = ledger.after(40).end().rule("RTY-04").findings

    assert [finding.refund for finding in findings] == ["S"]


def _stale(**answer: Any) -> Writes:
    return _brought().modified("R", amount=500).told("R").refused("R", **(answer or STALE))


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_brought().modified("R", amount=500).document("R"), IDLE, id="nobody else wrote"),
        pytest.param(_brought().noted("R", "call him").document("R"), HELD, id="the note stays"),
        pytest.param(_brought().noted("R", "call him").document("R", note=""), BROKEN, id="the note is gone"),
        pytest.param(
            _applied().document("R", note="ours").noted("R", "call him").document("R", note="ours"),
            IDLE,
            id="a field that the integration fills itself",
        ),
        pytest.param(_stale().after(1).erp_read("R").document("R"), HELD, id="looked, then wrote"),
        pytest.param(_stale().after(1).document("R"), BROKEN, id="wrote again without a look"),
        pytest.param(_stale().after(20), IDLE, id="did not write again"),
        pytest.param(_stale(**STALE_IN_200).after(1).erp_read("R").document("R"), HELD, id="stale in a 200, looked"),
        pytest.param(_stale(**STALE_IN_200).after(1).document("R"), BROKEN, id="stale in a 200, wrote again"),
        pytest.param(_stale(**DUPLICATE).after(1).document("R"), IDLE, id="its number was taken, nobody wrote"),
    ],
)
def test_edits_are_not_overwritten(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ERP-03").outcome == outcome


def _deceived(*, defect: str = "unsigned") -> Ledger:
    """Let a stranger say that the pending refund is approved."""
    return _brought().forged_callback("R", defect=defect).after(1)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_brought().decide("R", "approve").agree("R"), IDLE, id="nobody lied"),
        pytest.param(_deceived().after(2), HELD, id="nothing came of it"),
        pytest.param(_deceived().agree("R"), BROKEN, id="paid"),
        pytest.param(_deceived(defect="late").after(3).agree("R").after(2), BROKEN, id="paid some polls later"),
        pytest.param(_deceived().decide("R", "approve").agree("R").after(2), HELD, id="the ERP itself said so later"),
        pytest.param(_deceived().decide("R", "refuse").agree("R").after(2), BROKEN, id="the ERP itself said otherwise"),
        pytest.param(
            _brought()
            .decide("R", "approve")
            .modified("R", amount=500)
            .told("R")
            .document("R")
            .forged_callback("R", defect="replayed")
            .after(1)
            .agree("R"),
            BROKEN,
            id="paid for an approval of another amount",
        ),
        pytest.param(_deceived().forged_callback("R", "refused", status=401).after(2), HELD, id="turned away"),
        pytest.param(_deceived().forged_callback("R", "refused", status=500).after(2), BROKEN, id="it broke something"),
        pytest.param(_deceived(), OPEN, id="shortly before the end"),
    ],
)
def test_only_the_erps_own_callbacks_are_believed(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ERP-04").outcome == outcome


def _poisoned() -> Writes:
    """Let `P` fail twice, and the healthy `R` be raised between."""
    ledger = Writes().applied("R").told("R").document("R").applied("P").told("P").refused("P", **NEVER)
    return ledger.after(2).modified("R", amount=500).after(2).refused("P", **NEVER)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_brought().modified("R", amount=500).after(40), IDLE, id="nothing failed"),
        pytest.param(_poisoned().told("R").document("R").after(40), HELD, id="the others went on"),
        pytest.param(_poisoned().after(40), BROKEN, id="the others waited"),
        pytest.param(_poisoned().after(5), IDLE, id="within the limit"),
        pytest.param(
            _poisoned().withdrawn("R").told("R").document("R").after(40), IDLE, id="its next state came soon enough"
        ),
        pytest.param(
            Writes().applied("R").document("R").applied("P").refused("P", **NEVER).modified("R", amount=500).after(40),
            IDLE,
            id="one failure is no lasting trouble",
        ),
    ],
)
def test_one_broken_refund_does_not_stop_the_others(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("RTY-04").outcome == outcome


def test_the_one_that_waited_is_accused_and_the_broken_one_is_not() -> None:
    findings = _poisoned().after(40).end().rule("RTY-04").findings

    assert [finding.refund for finding in findings] == ["R"]
