"""One trade with its sub-orders, and the masks over its receiver."""

from pathlib import Path

from msgspec.structs import replace

from simulator.clock import to_text
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.receivers import masked

FULL = "taobao.trade.fullinfo.get"


def test_a_trade_shows_what_was_asked_for_and_its_orders_whole_or_in_part(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order(orders=[{"price": "129.00", "paid": "128.90"}, {"price": "10.00"}], post_fee="5.00")

    trade = caller.call(FULL, tid=order.tid, fields="tid,payment,post_fee,orders.oid, orders.divide_order_fee")["trade"]
    whole = caller.call(FULL, tid=order.tid, fields="orders,orders.oid")["trade"]

    assert list(trade) == ["tid", "payment", "post_fee", "orders"]
    assert (trade["payment"], trade["post_fee"]) == ("143.90", "5.00")
    assert trade["orders"]["order"][0] == {"oid": order.oid, "divide_order_fee": "128.90"}
    assert whole["orders"]["order"][0]["part_mjz_discount"] == "0.10"
    assert "consign_time" not in whole["orders"]["order"][0]


def test_the_postage_is_in_the_payment_of_an_only_order(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    only = caller.order(post_fee="5.00")
    two = caller.order(orders=[{"price": "19.99"}, {"price": "1.00"}], post_fee="5.00")

    def payment(tid: int) -> str:
        found = caller.call(FULL, tid=tid, fields="orders.payment")["trade"]["orders"]["order"][0]["payment"]
        return str(found)

    assert (payment(only.tid), payment(two.tid)) == ("24.99", "19.99")


def test_the_order_shows_its_latest_refund(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999)
    fields = "status,orders.refund_id,orders.refund_status,orders.status,orders.end_time"

    before = caller.call(FULL, tid=refund.tid, fields=fields)["trade"]["orders"]["order"][0]
    platform.agree(caller.world, refund, actor="agent")
    after = caller.call(FULL, tid=refund.tid, fields=fields)["trade"]

    assert before == {
        "refund_id": refund.refund_id,
        "refund_status": "WAIT_SELLER_AGREE",
        "status": "WAIT_SELLER_SEND_GOODS",
    }
    assert after["status"] == after["orders"]["order"][0]["status"] == "TRADE_CLOSED"
    assert after["orders"]["order"][0]["end_time"] == to_text(caller.world.state.orders[refund.oid].ended)


def test_the_receiver_is_masked_and_always_the_same(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    order = caller.order()
    fields = "receiver_name,receiver_mobile,receiver_address,receiver_state"

    trade = caller.call(FULL, tid=order.tid, fields=fields)["trade"]

    assert trade == caller.call(FULL, tid=order.tid, fields=fields)["trade"]
    assert trade["receiver_name"][1:].strip("*") == ""
    assert "****" in trade["receiver_mobile"]
    assert trade["receiver_address"].endswith("***")


def test_masks_leave_no_short_value_open() -> None:
    receiver = {"receiver_name": "张", "receiver_mobile": "12345", "receiver_address": "路", "receiver_state": "浙江省"}

    assert masked(receiver) == {
        "receiver_name": "张*",
        "receiver_mobile": "****",
        "receiver_address": "路***",
        "receiver_state": "浙江省",
    }


def test_unknown_foreign_and_old_trades_do_not_exist(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    foreign = Caller(caller.world, caller.world.add_shop()).order()
    old = caller.world.state.trades[caller.order().tid]
    aged = replace(old, created=old.created - 91 * 86_400)
    caller.world.change([("trade", aged.tid, aged)], actor="harness", action="age")

    for tid in (1, foreign.tid, old.tid):
        error = caller.call(FULL, tid=tid, fields="tid")
        assert (error["code"], error["sub_code"]) == (15, "isv.trade-not-exist")
