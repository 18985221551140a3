"""`taobao.rp.returngoods.agree`, and the address book from which the return address comes."""

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import BAD_ADDRESS, WRONG_STATE, Refused
from simulator.tmall.refund_fields import text_of
from simulator.tmall.shop import Address
from simulator.tmall.transition import Impossible, choose

_BOOK_SINCE = 1_767_196_800
"""When the address book was last changed, in seconds since 1970 (2026-01-01, GMT+8)."""

_BEARERS = {0: "退货运费由卖家承担", 1: "退货运费由买家承担"}
"""What the buyer is told of the return's postage, by `post_fee_bear_role`; our words."""


def agree_return(context: Context) -> Answer:
    """Answer `taobao.rp.returngoods.agree`."""
    args = context.args
    refund = context.refund_to_change()
    context.check_writable(refund)
    wanted = args["seller_address_id"]
    address = next((found for found in context.shop.addresses if found.contact_id == wanted), None)
    virtual = args["virtual_return_goods"] and context.settings["virtual_return"] == "at_once"
    action = "agree_virtual_return" if virtual else "agree_return"
    try:
        # Any address will do to see whether the state allows it: the state is told before the address.
        choose(context.world, refund, INTEGRATION, action, address_id=wanted or 1)
    except Impossible:
        raise Refused(WRONG_STATE) from None
    if address is None:
        raise Refused(BAD_ADDRESS)
    bearer = _BEARERS.get(args.get("post_fee_bear_role", -1), "")
    remark = " ".join(word for word in (args.get("remark", ""), bearer) if word)
    after = platform.agree_return(
        context.world, refund, address, remark, actor=INTEGRATION, cause=context.call.seq, action=action
    )
    data = {"is_success": True}
    return Answer(data=data, body=data, effect=True, told=[Told(after.refund_id, after.change)], fields=("status",))


def search_addresses(context: Context) -> Answer:
    """Answer `taobao.logistics.address.search`."""
    wanted = context.args.get("rdef")
    rows = [_row(context.shop.nick, address) for address in context.shop.addresses if _matches(address, wanted)]
    return Answer(data={"addresses": rows})


def _matches(address: Address, wanted: str | None) -> bool:
    if wanted == "get_def":
        return address.get_def
    if wanted == "cancel_def":
        return address.cancel_def
    if wanted == "no_def":
        return not (address.get_def or address.cancel_def)
    return True


def _row(company: str, address: Address) -> dict[str, object]:
    row: dict[str, object] = {
        "contact_id": address.contact_id,
        "contact_name": address.contact_name,
        "province": address.province,
        "city": address.city,
        "country": address.country,
        "addr": address.addr,
        "zip_code": address.zip_code,
        "phone": address.phone,
        "mobile_phone": address.mobile_phone,
        "seller_company": company,
        "memo": address.memo,
        "area_id": address.area_id,
        "send_def": address.send_def,
        "get_def": address.get_def,
        "cancel_def": address.cancel_def,
        "modify_date": text_of(_BOOK_SINCE),
    }
    return {name: value for name, value in row.items() if value or value is False}
