"""ORD-04 on ledgers small enough to read."""

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED
ERP_HOLDS = msgspec.structs.replace(DECLARED, owns_hold=False)
WHOLE_PARCEL = msgspec.structs.replace(DECLARED, hold_scope="trade")


def _told(declared: Declaration = DECLARED, *, shipped: tuple[int, ...] = ()) -> Ledger:
    ledger = Ledger(declared).traded(7, {7: 5000, 8: 5000}, shipped=shipped)
    return ledger.applied("A", tid=7, oid=7).told("A")


def _sibling(declared: Declaration) -> Ledger:
    """Return a ledger in which another refund of the parcel holds the goods."""
    return _told(declared).document("A").applied("B", tid=7, oid=8).told("B").document("B", hold=True)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_told().document("A", hold=True), HELD, id="held at once"),
        pytest.param(_told().document("A", hold=False), BROKEN, id="never held"),
        pytest.param(_told(), IDLE, id="nothing was written at all: COV-01 says so"),
        pytest.param(_told().document("A").after(12).document("A", hold=True), BROKEN, id="held too late"),
        pytest.param(_told().document("A", hold=True).document("A", hold=False), BROKEN, id="let go while it is open"),
        pytest.param(
            _told().document("A", hold=True).withdrawn("A").told("A").document("A", hold=False), HELD, id="let go after"
        ),
        pytest.param(_told(shipped=(7,)).document("A"), IDLE, id="shipped before it was told"),
        pytest.param(_told(shipped=(8,)).document("A", hold=True), HELD, id="other sub-orders may ship"),
        pytest.param(_told().after(1).traded(7, {7: 5000}, shipped=(7,)), IDLE, id="shipped before the limit"),
        pytest.param(
            _told().document("A", hold=True).traded(7, {7: 5000}, shipped=(7,)).document("A", hold=False),
            HELD,
            id="let go once they had left",
        ),
        pytest.param(_told(ERP_HOLDS).document("A"), IDLE, id="the ERP pulls by itself"),
        pytest.param(_told().withdrawn("A").told("A").document("A"), IDLE, id="over before the limit"),
        pytest.param(_sibling(WHOLE_PARCEL), HELD, id="the whole parcel is held"),
        pytest.param(_sibling(DECLARED), BROKEN, id="only the other sub-order is held"),
        pytest.param(Ledger().applied("A", kind="return_refund").told("A").document("A"), IDLE, id="a return"),
    ],
)
def test_goods_are_held_at_once(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("ORD-04").outcome == outcome


def test_goods_of_a_refund_that_nobody_told_of_need_not_be_held() -> None:
    assert Ledger().applied("A").after(20).end().rule("ORD-04").outcome == IDLE
