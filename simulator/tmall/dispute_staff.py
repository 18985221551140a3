"""Rows of the life cycles of exchanges and re-sends in which 小二 (staff) take part; that they do so is assumed.

`cs_status` is a field of exchanges as of refunds, and a topic tells that staff were called; what staff can decide about
goods is not public. As with refunds the countdown stands still, and calls cannot write, as long as they have the case.
"""

from collections.abc import Mapping

from simulator.tmall.lifecycle_row import Transition

STAFF_GUARDS: Mapping[str, str] = {
    "no_staff": "nobody has called staff about it yet",
    "staff_called": "staff were called",
    "staff_in": "staff have stepped in and not ruled yet",
    "own_case": "the case with staff is their own, and staff have not ruled",
}
"""What each guard asks; the predicates stand in `simulator.tmall.exchange_guards`."""

_CASE = ("cs_status", "case_of")
_ENUM = "cs_status is the platform's enumeration; that staff take such cases is inferred"
_RULING = "inferred: staff can decide in any open state"


def staff_rows(
    ids: tuple[str, ...],
    open_: tuple[str, ...],
    *,
    for_buyer: tuple[str, str],
    for_seller: tuple[str, str],
    called: str = "TaobaoInterApplied",
) -> tuple[Transition, ...]:
    """Return the six rows with these *ids* for the states *open_*.

    A ruling leads to the state, and publishes the topic, that *for_buyer* or *for_seller* names;
    the topic of the call for staff is *called*. Empty ones are not published.
    """
    (to_buyer, tells_buyer), (to_seller, tells_seller) = for_buyer, for_seller
    asked, stepped, proof, withdrawn, buyer, seller = ids
    return (
        Transition(
            id=asked, from_=open_, actor="anyone", action="call_staff", guard="no_staff",
            changes=_CASE, bumps="staff_bumps_version", keeps_countdown=True, with_staff="all",
            message=called, mark="documented", source=_ENUM,
        ),
        Transition(
            id=stepped, from_=open_, actor="staff", action="step_in", guard="staff_called",
            changes=_CASE, bumps="staff_bumps_version", keeps_countdown=True, with_staff="all",
            mark="assumed", source=_ENUM,
        ),
        Transition(
            id=proof, from_=open_, actor="staff", action="ask_proof", guard="staff_in",
            changes=_CASE, bumps="staff_bumps_version", keeps_countdown=True, with_staff="all",
            mark="assumed", source=_ENUM,
        ),
        Transition(
            id=withdrawn, from_=open_, actor="anyone", action="withdraw_complaint", guard="own_case",
            changes=_CASE, bumps="staff_bumps_version", keeps_countdown="staff_keeps_countdown", with_staff="all",
            mark="assumed", source=_ENUM,
        ),
        Transition(
            id=buyer, from_=open_, actor="staff", action="rule_for_buyer", guard="staff_in", to=to_buyer,
            changes=(*_CASE, "ended"), with_staff="all", message=tells_buyer, mark="assumed", source=_RULING,
        ),
        Transition(
            id=seller, from_=open_, actor="staff", action="rule_for_seller", guard="staff_in", to=to_seller,
            changes=(*_CASE, "ended"), with_staff="all", message=tells_seller, mark="assumed", source=_RULING,
        ),
    )  # fmt: skip
