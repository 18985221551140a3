"""What the platform's messages say: topics and contents of what happens to a refund.

Sources: the official topic pages, https://open.taobao.com/tmc.htm?docId=118&docType=9 (118 to 127), and two public
captures of whole contents. Numbers are JSON numbers of up to 19 digits, money is yuan text, times are GMT+8.
"""

from sys import intern
from typing import Any

import msgspec

from simulator.act import yuan
from simulator.clock import to_text
from simulator.ledger.values import Told
from simulator.settings import AnySettings
from simulator.tmall.amounts import TRADE_CLOSED
from simulator.tmall.exchange import Exchange
from simulator.tmall.messages import publish
from simulator.tmall.refund import Refund
from simulator.tmall.refund_fields import open_uid
from simulator.world import World

BILLS = {"refund_only": "refund_bill", "return_refund": "return_bill"}
"""`bill_type` by the refund's kind."""

_REMINDER = "RefundTimeoutRemind"
_FIELDS = ("amount", "kind", "phase", "modified")
"""Fields of the refund's row that a content holds."""
_TELL_STATUS = frozenset(
    {"RefundCreated", "RefundSellerAgreeAgreement", "RefundSellerRefuseAgreement", "RefundBuyerReturnGoods"}
    | {"RefundClosed", "RefundSuccess"}
)
"""Topics (without `taobao_refund_`) whose very name tells the new status."""


_SHORT = frozenset({"ExchangeAgree"})
"""Topics of disputes that say less than the others."""
_LONG_ONLY = ("biz_claim_type", "buyer_refund_fee", "create", "dispute_type")
_CLAIMS = {"refund_only": 1, "return_refund": 3}
"""`biz_claim_type` by the refund's kind; 4 is an exchange."""
_EXCHANGE = 4
_BY_AG = frozenset({"cancel_shipment", "store_return"})
"""Actions with which AG pays."""


def tell(world: World, refund: Refund, event: str, cause: int, action: str = "") -> None:
    """Publish that *event* (a topic as in the life cycle) brought *refund* to where it is; none says nothing.

    With the *action* that did it, AG's own topic and those of the trade go with it.
    """
    if not event:
        return
    settings = world.settings.of(refund.shop)
    if event == _REMINDER and settings["tmc_remind_content"] == "modified":
        _publish(world, refund.shop, f"taobao_refund_{event}", {"modified": to_text(refund.modified)}, cause)
        return
    told = (Told(refund.refund_id, refund.change),)
    if event.startswith("Negotiation"):
        said = dispute(refund, refund.refund_id, _CLAIMS.get(refund.kind, 1), refund.amount, settings)
        _publish(world, refund.shop, f"taobao_dispute_{event}", said, cause, told, _FIELDS)
        return
    fields = (*_FIELDS, "status") if event in _TELL_STATUS else _FIELDS
    _publish(world, refund.shop, f"taobao_refund_{event}", content(refund), cause, told, fields)
    if event == "RefundSuccess" and action in _BY_AG:
        ag = ag_content(refund, world.state.orders[refund.oid].outer_id)
        _publish(world, refund.shop, "taobao_rdc_AgDealRefund", ag, cause, told, ("amount", "kind", "status"))
    if event == "RefundSuccess" and settings["tmc_trade_topics"]:
        trade = world.state.trades[refund.tid]
        name = "TradeClose" if trade.status == TRADE_CLOSED else "TradePartlyRefund"
        _publish(world, refund.shop, f"taobao_trade_{name}", trade_content(refund, trade.status), cause)


def tell_exchange(world: World, exchange: Exchange, event: str, cause: int) -> None:
    """Publish that *event* (a topic without `taobao_dispute_`) brought *exchange* to where it is."""
    if not event or not world.settings.of(exchange.shop)["tmc_exchange_topics"]:
        return
    said = dispute(exchange, exchange.dispute_id, _EXCHANGE, 0, world.settings.of(exchange.shop))
    fields: tuple[str, ...] = ("phase", "modified", "status")
    if event in _SHORT:
        said, fields = short(said), ("modified", "status")
    told = (Told(exchange.dispute_id, exchange.change),)
    _publish(world, exchange.shop, f"taobao_dispute_{event}", said, cause, told, fields)


def _publish(
    world: World,
    shop: str,
    topic: str,
    said: dict[str, Any],
    cause: int,
    told: tuple[Told, ...] = (),
    fields: tuple[str, ...] = (),
) -> None:
    text = msgspec.json.encode(said).decode()
    publish(world, world.state.shops[shop], intern(topic), text, told=told, fields=fields, cause=cause)


def dispute(about: Refund | Exchange, number: str, claim: int, amount: int, settings: AnySettings) -> dict[str, Any]:
    """Return what messages of the newer family say, with the fee in the unit, and ids in the form, of *settings*."""
    found = {
        "biz_claim_type": claim,
        "buyer_refund_fee": amount if settings["tmc_dispute_fee"] == "fen" else yuan(amount),
        "create": to_text(about.created),
        "dispute_type": 2 if about.phase == "aftersale" else 1,
        "modified": to_text(about.modified),
        "oid": about.oid,
        "refund_id": int(number),
        "seller_open_uid": open_uid(about.shop),
        "tid": about.tid,
    }
    if settings["tmc_dispute_ids"] == "text":
        found |= {name: str(found[name]) for name in ("oid", "refund_id", "tid")}
    return found


def short(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a dispute's content in the topics that say less."""
    return {name: value for name, value in said.items() if name not in _LONG_ONLY}


def ag_content(refund: Refund, outer_id: str) -> dict[str, Any]:
    """Return what the message says that AG paid a refund."""
    return {
        "outer_item_id": outer_id,
        "parent_order_id": refund.tid,
        "refund_claim_type": BILLS.get(refund.kind, "refund_bill"),
        "refund_fee": refund.amount,
        "refund_id": int(refund.refund_id),
        "refund_reason": refund.reason,
        "refund_status": refund.status,
        "seller_nick": refund.shop,
    }


def trade_content(refund: Refund, status: str) -> dict[str, Any]:
    """Return what a trade's message says of the sub-order that was paid back; `payment` is the refund's."""
    return {
        "buyer_nick": refund.buyer,
        "buyer_open_uid": open_uid(refund.buyer),
        "oid": refund.oid,
        "payment": yuan(refund.amount),
        "seller_nick": refund.shop,
        "status": status,
        "tid": refund.tid,
        "type": "guarantee_trade",
    }


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
