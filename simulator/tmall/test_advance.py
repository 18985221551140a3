"""Refunds that the platform pays or agrees to by itself, what it forbids, and addresses that change."""

from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.ledger.entry import Act, Changed
from simulator.ledger.replay import read
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund

DETAIL = "taobao.refund.get"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _do(caller: Caller, act: str, **args: Any) -> Refund:
    done = perform(caller.world, act, args)
    assert done["accepted"], done["reason"]
    return caller.world.state.refunds[done["result"]["refund_id"]]


def _why_not(caller: Caller, act: str, **args: Any) -> str:
    done = perform(caller.world, act, args)
    assert not done["accepted"]
    return str(done["reason"])


def test_an_advanced_refund_is_born_paid(caller: Caller) -> None:
    order = caller.order()
    refund = _do(caller, "platform.advance", tid=order.tid, reason="不想要了")

    assert (refund.status, refund.advance_status, refund.change) == ("SUCCESS", 2, 2)
    assert caller.world.state.orders[order.oid].status == "TRADE_CLOSED"
    entries = list(read(caller.world.book.path))
    assert [entry.action for entry in entries if isinstance(entry, Changed)][-2:] == ["apply", "advance"]
    assert [entry.refunds for entry in entries if isinstance(entry, Act)][-1] == (refund.refund_id,)
    shown = caller.call(DETAIL, refund_id=refund.refund_id, fields="attribute,advance_status")["refund"]
    assert shown["advance_status"] == 2
    for part in (";autoAgree:1;", ";opRole:daemon;", ";clj_zero_second_refund:1;", ";twoHoursAutoRefund:1;"):
        assert part in shown["attribute"]


def test_the_platform_pays_for_goods_on_their_way_back(caller: Caller) -> None:
    refund = caller.refund(returns=True)
    assert "in advance" in _why_not(caller, "platform.advance", refund=refund.refund_id)
    _do(caller, "agent.agree_return", refund=refund.refund_id)
    _do(caller, "buyer.ship_back", refund=refund.refund_id, company="顺丰速运", waybill="SF1")
    assert _do(caller, "platform.advance", refund=refund.refund_id).status == "SUCCESS"
    assert "no refund is born paid" in _why_not(caller, "platform.advance", tid=caller.order(shipped=True).tid)


def test_what_is_agreed_at_once_needs_no_seller(caller: Caller) -> None:
    money = _do(caller, "buyer.apply", tid=caller.order().tid, instant=True)
    assert (money.status, money.auto) == ("SUCCESS", True)
    goods = _do(caller, "buyer.apply", tid=caller.order(shipped=True).tid, kind="return_refund", instant=True)
    assert (goods.status, goods.auto) == ("WAIT_BUYER_RETURN_GOODS", True)
    assert goods.address_id == caller.shop.addresses[1].contact_id
    (said,) = caller.world.state.messages[goods.refund_id]
    assert said.message_type == "RETURN_GOODS_APPROVED"


def test_a_refund_that_cannot_be_refused_is_not_refused_by_anybody(caller: Caller) -> None:
    refund = _do(caller, "buyer.apply", tid=caller.order(shipped=True).tid, constraint="cannot_refuse")
    assert "cannot be refused" in _why_not(caller, "agent.refuse", refund=refund.refund_id, text="不")
    shown = caller.call(DETAIL, refund_id=refund.refund_id, fields="operation_contraint")["refund"]
    assert shown == {"operation_contraint": "cannot_refuse"}
    detail = caller.call("taobao.refund.detail.get", refund_id=refund.refund_id, fields="allowedOperations")["detail"]
    blocked = {row["operation_code"]: row["tips"] for row in detail["not_allowed_operations"]["operation"]}
    assert blocked["SELLER_REFUSE"] == "该退款不允许拒绝"


def test_a_web_only_refund_takes_no_calls_but_the_sellers_own_hand(caller: Caller) -> None:
    refund = caller.refund()
    _do(caller, "platform.constrain", refund=refund.refund_id, constraint="refund_onweb")
    agreed = caller.call(
        "taobao.rp.refunds.agree", sub=True, refund_infos=f"{refund.refund_id}|835|{refund.version}|onsale"
    )
    assert agreed["results"]["refund_mapping_result"][0]["message"] == "该退款只能在网页上操作"
    assert "already" in _why_not(caller, "platform.constrain", refund=refund.refund_id, constraint="refund_onweb")
    assert "none of null" in _why_not(caller, "platform.constrain", refund=refund.refund_id, constraint="web")
    assert _do(caller, "agent.agree", refund=refund.refund_id).status == "SUCCESS"


def test_the_return_address_changes_while_the_goods_are_awaited(caller: Caller) -> None:
    refund = caller.refund(returns=True)
    assert "impossible" in _why_not(caller, "agent.change_address", refund=refund.refund_id)
    agreed = _do(caller, "agent.agree_return", refund=refund.refund_id)
    changed = _do(caller, "agent.change_address", refund=refund.refund_id, text="请寄新地址")
    first, default = caller.shop.addresses
    assert (agreed.address_id, changed.address_id) == (default.contact_id, first.contact_id)
    assert changed.version > agreed.version
    assert first.text in caller.world.state.messages[refund.refund_id][-1].content
    assert "that is where" in _why_not(
        caller, "agent.change_address", refund=refund.refund_id, address=str(first.contact_id)
    )
    assert "no address 7" in _why_not(caller, "agent.change_address", refund=refund.refund_id, address="7")


def test_buyers_show_pictures_with_their_messages(caller: Caller) -> None:
    refund = caller.refund()
    _do(caller, "buyer.message", refund=refund.refund_id, content="看图", pictures=2)
    said = caller.call(
        "taobao.refund.messages.get", refund_id=refund.refund_id, refund_phase="onsale", fields="pic_urls"
    )
    (row,) = said["refund_messages"]["refund_message"]
    assert len({url["url"] for url in row["pic_urls"]["pic_url"]}) == 2
    for pictures in (-1, 10, True, "2"):
        assert "from 0 to 9" in _why_not(
            caller, "buyer.message", refund=refund.refund_id, content="看图", pictures=pictures
        )


def test_the_buyer_asks_for_an_advance_and_gets_it_or_not(caller: Caller) -> None:
    refund = caller.refund()
    asked = _do(caller, "buyer.ask_advance", refund=refund.refund_id)
    assert (asked.advance_status, asked.status, asked.version, asked.due) == (
        1,
        refund.status,
        refund.version,
        refund.due,
    )
    assert "already" in _why_not(caller, "buyer.ask_advance", refund=refund.refund_id)
    assert "impossible" in _why_not(caller, "platform.end_advance", refund=caller.refund().refund_id)
    closed = _do(caller, "platform.end_advance", refund=refund.refund_id, outcome="closed")
    assert (closed.advance_status, closed.status) == (4, "WAIT_SELLER_AGREE")
    _do(caller, "buyer.ask_advance", refund=refund.refund_id)
    assert _do(caller, "platform.advance", refund=refund.refund_id).advance_status == 2
    shipped = _do(caller, "buyer.apply", tid=caller.order(shipped=True).tid)
    assert "unshipped goods" in _why_not(caller, "buyer.ask_advance", refund=shipped.refund_id)


@pytest.mark.parametrize("act", ["agent.agree", "buyer.withdraw"])
def test_an_advance_that_was_asked_for_ends_with_the_refund(caller: Caller, act: str) -> None:
    refund = caller.refund()
    _do(caller, "buyer.ask_advance", refund=refund.refund_id)
    assert _do(caller, act, refund=refund.refund_id).advance_status == 4


@pytest.mark.parametrize(("outcome", "status"), [("settled", 5), ("refused", 3), ("closed", 4)])
def test_what_became_of_an_advance_moves_no_money(caller: Caller, outcome: str, status: int) -> None:
    refund = caller.refund(returns=True)
    _do(caller, "agent.agree_return", refund=refund.refund_id)
    _do(caller, "buyer.ship_back", refund=refund.refund_id, company="顺丰速运", waybill="SF1")
    paid = _do(caller, "platform.advance", refund=refund.refund_id)
    order, trade = caller.world.state.orders[refund.oid], caller.world.state.trades[refund.tid]
    assert "settled, refused or closed" in _why_not(
        caller, "platform.end_advance", refund=refund.refund_id, outcome="paid"
    )
    after = _do(caller, "platform.end_advance", refund=refund.refund_id, outcome=outcome)

    assert (after.advance_status, after.change) == (status, paid.change + 1)
    assert (after.status, after.version, after.ended) == ("SUCCESS", paid.version, paid.ended)
    assert caller.world.state.orders[refund.oid] is order
    assert caller.world.state.trades[refund.tid] is trade
    assert caller.call(DETAIL, refund_id=refund.refund_id, fields="advance_status")["refund"] == {
        "advance_status": status
    }
    assert "no advance is open" in _why_not(caller, "platform.end_advance", refund=refund.refund_id)


def test_only_goods_can_be_refused_and_a_reversal_closes_the_advance(caller: Caller) -> None:
    unshipped = _do(caller, "platform.advance", tid=caller.order().tid)
    assert "no goods" in _why_not(caller, "platform.end_advance", refund=unshipped.refund_id, outcome="refused")
    refund = caller.refund(returns=True)
    _do(caller, "agent.agree_return", refund=refund.refund_id)
    _do(caller, "buyer.ship_back", refund=refund.refund_id, company="顺丰速运", waybill="SF1")
    _do(caller, "platform.advance", refund=refund.refund_id)
    back = _do(caller, "staff.reverse", refund=refund.refund_id)
    assert (back.status, back.advance_status) == ("CLOSED", 4)
