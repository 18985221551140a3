"""The lists of trades: which time they go by, what their filters leave, and what refunds do to them."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from simulator.clock import to_text
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund_fields import open_uid
from simulator.tmall.trade import Order

SOLD = "taobao.trades.sold.get"
CHANGED = "taobao.trades.sold.increment.get"
STORED = "taobao.trades.sold.incrementv.get"
BASIC = "taobao.trade.get"


def _window(caller: Caller, first: str, last: str, *, ago: int = 3600) -> dict[str, str]:
    now = caller.world.clock.seconds()
    return {first: to_text(now - ago), last: to_text(now + 60)}


def _tids(answer: dict[str, Any]) -> list[int]:
    return [row["tid"] for row in answer.get("trades", {}).get("trade", [])]


def _aged(caller: Caller, order: Order, **ago: int) -> None:
    """Put the named times of the order's trade so many seconds back."""
    trade = caller.world.state.trades[order.tid]
    aged = replace(trade, **{name: getattr(trade, name) - seconds for name, seconds in ago.items()})
    caller.world.change([("trade", aged.tid, aged)], actor="harness", action="age")


def test_sold_trades_are_listed_newest_first_and_paged_with_what_was_asked_for(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    tids = [caller.order().tid for _ in range(3)]

    whole = caller.call(SOLD, fields="tid,status,orders.oid")
    pages = [caller.call(SOLD, fields="tid", page_no=number, page_size=2) for number in (1, 2, 3)]
    more = [
        caller.call(SOLD, fields="tid", page_no=number, page_size=2, use_has_next=True)["has_next"] for number in (1, 2)
    ]

    assert _tids(whole) == tids[::-1]
    assert whole["trades"]["trade"][0] == {
        "tid": tids[2],
        "status": "WAIT_SELLER_SEND_GOODS",
        "orders": {"order": [{"oid": tids[2]}]},
    }
    assert [_tids(page) for page in pages] == [[tids[2], tids[1]], [tids[0]], []]
    assert {page["total_results"] for page in pages} == {3}
    assert more == [True, False]


def test_sold_trades_are_filtered(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    shipped = caller.order(shipped=True, buyer="小明")
    closed = caller.refund(1999, buyer="小红")
    platform.agree(caller.world, closed, actor="agent")
    waiting = caller.order(buyer="小明")
    Caller(caller.world, caller.world.add_shop()).order()

    def found(**filters: Any) -> list[int]:
        return _tids(caller.call(SOLD, fields="tid", **filters))

    assert found() == [waiting.tid, closed.tid, shipped.tid]
    assert found(status="WAIT_BUYER_CONFIRM_GOODS") == [shipped.tid]
    assert found(status="ALL_CLOSED") == found(status="TRADE_CLOSED") == [closed.tid]
    assert found(buyer_nick="小明") == found(buyer_open_id=open_uid("小明")) == [waiting.tid, shipped.tid]
    assert found(buyer_nick="小红", buyer_open_id=open_uid("小明")) == []
    assert found(rate_status="RATE_UNSELLER") == found()
    for nothing in (
        {"rate_status": "RATE_BUYER_SELLER"},
        {"tag": "time_card"},
        {"ext_type": "service"},
        {"type": "cod"},
    ):
        assert found(**nothing) == []


def test_a_trade_of_more_than_three_months_ago_is_sold_no_more(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    old, new = caller.order(), caller.order()
    _aged(caller, old, created=91 * 86_400)

    assert _tids(caller.call(SOLD, fields="tid", start_created="2020-01-01 00:00:00")) == [new.tid]


def test_an_onsale_refund_brings_its_trade_into_the_list_of_changes_and_an_aftersale_one_does_not(
    tmp_path: Path,
) -> None:
    caller = Caller.open(tmp_path)
    onsale, aftersale = caller.order(shipped=True), caller.order(finished=True)
    for order in (onsale, aftersale):
        _aged(caller, order, modified=7200)
    window = _window(caller, "start_modified", "end_modified")
    assert _tids(caller.call(CHANGED, fields="tid", **window)) == []

    refund = platform.apply(caller.world, onsale, "refund_only")
    platform.apply(caller.world, aftersale, "refund_only")

    answer = caller.call(CHANGED, fields="tid,orders.refund_id", **window)
    assert _tids(answer) == [onsale.tid]
    assert answer["trades"]["trade"][0]["orders"]["order"] == [{"refund_id": refund.refund_id}]


def test_a_change_does_not_bring_a_trade_back_into_the_list_by_library_time(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    old, new = caller.order(), caller.order()
    _aged(caller, old, created=7200)
    platform.apply(caller.world, caller.world.state.orders[old.oid], "refund_only")

    window = _window(caller, "start_create", "end_create")
    assert _tids(caller.call(STORED, fields="tid", **window)) == [new.tid]


@pytest.mark.parametrize(
    ("method", "first", "last"), [(CHANGED, "start_modified", "end_modified"), (STORED, "start_create", "end_create")]
)
def test_a_window_is_of_a_day_at_most_and_not_turned_round(tmp_path: Path, method: str, first: str, last: str) -> None:
    caller = Caller.open(tmp_path)

    long = caller.call(method, fields="tid", **{first: "2026-03-01 00:00:00", last: "2026-03-02 00:00:01"})
    turned = caller.call(method, fields="tid", **{first: "2026-03-02 00:00:00", last: "2026-03-01 00:00:00"})
    day = caller.call(method, fields="tid", **{first: "2026-03-01 00:00:00", last: "2026-03-02 00:00:00"})

    assert (long["code"], long["sub_code"]) == (41, f"isv.invalid-parameter:{last}")
    assert (turned["code"], turned["sub_code"]) == (41, f"isv.invalid-parameter:{first}")
    assert day["total_results"] == 0


def test_the_basic_trade_tells_nothing_of_the_receiver(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order()

    trade = caller.call(BASIC, tid=order.tid, fields="tid,title,receiver_name,orders.oid,buyer_rate")["trade"]

    assert trade == {
        "tid": order.tid,
        "title": caller.shop.nick,
        "buyer_rate": False,
        "orders": {"order": [{"oid": order.oid}]},
    }
    assert caller.call(BASIC, tid=1, fields="tid")["sub_code"] == "isv.trade-not-exist"


def test_lists_are_the_same_after_a_restart(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    tids = [caller.order().tid for _ in range(3)]
    shop = caller.shop.nick
    caller.world.book.close()

    world = type(caller.world).open(tmp_path)
    again = Caller(world, world.state.shops[shop])

    assert _tids(again.call(SOLD, fields="tid")) == tids[::-1]
