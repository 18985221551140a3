"""The STA rules on ledgers small enough to read."""

from typing import Any

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE_RETURN, REVIEW
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE


class Stale:
    """A ledger in which the refund was modified, and the version before that."""

    def __init__(self, *, told: bool = True, fields: tuple[str, ...] = ("*",), **values: Any) -> None:
        """Begin with 50.00 yuan, then 80.00 (or other *values*)."""
        self.ledger = (
            Ledger().applied("R", amount=5000, total=9000).told("R").document("R").decide("R", "approve").after(1)
        )
        self.older = self.ledger.refunds["R"].version
        self.ledger.modified("R", **(values or {"amount": 8000}))
        if told:
            self.ledger.told("R", fields=fields)

    def agree(self, after: float, **how: Any) -> Outcome:
        """Return what becomes of an agree with the older version, *after* seconds."""
        how = {"version": self.older, "amount": 5000, "effect": False} | how
        return self.ledger.after(after).agree("R", **how).end().rule("STA-01").outcome


def test_an_action_on_a_version_older_than_what_was_told_is_a_breach() -> None:
    assert Stale().agree(after=2) == BROKEN


def test_a_version_told_within_the_grace_is_a_true_race() -> None:
    assert Stale().agree(after=0.2) == HELD


def test_a_version_that_nobody_told_is_a_true_race() -> None:
    assert Stale(told=False).agree(after=9) == HELD


def test_a_version_that_was_not_among_the_fields_was_not_told() -> None:
    assert Stale(fields=("status", "amount")).agree(after=9) == HELD


def test_the_old_amount_under_the_new_version_is_a_breach() -> None:
    stale = Stale()
    assert stale.agree(after=2, version=stale.ledger.refunds["R"].version) == BROKEN


def test_an_amount_of_no_version_is_left_to_the_money_rules() -> None:
    stale = Stale()
    assert stale.agree(after=2, version=stale.ledger.refunds["R"].version, amount=9000) == HELD


def test_another_phase_is_a_breach() -> None:
    ledger = Stale().ledger.after(2)
    now = ledger.refunds["R"]
    row = f"R|{now.amount}|{now.version}|aftersale"
    ledger.call("taobao.rp.refunds.agree", ("R",), {"refund_infos": row}).end()

    assert ledger.rule("STA-01").outcome == BROKEN


def test_money_for_a_version_that_became_a_return_is_a_breach() -> None:
    stale = Stale(kind="return_refund")
    assert stale.agree(after=2, version=stale.ledger.refunds["R"].version) == BROKEN


def test_a_return_agreed_for_a_version_that_became_refund_only_is_a_breach() -> None:
    ledger = Ledger().applied("R", kind="return_refund").told("R").modified("R", kind="refund_only").told("R").after(2)

    assert ledger.act(AGREE_RETURN, "R", effect=False).end().rule("STA-01").outcome == BROKEN


def test_a_single_version_exercises_nothing() -> None:
    assert Ledger().applied("R").told("R").act(REVIEW, "R").end().rule("STA-01").outcome == IDLE


def test_an_integration_that_was_told_no_version_cannot_be_judged_by_it() -> None:
    ledger = Ledger().applied("R").told("R", fields=("status",)).modified("R", amount=900).after(2)

    assert ledger.act(REVIEW, "R", version=1, effect=False).end().rule("STA-01").outcome == IDLE


def test_a_version_that_never_was_is_in_doubt() -> None:
    future = 9_999_999_999_999
    assert Stale().agree(after=2, version=future) == OPEN


def test_what_is_sent_after_the_end_was_told_is_left_to_the_other_rules() -> None:
    stale = Stale()
    stale.ledger.withdrawn("R").told("R")

    assert stale.agree(after=2) == IDLE


def _closed(declared: Declaration = DECLARED, **values: Any) -> Ledger:
    ledger = Ledger(declared).applied("R").told("R").document("R", hold=True)
    return ledger.withdrawn("R").told("R")


def _released() -> Ledger:
    return _closed().document("R", hold=False)


def _with_sibling(declared: Declaration = DECLARED, **where: Any) -> Ledger:
    """Return a ledger in which the closed refund's goods stay held, and another refund is open at *where*."""
    ledger = Ledger(declared).applied("R", tid=7, oid=7).told("R").document("R", hold=True).withdrawn("R").told("R")
    return ledger.applied("AGAIN", **where).document("R", hold=True, status="closed").after(20)


WHOLE_PARCEL = msgspec.structs.replace(DECLARED, hold_scope="trade")
ERP_HOLDS = msgspec.structs.replace(DECLARED, owns_hold=False)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().applied("R").document("R"), IDLE, id="not closed"),
        pytest.param(Ledger().applied("R").withdrawn("R").told("R").after(20), IDLE, id="there was no task"),
        pytest.param(_released().after(20), HELD, id="released"),
        pytest.param(_closed().after(20), BROKEN, id="the task stays"),
        pytest.param(_closed().after(20).document("R", hold=False), BROKEN, id="released too late"),
        pytest.param(_closed().document("R", hold=True).after(20), BROKEN, id="the goods stay held"),
        pytest.param(_closed().after(3), OPEN, id="closed shortly before the end"),
        pytest.param(_closed(ERP_HOLDS).document("R", hold=True).after(20), HELD, id="the hold is not its duty"),
        pytest.param(_with_sibling(tid=7, oid=7), HELD, id="applied again for the same goods"),
        pytest.param(_with_sibling(tid=7, oid=8), BROKEN, id="another sub-order of the parcel is open"),
        pytest.param(_with_sibling(WHOLE_PARCEL, tid=7, oid=8), HELD, id="the merchant holds the whole parcel"),
        pytest.param(_released().after(2).act(REVIEW, "R", effect=False), BROKEN, id="acted after it was told"),
        pytest.param(
            Ledger().applied("R").told("R").document("R").withdrawn("R").told("R").agree("R", effect=False)
            .document("R").after(20),
            HELD,
            id="in flight when it was told",
        ),
        pytest.param(
            Ledger().applied("R").told("R").document("R").withdrawn("R").after(5).agree("R", effect=False).after(9),
            OPEN,
            id="never told",
        ),
    ],
)  # fmt: skip
def test_a_closed_refund_is_let_go(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("STA-03").outcome == outcome
