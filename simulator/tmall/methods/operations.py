"""`taobao.refund.detail.get`: what the seller can and cannot do about a refund now, by the life cycle."""

from typing import Any, NamedTuple

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.phrase import Phrase
from simulator.tmall.context import Context, unwritable
from simulator.tmall.errors import CANNOT_REFUSE, NO_REASON, UNSHIPPED, WRONG_STATE
from simulator.tmall.platform import default_address
from simulator.tmall.refund import WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS, Refund
from simulator.tmall.transition import Impossible, choose

_SELLER = "agent"
"""The page shows what the seller's staff can do; an integration must review before it agrees."""


class Operation(NamedTuple):
    """One operation as the page names it (SELLER_REFUSE is the platform's, the other codes are assumed)."""

    code: str
    action: str
    """In the life cycle's table."""
    states: tuple[str, ...]
    text: str


OPERATIONS = (
    Operation("SELLER_AGREE", "agree", (WAIT_SELLER_AGREE, WAIT_BUYER_RETURN_GOODS), "同意退款"),
    Operation("SELLER_AGREE_RETURN", "agree_return", (WAIT_SELLER_AGREE,), "同意退货"),
    Operation("SELLER_REFUSE", "refuse", (WAIT_SELLER_AGREE,), "拒绝退款"),
    Operation("SELLER_INTERCEPT", "intercept", (WAIT_SELLER_AGREE,), "发起拦截"),
    Operation("SELLER_NEGOTIATE", "negotiate", (WAIT_SELLER_AGREE,), "协商退货退款"),
    Operation("SELLER_REFILL", "refill", (WAIT_BUYER_RETURN_GOODS,), "填写退货物流"),
    Operation("SELLER_CONFIRM_GOODS", "agree", (WAIT_SELLER_CONFIRM_GOODS,), "确认收货并退款"),
    Operation("SELLER_REFUSE_GOODS", "refuse_return", (WAIT_SELLER_CONFIRM_GOODS,), "拒绝收货"),
)

_TIPS = {
    "may_pay": "买家需先退回商品",
    "early_money": "买家尚未退回商品",
    "returns_goods": "该退款无需退货",
    "may_refuse": UNSHIPPED.sub_msg,
    "may_intercept": "仅已发货的仅退款可发起一次拦截",
    "may_offer": "未发货的退款不能协商退货",
}
"""What is told by the guard that failed."""


def get_detail(context: Context) -> Answer:
    """Answer `taobao.refund.detail.get`."""
    refund = context.refund()
    asked = set(context.args["fields"])
    detail: dict[str, Any] = {}
    if "refund_version" in asked:
        detail["refund_version"] = refund.version
    if not asked.isdisjoint(("allowedOperations", "allowed_operations")):
        reasons = [(operation, why_not(context, refund, operation)) for operation in OPERATIONS]
        allowed = [{"operation_code": found.code, "tips": found.text} for found, reason in reasons if not reason]
        blocked = [{"operation_code": found.code, "tips": reason} for found, reason in reasons if reason]
        detail |= {"allowed_operations": allowed} if allowed else {}
        detail |= {"not_allowed_operations": blocked} if blocked else {}
    told = [Told(refund.refund_id, refund.change)]
    return Answer(data={"detail": detail}, told=told, fields=("version",) if "refund_version" in detail else ())


def why_not(context: Context, refund: Refund, operation: Operation) -> str:
    """Return why *operation* is impossible now, in the words of the page, or nothing."""
    refused = unwritable(context.world, refund)
    if refused is not None:
        return refused.sub_msg
    if refund.status not in operation.states:
        return WRONG_STATE.sub_msg
    if operation.code == "SELLER_REFUSE" and refund.constraint == "cannot_refuse":
        return CANNOT_REFUSE.sub_msg
    try:
        choose(context.world, refund, _SELLER, operation.action, **_values(context, refund, operation.action))
    except Impossible as impossible:
        if isinstance(impossible.why, Phrase) and impossible.why.key == "guard.no_reason":
            return NO_REASON.sub_msg
        return _TIPS.get(impossible.guard, WRONG_STATE.sub_msg)
    return ""


def _values(context: Context, refund: Refund, action: str) -> dict[str, Any]:
    """Return what the seller would bring along: nothing is impossible for the lack of it."""
    if action == "agree_return":
        return {"address_id": default_address(context.world, refund.shop).contact_id}
    if action == "negotiate":
        return {"offer_amount": 1, "offer_address": default_address(context.world, refund.shop).contact_id}
    if action == "refill":
        return {"company": "-", "waybill": "-"}
    return {}
