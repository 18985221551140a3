"""Goods: a warehouse system confirms them once, in parts, broken ones too; receipts are told page by page."""

from typing import Any

import pytest

from simulator.actors import perform
from simulator.clock import to_text
from simulator.erp.jushuitan.client import CONFIRM_GOODS, PARCELS, PAYMENTS, QUERY, RECEIVED, UPLOAD, Client
from simulator.erp.side import SHOP, Side
from simulator.ledger.entry import Decision
from simulator.ledger.replay import read

RETURN = {"type": "return_refund", "quantity": 3}


@pytest.fixture
def coming(erp: Side) -> dict[str, Any]:
    """A return of three pieces that are on their way, and the number that the platform gave it."""
    content = erp.refund() | RETURN | {"status": "waiting_receipt"}
    erp.ask(erp.caller.create(content))
    return content | {"as_id": int(erp.found(content).number)}


def test_goods_come_in_parts_and_are_added_up(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    for name, quantity in (("R1", 1), ("R2", 2)):
        items = [{"sku_id": "SKU-A", "qty": quantity, "qty_type": 4 if name == "R1" else 0}]
        found = _confirmed(erp, client, coming, return_id=name, items=items)
        assert (found["success_count"], found["fail_count"]) == (1, 0)

    row = _row(erp, client, coming)
    assert (row["good_status"], row["items"][0]["r_qty"], row["items"][0]["defective_qty"]) == ("SELLER_RECEIVED", 3, 1)
    (document,) = erp.documents(coming)
    assert [(receipt.id, receipt.quantity) for receipt in document.receipts] == [("R1", 1), ("R2", 2)]


def test_a_return_id_that_is_known_adds_no_goods(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    items = [{"sku_id": "SKU-A", "qty": 1}]
    for _ in range(2):
        assert _confirmed(erp, client, coming, return_id="R1", items=items)["success_count"] == 1

    (document,) = erp.documents(coming)
    assert document.received == 1
    assert not erp.answer.effect
    assert _row(erp, client, coming)["good_status"] == "BUYER_RETURNED_GOODS"


def test_without_items_all_that_is_missing_came(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    _confirmed(erp, client, coming, items=[{"sku_id": "SKU-A", "qty": 2}])
    _confirmed(erp, client, coming)

    assert [receipt.quantity for receipt in erp.documents(coming)[0].receipts] == [2, 1]


def test_a_warehouse_system_decides_nothing_in_the_erps_name(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    _confirmed(erp, client, coming)

    assert not [entry for entry in read(erp.world.book.path) if isinstance(entry, Decision)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": [{"sku_id": "SKU-B", "qty": 1}]},
        {"items": [{"sku_id": "SKU-A", "qty": 4}]},
        {"items": [{"sku_id": "SKU-A", "qty": 0}]},
        {"items": [{"sku_id": "SKU-A", "qty": 1, "qty_type": 5}]},
        {"items": []},
        {"return_id": ""},
        {"wh_id": 9},
        {"l_id": 5},
        {"as_id": 1},
    ],
)
def test_goods_that_nobody_expects_fail_in_their_row(
    erp: Side, client: Client, coming: dict[str, Any], wrong: dict[str, Any]
) -> None:
    found = _confirmed(erp, client, coming, **wrong)

    (failed,) = found["fail"]
    assert failed["message"]
    assert (failed["as_id"], failed["is_success"]) == (str(wrong.get("as_id", coming["as_id"])), "false")
    assert erp.documents(coming)[0].receipts == ()


def test_a_refund_without_goods_takes_none(erp: Side, client: Client) -> None:
    content, seen = erp.brought()

    assert _confirmed(erp, client, content | {"as_id": int(seen.number)})["fail_count"] == 1


def test_a_parcel_stands_once_the_seller_has_the_goods(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    _confirmed(erp, client, coming, l_id="SF1", logistics_company="顺丰")

    erp.ask(client.ask(UPLOAD, [client.row(coming) | {"l_id": "SF2", "remark": "改"}]))

    row = _row(erp, client, coming)
    assert (row["l_id"], row["remark"]) == ("SF1", "改")
    assert erp.documents(coming)[0].waybill == "SF1"


@pytest.mark.parametrize("by", ["so_ids", "as_ids", "o_ids", "io_ids", "time", "start_ts", "ordered"])
def test_receipts_are_found_by_number_time_and_version(
    erp: Side, client: Client, coming: dict[str, Any], by: str
) -> None:
    other = erp.refund() | RETURN | {"status": "waiting_receipt"}
    erp.ask(erp.caller.create(other))
    perform(erp.world, "warehouse.receive", {"refund": coming["refund_id"], "quantity": 2})
    row, now = _row(erp, client, coming), erp.world.clock.seconds()
    time = {"modified_begin": to_text(now - 60), "modified_end": to_text(now + 60)}
    ways: dict[str, dict[str, Any]] = {
        "so_ids": {"so_ids": [coming["tid"]]},
        "as_ids": {"as_ids": [row["as_id"]]},
        "o_ids": {"o_ids": [row["o_id"]]},
        "io_ids": {"io_ids": [row["as_id"] * 100 + 1]},
        "time": time,
        "start_ts": {"start_ts": 0, "shop_id": 10001},
        "ordered": {
            "modified_begin": to_text(_ordered(erp, coming) - 60),
            "modified_end": to_text(_ordered(erp, coming)),
            "date_type": 2,
        },
    }

    page = erp.ask(client.ask(RECEIVED, ways[by])).json()["data"]

    (found,) = page["datas"]
    assert (page["data_count"], page["has_next"]) == (1, False)
    assert (found["as_id"], found["so_id"], found["items"][0]["qty"]) == (row["as_id"], coming["tid"], 2)
    assert found["items"][0]["sku_id"] == "SKU-A"
    assert [told.refund for told in erp.answer.told] == [coming["refund_id"]]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"io_ids": "1"},
        {"as_ids": list(range(51))},
        {"as_ids": [1], "date_type": 3},
        {"start_ts": "x"},
        {"start_ts": 0, "page_size": 51},
        {"modified_begin": "2026-01-01 00:00:00"},
    ],
)
def test_receipts_that_cannot_be_asked_for_are_refused(erp: Side, client: Client, asked: dict[str, Any]) -> None:
    assert erp.ask(client.ask(RECEIVED, asked)).json()["code"] == 130


def test_receipts_of_a_corrected_quantity_follow_the_correction(
    erp: Side, client: Client, coming: dict[str, Any]
) -> None:
    _confirmed(erp, client, coming, return_id="R1", items=[{"sku_id": "SKU-A", "qty": 3}])
    perform(erp.world, "warehouse.receive", {"refund": coming["refund_id"], "receipt": "R1", "quantity": 1})

    (found,) = erp.ask(client.ask(RECEIVED, {"so_ids": [coming["tid"]]})).json()["data"]["datas"]
    assert found["items"][0]["qty"] == 1
    assert _row(erp, client, coming)["items"][0]["r_qty"] == 1


def test_payments_are_those_of_refunds_that_succeeded(erp: Side, client: Client, coming: dict[str, Any]) -> None:
    paid, _ = erp.brought()
    erp.ask(client.create(paid | {"status": "refunded"}))
    now = erp.world.clock.seconds()
    time = {"modified_begin": to_text(now - 60), "modified_end": to_text(now + 60)}

    every = [erp.ask(client.ask(PAYMENTS, asked)).json()["data"]["datas"] for asked in (time, {"start_ts": 0})]

    for (row,) in every:
        assert (row["as_id"], row["amount"]) == (int(erp.found(paid).number), 8.35)
    later = {"start_ts": every[0][0]["ts"], "shop_id": 10001}
    assert erp.ask(client.ask(PAYMENTS, later)).json()["data"]["datas"] == []
    assert erp.ask(client.ask(PAYMENTS, {})).json()["code"] == 130
    assert erp.ask(client.ask(PAYMENTS, {"start_ts": 0, "page_index": 801})).json()["code"] == 130


PARCEL = {
    "as_id": 0, "outer_as_id": "", "type": "普通退货", "shop_id": -1, "shop_status": "WAIT_SELLER_CONFIRM_GOODS",
    "question_type": "无信息件", "l_id": "YT9", "items": [{"sku_id": "A", "qty": 1, "amount": "1.00", "type": "退货"}],
}  # fmt: skip


def test_a_parcel_that_says_nothing_is_kept_and_corrected_by_its_number(erp: Side, client: Client) -> None:
    answer = erp.ask(client.ask(PARCELS, {"data": [PARCEL, PARCEL | {"type": "换货"}]})).json()

    good, bad = answer["data"]
    assert (answer["code"], answer["issuccess"], good["success"], bad["success"]) == (0, True, True, False)
    assert good["outer_as_id"]
    assert "只能是普通退货" in bad["message"]

    again = erp.ask(client.ask(PARCELS, {"data": [{**PARCEL, "as_id": good["as_id"], "shop_id": 10001}]})).json()
    (document,) = erp.world.state.documents.rows.values()
    assert again["data"][0]["outer_as_id"] == good["outer_as_id"]
    assert (document.kind, document.shop, document.waybill, document.refund_id) == ("inbound", SHOP, "YT9", "")
    (row,) = erp.ask(client.ask(QUERY, {"as_ids": [good["as_id"]]})).json()["data"]["datas"]
    assert (row["outer_as_id"], row["items"][0]["amount"]) == (good["outer_as_id"], "1.00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_id": 5},
        {"shop_id": 9},
        {"shop_id": None},
        {"shop_status": "wait"},
        {"question_type": ""},
        {"remark": "字" * 501},
        {"items": None},
        {"items": [{"sku_id": "A", "qty": 1, "amount": 1.0}]},
        {"items": [{"sku_id": "A", "qty": "1", "amount": "1"}]},
    ],
)
def test_a_parcel_that_is_not_as_it_has_to_be_fails_in_its_row(
    erp: Side, client: Client, wrong: dict[str, Any]
) -> None:
    (row,) = erp.ask(client.ask(PARCELS, {"data": [PARCEL | wrong]})).json()["data"]

    assert (row["success"], bool(row["message"])) == (False, True)
    assert erp.world.state.documents.rows == {}


def _ordered(erp: Side, content: dict[str, Any]) -> int:
    return erp.world.state.trades[int(content["tid"])].created // 1000


def _confirmed(erp: Side, client: Client, coming: dict[str, Any], **said: Any) -> Any:
    return erp.ask(client.ask(CONFIRM_GOODS, [{"as_id": coming["as_id"], **said}])).json()["data"]


def _row(erp: Side, client: Client, content: dict[str, Any]) -> Any:
    (row,) = erp.ask(client.find(content["refund_id"], SHOP)).json()["data"]["datas"]
    return row
