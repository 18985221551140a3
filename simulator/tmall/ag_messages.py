"""What messages about AG (automatic refunds) say: what AG takes on, what came back, and the money that went.

Topics and fields are those of the official topic pages (docId 1197, 1248, 1271, 1314). What brings each is inferred
from its fields. Only shops that have AG are told.
"""

from typing import Any

import msgspec

from simulator.clock import to_text
from simulator.ledger.values import Told
from simulator.tmall.announce import announce
from simulator.tmall.refund import BILLS, WAIT_SELLER_AGREE, Refund
from simulator.tmall.shop import Shop
from simulator.tmall.trade import Order
from simulator.world import World

PAYS = frozenset({"cancel_shipment", "store_return"})
"""Actions with which AG pays."""
TAKES_ON = frozenset({"apply", "modify"})
"""Actions after which AG waits for the fate of a parcel that has not left."""
_SIGNED, _TURNED_AWAY = 1, 2
"""`sign_action`."""


def tell_ag(world: World, refund: Refund, action: str, cause: int) -> None:
    """Publish what *action* has AG say of *refund*."""
    shop, order = world.state.shops[refund.shop], world.state.orders[refund.oid]
    if action in PAYS:
        said, told = paid(refund, order.outer_id), (Told(refund.refund_id, refund.change),)
        announce(world, shop.nick, "taobao_rdc_AgDealRefund", said, cause, told, ("amount", "kind", "status"))
    if not (shop.ag and world.settings.of(shop.nick)["tmc_ag_topics"]):
        return
    if action in TAKES_ON and _waits_for_the_parcel(refund, order):
        announce(world, shop.nick, "taobao_ag_RefundBroad", broadcast(refund), cause)
    elif action == "refuse_return":
        announce(world, shop.nick, "taobao_ag_SignInfo", scanned(refund, shop, order, _TURNED_AWAY), cause)


def _waits_for_the_parcel(refund: Refund, order: Order) -> bool:
    return refund.status == WAIT_SELLER_AGREE and refund.kind == "refund_only" and not order.consigned


def tell_report(world: World, refund: Refund, report: str, cause: int) -> None:
    """Publish what a *report* of the ERP has AG say of the goods that came back for *refund*."""
    shop = world.state.shops[refund.shop]
    if not (shop.ag and world.settings.of(shop.nick)["tmc_ag_topics"]):
        return
    order = world.state.orders[refund.oid]
    if report == "ag_signed":
        announce(world, shop.nick, "taobao_ag_RefundSignInfo", signed(refund, shop, cause), cause)
    elif report == "ag_stored":
        announce(world, shop.nick, "taobao_ag_SignInfo", scanned(refund, shop, order, _SIGNED), cause)


def paid(refund: Refund, outer_id: str) -> dict[str, Any]:
    """Return what the message says that AG paid a refund; the fee is fen."""
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


def broadcast(refund: Refund) -> dict[str, Any]:
    """Return what the message says that AG marked a refund as its own."""
    return {"refund_id": int(refund.refund_id), "tag_success": True}


def signed(refund: Refund, shop: Shop, number: int) -> dict[str, Any]:
    """Return what the message says of a parcel that was signed for, the *number* of whose signature is given."""
    about = {"refundId": int(refund.refund_id), "tid": refund.tid, "oid": refund.oid}
    return {
        "inspection_memo": "",
        "logistics_company_name": refund.company,
        "logistics_no": refund.waybill,
        "refund_info": msgspec.json.encode(about).decode(),
        "seller_id": shop.user_id,
        "seller_name": shop.nick,
        "seller_nick": shop.nick,
        "sign_date": to_text(refund.modified),
        "sign_id": number,
        "sign_operator_nick": shop.nick,
    }


def scanned(refund: Refund, shop: Shop, order: Order, action: int) -> dict[str, Any]:
    """Return what the message says of goods that the warehouse took in (*action* 1), or turned away (2)."""
    items = [{"outerId": order.outer_id, "num": refund.num, "title": refund.title}]
    return {
        "can_relevancy_refund": True,
        "check_date": to_text(refund.modified),
        "check_memo": "",
        "check_operator_name": shop.nick,
        "item_info": msgspec.json.encode(items).decode(),
        "logistics_company_name": refund.company,
        "logistics_no": refund.waybill,
        "refund_ext_info": msgspec.json.encode({"refundId": int(refund.refund_id)}).decode(),
        "scan_id": int(refund.refund_id) * 10 + action,
        "sign_action": action,
    }
