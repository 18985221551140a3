"""The COV rules on ledgers small enough to read."""

import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE_RETURN, REFUSE
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
REFUND_ONLY = Declaration(tempo=DECLARED.tempo, kinds=("refund_only",))


def _applied(**values: object) -> Ledger:
    return Ledger().applied("R", **values)  # type: ignore[arg-type]


def _known(**values: object) -> Ledger:
    return _applied(**values).told("R").document("R")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger(), IDLE, id="no refund"),
        pytest.param(_known().after(20), HELD, id="in the ERP at once"),
        pytest.param(_applied().after(20), BROKEN, id="never"),
        pytest.param(_applied().after(20).document("R").after(20), BROKEN, id="too late"),
        pytest.param(_applied().after(5), IDLE, id="open for less than the limit: no duty yet"),
        pytest.param(_applied().changed("R", "timeout", "timer", status=SUCCESS).after(5), OPEN, id="paid, no time"),
        pytest.param(_applied().after(2).withdrawn("R").after(30), IDLE, id="withdrawn between two polls"),
        pytest.param(
            Ledger(REFUND_ONLY).applied("R", kind="return_refund").after(30), IDLE, id="a kind that is not declared"
        ),
        pytest.param(
            _applied().told("R").after(8).document("R", error={"code": "order_unknown"}).after(8).document("R"),
            HELD,
            id="the ERP did not know the order yet",
        ),
        pytest.param(_applied().after(8).life("killed").life("ready").after(8).document("R"), HELD, id="was down"),
        pytest.param(_applied().after(8).listed(error={"code": 15, "sub_code": "isp.x"}).after(8).document("R"), HELD,
                     id="the list failed meanwhile"),
        pytest.param(_applied().told("R").document("R", external="OTHER-1").after(20), HELD, id="any external number"),
    ],
)  # fmt: skip
def test_every_refund_reaches_the_erp(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-01").outcome == outcome


def _changed_after_import() -> Ledger:
    return _known(amount=1000).modified("R", amount=600)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known().after(20), IDLE, id="never changed after the import"),
        pytest.param(_changed_after_import().told("R").document("R").after(20), HELD, id="followed"),
        pytest.param(_changed_after_import().after(20), BROKEN, id="not followed"),
        pytest.param(_changed_after_import().told("R").document("R", amount=1000).after(20), BROKEN, id="old amount"),
        pytest.param(_changed_after_import().after(5), OPEN, id="changed shortly before the end"),
        pytest.param(
            _changed_after_import().after(1).modified("R", amount=700).told("R").document("R").after(20),
            HELD,
            id="a state in between was skipped",
        ),
        pytest.param(
            _changed_after_import().after(20).modified("R", amount=700).told("R").document("R").after(20),
            BROKEN,
            id="a stable point was missed",
        ),
        pytest.param(
            _known(kind="return_refund").changed("R", "ship_back", status="WAIT_SELLER_CONFIRM_GOODS", waybill="SF1")
            .document("R", waybill="SF2").after(20),
            BROKEN,
            id="another waybill",
        ),
        pytest.param(
            _known().changed("R", "refuse", "agent", status="SELLER_REFUSE_BUYER").document("R").after(20)
            .modified("R").document("R").after(20),
            HELD,
            id="refused, then open again",
        ),
        pytest.param(_known().modified("R", kind="return_refund").document("R", type="refund_only").after(20), BROKEN,
                     id="the kind was switched"),
        pytest.param(_known().withdrawn("R").document("R", amount=1).after(20), HELD, id="amount of a closed one"),
    ],
)  # fmt: skip
def test_the_erp_ends_with_the_same_refund(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-02").outcome == outcome


def _paid_by_timer() -> Ledger:
    return _known().changed("R", "timeout", "timer", status=SUCCESS)


def _reversed() -> Ledger:
    """Return a ledger in which the refund was paid and booked, and staff took that back."""
    return _paid_by_timer().told("R").document("R").changed("R", "reverse", "staff", status="CLOSED").told("R")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known().after(20), IDLE, id="no money moved"),
        pytest.param(_paid_by_timer().told("R").document("R").after(20), HELD, id="booked, though others moved it"),
        pytest.param(_paid_by_timer().told("R").after(20), BROKEN, id="never booked"),
        pytest.param(_paid_by_timer().document("R", amount=800).after(20), BROKEN, id="booked with another amount"),
        pytest.param(_paid_by_timer().told("R").after(20).document("R").after(20), BROKEN, id="booked too late"),
        pytest.param(
            _paid_by_timer().after(20).told("R").document("R").after(20), HELD, id="told late, booked at once"
        ),
        pytest.param(_paid_by_timer().after(3), OPEN, id="paid shortly before the end"),
        pytest.param(
            _known().withdrawn("R").document("R", status="refunded").after(20), BROKEN, id="closed and booked"
        ),
        pytest.param(
            _applied().changed("R", "timeout", "timer", status=SUCCESS).told("R").document("R").after(20),
            HELD,
            id="first seen as paid",
        ),
        pytest.param(
            _paid_by_timer().document("R", status="closed").document("R", external="B").after(20),
            HELD,
            id="a cancelled document beside the booked one",
        ),
        pytest.param(_reversed().document("R").after(20), HELD, id="booked, and taken back with the money"),
        pytest.param(_reversed().after(20), BROKEN, id="booked, and left so when staff took the money back"),
        pytest.param(_reversed().after(3), OPEN, id="taken back shortly before the end"),
    ],
)
def test_money_that_moved_is_booked(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-03").outcome == outcome


def _approved() -> Ledger:
    return _known().decide("R", "approve")


def _returning() -> Ledger:
    return Ledger().applied("R", kind="return_refund").told("R").document("R")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known().after(20), IDLE, id="nothing decided"),
        pytest.param(_approved().after(2).agree("R").after(20), HELD, id="agreed"),
        pytest.param(_approved().after(20), BROKEN, id="nothing came of it"),
        pytest.param(_approved().after(20).agree("R").after(20), BROKEN, id="too late"),
        pytest.param(_approved().after(4), OPEN, id="decided shortly before the end"),
        pytest.param(_approved().after(2).withdrawn("R").after(20), IDLE, id="the buyer withdrew in time"),
        pytest.param(_approved().after(20).withdrawn("R"), BROKEN, id="the buyer withdrew after the limit"),
        pytest.param(_approved().after(2).modified("R", amount=900).after(20), IDLE, id="the content changed"),
        pytest.param(
            _approved().after(2).changed("R", "agree", "agent", status=SUCCESS).after(20), IDLE, id="staff were faster"
        ),
        pytest.param(
            _known().changed("R", "step_in", "staff", cs_status=3).told("R").document("R")
            .decide("R", "refuse", proof="ab").after(20),
            OPEN,
            id="a refusal while staff are in",
        ),
        pytest.param(_known().decide("R", "refuse").after(20), OPEN, id="a refusal for which the ERP gave no proof"),
        pytest.param(_known().decide("R", "refuse", proof="ab").after(20), BROKEN, id="a refusal, not sent"),
        pytest.param(_approved().decide("R", "refuse").act(REFUSE, "R").after(20), HELD, id="a newer decision"),
        pytest.param(_known().modified("R", amount=1).decide("R", "approve").after(20), IDLE, id="about older content"),
        pytest.param(
            _known().decide("R", "refuse")
            .act(REFUSE, "R", error={"code": 15, "sub_code": "isv.refund-status-error", "sub_msg": "未发货"}).after(20),
            OPEN,
            id="the platform forbids it",
        ),
        pytest.param(
            _approved().agree("R", effect=False, lost=True, fault="lost-request").after(5).agree("R").after(9),
            HELD,
            id="delayed by a fault",
        ),
        pytest.param(_returning().decide("R", "approve_return").act(AGREE_RETURN, "R").after(9), HELD, id="return"),
        pytest.param(_returning().decide("R", "approve_return").after(20), BROKEN, id="return, not agreed"),
    ],
)  # fmt: skip
def test_decisions_are_carried_out(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("COV-04").outcome == outcome


def test_a_finding_names_refund_money_play_and_entries() -> None:
    ledger = _changed_after_import().told("R").document("R", amount=1000).after(20).end()
    (finding,) = ledger.rule("COV-02").findings

    assert finding.because == "the refund is 600 fen (6.00 元), the ERP shows 1000 fen (10.00 元)"
    assert finding.zh == "退款金额为 600 分（6.00 元），ERP 显示 1000 分（10.00 元）"
    assert (finding.refund, finding.shop, finding.play) == ("R", "shop-1", "S00#1")
    kinds = [type(ledger.entries[seq - 1]).__name__ for seq in finding.entries]
    assert kinds == ["Changed", "Answered", "Changed"]
