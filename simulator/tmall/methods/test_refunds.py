"""Reads of refunds: fields, filters, pages, and what the ledger is told of them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from simulator.clock import to_text
from simulator.ledger.values import Told
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund
from simulator.tmall.refund_fields import WIRE, open_uid
from simulator.tmall.refund_index import RefundIndex

LIST = "taobao.refunds.receive.get"
DETAIL = "taobao.refund.get"


def _ids(found: dict[str, Any]) -> list[str]:
    return [row["refund_id"] for row in found.get("refunds", {}).get("refund", [])]


def _aged(caller: Caller, refund: Refund, modified: int) -> Refund:
    """Put *refund* back in time, so that a test need not wait for seconds to pass."""
    new = replace(refund, modified=modified)
    caller.world.change([("refund", new.refund_id, new)], actor="harness", action="age", shop=new.shop)
    return new


def test_a_refund_shows_what_was_asked_for_in_the_platforms_order(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(835)

    fields = "status, refund_fee,refund_fee,no_such,refund_id,payment,total_fee,refund_version"
    found = caller.call(DETAIL, fields=fields, refund_id=refund.refund_id)["refund"]

    assert list(found.items()) == [
        ("refund_id", refund.refund_id),
        ("total_fee", "19.99"),
        ("status", "WAIT_SELLER_AGREE"),
        ("refund_fee", "8.35"),
        ("payment", "11.64"),
        ("refund_version", refund.version),
    ]


def test_the_ledger_is_told_the_change_and_the_fields_in_its_own_words(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    fields = "refund_fee,total_fee,refund_version,refund_phase,has_good_return,dispute_type,sid,company_name,status"
    answer = caller.answer(DETAIL, fields=fields, refund_id=refund.refund_id)

    assert answer.told == [Told(refund.refund_id, 1)]
    assert set(answer.fields) == {"amount", "total", "version", "phase", "kind", "waybill", "company", "status"}
    assert answer.body == {"refund": answer.data["refund"]}


def test_every_ledger_name_is_a_field_of_a_refund_or_the_wires_own() -> None:
    own = {"alipay_no", "shipping_type", "attribute", "order_status", "payment", "split_taobao_fee"}

    assert {wire.ledger for wire in WIRE.values()} - own <= set(Refund.__struct_fields__)


def test_a_return_shows_address_parcel_and_countdown(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)
    refund = platform.agree_return(caller.world, refund, actor="agent")
    refund = platform.ship_back(caller.world, refund, "顺丰速运", "SF1")

    found = caller.call(DETAIL, fields=",".join(WIRE), refund_id=refund.refund_id)["refund"]

    assert found["has_good_return"] is True
    assert found["dispute_type"] == "REFUND_AND_RETURN"
    assert (found["company_name"], found["sid"]) == ("顺丰速运", "SF1")
    assert found["good_return_time"] == to_text(refund.returned)
    assert found["refund_remind_timeout"] == {
        "exist_timeout": True,
        "remind_type": 2,
        "timeout": to_text(refund.due // 1000),
    }
    assert found["order_status"] == "WAIT_BUYER_CONFIRM_GOODS"
    assert "end_time" not in found


def test_the_attribute_string_has_its_colons_and_semicolons_escaped_the_platforms_way(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(orders=[{"sku": "颜色:蓝;尺码:L"}])

    found = caller.call(DETAIL, fields="attribute,sku", refund_id=refund.refund_id)["refund"]

    assert found["sku"].endswith("|颜色:蓝;尺码:L")
    assert "|颜色#3B蓝#3A尺码#3BL;" in found["attribute"]
    assert ";part_refund:1;seller_audit:0;" in found["attribute"]


def test_an_unknown_refund_and_another_shops_are_the_same_error(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    stranger = Caller(caller.world, caller.world.add_shop())
    refund = caller.refund()

    for refund_id in ("1", refund.refund_id):
        error = stranger.call(DETAIL, fields="refund_id", refund_id=refund_id)
        assert (error["code"], error["sub_code"]) == (15, "isv.invalid-parameter:refund_id")
        assert error["sub_msg"] == "退款单不存在"


def test_a_list_counts_or_says_whether_there_is_more(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refunds = [caller.refund() for _ in range(5)]

    counted = caller.answer(LIST, fields="refund_id", page_size=2)
    more = caller.call(LIST, fields="refund_id", page_size=2, page_no=2, use_has_next="true")
    last = caller.call(LIST, fields="refund_id", page_size=2, page_no=3, use_has_next="True")
    beyond = caller.call(LIST, fields="refund_id", page_size=2, page_no=4)

    assert (counted.total, counted.has_next, counted.data["total_results"]) == (5, None, 5)
    assert (more["has_next"], "total_results" in more) == (True, False)
    assert (last["has_next"], len(_ids(last))) == (False, 1)
    assert (beyond["total_results"], "refunds" in beyond) == (5, False)
    assert counted.told == [Told(refund_id, 1) for refund_id in (refunds[4].refund_id, refunds[3].refund_id)]
    assert counted.fields == ("refund_id",)
    assert counted.body == {}


def test_a_window_is_inclusive_at_both_ends_and_newest_first(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    start = caller.world.clock.seconds() - 1000
    refunds = [_aged(caller, caller.refund(), start + 10 * i) for i in range(5)]
    window = {"start_modified": to_text(start + 10), "end_modified": to_text(start + 30)}

    assert _ids(caller.call(LIST, fields="refund_id", **window)) == [refunds[i].refund_id for i in (3, 2, 1)]


@pytest.mark.parametrize(("order", "expected"), [("modified_desc", [1, 0]), ("modified_asc", [0, 1])])
def test_the_order_of_rows_is_a_setting(tmp_path: Path, order: str, expected: list[int]) -> None:
    caller = Caller.open(tmp_path, list_order=order)
    refunds = [_aged(caller, caller.refund(), caller.world.clock.seconds() - 10 + i) for i in range(2)]

    assert _ids(caller.call(LIST, fields="refund_id")) == [refunds[i].refund_id for i in expected]


@pytest.mark.parametrize(("lag", "seen"), [(0, 2), (90, 1)])
def test_changes_may_become_visible_late(tmp_path: Path, lag: int, seen: int) -> None:
    caller = Caller.open(tmp_path, list_lag=lag)
    caller.refund()
    _aged(caller, caller.refund(), caller.world.clock.seconds() - 200)

    assert caller.call(LIST, fields="refund_id")["total_results"] == seen


@pytest.mark.parametrize(("strict", "code"), [(False, None), (True, 41)])
def test_windows_of_more_than_a_day_may_be_refused(tmp_path: Path, strict: bool, code: int | None) -> None:
    caller = Caller.open(tmp_path, list_strict_window=strict)
    window = {"start_modified": "2024-01-04 00:00:00", "end_modified": "2024-01-05 00:00:01"}

    assert caller.answer(LIST, fields="tid", **window).error.get("code") == code


def test_a_window_that_ends_before_it_starts_is_41(tmp_path: Path) -> None:
    window = {"start_modified": "2024-01-05 00:00:01", "end_modified": "2024-01-05 00:00:00"}

    assert Caller.open(tmp_path).answer(LIST, fields="tid", **window).error["msg"] == "Invalid arguments:start_modified"


def test_filters_by_status_buyer_and_open_uid(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    mine = caller.refund(buyer="张三")
    yours = platform.withdraw(caller.world, caller.refund(buyer="李四"))

    def listed(**filters: str) -> list[str]:
        return sorted(_ids(caller.call(LIST, fields="refund_id", **filters)))

    assert listed(status="CLOSED") == [yours.refund_id]
    assert listed(buyer_nick="张三") == [mine.refund_id]
    assert listed(buyer_nick="张三", status="CLOSED") == []
    assert listed(buyer_open_uid=open_uid("李四")) == listed(ouid=open_uid("李四")) == [yours.refund_id]
    assert listed(buyer_open_uid=open_uid("李四"), buyer_nick="张三") == []
    assert listed(buyer_open_uid="AAHxx") == listed(buyer_nick="王五") == []


@pytest.mark.parametrize(("types", "seen"), [("", 1), ("fixed", 1), ("guarantee_trade, step", 1), ("step,cod", 0)])
def test_types_that_no_trade_here_has_show_nothing(tmp_path: Path, types: str, seen: int) -> None:
    caller = Caller.open(tmp_path)
    caller.refund()

    assert caller.call(LIST, fields="refund_id", type=types)["total_results"] == seen


def test_another_shops_refunds_are_never_listed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    caller.refund()

    assert _ids(Caller(caller.world, caller.world.add_shop()).call(LIST, fields="refund_id")) == []


_ROW = st.tuples(st.integers(0, 12), st.sampled_from(["SUCCESS", "CLOSED"]), st.sampled_from(["a", "b"]))


@settings(max_examples=60)
@given(
    rows=st.lists(_ROW, max_size=25),
    status=st.sampled_from(["", "SUCCESS"]),
    buyer=st.sampled_from(["", "a"]),
    start=st.none() | st.integers(0, 12),
    end=st.none() | st.integers(0, 12),
    size=st.integers(1, 7),
)
def test_pages_together_are_what_a_naive_filter_finds(
    rows: list[tuple[int, str, str]], status: str, buyer: str, start: int | None, end: int | None, size: int
) -> None:
    kept: dict[str, Refund] = {}
    index = RefundIndex(kept)
    for number, (modified, state, nick) in enumerate(rows):
        refund = Refund(
            refund_id=f"{number:03}", shop="s", tid=1, oid=1, kind="refund_only", status=state, phase="onsale",
            amount=1, total=1, modified=modified, buyer=nick,
        )  # fmt: skip
        index.put(refund, None)
    naive = sorted(
        (
            (modified, f"{number:03}")
            for number, (modified, state, nick) in enumerate(rows)
            if status in ("", state) and buyer in ("", nick)
            and (start is None or start <= modified) and (end is None or modified <= end)
        ),
        reverse=True,
    )  # fmt: skip

    window = index.window("s", status=status, buyer=buyer, start=start, end=end)
    pages = [window.page(number, size) for number in range(1, len(rows) // size + 3)]

    assert len(window) == len(naive)
    assert [refund_id for page in pages for refund_id in page] == [refund_id for _, refund_id in naive]
    assert pages[-1] == []


def test_messages_come_oldest_first_with_their_pictures(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund(1999, returns=True)
    platform.message(caller.world, refund, "包装破损", pictures=("ab" * 32,))
    platform.agree_return(caller.world, caller.now(refund), actor="agent")

    fields = "id,content,created,message_type,owner_role,owner_nick,refund_phase,pic_urls"
    found = caller.call("taobao.refund.messages.get", fields=fields, refund_id=refund.refund_id, refund_phase="onsale")

    first, second = found["refund_messages"]["refund_message"]
    assert (first["content"], first["owner_role"], first["message_type"]) == ("包装破损", "1", "NORMAL")
    assert first["pic_urls"]["pic_url"][0]["url"].endswith("ab" * 32)
    assert (second["message_type"], second["owner_role"]) == ("RETURN_GOODS_APPROVED", "2")
    assert "pic_urls" not in second
    assert found["total_results"] == 2
    second_page = caller.call(
        "taobao.refund.messages.get",
        fields="id",
        refund_id=refund.refund_id,
        refund_phase="onsale",
        page_no=2,
        page_size=1,
    )
    assert second_page["refund_messages"]["refund_message"] == [{"id": second["id"]}]


def test_messages_need_the_right_phase_of_a_tmall_shop(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    for phase in ({}, {"refund_phase": "aftersale"}):
        error = caller.call("taobao.refund.messages.get", fields="id", refund_id=refund.refund_id, **phase)
        assert error["sub_code"] == "isv.invalid-parameter:refund_phase"


def test_reasons_have_numbers_that_nobody_takes_for_real_ones(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    found = _reasons(caller, caller.refund(shipped=True))

    reasons = found["reasons"]["reason"]
    assert reasons[0] == {"reason_id": 90001, "reason_text": "商品已发出"}
    assert (len(reasons), found["total_results"], found["has_next"]) == (6, 6, False)


def _reasons(caller: Caller, refund: Refund) -> dict[str, Any]:
    about = {"refund_id": refund.refund_id, "refund_phase": refund.phase}
    return caller.call("taobao.refund.refusereason.get", fields="reason_id,reason_text", **about)


def test_reasons_depend_on_what_can_be_true_of_the_refund(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    back = platform.agree_return(caller.world, caller.refund(returns=True))
    back = platform.ship_back(caller.world, back, "顺丰速运", "SF1")

    unshipped, returned = (
        [row["reason_id"] for row in _reasons(caller, refund)["reasons"]["reason"]]
        for refund in (caller.refund(), back)
    )

    assert unshipped == [90003, 90004, 90005, 90006]
    assert returned == [90003, 90004, 90005, 90006, 90007, 90008]
