"""The predicates behind the guards of exchanges and re-sends: each returns why not, or nothing."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.tmall.amounts import FINISHED, TRADE_CLOSED, ceiling, open_refund
from simulator.tmall.countdowns import too_late
from simulator.tmall.exchange import REPAIR, RESHIP, Exchange
from simulator.tmall.guards_staff import IN_HAND, OPEN_CASE, stops
from simulator.tmall.lifecycle_row import ROLES, Transition
from simulator.tmall.refund import CALLED
from simulator.tmall.trade import Order
from simulator.words import say
from simulator.world import World


class Attempt(NamedTuple):
    """What an actor wants: the exchange *asked* for, with its new values but still in its old state."""

    world: World
    asked: Exchange
    actor: str = ""

    @property
    def before(self) -> Exchange:
        """The exchange as it was before the attempt."""
        return self.world.state.exchanges.rows[self.asked.dispute_id]


def _may_exchange(attempt: Attempt) -> str:
    world, asked = attempt.world, attempt.asked
    if world.state.shops[asked.shop].type != "B":
        return say("exchange.tmall", "exchanges are for Tmall shops")
    return _in_dispute(attempt) or _nothing_left(attempt) or _other_goods(attempt)


def _may_reship(attempt: Attempt) -> str:
    return _in_dispute(attempt) or _nothing_left(attempt) or _some_pieces(attempt)


def _may_repair(attempt: Attempt) -> str:
    return _in_dispute(attempt) or _nothing_left(attempt)


def _in_dispute(attempt: Attempt) -> str:
    """Return what is open on the sub-order already, or that nobody can apply for anything now."""
    state, oid = attempt.world.state, attempt.asked.oid
    running = open_refund(state, oid)
    if running is not None:
        said = {"oid": oid, "id": running.refund_id, "status": running.status}
        return say("order.refunding", "sub-order {oid} has an open refund: {id}, {status}", **said)
    other = state.exchanges.open_on(oid)
    if other is not None:
        return still_open(other)
    if attempt.world.settings.of(attempt.asked.shop)["applying_blocked"]:
        return say("order.blocked", "the platform takes no applications now, as on the day of a big sale")
    return ""


def still_open(other: Exchange) -> str:
    """Return that *other*, which is open, keeps its sub-order from anything else."""
    said = {"oid": other.oid, "id": other.dispute_id, "status": other.status}
    if other.kind == RESHIP:
        return say("order.open_reship", "sub-order {oid} has an open re-send: {id}, {status}", **said)
    if other.kind == REPAIR:
        return say("order.open_repair", "sub-order {oid} has an open repair: {id}, {status}", **said)
    return say("order.open_exchange", "sub-order {oid} has an open exchange: {id}, {status}", **said)


def _nothing_left(attempt: Attempt) -> str:
    """Return why nothing of the sub-order can be exchanged, sent again or mended (any more)."""
    world, asked = attempt.world, attempt.asked
    if asked.kind == REPAIR:
        return _nothing_to_mend(world, world.state.orders[asked.oid])
    order, oid, again = world.state.orders[asked.oid], asked.oid, asked.kind == RESHIP
    if not order.consigned:
        if again:
            return say(
                "order.nothing_to_reship", "sub-order {oid} is not shipped: there is nothing to send again", oid=oid
            )
        return say("order.nothing_to_exchange", "sub-order {oid} is not shipped: there is nothing to exchange", oid=oid)
    if order.status == TRADE_CLOSED or not ceiling(world.state, order):
        if again:
            return say("order.paid_for", "sub-order {oid} is paid back: nothing is sent again", oid=oid)
        return say("order.paid_back", "sub-order {oid} is paid back: there is nothing to exchange", oid=oid)
    if order.status == FINISHED and too_late(world, order):
        days = world.settings.of(asked.shop)["aftersale_days"]
        if again:
            return say(
                "order.reship_late",
                "sub-order {oid} is finished, and a re-send can be asked for within {days} days only",
                oid=oid,
                days=days,
            )
        return say(
            "order.exchange_late",
            "sub-order {oid} is finished, and an exchange can be asked for within {days} days only",
            oid=oid,
            days=days,
        )
    return ""


def _nothing_to_mend(world: World, order: Order) -> str:
    if not order.consigned:
        return say("order.nothing_to_mend", "sub-order {oid} is not shipped: there is nothing to mend", oid=order.oid)
    if order.status == TRADE_CLOSED or not ceiling(world.state, order):
        return say("order.not_mended", "sub-order {oid} is paid back: nothing is mended", oid=order.oid)
    if order.status == FINISHED and too_late(world, order):
        return say(
            "order.repair_late",
            "sub-order {oid} is finished, and a repair can be asked for within {days} days only",
            oid=order.oid,
            days=world.settings.of(order.shop)["aftersale_days"],
        )
    return ""


def _other_goods(attempt: Attempt) -> str:
    return "" if attempt.asked.wanted else say("exchange.which", "say which goods are wanted instead")


def _some_pieces(attempt: Attempt) -> str:
    asked = attempt.asked
    most = attempt.world.state.orders[asked.oid].num
    if 1 <= asked.num <= most:
        return ""
    return say("reship.pieces", "{num} is no number of pieces to send again: 1 to {most} are", num=asked.num, most=most)


def _has_address(attempt: Attempt) -> str:
    return "" if attempt.asked.address_id else say("guard.no_address", "no return address is given")


def _has_parcel(attempt: Attempt) -> str:
    return _both(attempt.asked.company, attempt.asked.waybill)


def _has_shipment(attempt: Attempt) -> str:
    return _both(attempt.asked.seller_company, attempt.asked.seller_waybill)


def with_staff(world: World, exchange: Exchange, row: Transition, actor: str) -> str:
    """Return why staff's case keeps *actor* from *row*, or nothing."""
    if row.with_staff == "all" or not stops(world.settings.of(exchange.shop), exchange.cs_status):
        return ""
    if row.with_staff == "hand" and actor != "integration":
        return ""
    return say("guard.staff", "the case is in the hands of staff (cs_status {cs})", cs=exchange.cs_status)


def _no_staff(attempt: Attempt) -> str:
    called = attempt.before.cs_status in OPEN_CASE
    return say("guard.staff_called", "staff have been called already") if called else ""


def _staff_called(attempt: Attempt) -> str:
    if attempt.before.cs_status == CALLED:
        return ""
    return say("guard.not_called", "staff step in when they are called, or after a complaint")


def _staff_in(attempt: Attempt) -> str:
    return "" if attempt.before.cs_status in IN_HAND else say("guard.not_in", "staff have not stepped in")


def _own_case(attempt: Attempt) -> str:
    if attempt.before.cs_status not in OPEN_CASE:
        return say("guard.no_case", "there is no case to withdraw")
    if attempt.before.case_of != ROLES.get(attempt.actor, attempt.actor):
        return say("guard.others_case", "the case is the other party's")
    return ""


def _both(company: str, waybill: str) -> str:
    return "" if company and waybill else say("guard.parcel", "carrier and waybill must both be given")


PREDICATES: Mapping[str, Callable[[Attempt], str]] = {
    "may_exchange": _may_exchange,
    "may_reship": _may_reship,
    "may_repair": _may_repair,
    "other_goods": _other_goods,
    "some_pieces": _some_pieces,
    "has_address": _has_address,
    "has_parcel": _has_parcel,
    "has_shipment": _has_shipment,
    "no_staff": _no_staff,
    "staff_called": _staff_called,
    "staff_in": _staff_in,
    "own_case": _own_case,
}
"""By the names of `GUARDS` of the life cycles: why what is asked for is impossible, or nothing."""
