"""Stopping the parcel (`taobao.rp.refund.intercept`) and offering a return (`taobao.refund.negotiatereturn`)."""

from typing import Any

import msgspec

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.phrase import Phrase
from simulator.tmall import negotiation
from simulator.tmall.amounts import ceiling
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import (
    BAD_REASON,
    CANNOT_REFUSE,
    NO_REASON,
    UNSHIPPED,
    WRONG_STATE,
    Refused,
    business,
    invalid,
)
from simulator.tmall.methods.refunds import reasons_for
from simulator.tmall.refund import Refund
from simulator.tmall.transition import Impossible, choose

WRONG_OFFER = business("isv.invalid-parameter:refund_fee", "协商金额超过可退金额")
WRONG_ADDRESS = business("isv.invalid-parameter:address_id", "收货地址不存在")
WRONG_REASON = business("isv.invalid-parameter:reason_id", "协商原因不存在")
REASONS = ((90101, "协商一致退货"),)
"""The platform's own table is not public; numbers from 90101 so that nobody takes them for real ones."""
TIPS = "协商后买家需确认"
_SHORTEST, _LONGEST = 2, 200
"""Characters of a refusal's words, as for `taobao.refund.refuse`."""
_BY_REASON = {"guard.cannot_refuse": CANNOT_REFUSE, "guard.unshipped": UNSHIPPED, "guard.no_reason": NO_REASON}
"""What is told of a guard that failed, by the id of its reason; of any other, that the state is wrong."""


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
    refusal = _refusal(context)
    refund = _to_change(context)
    amount = args["refund_fee"]
    action = "negotiate" if refusal is None else "refuse_with_offer"
    address = next((found for found in context.shop.addresses if found.contact_id == args["address_id"]), None)
    try:
        # The state is told before the terms, and so any terms will do to see whether it allows an offer.
        choose(context.world, refund, INTEGRATION, action, offer_amount=1, offer_address=1)
    except Impossible as impossible:
        why = impossible.why
        found = _BY_REASON.get(why.key) if isinstance(why, Phrase) else None
        raise Refused(found or WRONG_STATE) from None
    if address is None:
        raise Refused(WRONG_ADDRESS)
    if args.get("reason_id", REASONS[0][0]) not in dict(REASONS):
        raise Refused(WRONG_REASON)
    shipped = bool(context.world.state.orders[refund.oid].consigned)
    if refusal is not None and refusal.reason not in {str(row[0]) for row in reasons_for(refund, shipped=shipped)}:
        raise Refused(BAD_REASON)
    try:
        after = negotiation.negotiate(
            context.world,
            refund,
            amount,
            address,
            args.get("negotiate_text", ""),
            binds=not args.get("support_buyer_refuse", True),
            refusal=refusal,
            actor=INTEGRATION,
            cause=context.call.seq,
        )
    except Impossible:
        raise Refused(WRONG_OFFER) from None
    return _done(after)


class _RefuseMessage(msgspec.Struct):
    """`refuse_message`, a JSON object."""

    refuse_reason_id: int
    refuse_message: str


def _refusal(context: Context) -> negotiation.Refusal | None:
    """Return what the offer refuses; nothing where it refuses nothing.

    Raises:
        Refused: if the call says that it refuses and not why, or the other way round.
    """
    text = context.args.get("refuse_message", "")
    if bool(text) != bool(context.args.get("support_refuse", bool(text))):
        raise Refused(invalid("refuse_message"))
    if not text:
        return None
    try:
        told = msgspec.json.decode(text, type=_RefuseMessage)
    except (msgspec.DecodeError, RecursionError):
        raise Refused(invalid("refuse_message")) from None
    if not _SHORTEST <= len(told.refuse_message) <= _LONGEST:
        raise Refused(invalid("refuse_message"))
    return negotiation.Refusal(told.refuse_message, str(told.refuse_reason_id))


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
