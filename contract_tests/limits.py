"""How long things may take, in microseconds, from the declared tempo alone; and the ERP's image of a platform state."""

from contract_tests.case import Case
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import (
    CLOSED,
    SELLER_REFUSE_BUYER,
    SPECIAL,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
)

IMAGE = {
    WAIT_SELLER_AGREE: "pending",
    WAIT_BUYER_RETURN_GOODS: "waiting_buyer",
    WAIT_SELLER_CONFIRM_GOODS: "waiting_receipt",
    SELLER_REFUSE_BUYER: "refused",
    SUCCESS: "refunded",
    CLOSED: "closed",
}
"""The document's status for each status of the refund."""


def sla(case: Case, declared: Declaration) -> int:
    """Return L: how soon a change must have reached the other side, and L_fallback where its message did not come."""
    longer = case.history.stretch(declared) + case.history.lag
    if declared.messages and any(letter.late(prompt(declared)) for letter in case.letters):
        longer += declared.reconcile  # what no message told in time, the list must
    return int((declared.tempo.sla + longer) * 1e6)


def prompt(declared: Declaration) -> int:
    """Return within what time a message is told to an integration that listens, if nothing is in its way."""
    return int((2 * declared.tempo.poll + declared.tempo.grace) * 1e6)


def retry(case: Case, declared: Declaration) -> int:
    """Return B + L: how soon after a fault the work must be done."""
    return sla(case, declared) + int(declared.tempo.backoff * 1e6)


def margin(case: Case, declared: Declaration) -> int:
    """Return M: how long before a deadline a decision must exist to be judged."""
    return int((declared.tempo.margin + case.history.stretch(declared)) * 1e6)


def grace(declared: Declaration) -> int:
    """Return how long work already under way may go on."""
    return int(declared.tempo.grace * 1e6)


def handles(declared: Declaration, kind: str) -> bool:
    """Tell whether the integration handles refunds, exchanges or re-sends of *kind*."""
    return kind in declared.kinds


def in_scope(case: Case, declared: Declaration) -> bool:
    """Tell whether the integration handles refunds of this kind; a difference in price is one of its own."""
    refund = case.last.refund
    return (refund.purpose if refund.purpose in SPECIAL else refund.kind) in declared.kinds
