"""旺店通: two signs, two tables of numbers, two clocks; and what its samples are careless about is careless here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.clock import to_text
from simulator.erp.side import SHOP, Side
from simulator.erp.wangdiantong import signing, store
from simulator.erp.wangdiantong.enterprise_client import PUSH, QUERY, EnterpriseClient
from simulator.erp.wangdiantong.flagship_client import SEARCH, SEARCH_RAW, UPLOAD, UPLOAD_ALL, FlagshipClient
from simulator.ledger.declaration import Declaration
from simulator.ledger.mapping import Mapped, Mapping
from simulator.world import World

PAGE = {"page_no": "0", "page_size": "50"}
_PUSHED = (
    '[{"platform_id":127,"shop_no":"tmall01","tid":"2837465091827364501","refund_no":"192837465019283746","type":3,'
    '"status":"wait_seller_agree","refund_fee":"88.80","buyer_nick":"测试买家","refund_time":"2023-11-15 06:13:20",'
    '"reason":"不想要了","desc":"","logistics_no":"","logistics_name":"","order_list":[{"oid":"2837465091827364501",'
    '"num":1}]}]'
)


def _side(tmp_path: Path, profile: str, **settings: Any) -> Side:
    return Side(World.open(tmp_path, declaration=Declaration(profile=profile), chosen=settings))


@pytest.fixture
def flagship(tmp_path: Path) -> Iterator[Side]:
    side = _side(tmp_path, "wangdiantong")
    yield side
    side.world.book.close()


@pytest.fixture
def enterprise(tmp_path: Path) -> Iterator[Side]:
    side = _side(tmp_path, "wangdiantong-enterprise")
    yield side
    side.world.book.close()


def _flagship(side: Side) -> FlagshipClient:
    assert isinstance(side.caller, FlagshipClient)
    return side.caller


def _enterprise(side: Side) -> EnterpriseClient:
    assert isinstance(side.caller, EnterpriseClient)
    return side.caller


def test_the_enterprise_sign_is_the_documentations_and_counts_characters() -> None:
    fields = {
        "appkey": "test2-xx", "page_no": "0", "end_time": "2016-08-01 13:00:00", "sid": "test2",
        "start_time": "2016-08-01 12:00:00", "page_size": "40", "timestamp": "1470042310", "sign": "left out",
    }  # fmt: skip
    assert signing.enterprise_sign("12345", fields) == "ad4e6fe037ea6e3ba4768317be9d1309"
    chinese = {"sid": "test2", "appkey": "test2-xx", "timestamp": "1700000000", "api_refund_list": _PUSHED}
    assert signing.enterprise_sign("12345", chinese) == "01cde66031c2532ecf316a6a0b118395"


def test_the_flagship_sign_covers_the_body_and_its_time_began_in_2012() -> None:
    params = {"sid": "wdtapi3", "key": "wdtapi3-test", "salt": "testsalt", "v": "1.0", "method": SEARCH}
    params |= {"timestamp": str(1_700_000_000 - signing.EPOCH), "page_no": "0", "page_size": "50", "calc_total": "1"}
    body = '[{"modified_from":"2023-11-15 00:00:00","modified_to":"2023-11-15 23:59:59"}]'
    assert params["timestamp"] == "374652800"
    assert signing.flagship_sign("testsecret", params, body) == "c0095686fb0eb9bcb07e884b13e54fad"


@pytest.mark.parametrize(
    ("profile", "number", "kind"),
    [
        ("wangdiantong", 1, "refund_only"),
        ("wangdiantong", 2, "return_refund"),
        ("wangdiantong", 4, "refund_only"),
        ("wangdiantong-enterprise", 1, "refund_only"),
        ("wangdiantong-enterprise", 2, "refund_only"),
        ("wangdiantong-enterprise", 3, "return_refund"),
    ],
)
def test_type_numbers_mean_something_else_in_each_dialect(tmp_path: Path, profile: str, number: int, kind: str) -> None:
    side = _side(tmp_path, profile)
    content = side.refund()
    if profile == "wangdiantong":
        client = _flagship(side)
        shop = store.number(side.world, SHOP)
        side.ask(client.ask(UPLOAD, [shop, [client.row(content) | {"type": number}]]))
    else:
        own = _enterprise(side)
        side.ask(own.ask(PUSH, api_refund_list=[own.row(content) | {"type": number}]))

    (document,) = side.documents(content)
    assert document.type == kind


def test_an_upload_of_many_tells_which_failed_while_the_older_call_takes_all_or_none(flagship: Side) -> None:
    client, shop = _flagship(flagship), store.number(flagship.world, SHOP)
    good, bad = flagship.refund(), flagship.refund()
    rows = [client.row(good), client.row(bad) | {"title": None}]

    whole = flagship.ask(client.ask(UPLOAD_ALL, [shop, rows])).json()
    assert (whole["status"], whole["message"]) == (100, "titlemust not be null")
    assert flagship.documents(good) == []

    found = flagship.ask(client.ask(UPLOAD, [shop, rows])).json()
    assert found["status"] == 0
    assert found["data"] == {
        "new_count": 1,
        "chg_count": 0,
        "error_list": [{"no": bad["refund_id"], "error": "titlemust not be null"}],
    }
    assert len(flagship.documents(good)) == 1


@pytest.mark.parametrize(
    ("act", "status", "goods", "reject"),
    [("reviewer.approve", 30, 0, False), ("reviewer.refuse", 10, 0, True)],
)
def test_a_flagship_document_shows_what_was_decided(
    flagship: Side, act: str, status: int, goods: int, reject: bool
) -> None:
    content, _ = flagship.brought()
    assert perform(flagship.world, act, {"refund": content["refund_id"], "text": "请提供照片"})["accepted"]

    (row,) = flagship.ask(flagship.caller.find(content["refund_id"], SHOP)).json()["data"]["order"]

    assert (row["status"], row["stockin_status"], row["is_reject"]) == (status, goods, reject)
    assert row["refund_no"] == f"TK{row['refund_id']}"
    assert isinstance(row["created"], int)
    assert isinstance(row["modified_date"], str)
    assert (row["platform_id"], row["detail_list"][0]["platform_id"]) == ("127", 127)


@pytest.mark.parametrize(("act", "status"), [("reviewer.approve", "30"), ("reviewer.refuse", "40"), ("", "20")])
def test_an_enterprise_document_shows_what_was_decided_and_writes_numbers_as_text(
    enterprise: Side, act: str, status: str
) -> None:
    content, _ = enterprise.brought()
    if act:
        perform(enterprise.world, act, {"refund": content["refund_id"], "text": "请提供照片"})

    (row,) = enterprise.ask(enterprise.caller.find(content["refund_id"], SHOP)).json()["refunds"]

    assert (row["process_status"], row["refund_amount"]) == (status, "8.3500")
    assert row["refund_order_list"][0]["num"] == "1.0000"


@pytest.mark.parametrize("profile", ["wangdiantong", "wangdiantong-enterprise"])
def test_goods_that_came_back_show_in_part_and_whole(tmp_path: Path, profile: str) -> None:
    side = _side(tmp_path, profile)
    content = side.refund() | {"type": "return_refund", "quantity": 2}
    side.ask(side.caller.create(content))
    assert perform(side.world, "reviewer.approve_return", {"refund": content["refund_id"]})["accepted"]
    assert side.found(content).decision == "approve_return"
    side.ask(side.caller.create(content | {"status": "waiting_receipt"}))

    perform(side.world, "warehouse.receive", {"refund": content["refund_id"], "quantity": 1})
    assert side.found(content).decision == "receive"
    assert side.documents(content)[0].raw["process_status"] == store.PARTLY
    perform(side.world, "warehouse.receive", {"refund": content["refund_id"]})
    assert side.documents(content)[0].raw["process_status"] == store.RECEIVED


def test_other_content_is_to_be_reviewed_anew_and_an_end_is_an_end(enterprise: Side) -> None:
    content, seen = enterprise.brought()
    perform(enterprise.world, "reviewer.approve", {"refund": content["refund_id"]})
    enterprise.ask(enterprise.caller.update(seen, content | {"amount": 600}))
    assert enterprise.documents(content)[0].raw["process_status"] == store.TO_REVIEW

    enterprise.ask(enterprise.caller.update(seen, content | {"amount": 600, "status": "refunded"}))
    (document,) = enterprise.documents(content)
    assert (document.raw["process_status"], document.booked) == (store.DONE, True)


def test_a_repeat_that_says_nothing_new_changes_nothing(flagship: Side) -> None:
    content, _ = flagship.brought()
    (before,) = flagship.documents(content)

    found = flagship.ask(flagship.caller.create(content)).json()["data"]

    assert (found["new_count"], found["chg_count"]) == (0, 0)
    assert flagship.documents(content) == [before]


def test_the_total_is_told_on_the_first_page_or_when_it_is_asked_for(enterprise: Side) -> None:
    for _ in range(3):
        enterprise.brought()
    client, now = _enterprise(enterprise), enterprise.world.clock.seconds()
    window = {"start_time": to_text(now - 60), "end_time": to_text(now + 60), "page_size": "2"}

    first, second = (enterprise.ask(client.ask(QUERY, None, **window, page_no=str(page))).json() for page in (0, 1))

    assert (first["total_count"], len(first["refunds"])) == (3, 2)
    assert "total_count" not in second
    assert len(second["refunds"]) == 1


def test_raw_refunds_are_searched_by_number_without_a_time_and_blanks_are_blank(flagship: Side) -> None:
    content, _ = flagship.brought()

    found = flagship.ask(_flagship(flagship).ask(SEARCH_RAW, [{"refund_no": content["refund_id"]}], **PAGE)).json()

    (row,) = found["data"]["order"]
    assert (row["logistics_no"], row["is_aftersale"], row["type"]) == (" ", False, 1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "20"}, ["R"]),
        ({"status": "30"}, ["O"]),
        ({"type": 2}, ["R"]),
        ({"rr_status": 2}, ["O", "R"]),
        ({"rr_status": "5,1"}, []),
        ({"stockin_status": 0}, ["O"]),
        ({"stockin_status": "1,2"}, ["R"]),
        ({"order_type": 1}, ["R", "O"]),
        ({"shop_nos": "TM01"}, ["O", "R"]),
        ({"shop_nos": "TM09"}, []),
        ({"return_logistics_no": "SF1"}, []),
    ],
)
def test_a_search_of_documents_chooses_by_all_that_it_takes(
    flagship: Side, asked: dict[str, Any], found: list[str]
) -> None:
    client, now = _flagship(flagship), flagship.world.clock.seconds()

    returns = flagship.refund() | {"type": "return_refund"}
    only, _ = flagship.brought()
    perform(flagship.world, "reviewer.approve", {"refund": only["refund_id"]})
    flagship.ask(client.create(returns))
    names = {only["refund_id"]: "O", returns["refund_id"]: "R"}
    window = {"modified_from": to_text(now - 60), "modified_to": to_text(now + 60)}

    rows = flagship.ask(client.ask(SEARCH, [window | asked], **PAGE)).json()["data"]["order"]

    assert [names[row["raw_refund_nos"]] for row in rows] == found


def test_a_search_by_what_is_not_there_is_refused(flagship: Side) -> None:
    now = flagship.world.clock.seconds()
    asked = {"modified_from": to_text(now - 60), "modified_to": to_text(now + 60), "colour": "red"}

    assert flagship.ask(_flagship(flagship).ask(SEARCH, [asked], **PAGE)).json()["status"] == 2


@pytest.mark.parametrize("profile", ["wangdiantong", "wangdiantong-enterprise"])
def test_documents_are_found_by_the_erps_own_number_of_their_order(tmp_path: Path, profile: str) -> None:
    side = _side(tmp_path, profile)
    wanted, _ = (side.brought()[0] for _ in range(2))
    number, now = store.trade_no(side.documents(wanted)[0]), side.world.clock.seconds()
    begin, end = to_text(now - 60), to_text(now + 60)
    if profile == "wangdiantong":
        asked = {"modified_from": begin, "modified_to": end, "trade_no": number}
        answer = side.ask(_flagship(side).ask(SEARCH, [asked], **PAGE))
    else:
        answer = side.ask(_enterprise(side).ask(QUERY, None, start_time=begin, end_time=end, trade_no=number))

    assert [seen.refund_id for seen in side.caller.seen(answer)] == [wanted["refund_id"]]
    assert number in answer.content.decode()
    side.world.book.close()


def test_documents_are_searched_by_other_times_than_that_of_the_change(flagship: Side) -> None:
    agreed, paid, _ = (flagship.brought()[0] for _ in range(3))
    perform(flagship.world, "reviewer.approve", {"refund": agreed["refund_id"]})
    client, now = _flagship(flagship), flagship.world.clock.seconds()
    shop, done = store.number(flagship.world, SHOP), to_text(now - 86400)
    row = client.row(paid | {"status": "refunded"}) | {"current_phase_timeout": done}
    flagship.ask(client.ask(UPLOAD, [shop, [row]]))

    def found(name: str, begin: int, end: int) -> list[str]:
        asked = {f"{name}_from": to_text(begin), f"{name}_to": to_text(end)}
        rows = flagship.ask(client.ask(SEARCH, [asked], **PAGE)).json()["data"]["order"]
        return [row["raw_refund_nos"] for row in rows]

    assert found("agree", now - 60, now + 60) == [agreed["refund_id"]]
    assert found("settle", now - 60, now + 60) == [paid["refund_id"]]
    assert found("current_phase_timeout", now - 86400, now - 86400) == [paid["refund_id"]]
    assert found("current_phase_timeout", now - 60, now + 60) == []
    wide = {"agree_from": to_text(now - 31 * 86400), "agree_to": to_text(now)}
    assert flagship.ask(client.ask(SEARCH, [wide], **PAGE)).json()["status"] == 100


def test_raw_refunds_are_searched_by_when_they_were_asked_for_and_none_of_other_platforms(flagship: Side) -> None:
    content = flagship.refund()
    client, now = _flagship(flagship), flagship.world.clock.seconds()
    row = client.row(content) | {"refund_time": to_text(now - 86400)}
    flagship.ask(client.ask(UPLOAD, [store.number(flagship.world, SHOP), [row]]))

    def count(**asked: Any) -> int:
        window = {"start_time": to_text(now - 86400), "end_time": to_text(now - 86400), **asked}
        return len(flagship.ask(client.ask(SEARCH_RAW, [window], **PAGE)).json()["data"]["order"])

    assert (count(), count(time_type=2), count(time_type=2, platform_id=1)) == (0, 1, 0)


@pytest.mark.parametrize("method", [SEARCH, SEARCH_RAW])
def test_nothing_is_archived_here(flagship: Side, method: str) -> None:
    flagship.brought()
    client, now = _flagship(flagship), flagship.world.clock.seconds()
    names = ("modified_from", "modified_to") if method == SEARCH else ("start_time", "end_time")
    asked = dict(zip(names, (to_text(now - 60), to_text(now + 60)), strict=True))

    found = flagship.ask(client.ask(f"{method}History", [asked], **PAGE, calc_total="1")).json()

    assert found == {"status": 0, "data": {"total_count": 0, "order": []}}
    assert flagship.answer.told == []
    assert flagship.ask(client.ask(f"{method}History", [{}], **PAGE)).json()["status"] == 100


@pytest.mark.parametrize(
    ("asked", "count"),
    [({}, 1), ({"shop_no": "TM01"}, 1), ({"shop_no": "TM02"}, 0), ({"refund_no": "TK1"}, 0), ({"status": "closed"}, 0)],
)
def test_a_query_by_number_chooses_by_the_rest_as_well(enterprise: Side, asked: dict[str, str], count: int) -> None:
    content, _ = enterprise.brought()
    client = _enterprise(enterprise)

    rows = enterprise.ask(client.ask(QUERY, None, src_refund_no=content["refund_id"], **asked)).json()["refunds"]

    assert len(rows) == count


def test_a_query_by_what_is_not_there_is_refused(enterprise: Side) -> None:
    answer = enterprise.ask(_enterprise(enterprise).ask(QUERY, None, src_refund_no="1", time_type="1")).json()

    assert answer["code"] == 1


@pytest.mark.parametrize("profile", ["wangdiantong", "wangdiantong-enterprise"])
def test_a_push_that_takes_all_or_none_takes_none_with_a_reviewed_document(tmp_path: Path, profile: str) -> None:
    side = _side(tmp_path, profile, wdt_change_processed=False)
    reviewed, _ = side.brought()
    perform(side.world, "reviewer.approve", {"refund": reviewed["refund_id"]})
    fresh = side.refund()
    rows = [fresh, reviewed | {"amount": 600}]
    if profile == "wangdiantong":
        client, shop = _flagship(side), store.number(side.world, SHOP)
        answer = side.ask(client.ask(UPLOAD_ALL, [shop, [client.row(row) for row in rows]]))
    else:
        own = _enterprise(side)
        answer = side.ask(own.ask(PUSH, api_refund_list=[own.row(row) for row in rows]))

    assert "退换单已存在" in answer.content.decode()
    assert side.documents(fresh) == []
    assert side.documents(reviewed)[0].amount == reviewed["amount"]


@pytest.mark.parametrize("profile", ["wangdiantong", "wangdiantong-enterprise"])
def test_a_shop_of_tmalls_own_platform_takes_no_push_and_is_not_told_of(tmp_path: Path, profile: str) -> None:
    side = _side(tmp_path, profile, wdt_shops="tmall")
    content = side.refund()

    answer = side.ask(side.caller.create(content))

    assert "店铺平台不是自有平台" in answer.content.decode()
    assert side.documents(content) == []


def test_a_proof_is_a_link_that_can_be_followed(tmp_path: Path) -> None:
    fields = {
        **Side(World.open(tmp_path / "x", declaration=Declaration(profile="wangdiantong"))).profile.mapping().fields
    }
    mapping = Mapping(fields=fields | {"decision_proof": Mapped("flag_name")})
    side = Side(World.open(tmp_path / "y", declaration=Declaration(profile="wangdiantong", mapping=mapping)))
    content, _ = side.brought()
    perform(side.world, "reviewer.refuse", {"refund": content["refund_id"], "text": "请提供照片", "proof": "photo"})

    (row,) = side.ask(side.caller.find(content["refund_id"], SHOP)).json()["data"]["order"]

    assert row["flag_name"].startswith("http://127.0.0.1/files/")
    side.world.book.close()
