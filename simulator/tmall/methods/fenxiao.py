"""Refunds between distributors and suppliers (分销), of which no shop here has any: lists are empty."""

from simulator.exchange import Answer
from simulator.tmall.context import Context
from simulator.tmall.errors import NO_SUCH_REFUND, Refused, business, invalid, missing

_NO_SUCH_PURCHASE = business("isv.invalid-parameter:sub_order_id", "采购单不存在")


def list_refunds(context: Context) -> Answer:
    """Answer `taobao.fenxiao.refund.query`."""
    if context.args["start_date"] > context.args["end_date"]:
        raise Refused(invalid("start_date"))
    return Answer(data={"refund_list": [], "total_results": 0}, total=0)


def get_refund(context: Context) -> Answer:
    """Answer `taobao.fenxiao.refund.get`."""
    if "refund_id" in context.args:
        raise Refused(NO_SUCH_REFUND)
    raise Refused(_NO_SUCH_PURCHASE if "sub_order_id" in context.args else missing("refund_id"))


def decide(_: Context) -> Answer:
    """Answer what a supplier may decide: `refund.sup.agree` and `.refuse`, and `returngoods.sup.agree`."""
    raise Refused(NO_SUCH_REFUND)
