"""What the platform's messages say: topics and contents of what happens to a refund.

Sources: the official topic pages, https://open.taobao.com/tmc.htm?docId=118&docType=9 (118 to 127), and two public
captures of whole contents. Numbers are JSON numbers of up to 19 digits, money is yuan text, times are GMT+8.
"""

from sys import intern
from typing import Any

import msgspec

from simulator.act import yuan
from simulator.clock import to_text
from simulator.ledger.entry import Told
from simulator.tmall.messages import publish
from simulator.tmall.refund import Refund
from simulator.world import World

BILLS = {"refund_only": "refund_bill", "return_refund": "return_bill"}
"""`bill_type` by the refund's kind."""

_FIELDS = ("amount", "kind", "phase", "modified")
"""Fields of the refund's row that a content holds."""
_TELL_STATUS = frozenset(
    {"RefundCreated", "RefundSellerAgreeAgreement", "RefundSellerRefuseAgreement", "RefundBuyerReturnGoods"}
    | {"RefundClosed", "RefundSuccess"}
)
"""Topics (without `taobao_refund_`) whose very name tells the new status."""


def tell(world: World, refund: Refund, event: str, cause: int) -> None:
    """Publish that *event* (a topic without `taobao_refund_`) brought *refund* to where it is; none says nothing."""
    if not event:
        return
    fields = (*_FIELDS, "status") if event in _TELL_STATUS else _FIELDS
    publish(
        world,
        world.state.shops[refund.shop],
        intern(f"taobao_refund_{event}"),
        msgspec.json.encode(content(refund)).decode(),
        told=(Told(refund.refund_id, refund.change),),
        fields=fields,
        cause=cause,
    )


def content(refund: Refund) -> dict[str, Any]:
    """Return what every message about a refund says."""
    return {
        "buyer_nick": refund.buyer,
        "refund_id": int(refund.refund_id),
        "refund_fee": yuan(refund.amount),
        "oid": refund.oid,
        "tid": refund.tid,
        "refund_phase": refund.phase,
        "bill_type": BILLS.get(refund.kind, "refund_bill"),
        "seller_nick": refund.shop,
        "modified": to_text(refund.modified),
    }
