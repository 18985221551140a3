"""Stopping the parcel (`taobao.rp.refund.intercept`) and offering a return (`taobao.refund.negotiatereturn`)."""

from typing import Any

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import negotiation
from simulator.tmall.amounts import ceiling
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import WRONG_STATE, Refused, business, not_built
from simulator.tmall.refund import Refund
from simulator.tmall.transition import Impossible, choose

WRONG_OFFER = business("isv.invalid-parameter:refund_fee", "协商金额超过可退金额")
WRONG_ADDRESS = business("isv.invalid-parameter:address_id", "收货地址不存在")
WRONG_REASON = business("isv.invalid-parameter:reason_id", "协商原因不存在")
REASONS = ((90101, "协商一致退货"),)
"""The platform's own table is not public; numbers from 90101 so that nobody takes them for real ones."""
TIPS = "协商后买家需确认"


def intercept(context: Context) -> Answer:
    """Answer `taobao.rp.refund.intercept`."""
    refund = _to_change(context)
    try:
        after = negotiation.intercept(context.world, refund, actor=INTEGRATION, cause=context.call.seq)
    except Impossible:
        raise Refused(WRONG_STATE) from None
    return _done(after)


def negotiate(context: Context) -> Answer:
    """Answer `taobao.refund.negotiatereturn`."""
    args = context.args
    if "refuse_message" in args:  # it would refuse the refund as well
        raise Refused(not_built(f"{context.method.name} with refuse_message"))
    refund = _to_change(context)
    amount = args["refund_fee"]
    address = next((found for found in context.shop.addresses if found.contact_id == args["address_id"]), None)
    try:
        # The state is told before the terms, and so any terms will do to see whether it allows an offer.
        choose(context.world, refund, INTEGRATION, "negotiate", offer_amount=1, offer_address=1)
    except Impossible:
        raise Refused(WRONG_STATE) from None
    if address is None:
        raise Refused(WRONG_ADDRESS)
    if args.get("reason_id", REASONS[0][0]) not in dict(REASONS):
        raise Refused(WRONG_REASON)
    text = args.get("negotiate_text", "")
    try:
        after = negotiation.negotiate(
            context.world, refund, amount, address, text, actor=INTEGRATION, cause=context.call.seq
        )
    except Impossible:
        raise Refused(WRONG_OFFER) from None
    return _done(after)


def get_terms(context: Context) -> Answer:
    """Answer `taobao.refund.negotiatereturn.render`."""
    refund, state = context.refund(), context.world.state
    data: dict[str, Any] = {
        "apply_tips": TIPS,
        "refund_version": refund.version,
        "reason_list": [{"reason_id": number, "reason_text": text} for number, text in REASONS],
        "max_refund_fee": {"max_refund_fee": ceiling(state, state.orders[refund.oid])},
        "address_list": [
            {
                "address_id": address.contact_id,
                "receiver_name": address.contact_name,
                "post_code": address.zip_code,
                "mobile": address.mobile_phone or address.phone,
                "country_name": "中国",
                "province_name": address.province,
                "city_name": address.city,
                "area_name": address.country,
                "town_name": address.town,
                "division_code": str(address.area_id) if address.area_id else "",
                "address_detail": address.addr,
            }
            for address in context.shop.addresses
        ],
    }
    return Answer(data=data, told=[Told(refund.refund_id, refund.change)], fields=("version",))


def _to_change(context: Context) -> Refund:
    refund = context.refund_to_change()
    context.check_writable(refund)
    return refund


def _done(after: Refund) -> Answer:
    """Return the answer to a write that holds nothing but the request's id."""
    return Answer(effect=True, told=[Told(after.refund_id, after.change)])
