"""The predicates behind the guards of the life cycle's table: each returns why not, or nothing."""

from collections.abc import Mapping

from simulator.act import yuan
from simulator.tmall.amounts import FINISHED, TRADE_CLOSED, ceiling, ceiling_for, open_refund
from simulator.tmall.countdowns import too_late
from simulator.tmall.exchange_guards import still_open
from simulator.tmall.guards_staff import STAFF_PREDICATES, Guard
from simulator.tmall.guards_staff import Attempt as Attempt
from simulator.tmall.refund import (
    CANNOT_REFUSE,
    CONSTRAINTS,
    FREIGHT,
    INTERCEPT_APPLY,
    INTERCEPT_FAILED,
    SPECIAL,
    WAIT_SELLER_AGREE,
    Refund,
)
from simulator.words import say

_NO_REASON = "无理由"
"""What a buyer's reason says where the law lets goods go back without any (7天无理由退换货)."""


def _may_apply(attempt: Attempt) -> str:
    world, refund, order = attempt.world, attempt.refund, attempt.order
    if world.settings.of(refund.shop)["applying_blocked"]:
        return say("order.blocked", "the platform takes no applications now, as on the day of a big sale")
    running = open_refund(world.state, refund.oid)
    if running is not None:
        return say(
            "order.open_refund",
            "sub-order {oid} has an open refund already: {id}, {status}",
            oid=refund.oid,
            id=running.refund_id,
            status=running.status,
        )
    exchange = world.state.exchanges.open_on(refund.oid)
    if exchange is not None:
        return still_open(exchange)
    if order.status == TRADE_CLOSED:
        return say("order.closed", "sub-order {oid} is closed: all of it went back", oid=refund.oid)
    if order.status == FINISHED and not world.state.exchanges.turned(order.oid) and too_late(world, order):
        return say(
            "order.too_late",
            "sub-order {oid} is finished, and a refund can be asked for within {days} days only",
            oid=refund.oid,
            days=world.settings.of(refund.shop)["aftersale_days"],
        )
    return _right_terms(attempt)


def _right_terms(attempt: Attempt) -> str:
    refund, order = attempt.refund, attempt.order
    if refund.kind not in ("refund_only", "return_refund"):
        return say("refund.kind", "kind {kind} is neither refund_only nor return_refund", kind=repr(refund.kind))
    if not order.consigned:
        if refund.kind == "return_refund":
            return say(
                "order.nothing_to_return", "sub-order {oid} is not shipped: there is nothing to return", oid=refund.oid
            )
        if refund.good_status != "BUYER_NOT_RECEIVED":
            return say(
                "order.not_received",
                "sub-order {oid} is not shipped: the buyer cannot have received it",
                oid=refund.oid,
            )
    if refund.purpose and refund.purpose not in (FREIGHT, *SPECIAL):
        return say("refund.purpose", "purpose {purpose} is none of {known}", purpose=repr(refund.purpose), known=_FOR)
    if refund.purpose and refund.kind != "refund_only":
        return say("refund.only_money", "a refund of kind {purpose} is about the money only", purpose=refund.purpose)
    if refund.purpose in SPECIAL and not order.consigned:
        return say("refund.price_shipped", "a difference in price goes back once the goods are shipped")
    if refund.constraint not in CONSTRAINTS:
        known = ", ".join(CONSTRAINTS)
        return say("refund.constraint", "constraint {value} is none of {known}", value=refund.constraint, known=known)
    most = ceiling_for(attempt.world.state, order, refund.purpose)
    if not most:
        return say("order.nothing_left", "nothing is left to refund of sub-order {oid}", oid=refund.oid)
    if refund.amount <= 0:
        return say("refund.zero", "the amount must be above 0.00")
    if refund.amount > most:
        return say(
            "order.too_much",
            "amount {amount} is above what is left of sub-order {oid}: {most}",
            amount=yuan(refund.amount),
            oid=refund.oid,
            most=yuan(most),
        )
    return ""


_FOR = ", ".join((FREIGHT, *SPECIAL))


def _reviewed(attempt: Attempt) -> str:
    if attempt.actor != "integration" or attempt.refund.reviewed or not attempt.tmall:
        return ""
    if not attempt.world.settings.of(attempt.refund.shop)["agree_needs_review"]:
        return ""
    return say("guard.reviewed", "a refund of a Tmall shop must be reviewed before it is agreed")


def _refund_only(attempt: Attempt) -> str:
    return (
        ""
        if attempt.refund.kind == "refund_only"
        else say("guard.goods_first", "the goods must come back before the money does")
    )


def _may_pay(attempt: Attempt) -> str:
    return _refund_only(attempt) or _reviewed(attempt)


def _early_money(attempt: Attempt) -> str:
    if not attempt.world.settings.of(attempt.refund.shop)["agree_in_wait_buyer_return"]:
        return say("guard.not_sent", "the buyer has not sent the goods back yet")
    return _reviewed(attempt)


def _returns_goods(attempt: Attempt) -> str:
    if attempt.refund.kind != "return_refund":
        return say("guard.no_goods", "it is a refund without a return: there are no goods to take back")
    return "" if attempt.refund.address_id else say("guard.no_address", "no return address is given")


def _may_refuse(attempt: Attempt) -> str:
    if attempt.refund.constraint == CANNOT_REFUSE:
        return say("guard.cannot_refuse", "this refund cannot be refused (operation constraint cannot_refuse)")
    if not attempt.order.consigned and not attempt.world.settings.of(attempt.refund.shop)["refuse_unshipped"]:
        return say("guard.unshipped", "the goods are not shipped: such a refund cannot be refused")
    if without_reason(attempt.before) and not attempt.world.settings.of(attempt.refund.shop)["refuse_no_reason"]:
        return say("guard.no_reason", "a return that needs no reason (7天无理由) cannot be refused")
    return ""


def without_reason(refund: Refund) -> bool:
    """Tell whether *refund* is an application for a return that needs no reason, as the buyer's reason says."""
    applied = refund.status == WAIT_SELLER_AGREE and refund.kind == "return_refund"
    return applied and _NO_REASON in refund.reason


def _has_parcel(attempt: Attempt) -> str:
    if attempt.refund.kind != "return_refund":
        return say("guard.no_parcel", "it is a refund without a return: there is no parcel")
    return (
        ""
        if attempt.refund.company and attempt.refund.waybill
        else say("guard.parcel", "carrier and waybill must both be given")
    )


def _unshipped(attempt: Attempt) -> str:
    if attempt.refund.kind == "refund_only" and not attempt.order.consigned:
        return ""
    return say("guard.shipped", "the goods are shipped already")


def _ag(attempt: Attempt) -> str:
    has = attempt.world.state.shops[attempt.refund.shop].ag
    return "" if has else say("guard.no_ag", "the shop has no AG (automatic refunds)")


def _ag_unshipped(attempt: Attempt) -> str:
    return _ag(attempt) or _unshipped(attempt)


def _ag_not_stopped(attempt: Attempt) -> str:
    if attempt.before.intercept == INTERCEPT_FAILED:
        return say("guard.told_already", "that has been told already")
    return _ag_unshipped(attempt)


def _tmall(attempt: Attempt) -> str:
    return "" if attempt.tmall else say("guard.tmall", "only Tmall shops review refunds")


def _may_intercept(attempt: Attempt) -> str:
    if attempt.refund.kind != "refund_only" or not attempt.order.consigned:
        return say(
            "guard.interceptable", "only a refund without a return, of goods on their way, can have them intercepted"
        )
    return say("guard.intercepted", "an intercept was asked for already") if attempt.before.intercept else ""


def _intercepting(attempt: Attempt) -> str:
    return "" if attempt.before.intercept == INTERCEPT_APPLY else say("guard.no_intercept", "no intercept is under way")


def _may_offer(attempt: Attempt) -> str:
    refund = attempt.refund
    if not attempt.order.consigned:
        return say(
            "order.nothing_to_return", "sub-order {oid} is not shipped: there is nothing to return", oid=refund.oid
        )
    if refund.purpose:
        return say("refund.only_money", "a refund of kind {purpose} is about the money only", purpose=refund.purpose)
    most = ceiling(attempt.world.state, attempt.order)
    if not 0 < refund.offer_amount <= most:
        return say(
            "guard.offer",
            "the offer {amount} is not above 0.00 and up to {most}",
            amount=yuan(refund.offer_amount),
            most=yuan(most),
        )
    return "" if refund.offer_address else say("guard.no_address", "no return address is given")


def _may_offer_refusing(attempt: Attempt) -> str:
    return _may_offer(attempt) or _may_refuse(attempt)


def _may_decline(attempt: Attempt) -> str:
    return _offered(attempt) or (
        say("guard.offer_binds", "the seller's offer cannot be declined: change or withdraw the application")
        if attempt.before.offer_binds
        else ""
    )


def _offered(attempt: Attempt) -> str:
    return (
        ""
        if attempt.before.offer_amount
        else say("guard.no_offer", "the seller has offered nothing that could be answered")
    )


PREDICATES: Mapping[str, Guard] = {
    "may_apply": _may_apply,
    "right_terms": _right_terms,
    "may_pay": _may_pay,
    "reviewed": _reviewed,
    "early_money": _early_money,
    "returns_goods": _returns_goods,
    "may_refuse": _may_refuse,
    "has_parcel": _has_parcel,
    "unshipped": _unshipped,
    "refund_only": _refund_only,
    "ag": _ag,
    "ag_unshipped": _ag_unshipped,
    "ag_not_stopped": _ag_not_stopped,
    "tmall": _tmall,
    "may_intercept": _may_intercept,
    "intercepting": _intercepting,
    "may_offer": _may_offer,
    "may_offer_refusing": _may_offer_refusing,
    "offered": _offered,
    "may_decline": _may_decline,
    **STAFF_PREDICATES,
}
"""By the names of `simulator.tmall.lifecycle.GUARDS`."""
