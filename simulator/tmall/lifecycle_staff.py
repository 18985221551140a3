"""Rows of the life cycle in which 小二 (staff), or the platform itself, takes part."""

from collections.abc import Mapping

from simulator.tmall.lifecycle_row import Transition
from simulator.tmall.refund import (
    CLOSED,
    OPEN_STATES,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
)

STAFF_GUARDS: Mapping[str, str] = {
    "no_staff": "nobody has called staff about it yet",
    "no_complaint": "nobody has called staff or complained about it yet",
    "staff_called": "staff were called, or the buyer complained",
    "staff_in": "staff have stepped in and not ruled yet",
    "staff_returns": "staff have stepped in, the goods are shipped, and there is an address for them",
    "own_complaint": "the case with staff is their own, and staff have not ruled",
    "may_reverse": "the goods are shipped, and nothing is open on the sub-order",
    "may_advance": "unshipped goods without a return, or goods on their way back",
    "may_ask_advance": "as for may_advance, and no advance is asked for already",
    "advance_asked": "the buyer asked for an advance",
    "advance_paid": "the platform paid in advance, and what became of it is open",
    "advance_goods": "as for advance_paid, and the goods were to come back",
    "counting": "a countdown runs",
    "other_constraint": "the constraint is another one than before",
    "other_address": "there is an address for the goods, another one than before",
}
"""What each guard asks; the predicates stand in `simulator.tmall.guards_staff`."""

_CASE = ("cs_status", "case_of")
_ENUM = "cs_status is the platform's enumeration; who moves it when is inferred"
_ADVANCE = ("advance_status",)
_ADVANCES = "advance_status is the platform's enumeration; who moves it when, and that no version grows, is inferred"

STAFF_ROWS: tuple[Transition, ...] = (
    Transition(
        id="15", from_=OPEN_STATES, actor="anyone", action="call_staff", guard="no_staff",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        message="TaobaoInterApplied", mark="documented", source=_ENUM,
    ),
    Transition(
        id="15a", from_=OPEN_STATES, actor="buyer", action="complain", guard="no_complaint",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        mark="assumed", source="cs_status has a number for an open appeal; that nothing stops is inferred",
    ),
    Transition(
        id="15s", from_=OPEN_STATES, actor="staff", action="step_in", guard="staff_called",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        message="TaobaoIntervened", mark="documented", source=_ENUM,
    ),
    Transition(
        id="15p", from_=OPEN_STATES, actor="staff", action="ask_proof", guard="staff_in",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        mark="documented", source=_ENUM,
    ),
    Transition(
        id="15f", from_=OPEN_STATES, actor="staff", action="first_review", guard="staff_in",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        mark="documented", source=_ENUM,
    ),
    Transition(
        id="15b", from_=OPEN_STATES, actor="staff", action="rule_for_buyer", guard="staff_in", to=SUCCESS,
        changes=(*_CASE, "ended"), message="RefundSuccess", with_staff="all",
        mark="assumed", source="inferred: staff can decide in any open state",
    ),
    Transition(
        id="15r", from_=(WAIT_SELLER_AGREE, SELLER_REFUSE_BUYER), actor="staff", action="rule_return",
        guard="staff_returns", to=WAIT_BUYER_RETURN_GOODS,
        changes=(*_CASE, "kind", "good_status", "reviewed", "address", "address_id"),
        message="RefundSellerAgreeAgreement", with_staff="all",
        mark="assumed", source="inferred: the goods must come back before the buyer is paid",
    ),
    Transition(
        id="15c", from_=OPEN_STATES, actor="staff", action="rule_for_seller", guard="staff_in", to=CLOSED,
        changes=(*_CASE, "ended"), message="RefundClosed", with_staff="all",
        mark="assumed", source="inferred: staff can decide in any open state",
    ),
    Transition(
        id="15d", from_=OPEN_STATES, actor="anyone", action="withdraw_complaint", guard="own_complaint",
        changes=_CASE, bumps="staff_bumps_version", follows=False, keeps_countdown="staff_keeps_countdown",
        with_staff="all",
        mark="documented", source="cs_status has a number for withdrawn; that the countdown goes on is inferred",
    ),
    Transition(
        id="15v", from_=(SUCCESS,), actor="staff", action="reverse", guard="may_reverse", to=CLOSED,
        changes=("ended",), message="RefundClosed", with_staff="all",
        mark="assumed", source="no public document tells of it; staff are said to reverse refunds that were a fraud",
    ),
    Transition(
        id="1a", from_=(WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS), actor="platform", action="advance",
        guard="may_advance", to=SUCCESS, changes=("advance_status", "auto", "ended"), message="RefundSuccess",
        mark="observed", source="public timeout schedules and rows of the pushed table: born paid, no seller's act",
    ),
    Transition(
        id="1q", from_=(WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS), actor="buyer", action="ask_advance",
        guard="may_ask_advance", changes=_ADVANCE, bumps=False, follows=False, keeps_countdown=True,
        mark="documented", source=_ADVANCES,
    ),
    Transition(
        id="1x", from_=(WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS), actor="platform", action="close_advance",
        guard="advance_asked", changes=_ADVANCE, bumps=False, follows=False, keeps_countdown=True, with_staff="all",
        mark="documented", source=_ADVANCES,
    ),
    Transition(
        id="1y", from_=(SUCCESS,), actor="platform", action="close_advance",
        guard="advance_paid", changes=_ADVANCE, bumps=False, follows=False, with_staff="all",
        mark="documented", source=_ADVANCES,
    ),
    Transition(
        id="1r", from_=(SUCCESS,), actor="platform", action="refuse_advance",
        guard="advance_goods", changes=_ADVANCE, bumps=False, follows=False, with_staff="all",
        mark="documented", source=_ADVANCES,
    ),
    Transition(
        id="1s", from_=(SUCCESS,), actor="platform", action="settle_advance",
        guard="advance_paid", changes=_ADVANCE, bumps=False, follows=False, with_staff="all",
        mark="documented", source=_ADVANCES,
    ),
    Transition(
        id="1b", from_=(WAIT_SELLER_AGREE,), actor="platform", action="agree_return", guard="returns_goods",
        to=WAIT_BUYER_RETURN_GOODS, changes=("address", "address_id", "auto"), message="RefundSellerAgreeAgreement",
        mark="assumed", source="general knowledge: returns that the platform agrees to at once",
    ),
    Transition(
        id="4c", from_=(WAIT_BUYER_RETURN_GOODS,), actor="seller", action="change_address", guard="other_address",
        changes=("address", "address_id"), follows=False, message="RefundCreateMessage", keeps_countdown=True,
        mark="assumed", source="inferred: the seller's pages allow it, and leave the new address as a message",
    ),
    Transition(
        id="21", from_=OPEN_STATES, actor="platform", action="extend", guard="counting",
        bumps="extend_bumps_version", follows=False, keeps_countdown=True, with_staff="all",
        mark="assumed", source="inferred: limits are lengthened during big sales and by agreement",
    ),
    Transition(
        id="21r", from_=OPEN_STATES, actor="timer", action="remind", guard="counting",
        changes=("reminded",), bumps=False, visible=False, follows=False, keeps_countdown=True,
        message="RefundTimeoutRemind", with_staff="all",
        mark="observed", source="the topic is in public lists; how long before the end is not public",
    ),
    Transition(
        id="22", from_=OPEN_STATES, actor="platform", action="constrain", guard="other_constraint",
        changes=("constraint",), bumps=False, follows=False, keeps_countdown=True, with_staff="all",
        mark="assumed", source="the values are the platform's; when it sets them is not public",
    ),
)  # fmt: skip
"""Every such row; `simulator.tmall.lifecycle.TABLE` holds them too."""
