"""STA-05 and MNY-03 on ledgers small enough to read."""

from typing import Any

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED
ERP_HOLDS = msgspec.structs.replace(DECLARED, owns_hold=False)


def _two(declared: Declaration = DECLARED, *, gone: bool = False, **second: Any) -> Ledger:
    """Return a ledger with refunds A and B of one trade, both written; A is withdrawn."""
    ledger = Ledger(declared).traded(7, {7: 5000, 8: 5000}, shipped=(8,) if gone else ())
    ledger.applied("A", tid=7, oid=7).told("A").document("A", hold=True)
    ledger.applied("B", **{"tid": 7, "oid": 8, **second}).told("B").document("B", hold=True)
    return ledger.withdrawn("A").told("A").document("A", hold=False)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("A").told("A").document("A"), IDLE, id="alone in its trade"),
        pytest.param(
            Ledger().traded(1, {1: 900, 2: 900}).applied("A").told("A").document("A"), HELD, id="one of two sub-orders"
        ),
        pytest.param(_two(), HELD, id="each for itself"),
        pytest.param(_two().document("B", hold=False), BROKEN, id="let go with the other"),
        pytest.param(_two().document("B", hold=False).document("B", hold=True), HELD, id="held again at once"),
        pytest.param(_two(gone=True).document("B", hold=False), HELD, id="its goods have left"),
        pytest.param(_two(ERP_HOLDS).document("B", hold=False), HELD, id="the hold is not its duty"),
        pytest.param(_two().document("B", status="closed"), BROKEN, id="closed with the other"),
        pytest.param(_two().withdrawn("B").told("B").document("B", hold=False), HELD, id="withdrawn both, let go both"),
        pytest.param(_two().document("B", oid="7"), BROKEN, id="the other's sub-order"),
        pytest.param(_two().document("A", refund_id="B"), BROKEN, id="merged into the other's document"),
        pytest.param(_two(oid=7), HELD, id="applied again for the same goods"),
    ],
)
def test_refunds_do_not_influence_each_other(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("STA-05").outcome == outcome


def _paid(*amounts: int, post_fee: int = 0, oids: tuple[int, ...] = (7, 8)) -> Ledger:
    """Return a ledger in which refunds of these amounts are booked for two sub-orders of 10.00 and 5.00 yuan."""
    ledger = Ledger().traded(7, {7: 1000, 8: 500}, post_fee=post_fee)
    for refund, amount, oid in zip("AB", amounts, oids, strict=False):
        ledger.applied(refund, amount=amount, tid=7, oid=oid).told(refund).document(refund)
        ledger.decide(refund, "approve").agree(refund).document(refund)
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_paid(1000), IDLE, id="one refund"),
        pytest.param(_two(), IDLE, id="nothing is booked"),
        pytest.param(_paid(1000, 500), HELD, id="all of it"),
        pytest.param(_paid(1000, 700, post_fee=200), HELD, id="the postage with the last"),
        pytest.param(_paid(900, 600), BROKEN, id="more than a sub-order's share"),
        pytest.param(_paid(1200, 700, post_fee=200), BROKEN, id="the postage with each"),
        pytest.param(_paid(600, 300, oids=(7, 7)), HELD, id="in two parts"),
        pytest.param(_paid(600, 600, oids=(7, 7)), BROKEN, id="more than the share, in two parts"),
        pytest.param(
            Ledger().traded(7, {7: 1000}).applied("A", amount=1000, tid=7, oid=7).told("A").document("A")
            .applied("B", amount=1000, tid=7, oid=7).told("B").document("B")
            .decide("B", "approve").agree("B").document("B").withdrawn("A").told("A").document("A"),
            HELD,
            id="two open claims, one of them closed later",
        ),
        pytest.param(
            _paid(1000).changed("A", "reverse", "staff", status="CLOSED").told("A").document("A")
            .applied("B", amount=1000, tid=7, oid=7).told("B").document("B")
            .decide("B", "approve").agree("B").document("B"),
            HELD,
            id="reversed, and paid again",
        ),
    ],
)  # fmt: skip
def test_no_more_is_credited_than_was_paid(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("MNY-03").outcome == outcome
