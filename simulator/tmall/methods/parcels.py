"""`taobao.rp.returngoods.refill`: the seller fills in the parcel of goods that came back without the buyer's word."""

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.carriers import carriers
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import TMALL_ONLY_RETURN, WRONG_STATE, Refused, business
from simulator.tmall.refund import WAIT_SELLER_CONFIRM_GOODS
from simulator.tmall.transition import Impossible

WRONG_PARAMETER = business("isv.invalid-parameter", "参数错误")
"""The only row of this method's own table of errors."""


def refill(context: Context) -> Answer:
    """Answer `taobao.rp.returngoods.refill`."""
    if not context.is_tmall:
        raise Refused(TMALL_ONLY_RETURN)
    refund = context.refund_to_change()
    context.check_writable(refund)
    company = carriers().get(context.args["logistics_company_code"].strip())
    if company is None or refund.status == WAIT_SELLER_CONFIRM_GOODS:  # the buyer has filled it in already
        raise Refused(WRONG_PARAMETER)
    try:
        after = platform.ship_back(
            context.world,
            refund,
            company,
            context.args["logistics_waybill_no"].strip(),
            actor=INTEGRATION,
            cause=context.call.seq,
            action="refill",
        )
    except Impossible:
        raise Refused(WRONG_STATE) from None
    data = {"is_success": True}
    return Answer(data=data, body=data, effect=True, told=[Told(after.refund_id, after.change)], fields=("status",))
