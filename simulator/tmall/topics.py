"""Every topic that public documents name for refunds: its page, what brings it, or why nothing does."""

from collections.abc import Mapping
from typing import NamedTuple


class Topic(NamedTuple):
    """A topic of the platform's messages."""

    page: int
    """docId of its official page, https://open.taobao.com/tmc.htm?docId=PAGE&docType=9."""
    when: str = ""
    """What brings it, if it is no row of a life cycle; empty: a row, or nothing (`never`)."""
    never: str = ""
    """Why the sandbox never sends it."""
    mark: str = "documented"
    """How sure it is what brings it: documented, or assumed."""


def _of(family: str, **pages: int | Topic) -> dict[str, Topic]:
    return {f"{family}_{name}": Topic(page) if isinstance(page, int) else page for name, page in pages.items()}


def _never(why: str, **pages: int) -> dict[str, Topic]:
    return {name: Topic(page, never=why) for name, page in pages.items()}


_DISPUTE = "setting `tmc_dispute_topics`: "
_MARK = "setting `tmc_mark_topics`: "
_TRADE = "setting `tmc_trade_topics`: "
_AG = "a shop with AG: "

TOPICS: Mapping[str, Topic] = {
    **_of(
        "taobao_refund",
        RefundCreated=118,
        RefundSellerAgreeAgreement=119,
        RefundSellerRefuseAgreement=120,
        RefundBuyerModifyAgreement=121,
        RefundBuyerReturnGoods=122,
        RefundCreateMessage=123,
        RefundBlockMessage=Topic(124, never="its page says that there is no such message"),
        RefundTimeoutRemind=125,
        RefundClosed=126,
        RefundSuccess=127,
        TaobaoInterApplied=663,
        TaobaoIntervened=664,
        RefundableMarked=Topic(665, f"{_MARK}a review passed", mark="assumed"),
        RefundableCanceled=Topic(
            666, f"{_MARK}a review was taken back, or lost when the buyer modified", mark="assumed"
        ),
        OrderStatusSync=Topic(2520, never="it is about orders of other platforms"),
    ),
    **_of(
        "taobao_dispute",
        RefundCreated=Topic(2451, f"row x1; {_DISPUTE}rows of `taobao_refund_RefundCreated`, too"),
        RefundSuccess=Topic(2398, f"{_DISPUTE}rows of `taobao_refund_RefundSuccess`", mark="assumed"),
        RefundPriceProtect=Topic(2399, f"{_DISPUTE}in its place for a purpose of priceProtect", mark="assumed"),
        ExchangeAgree=2400,
        ExchangeClosed=2506,
        ExchangeSellerConfirmed=2508,
        ExchangeTurnToRefund=2509,
        ExchangeSuccess=2510,
        ExchangeModified=2514,
        ExchangeSellerGoodsConsigned=2583,
        TaobaoInterApplied=Topic(
            2532, f"rows s13 and x16; {_DISPUTE}rows of `taobao_refund_TaobaoInterApplied`, too", mark="assumed"
        ),
        NegotiationApply=2666,
        NegotiationAgreed=2667,
        NegotiationRefused=2668,
        PostageRefundApplied=Topic(2733, f"{_DISPUTE}a refund of the postage is applied for", mark="assumed"),
        PostageRefundSuccess=Topic(2659, f"{_DISPUTE}a refund of the postage is paid", mark="assumed"),
        ReshippingBuyerApply=2717,
        ReshippingSellerRefused=2718,
        ReshippingSellerConsignGoods=2719,
        ReshippingBuyerModify=2720,
        ReshippingBuyerClose=2721,
        ReshippingBuyerConfirm=2722,
        ReshippingSellerAccept=2723,
    ),
    "taobao_rdc_AgDealRefund": Topic(
        1197, "money that goes by AG (rows 6 and 6b), besides RefundSuccess", mark="assumed"
    ),
    **_of(
        "taobao_ag",
        RefundBroad=Topic(1248, f"{_AG}a refund of goods not shipped is applied for, or modified", mark="assumed"),
        RefundSignInfo=Topic(1271, f"{_AG}`taobao.nextone.logistics.sign.update`", mark="assumed"),
        SignInfo=Topic(
            1314, f"{_AG}`taobao.nextone.logistics.warehouse.update` (1), a return is refused (2)", mark="assumed"
        ),
    ),
    **_of(
        "taobao_trade",
        TradeModifyFee=Topic(102, never="prices change before the payment, and trades are born paid"),
        TradeCloseAndModifyDetailOrder=Topic(
            103, f"{_TRADE}a sub-order is closed, and the trade goes on", mark="assumed"
        ),
        TradeClose=Topic(104, f"{_TRADE}the trade is closed", mark="assumed"),
        TradePartlyRefund=Topic(108, f"{_TRADE}money went back, and nothing is closed", mark="assumed"),
        TradePartlyConfirmPay=Topic(
            109, f"{_TRADE}the receipt of a sub-order is confirmed, and the trade goes on", mark="assumed"
        ),
        TradeSuccess=Topic(110, f"{_TRADE}the receipt of the trade is confirmed", mark="assumed"),
        TradeChanged=Topic(115, f"{_TRADE}any other change of the trade", mark="assumed"),
    ),
    **_never(
        "of an older family that no shop gets today",
        tmall_refund_RefundCreate=303,
        tmall_refund_RefundClosed=304,
        tmall_refund_RefundModified=305,
        tmall_refund_RefundPaymentFinished=306,
        tmall_refund_RefundPrepaid=307,
        tmall_refund_RefundableCanceled=308,
        tmall_refund_RefundableMarked=309,
        tmall_refund_RefundSellerAgreeReturn=310,
        tmall_refund_RefundSellerRefuse=311,
        tmall_refund_RefundSucceed=312,
        tmall_refund_RefundTaobaoInvolved=313,
        tmall_refund_RefundMessageCreated=314,
        tmall_refund_ReturnBuyerReturnGoods=315,
        tmall_refund_ReturnCreated=316,
        tmall_refund_ReturnModified=317,
        tmall_refund_ReturnConfirmSucceed=318,
        tmall_refund_ReturnConfirmFailed=319,
    ),
    **_never("buyers are not talked out of refunds here", taobao_retrieve_Started=2702, taobao_retrieve_Completed=2661),
    **_never("an authorisation that ends is seen at the next call (code 27)", taobao_top_AuthCancel=1317),
}
"""By name. The sources are the official topic pages, second hand through public type libraries."""


def page_of(topic: str) -> str:
    """Return the address of the official page of *topic*."""
    return f"https://open.taobao.com/tmc.htm?docId={TOPICS[topic].page}&docType=9"
