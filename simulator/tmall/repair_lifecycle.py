"""The life cycle of a repair (维修): one table of (state, actor, action, guard) and what each row does.

The platform names repairs (dispute type REPAIR), and public schedules say how long the seller may take to agree and to
send the goods back mended, and what follows else. How these hang together is inferred from exchanges. No call of the
platform's API writes to a repair and no topic tells of one: people handle it by hand, and lists of refunds show it.
"""

from collections.abc import Mapping

from simulator.tmall.dispute_staff import STAFF_GUARDS, staff_rows
from simulator.tmall.exchange import (
    CLOSED,
    PENDING,
    RETURNED,
    SUCCESS,
    TURNED_TO_REFUND,
    WAIT_BUYER_MODIFY,
    WAIT_BUYER_RESENT,
    WAIT_BUYER_RETURN,
)
from simulator.tmall.lifecycle_row import NONE, Transition

STATES = (
    PENDING,
    WAIT_BUYER_RETURN,
    RETURNED,
    WAIT_BUYER_MODIFY,
    WAIT_BUYER_RESENT,
    CLOSED,
    SUCCESS,
    TURNED_TO_REFUND,
)

GUARDS: Mapping[str, str] = {
    "may_repair": "the sub-order is shipped, has nothing open, something left, and is not too long finished",
    "has_parcel": "carrier and waybill of the goods that go to the seller are given",
    "has_shipment": "carrier and waybill of the goods that come back mended are given",
    **STAFF_GUARDS,
}
"""What each guard asks; the predicates stand in `simulator.tmall.exchange_guards`."""

_ANY = (PENDING, WAIT_BUYER_RETURN, RETURNED, WAIT_BUYER_MODIFY, WAIT_BUYER_RESENT)
_LIKE = "as with exchanges; the platform names the dispute, not its steps"
_SCHEDULE = "no public schedule names it"
_CHANGE = "a public account of the change of 2023"

TABLE: tuple[Transition, ...] = (
    Transition(
        id="m1", from_=(NONE,), actor="buyer", action="apply", guard="may_repair", to=PENDING,
        changes=("dispute_id", "tid", "oid", "phase", "total", "num", "created", "reason", "desc"),
        mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m2", from_=(PENDING,), actor="seller", action="agree", to=WAIT_BUYER_RETURN,
        changes=("address", "address_id"), with_staff="hand", mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m3", from_=(PENDING,), actor="seller", action="refuse", to=WAIT_BUYER_MODIFY, with_staff="hand",
        mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m4", from_=(PENDING, WAIT_BUYER_MODIFY), actor="buyer", action="modify", to=PENDING,
        changes=("reason", "desc"), round=True, mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m5", from_=(PENDING, WAIT_BUYER_RETURN, WAIT_BUYER_MODIFY), actor="buyer", action="withdraw", to=CLOSED,
        changes=("ended",), with_staff="all", mark="assumed", source=f"{_LIKE}; goods under repair come back first",
    ),
    Transition(
        id="m6", from_=(WAIT_BUYER_RETURN,), actor="buyer", action="ship_back", guard="has_parcel", to=RETURNED,
        changes=("company", "waybill", "good_status"), with_staff="all", mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m7", from_=(RETURNED,), actor="seller", action="ship", guard="has_shipment", to=WAIT_BUYER_RESENT,
        changes=("seller_company", "seller_waybill"), with_staff="hand", mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m8", from_=(WAIT_BUYER_RESENT,), actor="buyer", action="confirm", to=SUCCESS, changes=("ended",),
        with_staff="all", mark="assumed", source=_LIKE,
    ),
    Transition(
        id="m9", from_=(PENDING,), actor="timer", action="timeout", to=WAIT_BUYER_RETURN,
        changes=("address", "address_id"), mark="observed", source=f"{_CHANGE}: it is agreed to by itself",
    ),
    Transition(
        id="m10", from_=(WAIT_BUYER_RETURN, WAIT_BUYER_MODIFY), actor="timer", action="timeout", to=CLOSED,
        changes=("ended",), mark="assumed", source=_SCHEDULE,
    ),
    Transition(
        id="m11", from_=(RETURNED,), actor="timer", action="timeout", to=TURNED_TO_REFUND, changes=("ended",),
        mark="observed", source=f"{_CHANGE}: the platform gives the money back; here by a refund that follows",
    ),
    Transition(
        id="m12", from_=(WAIT_BUYER_RESENT,), actor="timer", action="timeout", to=SUCCESS, changes=("ended",),
        mark="assumed", source=_SCHEDULE,
    ),
    Transition(
        id="m13", from_=_ANY, actor="anyone", action="message", bumps=False, visible=False, keeps_countdown=True,
        with_staff="all", mark="assumed", source="as with refunds",
    ),
    *staff_rows(
        ("m14", "m15", "m16", "m17", "m18", "m19"), _ANY,
        for_buyer=(TURNED_TO_REFUND, ""), for_seller=(CLOSED, ""), called="",
    ),
)  # fmt: skip
"""Every row."""
