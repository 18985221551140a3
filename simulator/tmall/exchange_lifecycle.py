"""The life cycle of an exchange: one table of (state, actor, action, guard) and what each row does.

It has the shape of the refund's table in `simulator.tmall.lifecycle`; `simulator.tmall.exchanges` performs its rows.
"""

from collections.abc import Mapping

from simulator.tmall.dispute_staff import STAFF_GUARDS, staff_rows
from simulator.tmall.exchange import (
    CLOSED,
    OPEN,
    PENDING,
    RETURNED,
    SUCCESS,
    TURNED_TO_REFUND,
    WAIT_BUYER_MODIFY,
    WAIT_BUYER_RECEIPT,
    WAIT_BUYER_RETURN,
    WAIT_SELLER_SHIP,
)
from simulator.tmall.lifecycle_row import NONE, Transition

STATES = (
    PENDING,
    WAIT_BUYER_RETURN,
    RETURNED,
    WAIT_BUYER_MODIFY,
    WAIT_SELLER_SHIP,
    WAIT_BUYER_RECEIPT,
    CLOSED,
    SUCCESS,
    TURNED_TO_REFUND,
)

GUARDS: Mapping[str, str] = {
    "may_exchange": "Tmall; the sub-order is shipped, has nothing open, something left, and is not too long finished",
    "other_goods": "the buyer says which goods are wanted instead",
    "has_address": "an address for the goods that come back is given",
    "has_parcel": "carrier and waybill of the goods that come back are given",
    "has_shipment": "carrier and waybill of the goods sent instead are given",
    **STAFF_GUARDS,
}
"""What each guard asks; the predicates stand in `simulator.tmall.exchange_guards`."""

_ANY = tuple(state for state in STATES if state in OPEN)
_SELLERS_TURN = (PENDING, RETURNED, WAIT_SELLER_SHIP)
_SHIPMENT = ("seller_company", "seller_waybill")
_CALL = "the call is the platform's; the state it leads to is inferred"
_SCHEDULE = "public timeout schedules name ten days for goods that came back; the others are inferred"

TABLE: tuple[Transition, ...] = (
    Transition(
        id="x1", from_=(NONE,), actor="buyer", action="apply", guard="may_exchange", to=PENDING,
        changes=("dispute_id", "tid", "oid", "phase", "total", "wanted", "created", "reason", "desc"),
        message="RefundCreated", mark="documented", source="states are the platform's; who may apply is inferred",
    ),
    Transition(
        id="x2", from_=(PENDING,), actor="seller", action="agree", guard="has_address", to=WAIT_BUYER_RETURN,
        changes=("address", "address_id"), message="ExchangeAgree", with_staff="hand", mark="documented", source=_CALL,
    ),
    Transition(
        id="x3", from_=(PENDING,), actor="seller", action="refuse", to=WAIT_BUYER_MODIFY, changes=("refusal",),
        message="RefundSellerRefuseAgreement", with_staff="hand", mark="documented", source=_CALL,
    ),
    Transition(
        id="x4", from_=(WAIT_BUYER_MODIFY,), actor="buyer", action="modify", guard="other_goods", to=PENDING,
        changes=("wanted", "reason", "desc"), round=True,
        message="ExchangeModified", mark="documented", source="the state says that the buyer is to modify",
    ),
    Transition(
        id="x5", from_=_ANY, actor="buyer", action="withdraw", to=CLOSED, changes=("ended",),
        message="ExchangeClosed", with_staff="all", mark="assumed", source="as with refunds",
    ),
    Transition(
        id="x6", from_=(WAIT_BUYER_RETURN,), actor="buyer", action="ship_back", guard="has_parcel", to=RETURNED,
        changes=("company", "waybill", "good_status"), message="RefundBuyerReturnGoods",
        with_staff="all", mark="documented", source="states and fields are the platform's",
    ),
    Transition(
        id="x7", from_=(RETURNED,), actor="seller", action="receive", to=WAIT_SELLER_SHIP,
        message="ExchangeSellerConfirmed", with_staff="hand", mark="documented", source=_CALL,
    ),
    Transition(
        id="x8", from_=(RETURNED,), actor="seller", action="refuse_return", to=WAIT_BUYER_MODIFY,
        changes=("refusal",), message="RefundSellerRefuseAgreement", with_staff="hand", mark="assumed", source=_CALL,
    ),
    Transition(
        id="x9", from_=(RETURNED,), actor="seller", action="receive_and_ship", guard="has_shipment",
        to=WAIT_BUYER_RECEIPT, changes=_SHIPMENT, message="ExchangeSellerGoodsConsigned",
        with_staff="hand", mark="documented", source=_CALL,
    ),
    Transition(
        id="x10", from_=(WAIT_SELLER_SHIP,), actor="seller", action="ship", guard="has_shipment",
        to=WAIT_BUYER_RECEIPT, changes=_SHIPMENT, message="ExchangeSellerGoodsConsigned",
        with_staff="hand", mark="documented", source=_CALL,
    ),
    Transition(
        id="x11", from_=(WAIT_BUYER_RECEIPT,), actor="buyer", action="confirm", to=SUCCESS, changes=("ended",),
        message="ExchangeSuccess", with_staff="all",
        mark="documented", source="the state says that the buyer is to confirm",
    ),
    Transition(
        id="x12", from_=(WAIT_BUYER_RECEIPT,), actor="timer", action="timeout", to=SUCCESS, changes=("ended",),
        message="ExchangeSuccess", mark="assumed", source=_SCHEDULE,
    ),
    Transition(
        id="x13", from_=(WAIT_BUYER_RETURN, WAIT_BUYER_MODIFY), actor="timer", action="timeout", to=CLOSED,
        changes=("ended",), message="ExchangeClosed", mark="assumed", source=_SCHEDULE,
    ),
    Transition(
        id="x14", from_=_SELLERS_TURN, actor="timer", action="timeout", to=TURNED_TO_REFUND, changes=("ended",),
        message="ExchangeTurnToRefund", mark="observed", source=f"{_SCHEDULE}; a refund of the same sub-order follows",
    ),
    Transition(
        id="x15", from_=_ANY, actor="anyone", action="message", bumps=False, visible=False, keeps_countdown=True,
        message="RefundCreateMessage",
        with_staff="all", mark="documented", source="the call is the platform's; the unchanged version is inferred",
    ),
    *staff_rows(
        ("x16", "x17", "x18", "x19", "x20", "x21"), _ANY,
        for_buyer=(TURNED_TO_REFUND, "ExchangeTurnToRefund"), for_seller=(CLOSED, "ExchangeClosed"),
    ),
)  # fmt: skip
"""Every row."""
