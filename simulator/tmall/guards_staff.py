"""The predicates behind the guards of staff's and the platform's rows, and who may act while staff have the case."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.settings import AnySettings
from simulator.tmall.amounts import open_refund
from simulator.tmall.lifecycle_row import ROLES, Transition
from simulator.tmall.refund import (
    ADVANCE_ASKED,
    ADVANCE_CLOSED,
    ADVANCE_PAID,
    APPEAL,
    CALLED,
    COLLECTING_PROOF,
    FIRST_REVIEW,
    NO_ADVANCE,
    ON_WEB,
    REVIEW_FAILED,
    STEPPED_IN,
    WAIT_SELLER_CONFIRM_GOODS,
    Refund,
)
from simulator.tmall.trade import Order
from simulator.words import say
from simulator.world import World

IN_HAND = frozenset({STEPPED_IN, FIRST_REVIEW, REVIEW_FAILED, COLLECTING_PROOF})
"""Values of cs_status at which staff have stepped in and not ruled yet."""
OPEN_CASE = IN_HAND | {CALLED, APPEAL}
"""Values of cs_status at which staff have not ruled yet."""

STAFF = "staff"
"""What `Impossible.guard` says where staff have the case."""


class Attempt(NamedTuple):
    """What an actor wants: *refund* with its new values but still in its old state."""

    world: World
    refund: Refund
    actor: str

    @property
    def order(self) -> Order:
        """The sub-order that the refund is about."""
        return self.world.state.orders[self.refund.oid]

    @property
    def tmall(self) -> bool:
        """Whether the shop is a Tmall shop."""
        return self.world.state.shops[self.refund.shop].type == "B"

    @property
    def before(self) -> Refund:
        """The refund as it was before the attempt."""
        return self.world.state.refunds[self.refund.refund_id]


Guard = Callable[[Attempt], str]
"""Why the attempt is not possible, or empty."""


def stops(settings: AnySettings, cs_status: int) -> bool:
    """Tell whether the seller's countdown stands still, and calls may not write, at *cs_status*."""
    if cs_status == COLLECTING_PROOF:
        return bool(settings["staff_proof_stops"])
    return CALLED <= cs_status < 6


def in_the_way(world: World, refund: Refund, row: Transition, actor: str) -> str:
    """Return why staff's case, or the web-only constraint, keeps *actor* from *row*, or nothing."""
    if actor == "integration" and refund.constraint == ON_WEB:
        return say("guard.on_web", "this refund can be handled on the web page only (operation constraint)")
    if refund.cs_status == 1 or row.with_staff == "all" or not stops(world.settings.of(refund.shop), refund.cs_status):
        return ""
    if row.with_staff == "hand" and actor != "integration":
        return ""
    return say("guard.staff", "the case is in the hands of staff (cs_status {cs})", cs=refund.cs_status)


def _no_staff(attempt: Attempt) -> str:
    if attempt.before.cs_status in OPEN_CASE - {APPEAL}:
        return say("guard.staff_called", "staff have been called already")
    return ""


def _no_complaint(attempt: Attempt) -> str:
    return say("guard.complained", "there is a case already") if attempt.before.cs_status in OPEN_CASE else ""


def _staff_called(attempt: Attempt) -> str:
    if attempt.before.cs_status in (CALLED, APPEAL):
        return ""
    return say("guard.not_called", "staff step in when they are called, or after a complaint")


def _staff_in(attempt: Attempt) -> str:
    return "" if attempt.before.cs_status in IN_HAND else say("guard.not_in", "staff have not stepped in")


def _staff_returns(attempt: Attempt) -> str:
    if not attempt.order.consigned or attempt.before.purpose:
        return say("guard.nothing_returns", "there are no goods that could come back")
    address = attempt.refund.address_id
    return _staff_in(attempt) or ("" if address else say("guard.no_address", "no return address is given"))


def _own_complaint(attempt: Attempt) -> str:
    if attempt.before.cs_status not in OPEN_CASE:
        return say("guard.no_case", "there is no case to withdraw")
    if attempt.before.case_of != ROLES.get(attempt.actor, attempt.actor):
        return say("guard.others_case", "the case is the other party's")
    return ""


def _may_reverse(attempt: Attempt) -> str:
    state, refund = attempt.world.state, attempt.refund
    if not attempt.order.consigned:
        return say("guard.kept_goods", "the goods never left the seller: there is no reason to reverse it")
    if open_refund(state, refund.oid) is not None or state.exchanges.open_on(refund.oid) is not None:
        return say("guard.newer", "another refund or exchange of the sub-order is open")
    return ""


def _may_advance(attempt: Attempt) -> str:
    refund = attempt.before
    if refund.status == WAIT_SELLER_CONFIRM_GOODS or (refund.kind == "refund_only" and not attempt.order.consigned):
        return ""
    return say("guard.advance", "the platform pays in advance for unshipped goods, or once the goods are on their way")


def _may_ask_advance(attempt: Attempt) -> str:
    if attempt.before.advance_status not in (NO_ADVANCE, ADVANCE_CLOSED):
        return say("guard.advance_running", "an advance is asked for already")
    return _may_advance(attempt)


def _advance_asked(attempt: Attempt) -> str:
    if attempt.before.advance_status == ADVANCE_ASKED:
        return ""
    return say("guard.no_advance_asked", "the buyer has not asked for an advance")


def _advance_paid(attempt: Attempt) -> str:
    status = attempt.before.advance_status
    if status == ADVANCE_PAID:
        return ""
    return say("guard.no_advance_paid", "no advance is open (advance_status {status})", status=status)


def _advance_goods(attempt: Attempt) -> str:
    if attempt.before.kind == "refund_only":
        return say("guard.nothing_returns", "there are no goods that could come back")
    return _advance_paid(attempt)


def _counting(attempt: Attempt) -> str:
    return "" if attempt.before.due else say("guard.no_countdown", "no countdown runs")


def _other_constraint(attempt: Attempt) -> str:
    if attempt.refund.constraint == attempt.before.constraint:
        return say("guard.same_constraint", "that is its constraint already")
    return ""


def _other_address(attempt: Attempt) -> str:
    if attempt.refund.address_id in (0, attempt.before.address_id):
        return say("guard.same_address", "that is where the goods go already")
    return ""


STAFF_PREDICATES: Mapping[str, Guard] = {
    "no_staff": _no_staff,
    "no_complaint": _no_complaint,
    "staff_called": _staff_called,
    "staff_in": _staff_in,
    "staff_returns": _staff_returns,
    "own_complaint": _own_complaint,
    "may_reverse": _may_reverse,
    "may_advance": _may_advance,
    "may_ask_advance": _may_ask_advance,
    "advance_asked": _advance_asked,
    "advance_paid": _advance_paid,
    "advance_goods": _advance_goods,
    "counting": _counting,
    "other_constraint": _other_constraint,
    "other_address": _other_address,
}
"""By the names of `simulator.tmall.lifecycle_staff.STAFF_GUARDS`."""
