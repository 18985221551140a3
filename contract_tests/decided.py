"""Which decision of the ERP is about a refund as it is, and what on the platform carries it out."""

from contract_tests.case import State
from simulator.ledger.entry import Decision
from simulator.tmall.refund import WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS

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
