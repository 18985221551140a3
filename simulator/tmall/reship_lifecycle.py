"""The life cycle of a re-send (补寄): one table of (state, actor, action, guard) and what each row does.

The platform names the re-send (dispute type RESHIPPING), its messages, and the state in which the buyer is to confirm
the goods that were sent again; how these hang together is inferred. No call of the refund or exchange API agrees to
one or refuses it: people do that, and an ERP reports the parcel, or that there will be none, to AG.
"""

from collections.abc import Mapping

from simulator.tmall.dispute_staff import STAFF_GUARDS, staff_rows
from simulator.tmall.exchange import (
    CLOSED,
    PENDING,
    SUCCESS,
    WAIT_BUYER_MODIFY,
    WAIT_BUYER_RESENT,
    WAIT_SELLER_SHIP,
)
from simulator.tmall.lifecycle_row import NONE, Transition

STATES = (PENDING, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP, WAIT_BUYER_RESENT, CLOSED, SUCCESS)

GUARDS: Mapping[str, str] = {
    "may_reship": "the sub-order is shipped, has nothing open, something left, and is not too long finished",
    "some_pieces": "what is to be sent again is at least one piece, and not more than were bought",
    "has_shipment": "carrier and waybill of the goods sent again are given",
    **STAFF_GUARDS,
}
"""What each guard asks; the predicates stand in `simulator.tmall.exchange_guards`."""

_ANY = (PENDING, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP, WAIT_BUYER_RESENT)
_TOPIC = "the topic is the platform's; the state it leads to is inferred"
_AG = "AG has a call for the parcel of goods sent again; that it moves the re-send is inferred"
_SCHEDULE = "no public schedule names it"

TABLE: tuple[Transition, ...] = (
    Transition(
        id="s1", from_=(NONE,), actor="buyer", action="apply", guard="may_reship", to=PENDING,
        changes=("dispute_id", "tid", "oid", "phase", "total", "num", "created", "reason", "desc"),
        message="ReshippingBuyerApply", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s2", from_=(PENDING,), actor="seller", action="agree", to=WAIT_SELLER_SHIP,
        message="ReshippingSellerAccept", with_staff="hand", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s3", from_=(PENDING, WAIT_SELLER_SHIP), actor="seller", action="refuse", to=WAIT_BUYER_MODIFY,
        message="ReshippingSellerRefused", with_staff="hand", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s4", from_=(PENDING, WAIT_BUYER_MODIFY), actor="buyer", action="modify", guard="some_pieces", to=PENDING,
        changes=("num", "reason", "desc"), round=True,
        message="ReshippingBuyerModify", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s5", from_=(PENDING, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP), actor="buyer", action="withdraw", to=CLOSED,
        changes=("ended",), message="ReshippingBuyerClose", with_staff="all", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s6", from_=(PENDING, WAIT_SELLER_SHIP), actor="seller", action="ship", guard="has_shipment",
        to=WAIT_BUYER_RESENT, changes=("seller_company", "seller_waybill"),
        message="ReshippingSellerConsignGoods", with_staff="hand", mark="documented", source=f"{_TOPIC}; {_AG}",
    ),
    Transition(
        id="s7", from_=(WAIT_BUYER_RESENT,), actor="seller", action="void", to=WAIT_SELLER_SHIP,
        changes=("seller_company", "seller_waybill"), with_staff="hand", mark="assumed", source=_AG,
    ),
    Transition(
        id="s8", from_=(WAIT_BUYER_RESENT,), actor="buyer", action="confirm", to=SUCCESS, changes=("ended",),
        message="ReshippingBuyerConfirm", with_staff="all", mark="documented", source=_TOPIC,
    ),
    Transition(
        id="s9", from_=(WAIT_BUYER_RESENT,), actor="timer", action="timeout", to=SUCCESS, changes=("ended",),
        message="ReshippingBuyerConfirm", mark="assumed", source=_SCHEDULE,
    ),
    Transition(
        id="s10", from_=(PENDING,), actor="timer", action="timeout", to=WAIT_SELLER_SHIP,
        message="ReshippingSellerAccept", mark="assumed", source=f"{_SCHEDULE}; who is silent agrees",
    ),
    Transition(
        id="s11", from_=(WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP), actor="timer", action="timeout", to=CLOSED,
        changes=("ended",), message="ReshippingBuyerClose", mark="assumed",
        source=f"{_SCHEDULE}; the buyer can ask for the money then",
    ),
    Transition(
        id="s12", from_=_ANY, actor="anyone",
        action="message", bumps=False, visible=False, keeps_countdown=True,
        with_staff="all", mark="assumed", source="as with refunds",
    ),
    *staff_rows(
        ("s13", "s14", "s15", "s16", "s17", "s18"), _ANY,
        for_buyer=(WAIT_SELLER_SHIP, "ReshippingSellerAccept"), for_seller=(CLOSED, "ReshippingBuyerClose"),
    ),
)  # fmt: skip
"""Every row."""
