"""Refunds of a difference in price are found by methods of their own, and of postage by the ordinary ones."""

from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund

LIST = "taobao.refunds.receive.get"
SPECIALS = "taobao.special.refunds.receive.get"
SPECIAL = "taobao.special.refund.get"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _apply(caller: Caller, tid: int, **args: Any) -> Refund:
    done = perform(caller.world, "buyer.apply", {"tid": tid, **args})
    assert done["accepted"], done["reason"]
    return caller.world.state.refunds[done["result"]["refund_id"]]


def _why_not(caller: Caller, tid: int, **args: Any) -> str:
    done = perform(caller.world, "buyer.apply", {"tid": tid, **args})
    assert not done["accepted"]
    return str(done["reason"])


def _listed(caller: Caller, method: str) -> list[Any]:
    found = caller.call(method, fields="refund_id,special_refund_type").get("refunds", {}).get("refund", [])
    return [row["refund_id"] for row in found]


def test_a_difference_in_price_is_in_its_own_list_only(caller: Caller) -> None:
    ordinary = caller.refund()
    order = caller.order(finished=True)
    special = _apply(caller, order.tid, amount="3.00", purpose="priceProtect")

    assert _listed(caller, LIST) == [ordinary.refund_id]
    assert _listed(caller, SPECIALS) == [int(special.refund_id)]
    found = caller.call(SPECIAL, refund_id=special.refund_id, fields="refund_fee,special_refund_type,attribute")
    assert (found["refund"]["refund_fee"], found["refund"]["special_refund_type"]) == ("3.00", "priceProtect")
    assert ";price_protection:1;" in found["refund"]["attribute"]
    assert caller.call(SPECIAL, refund_id=ordinary.refund_id, fields="status")["sub_msg"] == "退款单不存在"


def test_a_difference_in_price_marks_the_sub_order_and_closes_nothing(caller: Caller) -> None:
    order = caller.order(shipped=True)
    refund = _apply(caller, order.tid, purpose="cashBack")
    perform(caller.world, "agent.agree", {"refund": refund.refund_id})

    after = caller.world.state.orders[order.oid]
    assert (after.refunded, after.status, after.refund_id) == (1999, "WAIT_BUYER_CONFIRM_GOODS", "")
    shown = caller.call("taobao.trade.fullinfo.get", tid=order.tid, fields="orders")["trade"]["orders"]["order"][0]
    assert (shown["special_refund_type"], shown["refund_status"]) == ("cashBack", "NO_REFUND")


def test_postage_goes_back_by_itself_once(caller: Caller) -> None:
    order = caller.order(shipped=True, post_fee="10.00")
    refund = _apply(caller, order.tid, amount="4.00", purpose="freight", reason="退运费")
    perform(caller.world, "agent.agree", {"refund": refund.refund_id})
    after = caller.world.state.orders[order.oid]
    assert (after.refunded, after.freight, after.status) == (400, 400, "WAIT_BUYER_CONFIRM_GOODS")
    assert after.goods_left == after.paid
    assert "above what is left" in _why_not(caller, order.tid, amount="6.01", purpose="freight")
    rest = _apply(caller, order.tid, purpose="freight")
    assert (rest.amount, rest.freight) == (600, 600)
    perform(caller.world, "agent.agree", {"refund": rest.refund_id})
    assert "nothing is left" in _why_not(caller, order.tid, purpose="freight")
    goods = _apply(caller, order.tid)
    assert (goods.amount, goods.freight) == (1999, 0)
    perform(caller.world, "agent.agree", {"refund": goods.refund_id})
    trade = caller.world.state.trades[order.tid]
    assert (trade.status, trade.received) == ("TRADE_CLOSED", 0)


def test_the_last_unshipped_sub_order_brings_the_postage_along(caller: Caller) -> None:
    order = caller.order(post_fee="10.00")
    refund = _apply(caller, order.tid)
    assert (refund.amount, refund.freight) == (2999, 1000)
    detail = caller.call("taobao.refund.get", refund_id=refund.refund_id, fields="attribute")["refund"]["attribute"]
    for part in (";lastOrder:1000;", ";apply_init_refund_fee:2999;", ";EXmrf:2999;", ";ol_tf:1999;", ";tod:86400000;"):
        assert part in detail
    assert caller.now(refund).payment == 0
    perform(caller.world, "agent.agree", {"refund": refund.refund_id})
    assert caller.world.state.orders[order.oid].freight == 1000


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"purpose": "freigt"}, "none of freight, cashBack, priceProtect"),
        ({"purpose": "freight", "kind": "return_refund"}, "about the money only"),
        ({"purpose": "freight"}, "nothing is left"),
        ({"constraint": "never"}, "none of null, cannot_refuse, refund_onweb"),
    ],
)
def test_a_wrong_purpose_or_constraint_is_refused(caller: Caller, args: dict[str, Any], said: str) -> None:
    assert said in _why_not(caller, caller.order(shipped=True).tid, **args)


def test_a_difference_in_price_waits_until_the_goods_are_shipped(caller: Caller) -> None:
    assert "once the goods are shipped" in _why_not(caller, caller.order().tid, purpose="cashBack")


def test_amounts_of_a_discounted_line_are_pairwise_different(caller: Caller) -> None:
    orders = [{"price": "99.00", "num": 2, "discount": "20.00", "coupon": "13.50"}, {"price": "10.00"}]
    order = caller.order(orders=orders, shipped=True, post_fee="8.00", points=250)
    done = perform(caller.world, "buyer.apply", {"oid": order.oid, "amount": "60.00"})
    refund = done["result"]["refund_id"]

    row = caller.call("taobao.refund.get", refund_id=refund, fields="total_fee,refund_fee,payment")["refund"]
    assert row == {"total_fee": "198.00", "refund_fee": "60.00", "payment": "138.00"}
    trade = caller.call("taobao.trade.fullinfo.get", tid=order.tid, fields="orders,payment,point_fee,real_point_fee")
    shown = trade["trade"]["orders"]["order"][0]
    names = ("total_fee", "discount_fee", "part_mjz_discount", "divide_order_fee", "payment")
    assert [shown[name] for name in names] == ["178.00", "20.00", "13.50", "164.50", "164.50"]
    assert [trade["trade"][name] for name in ("payment", "point_fee", "real_point_fee")] == ["182.50", 250, 0]


def test_the_postage_of_a_trade_is_asked_for_once_even_on_several_sub_orders(caller: Caller) -> None:
    order = caller.order(orders=[{"price": "5.00"}, {"price": "6.00"}], shipped=True, post_fee="10.00")
    first, second = caller.world.state.trades[order.tid].oids
    perform(caller.world, "buyer.apply", {"oid": first, "amount": "7.00", "purpose": "freight"})
    done = perform(caller.world, "buyer.apply", {"oid": second, "amount": "3.01", "purpose": "freight"})
    assert "above what is left" in done["reason"]
    assert perform(caller.world, "buyer.apply", {"oid": second, "purpose": "freight"})["result"]["amount"] == "3.00"
