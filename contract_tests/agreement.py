"""Whether the ERP shows a refund as the platform has it: status class, amount, kind and waybill."""

import sys
from typing import Any

import msgspec

from contract_tests.case import Case, Revision, State
from contract_tests.limits import IMAGE
from contract_tests.words import yuan
from simulator.tmall.refund import CLOSED


class Difference(msgspec.Struct, frozen=True):
    """What differs, and the words for it."""

    what: str
    """status, amount, kind or waybill; Chinese texts are named by it."""
    english: str
    values: dict[str, Any]


def difference(state: State, found: Revision | None) -> Difference | None:
    """Return how the document *found* differs from *state*; None if it does not, or if there is no document."""
    if found is None:
        return None
    refund, document = state.refund, found.document
    status = IMAGE.get(refund.status, document.status)
    if document.status != status:
        return Difference(
            "status",
            "the refund is {status}, the ERP shows {shown} and not {right}",
            {"status": refund.status, "shown": document.status, "right": status},
        )
    if refund.status == CLOSED:
        return None  # what a cancelled document says of money and goods moves nothing
    if abs(document.amount) != refund.amount:
        return Difference(
            "amount",
            "the refund is {fen} fen ({fee} 元), the ERP shows {shown} fen ({shown_fee} 元)",
            {
                "fen": refund.amount,
                "fee": yuan(refund.amount),
                "shown": document.amount,
                "shown_fee": yuan(document.amount),
            },
        )
    if document.type and document.type != refund.kind:
        values = {"kind": refund.kind, "shown": document.type}
        return Difference("kind", "the refund is {kind}, the ERP shows {shown}", values)
    if refund.waybill and document.waybill != refund.waybill:
        values = {"waybill": refund.waybill, "shown": document.waybill or "—"}
        return Difference("waybill", "the return parcel is {waybill}, the ERP shows {shown}", values)
    return None


def shown_at(case: Case, state: State) -> int | None:
    """Return when the ERP came to show *state* before the refund changed again; None if it never did."""
    stood = case.document(state.seq)
    if stood is not None and difference(state, stood) is None:
        return state.mono
    following = case.following(state)
    until = following.seq if following is not None else sys.maxsize
    meanwhile = (revision for revision in case.revisions if state.seq < revision.seq < until)
    return next((revision.mono for revision in meanwhile if difference(state, revision) is None), None)


def agrees(case: Case) -> bool:
    """Tell whether the ERP shows *case* at the end as the platform has it."""
    found = case.document()
    return found is not None and difference(case.last, found) is None
