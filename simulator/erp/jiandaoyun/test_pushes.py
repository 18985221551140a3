"""What the platform sends of itself: which events, whole rows or ids, and the signature."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp import callbacks
from simulator.erp.jiandaoyun.conftest import ask, create, started
from simulator.erp.jiandaoyun.pushes import delivery_id, signature
from simulator.erp.side import Side
from simulator.ledger.entry import Callback
from simulator.ledger.replay import read

Sent = list[tuple[str, dict[str, str], dict[str, Any]]]
"""Query, headers and body of each push."""


@pytest.fixture
def heard(erp: Side, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Sent]:
    """Return what does something and returns what is pushed about it."""

    def played(do: Callable[[], Any]) -> Sent:
        sent: Sent = []

        async def hear(url: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            sent.append((url.partition("?")[2], headers, msgspec.json.decode(content)))
            return 200, b"success"

        async def play() -> None:
            callbacks.set_url(erp.world, "http://127.0.0.1:9/hook")
            do()
            while callbacks._under_way:
                await asyncio.wait(callbacks._under_way)

        monkeypatch.setattr(callbacks, "post", hear)
        asyncio.run(play())
        return sent

    return played


Heard = Callable[[Callable[[], Any]], Sent]


def test_the_push_is_signed_over_the_bytes_that_are_sent() -> None:
    body = (
        '{"data":{"_id":"6561b1e2f0c3a4d5e6f70819","appId":"5f0000000000000000000001","entryId":'
        '"5f0000000000000000000002","refund_id":"192837465019283746","refund_fee":"88.80","status":"等待卖家同意",'
        '"flowState":0},"op":"data_create","opTime":1700000000000}'
    )

    assert signature("a1b2c3", body.encode(), "test-secret", "1700000000") == "7174ede1872d605065a9597ec329db8538ebe04f"


def _ops(sent: Sent) -> list[str]:
    return [body["op"] for _, _, body in sent]


def test_what_happens_to_a_row_is_pushed(erp: Side, heard: Heard) -> None:
    content, seen = erp.brought()
    refund = {"refund": content["refund_id"]}

    assert _ops(heard(lambda: create(erp, refund_id="1"))) == ["data_create"]
    assert _ops(heard(lambda: ask(erp, "update", data_id=seen.number, data={"num": {"value": 2}}))) == ["data_update"]
    assert _ops(heard(lambda: perform(erp.world, "reviewer.edit", refund | {"note": "慢慢来"}))) == ["data_update"]
    assert _ops(heard(lambda: perform(erp.world, "reviewer.approve", refund))) == ["data_update"]
    ((query, headers, gone),) = heard(lambda: ask(erp, "delete", data_id=seen.number))
    assert (gone["op"], gone["data"]["_id"], gone["data"]["deleter"]["username"]) == ("data_remove", seen.number, "api")
    assert "refund_id" not in gone["data"]
    ((_, _, back),) = heard(lambda: perform(erp.world, "reviewer.recover", refund))
    assert (back["op"], back["data"]["refund_id"]) == ("data_recover", content["refund_id"])
    assert set(parse_qs(query)) == {"timestamp", "nonce"}
    assert {"X-JDY-Signature", "X-JDY-DeliverId"} <= set(headers)


def test_a_batch_is_created_row_by_row_and_edited_in_silence(erp: Side, heard: Heard) -> None:
    rows = [{"refund_id": {"value": str(number)}} for number in range(2)]
    ids: list[str] = []

    created = heard(lambda: ids.extend(ask(erp, "batch_create", data_list=rows).json()["success_ids"]))
    edited = heard(lambda: ask(erp, "batch_update", data_ids=ids, data={"num": {"value": 4}}))
    erp.world.set("jdy_push_batch_edit", True, origin="test")
    edited_aloud = heard(lambda: ask(erp, "batch_update", data_ids=ids, data={"num": {"value": 5}}))
    removed = heard(lambda: ask(erp, "batch_delete", data_ids=ids))

    every = [_ops(created), _ops(edited), _ops(edited_aloud), _ops(removed)]
    assert every == [["data_create"] * 2, [], ["data_update"] * 2, ["data_remove"] * 2]


def test_a_picture_in_a_push_can_be_fetched(erp: Side, heard: Heard) -> None:
    erp.world.erp_url = "http://127.0.0.1:8820"
    content, _ = erp.brought()
    refuse = {"refund": content["refund_id"], "text": "无", "proof": "photo"}

    ((_, _, told),) = heard(lambda: perform(erp.world, "reviewer.refuse", refuse))

    assert told["data"]["approve_proof"][0]["url"].startswith("http://127.0.0.1:8820/api/files/")
    assert (told["data"]["approve"], told["data"]["formName"]) == ("拒绝", "售后单")


def test_what_the_api_writes_is_not_pushed_if_the_setting_says_so(erp: Side, heard: Heard) -> None:
    erp.world.set("jdy_push_api_writes", False, origin="test")
    content, seen = erp.brought()

    assert heard(lambda: ask(erp, "update", data_id=seen.number, data={"num": {"value": 2}})) == []
    assert _ops(heard(lambda: perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]}))) != []


def test_people_are_told_by_message_push_of_new_rows_and_of_tasks(erp: Side, heard: Heard) -> None:
    erp.world.set("jdy_message_push", True, origin="test")
    found: list[tuple[str, str]] = []

    begun = heard(lambda: found.append(started(erp, type="return_refund")))
    ((refund, data_id),) = found
    agreed = heard(lambda: perform(erp.world, "reviewer.approve_return", {"refund": refund}))
    edited = heard(lambda: perform(erp.world, "reviewer.edit", {"refund": refund, "note": "x"}))

    assert _ops(begun) == ["data_create", "data_create_message", "flow_message"]
    assert _ops(agreed) == ["data_update", "flow_message"]
    assert _ops(edited) == ["data_update"]
    message = agreed[1][2]
    assert set(message) == {"op", "data", "send_time"}
    assert message["data"]["to"] == [{"username": "warehouse", "name": "仓库"}]
    assert message["data"]["entry_name"] == "售后单"
    assert message["data"]["url"].endswith(data_id)
    assert len({headers["X-JDY-DeliverId"] for _, headers, _ in begun}) == 3


def test_a_message_to_people_tells_the_integration_of_no_decision(erp: Side, heard: Heard) -> None:
    erp.world.set("jdy_message_push", True, origin="test")
    refund, _ = started(erp, type="return_refund")

    heard(lambda: perform(erp.world, "reviewer.approve_return", {"refund": refund}))

    told = {entry.callback: entry.revision for entry in read(erp.world.book.path) if isinstance(entry, Callback)}
    assert sorted(told.values()) == [0, 2]


def test_a_try_is_signed_anew_under_the_id_of_its_delivery(erp: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    content, _ = erp.brought()
    (document,) = erp.documents(content)

    first = erp.profile.push(erp.world, document, "decision", "cb7")
    erp.world.clock.shift += 60_000
    again = erp.profile.push(erp.world, document, "decision", "cb7")

    assert first is not None
    assert again is not None
    assert first.headers["X-JDY-DeliverId"] == again.headers["X-JDY-DeliverId"] == delivery_id("cb7")
    assert first.headers["X-JDY-Signature"] != again.headers["X-JDY-Signature"]


def test_a_field_gets_another_label_and_the_form_is_pushed(erp: Side, heard: Heard) -> None:
    relabel = {"field": "note", "label": "客服备注"}
    before = ask(erp, "v5/app/entry/widget/list").json()
    erp.world.clock.shift += 5_000

    ((_, headers, told),) = heard(lambda: perform(erp.world, "reviewer.relabel", relabel))

    after = ask(erp, "v5/app/entry/widget/list").json()
    (note,) = (widget for widget in told["data"]["widgets"] if widget["name"] == "note")
    assert (told["op"], note["label"], note["type"]) == ("form_update", "客服备注", "textarea")
    assert set(told["data"]) == {"appId", "entryId", "name", "createTime", "widgets"}
    assert "X-JDY-Signature" in headers
    assert [
        (old["label"], new["label"]) for old, new in zip(before["widgets"], after["widgets"], strict=True) if old != new
    ] == [("备注", "客服备注")]
    assert after["dataModifyTime"] > before["dataModifyTime"]
    refused = perform(erp.world, "reviewer.relabel", relabel | {"field": "colour"})
    assert "no field colour, only number, shop" in refused["reason"]
