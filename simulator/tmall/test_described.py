"""What is not as the table says is found, and real answers hold every field that the table promises."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.clock import to_text
from simulator.tmall import exchanges, platform
from simulator.tmall.caller import Caller
from simulator.tmall.described import undescribed
from simulator.tmall.documented import answered
from simulator.tmall.method import Method, surface


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"refund": {"refund_id": 1}}, "refund.refund_id: 1 is no string"),
        ({"refund": {"total_fee": "1.5"}}, "refund.total_fee: '1.5' is no money"),
        ({"refund": {"created": "today"}}, "refund.created: 'today' is no datetime"),
        ({"refund": {"num": True}}, "refund.num: True is no number"),
        ({"refund": {"special_refund_type": "cashBack"}}, "refund.special_refund_type: the table has no such field"),
        ({"refund": []}, "refund: [] is no object"),
        ({"refunds": {}}, "refunds: the table has no such field"),
        ({"refund": {"refund_id": "1", "total_fee": "1.50", "num": 1}}, ""),
    ],
)
def test_a_value_that_is_not_as_the_table_says_is_found(data: dict[str, Any], said: str) -> None:
    found = undescribed(surface().methods["taobao.refund.get"], data, surface())

    assert found == ([said] if said else [])


def test_a_list_is_a_list() -> None:
    method = surface().methods["taobao.refunds.receive.get"]

    assert undescribed(method, {"refunds": {"refund": []}}, surface()) == ["refunds: {'refund': []} is no list"]


def _world(folder: Path) -> tuple[Caller, dict[str, object]]:
    """Return a caller whose shop has refunds in many states, an exchange with two parcels, and a discounted trade.

    With it what the calls below name of them.
    """
    caller = Caller.open(folder)
    world = caller.world
    line = {"price": "99.00", "num": 2, "discount": "20.00", "coupon": "13.50", "service": {"price": "5.00"}}
    order = caller.order(orders=[line], shipped=True, post_fee="8.00")
    asked = platform.apply(world, order, "return_refund", 5000, reason="质量问题", desc="有划痕")
    platform.message(world, asked, "看图", actor="buyer", pictures=("ab" * 32,))
    back = caller.refund(1999, returns=True)
    platform.ship_back(world, platform.agree_return(world, back, actor="agent"), "顺丰速运", "SF1")
    paid = platform.agree(world, caller.refund(shipped=True), actor="agent")
    special = {"oid": caller.order(shipped=True).oid, "amount": "1.00", "purpose": "priceProtect"}
    done = perform(world, "buyer.apply", special | {"reason": "价保", "desc": "降价了"})
    given = perform(world, "buyer.apply", special | {"oid": caller.order(shipped=True).oid})["result"]["refund_id"]
    lowered = platform.agree(world, world.state.refunds[given], actor="agent")
    half = caller.order(orders=[{"price": "10.00"}, {"price": "20.00"}], shipped=True)
    platform.apply(world, half, "refund_only", 100)
    exchange = exchanges.apply(world, caller.order(shipped=True), "尺码:XL", reason="换大", desc="太小")
    sent = exchanges.ship_back(world, exchanges.agree(world, exchange, actor="agent"), "顺丰速运", "SF2")
    parcel: dict[str, Any] = {"seller_company": "圆通速递", "seller_waybill": "YT1"}
    gone = exchanges.step(world, sent, "agent", "receive_and_ship", said="已换", proof="ab" * 32, **parcel)
    exchanges.step(world, gone, "buyer", "message", said="收到", proof="ab" * 32)
    now = world.clock.seconds()
    return caller, {
        "asked": asked.refund_id,
        "back": back.refund_id,
        "paid": paid.refund_id,
        "special": done["result"]["refund_id"],
        "exchange": exchange.dispute_id,
        "oid": asked.oid,
        "tid": asked.tid,
        "lowered": lowered.tid,
        "half": half.tid,
        "before": to_text(now - 3600),
        "after": to_text(now + 3600),
    }


_HAS_NEXT = {"use_has_next": "true"}
_CHANGED = {"start_modified": "before", "end_modified": "after"}
READS: Mapping[str, list[dict[str, str]]] = {
    "taobao.refunds.receive.get": [{}, _HAS_NEXT],
    "taobao.refund.get": [{"refund_id": "asked"}, {"refund_id": "back"}, {"refund_id": "paid"}],
    "taobao.special.refund.get": [{"refund_id": "special"}],
    "taobao.special.refunds.receive.get": [{}, _HAS_NEXT],
    "taobao.refund.messages.get": [
        {"refund_id": "asked", "refund_phase": "onsale"},
        {"refund_id": "back", "refund_phase": "onsale"},
    ],
    "taobao.refund.refusereason.get": [{"refund_id": "asked", "refund_phase": "onsale"}],
    "taobao.refund.detail.get": [{"refund_id": "asked"}],
    "taobao.refund.negotiatereturn.render": [{"refund_id": "asked"}],
    "tmall.dispute.receive.get": [{}, _HAS_NEXT],
    "tmall.exchange.get": [{"dispute_id": "exchange"}],
    "tmall.exchange.receive.get": [{}],
    "tmall.exchange.refusereason.get": [{"dispute_id": "exchange"}],
    "tmall.exchange.messages.get": [{"dispute_id": "exchange"}],
    "taobao.trade.get": [{"tid": "tid"}, {"tid": "lowered"}, {"tid": "half"}],
    "taobao.trades.sold.get": [{}, _HAS_NEXT],
    "taobao.trades.sold.increment.get": [_CHANGED, _CHANGED | _HAS_NEXT],
    "taobao.logistics.orders.get": [{}],
    "taobao.logistics.address.search": [{}],
    "taobao.user.seller.get": [{}],
    "taobao.time.get": [{}],
}
"""Calls by which each read is to show all that it can: parameters, and their values or the names of what they name."""

NOT_HERE = {
    "taobao.special.refund.get": ("address", "sid", "company_name", "good_return_time"),
    "taobao.special.refunds.receive.get": ("sid", "company_name"),
}
"""Of a difference in price no goods come back."""
ERRORS = ("error_code", "error_msg", "error_codes", "message", "msg_code", "exception")
ELSEWHERE = (
    "phone", "receiver_phone", "yfx_fee", "yfx_id", "end_time", "no_shipping", "sub_tids", "delivery_end", "attribute",
)  # fmt: skip
"""Of addresses without a number, trades that are not insured, not over, shipped, or whole."""


def _paths(data: Any, where: str = "") -> set[str]:
    if isinstance(data, Mapping):
        return {path for key, value in data.items() for path in _paths(value, f"{where}.{key}" if where else key)}
    if isinstance(data, (list, tuple)):
        return {path for row in data for path in _paths(row, where)} or {where}
    return {where}


def _asked(method: Method, promised: set[str]) -> dict[str, str]:
    """Return the fields to ask for, so that the answer has all."""
    if "fields" not in method.parameters:
        return {}
    inner = {path.removeprefix("result.") for path in promised}
    return {"fields": ",".join(sorted({path.split(".")[1] for path in inner if "." in path}))}


@pytest.mark.parametrize("name", READS)
def test_a_read_answers_every_field_that_the_table_promises(tmp_path: Path, name: str) -> None:
    caller, scene = _world(tmp_path)
    method = surface().methods[name]
    promised = answered(method.answer, surface())
    seen: set[str] = set()

    for given in READS[name]:
        params = {key: scene.get(value, value) for key, value in given.items()}
        answer = caller.answer(name, **_asked(method, promised), **params)
        assert answer.error == {}
        seen |= _paths(answer.data)

    without = (*ERRORS, *ELSEWHERE, *NOT_HERE.get(name, ()))
    assert {path for path in promised - seen if path.rpartition(".")[2] not in without} == set()
