"""What the platform's messages say of refunds and exchanges, by the classic family of topics and by the newer one.

Sources: the official topic pages, https://open.taobao.com/tmc.htm?docId=118&docType=9 (118 to 127), and two public
captures of whole contents. Numbers are JSON numbers of up to 19 digits, money is yuan text, times are GMT+8.
"""

from typing import Any

from simulator.act import yuan
from simulator.clock import to_text
from simulator.ledger.values import Told
from simulator.settings import AnySettings
from simulator.tmall.ag_messages import tell_ag
from simulator.tmall.announce import announce
from simulator.tmall.exchange import EXCHANGE, RESHIP, Exchange
from simulator.tmall.lifecycle_row import CLASSIC_OF_EXCHANGES
from simulator.tmall.refund import BILLS, FREIGHT, PRICE_PROTECT, Refund
from simulator.tmall.refund_fields import open_uid
from simulator.world import World

_REMINDER = "RefundTimeoutRemind"
_FIELDS = ("amount", "kind", "phase", "modified")
"""Fields of the refund's row that a content holds."""
_TELL_STATUS = frozenset(
    {"RefundCreated", "RefundSellerAgreeAgreement", "RefundSellerRefuseAgreement", "RefundBuyerReturnGoods"}
    | {"RefundClosed", "RefundSuccess"}
)
"""Topics (without `taobao_refund_`) whose very name tells the new status."""


_SHORT = frozenset({"ExchangeAgree", "RefundSuccess", "RefundPriceProtect"})
"""Topics of disputes that say less than the others."""
_LONG_ONLY = ("biz_claim_type", "buyer_refund_fee", "create", "dispute_type")
_CLAIMS = {"refund_only": 1, "return_refund": 3}
"""`biz_claim_type` by the refund's kind."""
_EXCHANGE_CLAIMS = {EXCHANGE: 4, RESHIP: 10}
"""The same of what is about goods only."""
_BOTH = frozenset({"RefundCreated", "RefundSuccess", "TaobaoInterApplied"})
"""Topics that refunds have in both families."""
_OF_POSTAGE = {"RefundCreated": "PostageRefundApplied", "RefundSuccess": "PostageRefundSuccess"}
_MARKS = {True: "RefundableMarked", False: "RefundableCanceled"}


def tell(world: World, refund: Refund, event: str, cause: int, action: str = "") -> None:
    """Publish that *event* (a topic as in the life cycle) brought *refund* to where it is; an empty one says nothing.

    What the *action* that did it brings besides (AG's topics, those of the newer family, the mark) goes with it.
    """
    settings = world.settings.of(refund.shop)
    if event == _REMINDER and settings["tmc_remind_content"] == "modified":
        announce(world, refund.shop, f"taobao_refund_{event}", {"modified": to_text(refund.modified)}, cause)
        return
    told = (Told(refund.refund_id, refund.change),)
    if event.startswith("Negotiation"):
        announce(world, refund.shop, f"taobao_dispute_{event}", of_refund(refund, settings), cause, told, _FIELDS)
    elif event:
        fields = (*_FIELDS, "status") if event in _TELL_STATUS else _FIELDS
        announce(world, refund.shop, f"taobao_refund_{event}", content(refund), cause, told, fields)
        if settings["tmc_dispute_topics"]:
            _tell_by_both(world, refund, event, cause)
    if settings["tmc_mark_topics"] and (action == "review" or action == "modify"):
        said = {"modified": to_text(refund.modified)}
        announce(world, refund.shop, f"taobao_refund_{_MARKS[refund.reviewed]}", said, cause)
    tell_ag(world, refund, action, cause)


def _tell_by_both(world: World, refund: Refund, event: str, cause: int) -> None:
    """Publish by the newer family what the classic one told as *event*."""
    name = event if event in _BOTH else ""
    if refund.purpose == FREIGHT and event in _OF_POSTAGE:
        name = _OF_POSTAGE[event]
    elif refund.purpose == PRICE_PROTECT and event == "RefundSuccess":
        name = "RefundPriceProtect"
    if not name:
        return
    said = of_refund(refund, world.settings.of(refund.shop))
    fields: tuple[str, ...] = _FIELDS if name == "TaobaoInterApplied" else (*_FIELDS, "status")
    if name in _SHORT:
        said, fields = short(said), ("modified", "status")
    told = (Told(refund.refund_id, refund.change),)
    announce(world, refund.shop, f"taobao_dispute_{name}", said, cause, told, fields)


def tell_exchange(world: World, exchange: Exchange, event: str, cause: int) -> None:
    """Publish that *event* (a topic without its family) brought an exchange or re-send to where it is."""
    if not event or not world.settings.of(exchange.shop)["tmc_exchange_topics"]:
        return
    told = (Told(exchange.dispute_id, exchange.change),)
    fields: tuple[str, ...] = ("phase", "modified", "status")
    if event in CLASSIC_OF_EXCHANGES:
        said = classic_of(exchange)
        fields = fields if event in _TELL_STATUS else fields[:-1]
        announce(world, exchange.shop, f"taobao_refund_{event}", said, cause, told, fields)
        return
    claim = _EXCHANGE_CLAIMS[exchange.kind]
    said = dispute(exchange, exchange.dispute_id, claim, 0, world.settings.of(exchange.shop))
    if exchange.kind == RESHIP:
        said = in_texts(said)
    if event in _SHORT:
        said, fields = short(said), ("modified", "status")
    announce(world, exchange.shop, f"taobao_dispute_{event}", said, cause, told, fields)


def of_refund(refund: Refund, settings: AnySettings) -> dict[str, Any]:
    """Return what messages of the newer family say of *refund*."""
    return dispute(refund, refund.refund_id, _CLAIMS.get(refund.kind, 1), refund.amount, settings)


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


def in_texts(said: dict[str, Any]) -> dict[str, Any]:
    """Return a dispute's content as re-sends have it: with its numbers as texts."""
    return said | {name: str(said[name]) for name in ("oid", "refund_id", "tid")}


def short(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a dispute's content in the topics that say less."""
    return {name: value for name, value in said.items() if name not in _LONG_ONLY}


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


def classic_of(exchange: Exchange) -> dict[str, Any]:
    """Return what messages of the classic family say of *exchange*: no money goes back."""
    return {
        "buyer_nick": exchange.buyer,
        "refund_id": int(exchange.dispute_id),
        "refund_fee": yuan(0),
        "oid": exchange.oid,
        "tid": exchange.tid,
        "refund_phase": exchange.phase,
        "bill_type": "replace_bill",
        "seller_nick": exchange.shop,
        "modified": to_text(exchange.modified),
    }
