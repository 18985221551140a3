"""The AG methods: `taobao.rdc.aligenius.*` and `taobao.nextone.logistics.*`, with failures inside the answer."""

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import ag
from simulator.tmall.arguments import read_json
from simulator.tmall.context import Context
from simulator.tmall.errors import Refused, invalid
from simulator.tmall.exchange import RESHIP, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP, Exchange
from simulator.tmall.refund import Refund
from simulator.tmall.transition import Impossible

T = TypeVar("T")

_RESULT = ("success", "error_code", "error_info")
_WAREHOUSE = ("success_flag", "fail_code", "fail_info")
_FLAT = ("succeed", "err_code", "err_info")
_UNKNOWN_REFUND = ("REFUND_NOT_EXIST", "退款单不存在")
_UNKNOWN_TRADE = ("TRADE_NOT_EXIST", "交易订单不存在")
_WRONG_FEE = ("REFUND_FEE_ERROR", "退款金额不一致")
_WRONG_STATE = ("RESEND_STATUS_ERROR", "补寄当前状态不允许该操作")
_NO_PARCEL = ("RESEND_LOGISTICS_ERROR", "物流公司和运单号不能为空")
"""Codes are assumed: public samples show SYSTEM_ERROR only."""
_SUCCESS = "SUCCESS"
"""Of an appraisal, in `result_code` and `consume_status`; the values are not public."""

_CLOSED = -1
"""Of an order for goods sent again: there will be none."""
_VOID = -1
"""Of its parcel: it is not the one that goes."""


def _param(context: Context, name: str, kind: type[T]) -> T:
    """Return the JSON text in parameter *name* as a *kind*.

    Raises:
        Refused: if it is no JSON, lacks something, or holds a value that there is not.
    """
    try:
        return msgspec.convert(read_json(name, context.args.get(name, "")), kind, strict=False)
    except msgspec.ValidationError:
        raise Refused(invalid(name)) from None


def _refund(context: Context, number: int) -> Refund | None:
    refund = context.world.state.refunds.get(str(number))
    return refund if refund is not None and refund.shop == context.shop.nick else None


def _trade_is_ours(context: Context, tid: int | None) -> bool:
    trade = context.world.state.trades.get(tid) if tid is not None else None
    return tid is None or (trade is not None and trade.shop == context.shop.nick)


def _failed(problem: tuple[str, str], names: tuple[str, str, str] = _RESULT, *, flat: bool = False) -> Answer:
    found: dict[str, Any] = dict(zip(names, (False, *problem), strict=True))
    data = found if flat else {"result": found}
    return Answer(data=data, body=data)


def _done(data: dict[str, Any], refund: Refund | None = None) -> Answer:
    told = [Told(refund.refund_id, refund.change)] if refund is not None else []
    return Answer(data=data, body=data, effect=True, told=told)


def _keep(context: Context, about: object, told: object, refund: Refund | None = None, does: str = "") -> Refund | None:
    return ag.report(
        context.world,
        context.shop.nick,
        context.call.alias.removeprefix("tmall."),
        str(about),
        msgspec.to_builtins(told),
        refund=refund,
        does=does,
        cause=context.call.seq,
    )


def validate(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.account.validate`."""
    return Answer(data={"result": {"success": True, "result_data": {"ag_account": int(context.shop.ag)}}})


def cancel_shipment(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.sendgoods.cancel`: AG pays a refund of unshipped goods that stayed."""
    told = _param(context, "param", ag.CancelGoods)
    refund = _refund(context, told.refund_id)
    if refund is None:
        return _failed(_UNKNOWN_REFUND)
    if told.tid != refund.tid or told.oid not in (None, refund.oid):
        return _failed(_UNKNOWN_TRADE)
    stopped = "cancel_shipment" if context.settings["ag_success_pays"] else ""
    does = stopped if told.status == "SUCCESS" else "cancel_failed"
    after = _keep(context, refund.refund_id, told, refund, does)
    return _done({"result": {"success": True, "result_data": {"refund_id": told.refund_id}}}, after)


def check_refund(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.refunds.check`."""
    told = _param(context, "param", ag.RefundCheck)
    refund = _refund(context, told.refund_id)
    if refund is None:
        return _failed(_UNKNOWN_REFUND)
    if told.tid not in (None, refund.tid) or told.oid not in (None, refund.oid):
        return _failed(_UNKNOWN_TRADE)
    unit = context.settings["ag_check_fee"]
    if unit != "unchecked" and told.refund_fee is not None and _fen(told.refund_fee, unit) != refund.amount:
        return _failed(_WRONG_FEE)
    return _done({"result": {"success": True}}, _keep(context, refund.refund_id, told, refund))


def _fen(fee: float | str, unit: str) -> int | None:
    """Return a *fee* in fen or yuan as fen; None if it is no amount of money."""
    try:
        amount = Decimal(str(fee)) * (1 if unit == "fen" else 100)
        return int(amount) if amount == amount.to_integral_value() else None
    except ArithmeticError:
        return None


def update_warehouse(context: Context) -> Answer:
    """Answer `taobao.nextone.logistics.warehouse.update`: AG pays for goods that are back in the warehouse."""
    refund = _refund(context, context.args["refund_id"])
    if refund is None:
        return _failed(_UNKNOWN_REFUND, _FLAT, flat=True)
    after = _keep(context, refund.refund_id, context.args, refund, "store_return")
    return _done({"succeed": True}, after)


def update_signature(context: Context) -> Answer:
    """Answer `taobao.nextone.logistics.sign.update`."""
    refund = _refund(context, context.args["refund_id"])
    if refund is None:
        return _failed(_UNKNOWN_REFUND)
    return _done({"result": {"success": True}}, _keep(context, refund.refund_id, context.args, refund))


def update_order(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.ordermsg.update`."""
    order = context.world.state.orders.get(context.args["oid"])
    if order is None or order.shop != context.shop.nick or order.tid != context.args["tid"]:
        return _failed(_UNKNOWN_TRADE)
    _keep(context, order.oid, context.args)
    return _done({"result": {"success": True}})


def notice_parcels(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.logistics.packages.notice`."""
    told = _param(context, "param_logistics_notice_d_t_o", ag.Parcels)
    if not _trade_is_ours(context, told.parent_order_id):
        return _failed(_UNKNOWN_TRADE)
    _keep(context, f"{told.parent_order_id} {told.mail_no}", told)
    return _done({"result": {"success": True, "result_data": {"parent_order_id": told.parent_order_id}}})


def update_resend(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.warehouse.resend.update`."""
    told = _param(context, "param0", ag.Resend)
    return _resent(context, told, "refuse" if told.status == _CLOSED else "", said=told.msg)


def post_resend_parcel(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.warehouse.resend.logistics.msg.post`."""
    told = _param(context, "param0", ag.ResendParcel)
    if told.status == _VOID:
        return _resent(context, told, "void", seller_company="", seller_waybill="")
    return _resent(context, told, "ship", seller_company=told.company_name, seller_waybill=told.mail_no)


def _resent(context: Context, told: ag.Resend | ag.ResendParcel, does: str, **values: Any) -> Answer:
    """Keep what was told; where its source is a re-send of that trade, do with it what *does* says."""
    reship = context.world.state.exchanges.rows.get(told.source_id)
    ours = reship is not None and (reship.shop, reship.tid, reship.kind) == (context.shop.nick, told.tid, RESHIP)
    about = f"{told.tid} {told.source_id}"
    if reship is None or not ours or not does or context.settings["ag_resend"] == "kept":
        return _warehouse(context, told.tid, about, told)
    if _done_before(reship, does, values):
        return _warehouse(context, told.tid, about, told)
    kind, plain = context.call.alias.removeprefix("tmall."), msgspec.to_builtins(told)
    try:
        after = ag.report_resend(
            context.world, context.shop.nick, kind, about, plain, reship, does, cause=context.call.seq, **values
        )
    except Impossible as impossible:
        return _failed(_NO_PARCEL if impossible.guard == "has_shipment" else _WRONG_STATE, _WAREHOUSE)
    data = {"result": {"success_flag": True}}
    return Answer(data=data, body=data, effect=True, told=[Told(after.dispute_id, after.change)], fields=("status",))


def _done_before(reship: Exchange, does: str, values: dict[str, Any]) -> bool:
    """Tell whether the re-send is already where the report would bring it: repeats are taken."""
    if does == "ship":
        return reship.seller_waybill != "" and reship.seller_waybill == values["seller_waybill"]
    return reship.status == (WAIT_BUYER_MODIFY if does == "refuse" else WAIT_SELLER_SHIP)


def update_return(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.warehouse.reverse.event.update`."""
    told = _param(context, "param0", ag.ReturnEvent)
    return _warehouse(context, None, told.id, told)


def _warehouse(context: Context, tid: int | None, about: str, told: object) -> Answer:
    if not _trade_is_ours(context, tid):
        return _failed(_UNKNOWN_TRADE, _WAREHOUSE)
    _keep(context, about, told)
    return _done({"result": {"success_flag": True}})


def upload_returns(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.warehouse.reverse.uploading`."""
    told = _param(context, "param0", ag.Returns)
    rows = told.uploading_reverse_d_t_o_list
    if not all(_trade_is_ours(context, row.tid) for row in rows):
        return _failed(_UNKNOWN_TRADE, _WAREHOUSE, flat=True)
    for row in rows:
        _keep(context, row.id or row.mail_no, row)
    return _done({"success_flag": True})


def update_case(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.identification.case.update`."""
    told = _param(context, "param", ag.Case)
    return _case(context, told, told.operate_tips)


def update_case_result(context: Context) -> Answer:
    """Answer `taobao.rdc.aligenius.identification.case.result.update`."""
    told = _param(context, "param", ag.CaseResult)
    return _case(context, told, told.result_tips)


def _case(context: Context, told: ag.Case | ag.CaseResult, tips: str) -> Answer:
    refund = _refund(context, told.refund_id)
    if refund is None:
        return _failed(_UNKNOWN_REFUND)
    after = _keep(context, f"{refund.refund_id} {told.outer_case_id}", told, refund)
    data = {"result_code": _SUCCESS, "result_tips": tips, "consume_status": _SUCCESS}
    return _done({"result": {"success": True, "result_data": data}}, after)
