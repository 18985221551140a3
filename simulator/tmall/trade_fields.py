"""The fields of a trade beyond state, money and receiver: promotions, services, promises, parcels, who sells.

Each is read when it is asked for. What is drawn follows from (seed, tid); sums and shares follow from the trade.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from simulator.act import yuan
from simulator.chance import chance
from simulator.tmall import receipt
from simulator.tmall.amounts import FINISHED, UNSHIPPED, open_refund
from simulator.tmall.carriers import parcel_of
from simulator.tmall.receivers import shown
from simulator.tmall.refund import WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_CONFIRM_GOODS
from simulator.tmall.refund_fields import text_of
from simulator.tmall.shop import Address, Shop
from simulator.tmall.trade import Order, Trade
from simulator.world import World

_PICTURE = "https://img.sandbox.example/i/{}.jpg"
_HOURS = 3600
_SHIP, _COLLECT, _DISPATCH, _SIGN = 48 * _HOURS, 72 * _HOURS, 120 * _HOURS, 144 * _HOURS
"""Seconds after the payment until which the seller promises that goods leave, and their carrier the rest."""
_CUT_OFF = "960"
"""Minutes of the day (16:00) until which an order leaves on the same day."""
_DAYS = "3"
_INSURANCE = 90
"""Fen that a seller pays for the insurance of a return's postage (运费险)."""
_INSURED, _BY_TELEPHONE = 0.25, 0.8
"""Share of trades that are insured, and of those bought on a telephone."""


@lru_cache(4096)
def _drawn(seed: int, what: str, tid: int) -> float:
    return chance(seed, what, tid).random()


class Scene(NamedTuple):
    """What a field is read from."""

    world: World
    shop: Shop
    trade: Trade
    orders: list[Order]

    @property
    def only(self) -> Order | None:
        """The sub-order of a trade of one: only such trades show goods themselves."""
        return self.orders[0] if len(self.orders) == 1 else None

    @property
    def source(self) -> Address:
        """Where the shop's goods come from."""
        addresses = self.shop.addresses
        return next((address for address in addresses if address.send_def), addresses[0])

    def draw(self, what: str) -> float:
        """Return a number from 0 to 1 that follows from the trade and *what* it is for."""
        return _drawn(self.world.seed, what, self.trade.tid)

    def promised(self, after: int) -> str | None:
        """Return the time so many seconds after the payment."""
        return text_of(self.trade.paid_at + after) if self.trade.paid_at else None


def _left_to_confirm(scene: Scene) -> str:
    trade = scene.trade
    if trade.ended:
        return yuan(0)
    return yuan(max(0, trade.payment - trade.received - sum(order.refunded for order in scene.orders)))


def _promotions(scene: Scene) -> list[dict[str, Any]] | None:
    """What was taken off, line by line, and what was taken off the trade: together its discount_fee."""
    tid = scene.trade.tid
    rows = [(order.oid, "限时打折", order.discount, f"Umpitem-{order.num_iid}") for order in scene.orders]
    rows.append((tid, "店铺优惠券", sum(map(share, scene.orders)), f"shopbonus-{tid}"))
    found = [
        {
            "id": ident,
            "promotion_name": name,
            "discount_fee": yuan(fee),
            "promotion_desc": f"{name}:省{yuan(fee)}元",
            "promotion_id": number,
        }
        for ident, name, fee, number in rows
        if fee
    ]
    return found or None


def share(order: Order) -> int:
    """Return what of the discounts on its whole trade falls on *order*, in fen."""
    return max(0, order.total - order.discount - order.paid)


def _services(scene: Scene) -> list[dict[str, Any]] | None:
    trade = scene.trade
    found = [
        {
            "oid": service.oid,
            "oid_str": str(service.oid),
            "item_oid": service.item_oid,
            "service_id": 710_000 + len(service.title),
            "num": 1,
            "price": yuan(service.price),
            "payment": yuan(service.price),
            "total_fee": yuan(service.price),
            "title": service.title,
            "buyer_nick": trade.buyer,
            "seller_nick": trade.shop,
        }
        for service in trade.services
    ]
    return found or None


def _insured(scene: Scene) -> bool:
    return scene.draw("insurance") < _INSURED


def _tags(scene: Scene) -> list[dict[str, Any]]:
    tag = f"origAreaId={scene.source.area_id};consignDate={_SHIP // _HOURS}"
    tags = [{"service_tag": tag, "service_type": "TB_CONSIGN_DATE"}]
    return [{"order_id": str(scene.trade.tid), "logistic_service_tag_list": tags}]


def _routes(scene: Scene) -> list[dict[str, Any]]:
    source = scene.source
    return [
        {
            "trade_id": scene.trade.tid,
            "sub_trade_id": order.oid,
            "item_id": str(order.num_iid),
            "item_code": order.outer_id,
            "need_consign_num": order.num if order.status == UNSHIPPED else 0,
            "sku_id": str(order.sku_id),
            "num_iid": order.num_iid,
            "send_country": "中国",
            "send_state": source.province,
            "send_city": source.city,
            "send_district": source.country,
            "send_town": source.town,
            "send_division_code": str(source.area_id),
            "promise_outbound_time": scene.promised(_SHIP),
            "promise_collect_time": scene.promised(_COLLECT),
        }
        for order in scene.orders
    ]


def _plans(scene: Scene) -> list[dict[str, Any]]:
    until = scene.promised(_SHIP)
    return [{"related_id": str(o.oid), "consign_time": until, "render_consign_time": until} for o in scene.orders]


def _agreement(scene: Scene) -> dict[str, Any]:
    times = {"sign_time": scene.promised(_SIGN), "promise_sign_time": scene.promised(_SIGN)}
    return {"logistics_service_msg": f"{_SHIP // _HOURS}小时内发货", **times}


def _checks(scene: Scene) -> list[dict[str, Any]] | None:
    """Hints on where the goods are, for each sub-order of which a refund waits."""
    found = []
    for order in scene.orders:
        refund = open_refund(scene.world.state, order.oid)
        if refund is None:
            continue
        if refund.status == WAIT_SELLER_CONFIRM_GOODS:
            process, tips = "BUYER_RETURNED", "买家已退货，请收货后再同意退款"
        elif refund.status == WAIT_BUYER_RETURN_GOODS:
            process, tips = "WAIT_RETURN", "买家尚未退货"
        elif order.consigned:
            process, tips = "CONSIGNED", "商品已发出，请确认是否拦截"
        else:
            process, tips = "NOT_CONSIGNED", "商品尚未发出，请停止发货"
        found.append({"detail_order_id": str(order.oid), "delivery_process": process, "delivery_tips": tips})
    return found or None


def _person(scene: Scene) -> Mapping[str, str]:
    return shown(scene.world.seed, scene.trade)


def _buyers_account(scene: Scene) -> int:
    return 2_088_000_000_000_000 + int(chance(scene.world.seed, "alipay", scene.trade.buyer).random() * 10**12)


def _account_of(shop: Shop) -> str:
    return f"shop{shop.user_id}@example.com"


def _waybill(scene: Scene) -> str | None:
    return parcel_of(scene.world.seed, scene.trade.tid, 0)[1] if scene.trade.parcels else None


def _parcel(scene: Scene, order: Order, part: int) -> str | None:
    return parcel_of(scene.world.seed, order.tid, order.parcel)[part] if order.consigned else None


Reader = Callable[[Scene], Any]
OrderReader = Callable[[Scene, Order], Any]
"""Reads a field; None: the field is absent."""


def _plain(value: Any, names: str) -> dict[str, Reader]:
    return dict.fromkeys(names.split(), lambda _: value)


def _promise(names: Mapping[str, int]) -> dict[str, Reader]:
    return {name: lambda scene, after=after: scene.promised(after) for name, after in names.items()}  # type: ignore[misc]


_PROMISES = {"delivery_time": _SHIP, "collect_time": _COLLECT, "dispatch_time": _DISPATCH, "sign_time": _SIGN}


def _receipt(scene: Scene, oid: int = 0) -> str | None:
    """Return when the receipt of the trade, or of a sub-order of it, is confirmed by itself."""
    whole, each = receipt.times(scene.orders)
    when = each.get(oid, 0) if oid else whole
    return text_of(when // 1000) if when else None


TRADE: Mapping[str, Reader] = {
    "timeout_action_time": _receipt,
    **_plain(
        yuan(0),
        "commission_fee cod_fee buyer_cod_fee seller_cod_fee express_agency_fee paid_coupon_fee credit_card_fee",
    ),
    **_plain(
        0,
        "buyer_obtain_point_fee buyer_flag seller_flag alipay_point coupon_fee tmall_coupon_fee top_hold forbid_consign"
        " team_buy_hold share_group_hold ofp_hold delay_create_delivery",
    ),
    **_plain(
        False,
        "is_3D is_lgtype is_brand_sale is_force_wlb is_daixiao is_wt is_sh_ship zero_purchase post_gate_declare"
        " cross_bonded_declare is_gift new_presell general_new_presell you_xiang is_istore is_openmall"
        " v_logistics_create q_r_pay is_cycle_buy is_force_dc has_buyer_message threepl_timing tmall_delivery",
    ),
    **_plain("0", "pay_channel"),
    **_plain("tmallPromise", "timing_promise"),
    **_plain(_CUT_OFF, "cutoff_minutes"),
    **_plain(_DAYS, "es_time"),
    **_promise({**_PROMISES, "promise_sign_time": _SIGN}),
    "available_confirm_fee": _left_to_confirm,
    "has_post_fee": lambda scene: bool(scene.trade.post_fee),
    "promotion_details": _promotions,
    "service_orders": _services,
    "service_tags": _tags,
    "logistics_infos": _routes,
    "logistics_consign_info": _plans,
    "logistics_agreement": _agreement,
    "agree_refund_checks": _checks,
    "has_yfx": _insured,
    "yfx_fee": lambda scene: yuan(_INSURANCE) if _insured(scene) else None,
    "yfx_id": lambda scene: f"{scene.trade.tid}0" if _insured(scene) else None,
    "sid": _waybill,
    "is_part_consign": lambda scene: len(scene.trade.parcels) > 1,
    "no_shipping": lambda scene: None if scene.trade.parcels else True,
    "num_iid": lambda scene: (scene.only.num_iid or None) if scene.only else None,
    "price": lambda scene: yuan(scene.only.price) if scene.only else None,
    "pic_path": lambda scene: _PICTURE.format(scene.only.num_iid) if scene.only else None,
    "snapshot_url": lambda scene: f"t:{scene.trade.tid}_1",
    "trade_from": lambda scene: "WAP" if scene.draw("source") < _BY_TELEPHONE else "TAOBAO",
    "can_rate": lambda scene: scene.trade.status == FINISHED,
    "seller_can_rate": lambda scene: scene.trade.status == FINISHED,
    "async_modified": lambda scene: text_of(scene.trade.modified),
    "buyer_area": lambda scene: "{receiver_state}{receiver_city}".format(**_person(scene)),
    "buyer_alipay_no": lambda scene: _person(scene)["receiver_mobile"],
    "alipay_id": _buyers_account,
    "seller_alipay_no": lambda scene: _account_of(scene.shop),
    "seller_email": lambda scene: _account_of(scene.shop),
    "seller_name": lambda scene: scene.shop.nick,
    "seller_mobile": lambda scene: scene.source.mobile_phone or None,
    "seller_phone": lambda scene: scene.source.phone or None,
}
"""How each field of a trade is read."""

ORDER: Mapping[str, OrderReader] = {
    "timeout_action_time": lambda scene, order: _receipt(scene, order.oid),
    **dict.fromkeys(
        (
            "is_oversold",
            "is_service_order",
            "is_daixiao",
            "is_www",
            "is_sh_ship",
            "is_devalue_fee",
            "is_kaola",
            "is_free_gift",
            "has_gift",
            "is_force_dc",
        ),
        lambda _, __: False,
    ),
    "pic_path": lambda _, order: _PICTURE.format(order.num_iid),
    "snapshot_url": lambda _, order: f"t:{order.oid}_1",
    "cid": lambda _, order: 50_000_000 + order.num_iid % 10_000,
    "order_from": lambda scene, _: TRADE["trade_from"](scene),
    "shipping_type": lambda _, __: "express",
    "logistics_company": lambda scene, order: _parcel(scene, order, 0),
    "invoice_no": lambda scene, order: _parcel(scene, order, 1),
    "timing_promise": lambda _, __: "tmallPromise",
    "cutoff_minutes": lambda _, __: _CUT_OFF,
    "es_time": lambda _, __: _DAYS,
    "delivery_time": lambda scene, _: scene.promised(_SHIP),
    "collect_time": lambda scene, _: scene.promised(_COLLECT),
    "dispatch_time": lambda scene, _: scene.promised(_DISPATCH),
    "sign_time": lambda scene, _: scene.promised(_SIGN),
    "promise_collect_time": lambda scene, _: scene.promised(_COLLECT),
}
"""How each field of a sub-order is read."""
