"""Data push of Jiandaoyun: whose it is, which rows say something, and what it is answered."""

import hashlib
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from connectors.callbacks import WINDOW, Arrived, Callbacks
from connectors.callbacks_jiandaoyun import Ear
from connectors.clock import Clock
from connectors.desk import Desk
from connectors.erp_jiandaoyun import APP, ENTRY
from connectors.memory import Memory

JSON = dict[str, Any]
NOW = 1_795_313_700
SECRET = "test-secret"

ROW: JSON = {
    "_id": "6561b1e2f0c3a4d5e6f70819",
    "appId": APP,
    "entryId": ENTRY,
    "updateTime": "2026-11-22T02:15:00.000Z",
    "number": "TM-192837465019283746",
    "shop": "一号店",
    "refund_id": "192837465019283746",
    "kind": "退款",
    "refund_type": "仅退款",
    "status": "待审核",
    "refund_fee": 88.80,
    "num": 1,
    "refund_version": "7",
    "approve": "同意",
    "approve_fee": 88.8,
    "approve_type": "仅退款",
    "approve_time": "2026-11-22T02:15:00.000Z",
}


class Heard:
    """A shop's desk that keeps what it heard."""

    def __init__(self) -> None:
        self.nick = "一号店"
        self.memory = Memory(Path(":memory:"))
        self.heard: list[JSON] = []
        self.decisions = SimpleNamespace(heard=self.heard.append)


@pytest.fixture
def desk() -> Heard:
    return Heard()


def _arrived(
    told: Any = None,
    *,
    at: float = NOW,
    secret: str = SECRET,
    op: str = "data_update",
    delivery: str = "d1",
    **row: Any,
) -> Arrived:
    """Return a push of the row with other values in it, or of what is *told* in its place."""
    body = {"op": op, "data": ROW | row, "opTime": at * 1000} if told is None else told
    content = json.dumps(body, ensure_ascii=False).encode()
    query = {"timestamp": str(int(at)), "nonce": "a1b2c3"}
    signed = f"a1b2c3:{content.decode()}:{secret}:{int(at)}"
    headers = {"x-jdy-signature": hashlib.sha1(signed.encode()).hexdigest(), "x-jdy-deliverid": delivery}
    return Arrived(headers, query, content)


def _callbacks(desk: Heard) -> Callbacks:
    return Callbacks(Ear(), SECRET, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))


def test_the_signature_is_that_of_the_documented_example() -> None:
    body = (
        '{"data":{"_id":"6561b1e2f0c3a4d5e6f70819","appId":"5f0000000000000000000001","entryId":'
        '"5f0000000000000000000002","refund_id":"192837465019283746","refund_fee":"88.80","status":"等待卖家同意",'
        '"flowState":0},"op":"data_create","opTime":1700000000000}'
    )
    arrived = Arrived({}, {"timestamp": "1700000000", "nonce": "a1b2c3"}, body.encode())

    assert Ear().right(arrived, "test-secret") == "7174ede1872d605065a9597ec329db8538ebe04f"


def test_a_row_that_says_what_was_decided_is_taken_once_and_answered_with_success(desk: Heard) -> None:
    callbacks = _callbacks(desk)

    replies = [callbacks.receive(_arrived()) for _ in range(2)]

    assert [(reply.status, reply.content) for reply in replies] == [(200, b"success")] * 2
    (document,) = desk.heard
    assert (document["refund_id"], document["amount"], document["version"]) == ("192837465019283746", "88.80", "7")
    assert (document["decision"]["kind"], document["decision"]["revision"]) == ("approve", 4 * 1_795_313_700_000)


@pytest.mark.parametrize(
    "arrived",
    [
        pytest.param(_arrived(approve=""), id="our own write"),
        pytest.param(_arrived(entryId="5f000000000000000000dead"), id="another form's"),
        pytest.param(_arrived(number=""), id="a row that we did not make"),
        pytest.param(_arrived({"op": "data_remove", "data": {"_id": ROW["_id"], "entryId": ENTRY}}), id="gone"),
        pytest.param(_arrived({"op": "form_update", "data": {"entryId": ENTRY, "widgets": []}}), id="the form"),
        pytest.param(_arrived({"op": "flow_message", "data": {"to": []}}), id="a message to people"),
    ],
)
def test_what_says_nothing_for_us_is_answered_with_success_and_left_alone(desk: Heard, arrived: Arrived) -> None:
    assert _callbacks(desk).receive(arrived).status == 200
    assert desk.heard == []


@pytest.mark.parametrize(
    ("arrived", "status"),
    [
        pytest.param(_arrived()._replace(headers={}), 401, id="unsigned"),
        pytest.param(_arrived(secret="other"), 401, id="forged"),
        pytest.param(_arrived(secret=""), 401, id="signed with nothing"),
        pytest.param(_arrived()._replace(query={}), 401, id="neither time nor nonce"),
        pytest.param(_arrived(at=NOW - WINDOW - 1), 401, id="kept by somebody"),
        pytest.param(_arrived(shop="别家"), 404, id="another shop's"),
        pytest.param(_arrived([]), 400, id="no row"),
        pytest.param(_arrived(approve_time="soon"), 400, id="a time that is none"),
        pytest.param(_arrived({"op": "data_update", "data": None}), 400, id="a row that is none"),
        pytest.param(_arrived({"op": "data_update"}), 400, id="no data"),
        pytest.param(_arrived(refund_fee="much"), 400, id="an amount that is none"),
        pytest.param(_arrived(num=[1]), 400, id="a quantity that is none"),
        pytest.param(_arrived(approve_proof=["x"]), 400, id="a picture that is none"),
    ],
)
def test_what_is_not_the_erps_own_is_turned_away(
    desk: Heard, caplog: pytest.LogCaptureFixture, arrived: Arrived, status: int
) -> None:
    with caplog.at_level(logging.CRITICAL):
        reply = _callbacks(desk).receive(arrived)

    assert (reply.status, reply.content) == (status, b"fail")
    assert desk.heard == []


def test_numbers_are_hashed_as_they_were_written(desk: Heard) -> None:
    arrived = _arrived(refund_fee=192837465019283744)

    assert _callbacks(desk).receive(arrived).status == 200
    written_anew = arrived._replace(content=arrived.content.replace(b": ", b":"))
    assert _callbacks(desk).receive(written_anew).status == 401
