"""Pushes: number and word of a document that people moved on, a parcel that leaves, and which answers end them."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp.caller import Got
from simulator.erp.jushuitan import pushes
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.ledger.mapping import Mapped, Mapping
from simulator.world import World

LABELS = {"同意退款": "approve", "拒绝退款": "refuse", "确认收货": "receive"}


def _biz(push: Got) -> Any:
    return msgspec.json.decode(parse_qs(push.content.decode())["biz"][0])


def _mapped(folder: Path, **fields: Mapped) -> Side:
    plain = Side(World.open(folder / "plain", declaration=Declaration(profile="jushuitan")))
    mapping = Mapping(fields={**plain.profile.mapping().fields, **fields})
    plain.world.book.close()
    return Side(World.open(folder / "mapped", declaration=Declaration(profile="jushuitan", mapping=mapping)))


def test_a_push_tells_number_and_status_in_biz(erp: Side) -> None:
    content, seen = erp.brought()

    (push,) = erp.heard(("reviewer.approve", {"refund": content["refund_id"]}))

    assert _biz(push) == {
        "outer_as_id": content["refund_id"],
        "as_id": int(seen.number),
        "so_id": content["tid"],
        "status": "审核通过",
    }
    assert erp.caller.genuine(push, erp.world.callback_secret)
    assert push.headers["Content-Type"] == "application/x-www-form-urlencoded;charset=UTF-8"


def test_goods_that_came_back_are_pushed_as_stock_in(erp: Side) -> None:
    content = erp.refund() | {"type": "return_refund", "status": "waiting_receipt"}
    erp.ask(erp.caller.create(content))

    (push,) = erp.heard(("warehouse.receive", {"refund": content["refund_id"]}))

    assert _biz(push)["status"] == "退货入库"


def test_what_people_say_by_a_label_is_pushed_in_its_word(tmp_path: Path) -> None:
    side = _mapped(tmp_path, decision=Mapped("labels", values=LABELS))
    content, _ = side.brought()

    pushed = side.heard(("reviewer.refuse", {"refund": content["refund_id"], "text": "请提供照片"}))

    assert [_biz(push)["status"] for push in pushed] == ["拒绝退款"]
    side.world.book.close()


def test_a_parcel_that_leaves_is_pushed_with_its_items(tmp_path: Path) -> None:
    side = _mapped(tmp_path, shipped_waybill=Mapped("node"))
    content, _ = side.brought()
    parcel = {"oid": content["oid"], "company": "顺丰", "waybill": "SF1"}

    (push,) = side.heard(("warehouse.ship", parcel))

    biz = _biz(push)
    assert (biz["so_id"], biz["l_id"], biz["logistics_company"]) == (content["tid"], "SF1", "顺丰")
    assert biz["items"] == [{"oi_id": 1, "sku_id": "SKU-A", "qty": 1, "outer_oi_id": content["oid"]}]
    assert len(biz["send_date"]) == 19
    side.world.book.close()


def test_what_the_integration_writes_is_not_pushed_back(erp: Side) -> None:
    content, _ = erp.brought()
    perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]})
    (document,) = erp.documents(content)

    assert [erp.profile.push(erp.world, document, event, "cb1") for event in ("create", "update", "intercept")] == [
        None
    ] * 3


@pytest.mark.parametrize(
    ("status", "content", "taken"),
    [
        (200, b'{"code":0,"msg":"ok"}', True),
        (200, b'{"code":"0"}', True),
        (200, b'{"code":1,"msg":"busy"}', False),
        (200, b"success", False),
        (200, b"[0]", False),
        (200, b"", False),
        (500, b'{"code":0}', False),
    ],
)
def test_only_code_0_ends_a_push(status: int, content: bytes, taken: bool) -> None:
    assert pushes.took(status, content) is taken
