"""The life cycle of a refund: one table of (state, actor, action, guard) and what each row does.

Gateway, acts, story generator, coverage and docs all read `TABLE`; `simulator.tmall.platform` performs its rows.
A write on a refund in a terminal state has no row, and so is an error. Paying out has no row of its own either:
it is what every row does that leads to SUCCESS.
"""

from collections.abc import Mapping
from functools import cache

from simulator.tmall.lifecycle_row import NONE, ROLES, Transition, actions, may
from simulator.tmall.lifecycle_staff import STAFF_GUARDS, STAFF_ROWS
from simulator.tmall.refund import (
    CLOSED,
    OPEN_STATES,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
)

STATES = (
    WAIT_SELLER_AGREE,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_CONFIRM_GOODS,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    CLOSED,
)

GUARDS: Mapping[str, str] = {
    "may_apply": "the sub-order is paid, has no open refund and something left, and is not too long finished",
    "right_terms": "kind and amount fit the sub-order: a return needs shipped goods, 0 < amount <= what is left",
    "may_pay": "refund only; an integration of a Tmall shop must have reviewed it",
    "reviewed": "an integration of a Tmall shop must have reviewed it",
    "early_money": "setting agree_in_wait_buyer_return is on, and as for may_pay",
    "returns_goods": "the goods go back, and there is an address for them",
    "may_refuse": "the goods are shipped (or refuse_unshipped is on), it is not forbidden, and the reason not 无理由",
    "has_parcel": "carrier and waybill are given",
    "unshipped": "refund only of a sub-order that was not shipped before",
    "refund_only": "refund only",
    "ag": "the shop has AG (automatic refunds)",
    "ag_unshipped": "the shop has AG, and it is a refund only of a sub-order that was not shipped",
    "ag_not_stopped": "as for ag_unshipped, and it was not told before",
    "tmall": "the shop is a Tmall shop",
    "may_intercept": "refund only of shipped goods, and no intercept was asked for before",
    "intercepting": "an intercept was asked for, and its outcome is open",
    "may_offer": "the goods are shipped, 0 < the offer <= what is left, and there is an address for them",
    "may_offer_refusing": "as for may_offer and may_refuse",
    "offered": "the seller offered a return, and the buyer has not answered",
    "may_decline": "as for offered, and the seller did not rule a refusal out",
    **STAFF_GUARDS,
}
"""What each guard asks; the predicates stand in `simulator.tmall.guards` and `guards_staff`."""

_PAYS = ("ended",)
_OFFER = ("offer_amount", "offer_address", "offer_binds")
_TERMS = ("amount", "freight", "kind", "reason", "desc", "good_status", "reviewed", *_OFFER)

TABLE: tuple[Transition, ...] = (
    Transition(
        id="1", from_=(NONE,), actor="buyer", action="apply", guard="may_apply", to=WAIT_SELLER_AGREE,
        changes=("refund_id", "tid", "oid", "kind", "phase", "amount", "total", "created", "reason", "desc",
                 "purpose", "freight", "constraint", "first", "most"),
        message="RefundCreated",
        mark="documented", source="states and topic are the platform's; the ceiling is inferred",
    ),
    Transition(
        id="2", from_=(WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS), actor="seller", action="review", guard="tmall",
        changes=("reviewed",), bumps="review_bumps_version", visible=False, follows=False, keeps_countdown=True,
        with_staff="hand",
        mark="observed", source="a production client agrees with the version it reviewed",
    ),
    Transition(
        id="3", from_=(WAIT_SELLER_AGREE,), actor="seller", action="agree", guard="may_pay", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        with_staff="hand",
        mark="documented", source="agreeing, sub-account and amount in fen are the platform's text",
    ),
    Transition(
        id="3c", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="seller", action="agree", guard="reviewed", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        with_staff="hand",
        mark="observed", source="the state in which a production client agrees to a return",
    ),
    Transition(
        id="3b", from_=(WAIT_BUYER_RETURN_GOODS,), actor="seller", action="agree", guard="early_money", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        with_staff="hand",
        mark="assumed", source="offered by the web pages; off unless the setting says otherwise",
    ),
    Transition(
        id="4", from_=(WAIT_SELLER_AGREE,), actor="seller", action="agree_return", guard="returns_goods",
        to=WAIT_BUYER_RETURN_GOODS, changes=("address", "address_id"),
        message="RefundSellerAgreeAgreement",
        with_staff="hand",
        mark="documented", source="the call and the message it leaves are the platform's text",
    ),
    Transition(
        id="4v", from_=(WAIT_SELLER_AGREE,), actor="seller", action="agree_virtual_return", guard="returns_goods",
        to=WAIT_SELLER_CONFIRM_GOODS, changes=("address", "address_id", "returned", "good_status"),
        message="RefundSellerAgreeAgreement",
        mark="assumed", source="virtual_return_goods is documented as a return in which no goods move",
    ),
    Transition(
        id="5", from_=(WAIT_SELLER_AGREE,), actor="seller", action="refuse", guard="may_refuse",
        to=SELLER_REFUSE_BUYER, changes=_OFFER, bumps="refuse_bumps_version",
        message="RefundSellerRefuseAgreement",
        mark="documented", source="the unchanged version was observed in a public ERP",
    ),
    Transition(
        id="5b", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="seller", action="refuse_return", guard="may_refuse",
        to=SELLER_REFUSE_BUYER, stays="refused_return_stays", bumps="refuse_bumps_version",
        message="RefundSellerRefuseAgreement",
        mark="assumed", source="the call is the platform's; the state it leads to is inferred",
    ),
    Transition(
        id="5c", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="seller", action="refuse", guard="may_refuse",
        to=SELLER_REFUSE_BUYER, bumps="refuse_bumps_version",
        message="RefundSellerRefuseAgreement",
        mark="assumed", source="the general refusal used for goods that came back",
    ),
    Transition(
        id="6", from_=(WAIT_SELLER_AGREE,), actor="seller", action="cancel_shipment", guard="ag_unshipped", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        mark="observed", source="the order of calls of a public ERP; that AG pays at once is inferred",
    ),
    Transition(
        id="6b", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="seller", action="store_return", guard="ag", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        mark="observed", source="the order of calls of a public ERP; that AG pays at once is inferred",
    ),
    Transition(
        id="6f", from_=(WAIT_SELLER_AGREE,), actor="seller", action="cancel_failed", guard="ag_not_stopped",
        changes=("intercept",), bumps=False, visible=False, follows=False, keeps_countdown=True,
        mark="assumed", source="inferred: the ERP could not stop the shipment, and the refund waits for the seller",
    ),
    Transition(
        id="7", from_=(WAIT_BUYER_RETURN_GOODS,), actor="buyer", action="ship_back", guard="has_parcel",
        to=WAIT_SELLER_CONFIRM_GOODS, changes=("company", "waybill", "returned", "good_status"),
        message="RefundBuyerReturnGoods",
        with_staff="all",
        mark="documented", source="fields and topic are the platform's",
    ),
    Transition(
        id="7b", from_=(WAIT_BUYER_RETURN_GOODS,), actor="seller", action="refill", guard="has_parcel",
        to=WAIT_SELLER_CONFIRM_GOODS, changes=("company", "waybill", "returned", "good_status"),
        message="RefundBuyerReturnGoods",
        mark="documented", source="the call is the platform's; its effect is that of row 7 by inference",
    ),
    Transition(
        id="7c", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="buyer", action="correct_waybill", guard="has_parcel",
        changes=("company", "waybill"), follows=False, message="RefundBuyerModifyAgreement", keeps_countdown=True,
        with_staff="all",
        mark="assumed", source="buyers can correct it; that the version grows is inferred",
    ),
    Transition(
        id="8", from_=(WAIT_SELLER_AGREE,), actor="buyer", action="modify", guard="right_terms",
        changes=_TERMS,
        message="RefundBuyerModifyAgreement",
        mark="observed", source="the topic is in public lists; that the review is lost is inferred",
    ),
    Transition(
        id="8r", from_=(SELLER_REFUSE_BUYER,), actor="buyer", action="modify", guard="right_terms",
        to=WAIT_SELLER_AGREE, changes=_TERMS,
        round=True,
        message="RefundBuyerModifyAgreement",
        mark="observed", source="as row 8; a new round because the seller had refused",
    ),
    Transition(
        id="9", from_=OPEN_STATES, actor="buyer", action="withdraw", to=CLOSED, changes=("ended",),
        message="RefundClosed", with_staff="all",
        mark="observed", source="the topic is in public lists",
    ),
    Transition(
        id="10", from_=(WAIT_SELLER_AGREE,), actor="seller", action="ship", guard="unshipped", to=CLOSED,
        changes=("ended",), message="RefundClosed",
        mark="observed", source="public timeout schedules: shipping closes a refund of unshipped goods",
    ),
    Transition(
        id="11", from_=(WAIT_SELLER_AGREE,), actor="timer", action="timeout", guard="refund_only", to=SUCCESS,
        changes=_PAYS, message="RefundSuccess",
        mark="observed", source="public timeout schedules: the platform pays when the seller is silent",
    ),
    Transition(
        id="11b", from_=(WAIT_SELLER_AGREE,), actor="timer", action="timeout", guard="returns_goods",
        to=WAIT_BUYER_RETURN_GOODS, changes=("address", "address_id"),
        message="RefundSellerAgreeAgreement",
        mark="assumed", source="general knowledge: the default return address is used",
    ),
    Transition(
        id="12", from_=(WAIT_BUYER_RETURN_GOODS,), actor="timer", action="timeout", to=CLOSED, changes=("ended",),
        message="RefundClosed", mark="assumed", source="general knowledge",
    ),
    Transition(
        id="13", from_=(SELLER_REFUSE_BUYER,), actor="timer", action="timeout", to=CLOSED, changes=("ended",),
        message="RefundClosed", mark="observed", source="public timeout schedules",
    ),
    Transition(
        id="14", from_=(WAIT_SELLER_CONFIRM_GOODS,), actor="timer", action="timeout", to=SUCCESS, changes=_PAYS,
        message="RefundSuccess", mark="assumed", source="general knowledge: ten days",
    ),
    Transition(
        id="16", from_=OPEN_STATES, actor="anyone", action="message",
        bumps="message_bumps_version", visible="message_touches_modified", follows=False,
        message="RefundCreateMessage", keeps_countdown=True,
        with_staff="all",
        mark="documented", source="call and topic are the platform's; the unchanged version is inferred",
    ),
    Transition(
        id="17", from_=(WAIT_SELLER_AGREE,), actor="seller", action="intercept", guard="may_intercept",
        changes=("intercept",), bumps="intercept_bumps_version", follows=False,
        mark="documented", source="call and mark are the platform's; three days from public timeout schedules",
    ),
    Transition(
        id="17b", from_=(WAIT_SELLER_AGREE,), actor="platform", action="intercept_success", guard="intercepting",
        to=SUCCESS, changes=("intercept", *_PAYS), message="RefundSuccess",
        with_staff="all",
        mark="observed", source="the mark, and that the money then goes back, are read by a public ERP",
    ),
    Transition(
        id="17c", from_=(WAIT_SELLER_AGREE,), actor="platform", action="intercept_failure", guard="intercepting",
        changes=("intercept",), bumps=False, follows=False,
        with_staff="all",
        mark="observed", source="the mark is read by a public ERP; that the seller's time begins anew is inferred",
    ),
    Transition(
        id="18", from_=(WAIT_SELLER_AGREE,), actor="seller", action="negotiate", guard="may_offer",
        changes=_OFFER, bumps=False, follows=False, keeps_countdown=True,
        message="NegotiationApply",
        mark="documented", source="the call is the platform's; that nothing else changes is inferred",
    ),
    Transition(
        id="18r", from_=(WAIT_SELLER_AGREE,), actor="seller", action="refuse_with_offer", guard="may_offer_refusing",
        to=SELLER_REFUSE_BUYER, changes=_OFFER, bumps="refuse_bumps_version",
        message="RefundSellerRefuseAgreement",
        mark="assumed", source="support_refuse and refuse_message are documented by name: refused, and yet an offer",
    ),
    Transition(
        id="18b", from_=(WAIT_SELLER_AGREE, SELLER_REFUSE_BUYER), actor="buyer", action="accept_offer", guard="offered",
        to=WAIT_BUYER_RETURN_GOODS,
        changes=("amount", "freight", "kind", "good_status", "reviewed", "address", "address_id", *_OFFER),
        message="NegotiationAgreed", mark="assumed", source="inferred from what the call is for",
    ),
    Transition(
        id="18c", from_=(WAIT_SELLER_AGREE, SELLER_REFUSE_BUYER), actor="buyer", action="decline_offer",
        guard="may_decline",
        changes=_OFFER, bumps=False, follows=False, keeps_countdown=True,
        message="NegotiationRefused",
        mark="assumed", source="inferred from what the call is for",
    ),
    *STAFF_ROWS,
)  # fmt: skip
"""Every row. Applying again after CLOSED (or after a partial SUCCESS) is row 1 with a new refund id."""


@cache
def _rows(state: str, role: str, action: str) -> tuple[Transition, ...]:
    return tuple(row for row in TABLE if state in row.from_ and may(row, role) and row.action == action)


def find(state: str, actor: str, action: str) -> tuple[Transition, ...]:
    """Return the rows for *action* of *actor* (a ledger's or the table's) in *state*; their guards decide."""
    return _rows(state, ROLES.get(actor, actor), action)


def possible(state: str, actor: str = "") -> tuple[str, ...]:
    """Return the actions for which there is a row in *state*, in the table's order; of *actor* alone if given."""
    return actions(TABLE, state, actor)
