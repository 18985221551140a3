"""AG (AliGenius, 自动化退款): what ERPs report of shipments and returns, and what the platform makes of it.

The shop has set rules on the platform, and its ERP reports facts only. Every report is kept as a row `ag_report`, by
what it is about; a repeated one takes the place of the one before, and counts.
"""

from typing import Any, Literal

import msgspec

from simulator.tmall import exchanges
from simulator.tmall.ag_messages import tell_report
from simulator.tmall.exchange import Exchange
from simulator.tmall.refund import INTERCEPT_FAILED, Refund
from simulator.tmall.transition import Impossible, choose, outcome, write
from simulator.world import Put, World


class CancelGoods(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `sendgoods.cancel`. Fees are fen."""

    refund_id: int
    tid: int
    status: Literal["SUCCESS", "FAIL"]
    oid: int | None = None
    operate_time: str = ""
    refund_fee: int | None = None
    outer_id: str = ""
    auction_id: int | None = None
    auction_num: int | None = None
    msg: str = ""


class RefundCheck(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `refunds.check`, whose texts contradict each other about the unit of the fee: setting `ag_check_fee`."""

    refund_id: int
    status: Literal["SUCCESS"]
    msg: str
    tid: int | None = None
    oid: int | None = None
    operate_time: str = ""
    refund_fee: int | float | str | None = None


class Commodity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Goods in a further parcel."""

    goods_quantity: int
    item_id: str


class Parcels(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `logistics.packages.notice`."""

    commodity_infos: list[Commodity]
    import_type: Literal[1, 2, 3, 99]
    mail_no: str
    parent_order_id: int
    tp_code: str


class Resend(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `warehouse.resend.update`: -1 closed, 1 done, 2 partly done."""

    status: Literal[-1, 1, 2]
    tid: int
    msg: str
    source_id: str
    reissue_id: str = ""


class Goods(msgspec.Struct, frozen=True, omit_defaults=True):
    """Goods that are sent again."""

    num: int
    goods_id: str
    oid: int | None = None


class ResendParcel(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `warehouse.resend.logistics.msg.post`: -1 void, 1 issued."""

    goods_item_list: list[Goods]
    status: Literal[-1, 1]
    tid: int
    msg: str
    source_id: str
    mail_no: str = ""
    biz_id: str = ""
    company_name: str = ""
    order_code: str = ""


class ReturnEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `warehouse.reverse.event.update`: 1 is a change of the state."""

    id: str = ""
    remark: str = ""
    extra: str = ""
    value: str = ""
    type: Literal[1] | None = None


class ReturnedGoods(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a return order: 1 good, 2 damaged, 3 partly good, 4 unconfirmed. Money is fen."""

    actual_qty: int
    qr_code: str
    status: Literal[1, 2, 3, 4]
    oid: int | None = None
    id: str = ""
    item_id: str = ""
    item_code: str = ""
    item_name: str = ""
    auction_name: str = ""
    owner_nick: str = ""
    type: int | None = None
    plan_qty: int | None = None
    plan_status: int | None = None
    price: int | None = None
    actual_fee: int | None = None
    extra: str = ""


class ReturnOrder(msgspec.Struct, frozen=True, omit_defaults=True):
    """A return order of the warehouse: 1 created, 2 to be received, 3 received, 5 cancelled."""

    goods_item_d_t_o_list: list[ReturnedGoods]
    warehouse_name: str
    adr: str
    district_name: str
    city_name: str
    province_name: str
    country_name: str
    create_time: str
    status: Literal[1, 2, 3, 5]
    cp_code: str
    cp_name: str
    mail_no: str
    tid: int | None = None
    id: str = ""
    extra: str = ""


class Returns(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `warehouse.reverse.uploading`."""

    uploading_reverse_d_t_o_list: list[ReturnOrder]


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `identification.case.update`: 1 begun, 2 ended."""

    detail_order_id: int
    occur_time: int
    operate_type: Literal[1, 2]
    operate_tips: str
    outer_case_id: str
    refund_id: int
    ext_attrs: str = ""


class CaseResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `identification.case.result.update`: 1 refundable, 2 exchangeable, 3 not passed."""

    detail_order_id: int
    occur_time: int
    outer_case_id: str
    result_type: Literal[1, 2, 3]
    refund_id: int
    result_tips: str = ""
    ext_attrs: str = ""


def report_resend(
    world: World,
    shop: str,
    kind: str,
    about: str,
    told: Any,
    reship: Exchange,
    does: str,
    *,
    cause: int = 0,
    **values: Any,
) -> Exchange:
    """Keep what the ERP *told*, and perform the re-send's action *does* with it; return the re-send as it is then.

    Raises:
        Impossible: if no row of its life cycle fits.
    """
    kept = _kept(world, shop, kind, about, told)
    return exchanges.step(world, reship, "integration", does, cause=cause, more=(kept,), **values)


def report(
    world: World,
    shop: str,
    kind: str,
    about: str,
    told: Any,
    *,
    refund: Refund | None = None,
    does: str = "",
    cause: int = 0,
) -> Refund | None:
    """Keep what the ERP *told* of kind *kind* about *about*; return *refund* as it is then.

    Where the life cycle's action *does* (which pays the refund, or marks it) is possible, it is in the same entry.
    """
    kept = _kept(world, shop, kind, about, told)
    if refund is not None and does:
        values = {"intercept": INTERCEPT_FAILED} if does == "cancel_failed" else {}
        try:
            row, asked = choose(world, refund, "integration", does, **values)
        except Impossible:
            pass  # a repeated report, or one of a refund that AG leaves to the seller, is only kept
        else:
            new, puts = outcome(world, refund, asked, row)
            paid = write(world, new, [*puts, kept], "integration", does, cause, row.message)
            tell_report(world, paid, kind, cause)
            return paid
    refunds = (refund.refund_id,) if refund is not None else ()
    world.change([kept], actor="integration", action=kind, cause=cause, shop=shop, refunds=refunds)
    if refund is not None:
        tell_report(world, refund, kind, cause)
    return refund


def _kept(world: World, shop: str, kind: str, about: str, told: Any) -> Put:
    ident = f"{kind} {shop} {about}"
    before = world.state.table("ag_report").get(ident)
    times = before["times"] + 1 if before else 1
    values = {"shop": shop, "kind": kind, "about": about, "told": told, "at": world.clock.seconds(), "times": times}
    return "ag_report", ident, values
