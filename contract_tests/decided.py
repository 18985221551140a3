"""Which decision of the ERP is about a refund as it is, what on the platform carries it out, and what is in its way."""

from contract_tests.call import ACTION, Call, passing_error
from contract_tests.case import Case, State
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision
from simulator.tmall.refund import (
    CANNOT_REFUSE,
    COLLECTING_PROOF,
    FIRST_REVIEW,
    ON_WEB,
    REVIEW_FAILED,
    STEPPED_IN,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
)

CARRIED = {
    "approve": ("agree",),
    "receive": ("agree",),
    "refuse": ("refuse", "refuse_return"),
    "approve_return": ("agree_return",),
    "refuse_return": ("refuse_return", "refuse"),
}
"""Platform actions that carry out a decision."""

OPEN_TO = {
    "approve": (WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS),
    "receive": (WAIT_SELLER_CONFIRM_GOODS,),
    "refuse": (WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS),
    "approve_return": (WAIT_SELLER_AGREE,),
    "refuse_return": (WAIT_SELLER_CONFIRM_GOODS,),
}
"""States in which a decision can be carried out."""


def current(state: State, decision: Decision) -> bool:
    """Tell whether *decision* is about the refund as it was when it was taken."""
    refund = state.refund
    return (
        refund.status in OPEN_TO.get(decision.decision, ())
        and refund.amount == abs(decision.amount)
        and decision.type in {"", refund.kind}
        and not (decision.decision == "approve_return" and refund.kind != "return_refund")
    )


def in_part(state: State, decision: Decision) -> bool:
    """Tell whether *decision* says that some of the goods came back, and pieces are missing."""
    return decision.decision == "receive" and decision.quantity < state.refund.num


def obliges(state: State, decision: Decision, declared: Declaration) -> bool:
    """Tell whether *decision*, taken in *state*, is to be carried out.

    It is if it is about the refund as it was; goods of which pieces are missing oblige only who declares to pay for
    a part.
    """
    if not current(state, decision):
        return False
    return not in_part(state, decision) or (declared.pays_on == "part" and decision.quantity > 0)


NEED_PROOF = ("refuse", "refuse_return")
"""Decisions that a Tmall shop cannot carry out without a proof picture: to say so to people is then right."""
_STAFF_IN = frozenset({STEPPED_IN, FIRST_REVIEW, REVIEW_FAILED, COLLECTING_PROOF})


def in_the_way(case: Case, decision: Decision, until: int) -> bool:
    """Tell whether staff had the case, or a constraint held, while *decision* was open: then STA-04 forbids it."""
    at = case.at(decision.seq)
    during = [state for state in case.states if decision.mono <= state.mono < until]
    return any(
        state.refund.cs_status in _STAFF_IN
        or state.refund.constraint == ON_WEB
        or (decision.decision in NEED_PROOF and state.refund.constraint == CANNOT_REFUSE)
        for state in ([at, *during] if at is not None else during)
    )


def refused_for_good(case: Case, decision: Decision, until: int) -> str:
    """Return in what words the platform refused the newest attempt for good because of the refund's own state."""
    wanted = CARRIED[decision.decision]
    attempts = [
        call
        for call in case.calls
        if call.seq > decision.seq and call.asked.mono <= until and ACTION.get(call.method) in wanted and call.delivered
    ]
    return _status_error(attempts[-1]) if attempts else ""


def _status_error(call: Call) -> str:
    error = call.answered.error if call.answered is not None else {}
    if error and not passing_error(error) and "status" in str(error.get("sub_code", "")):
        return str(error.get("sub_msg") or error.get("sub_code"))
    return ""
