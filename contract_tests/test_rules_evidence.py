"""DAT-01 and DUP-04 on ledgers small enough to read."""

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import REFUSE
from contract_tests.verdict import Outcome
from simulator.erp.document import Receipt
from simulator.ledger.values import Upload

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE


def _sent() -> Ledger:
    """Return a ledger with refunds A and B; the goods of A are on their way back as parcel SF1."""
    ledger = Ledger()
    for refund in ("A", "B"):
        ledger.applied(refund, kind="return_refund").told(refund).document(refund)
    return ledger.changed("A", "ship_back", status="WAIT_SELLER_CONFIRM_GOODS", waybill="SF1").told("A").document("A")


def _corrected() -> Ledger:
    return _sent().changed("A", "correct_waybill", waybill="SF2").told("A")


def _refused(proof: str) -> Ledger:
    ledger = Ledger()
    for refund, own in (("A", "aa"), ("B", "bb")):
        ledger.applied(refund).told(refund).document(refund).decide(refund, "refuse", proof=own)
    return ledger.act(REFUSE, "A", files=(Upload("refuse_proof", 10, proof, "png"),))


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("A").told("A").document("A"), IDLE, id="one refund"),
        pytest.param(_sent(), HELD, id="its own parcel"),
        pytest.param(_sent().document("B", waybill="SF1"), BROKEN, id="the parcel of another"),
        pytest.param(_corrected().document("A"), HELD, id="corrected"),
        pytest.param(_corrected(), BROKEN, id="the number from before the correction"),
        pytest.param(_corrected().document("A").document("B", waybill="SF9"), HELD, id="a number of nobody"),
        pytest.param(_refused("aa"), HELD, id="its own picture"),
        pytest.param(_refused("cc"), HELD, id="its own picture encoded anew"),
        pytest.param(_refused("bb"), BROKEN, id="the picture of another"),
    ],
)
def test_evidence_belongs_to_its_refund(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("DAT-01").outcome == outcome


def test_a_parcel_corrected_shortly_before_the_end_is_in_doubt() -> None:
    assert _corrected().after(1).end().rule("DAT-01").outcome == OPEN


def _announced(*quantities: int, num: int = 2, receipts: tuple[tuple[Receipt, ...], ...] = ((), ())) -> Ledger:
    ledger = Ledger().applied("R", kind="return_refund", num=num).told("R").document("R")
    for number, quantity in enumerate(quantities):
        ledger.document("R", external=f"IN-{number}", kind="inbound", quantity=quantity, receipts=receipts[number])
    return ledger


ONE, TWO = Receipt(id="r1", quantity=1, at=0), Receipt(id="r2", quantity=1, at=0)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_announced(), IDLE, id="nothing is announced"),
        pytest.param(_announced(2), HELD, id="announced once"),
        pytest.param(_announced(1, 1), HELD, id="in two parts"),
        pytest.param(_announced(2, 2), BROKEN, id="announced twice"),
        pytest.param(_announced(2, receipts=((ONE, TWO),)), HELD, id="received in two parts"),
        pytest.param(_announced(1, 1, receipts=((ONE,), (ONE,))), BROKEN, id="one receipt in both"),
        pytest.param(_announced(2, receipts=((ONE,),)), HELD, id="less came back, or it was corrected"),
        pytest.param(
            _announced(2).document("R", external="IN-0", status="closed").document("R", external="IN-9", kind="inbound",
                                                                                 quantity=2),
            HELD,
            id="another after the first was cancelled",
        ),
    ],
)  # fmt: skip
def test_goods_are_stocked_in_once(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("DUP-04").outcome == outcome


def test_a_second_notice_shortly_before_the_end_is_in_doubt() -> None:
    assert _announced(2, 2).after(1).end().rule("DUP-04").outcome == OPEN
