"""Messages: who gets which, at least once, until it is confirmed or too old."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.ledger.entry import Published, Pushed
from simulator.ledger.replay import read
from simulator.tmall import messages, platform
from simulator.tmall.caller import Caller
from simulator.tmall.message_content import content
from simulator.tmall.permit import DEFAULT_GROUP
from simulator.tmall.test_flow import Stepped
from simulator.world import World

CONSUME, CONFIRM, PERMIT = "taobao.tmc.messages.consume", "taobao.tmc.messages.confirm", "taobao.tmc.user.permit"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _consume(caller: Caller, **params: Any) -> list[dict[str, Any]]:
    answer = caller.call(CONSUME, drop=("session",), **params)
    found: list[dict[str, Any]] = answer.get("messages", {}).get("tmc_message", [])
    return found


def _wait(caller: Caller, seconds: int) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now += seconds * 1000


def test_an_application_is_told_to_the_app_with_its_content_as_text(caller: Caller) -> None:
    refund = caller.refund()

    (message,) = _consume(caller)

    assert message["topic"] == "taobao_refund_RefundCreated"
    assert message["id"] > 2**53
    assert (message["user_nick"], message["pub_app_key"]) == (caller.shop.nick, caller.keys["app_key"])
    assert msgspec.json.decode(message["content"]) == content(refund)


def test_a_message_comes_again_until_it_is_confirmed(caller: Caller) -> None:
    caller.refund()
    (message,) = _consume(caller)
    assert _consume(caller) == []
    _wait(caller, 301)
    assert [again["id"] for again in _consume(caller)] == [message["id"]]

    assert caller.call(CONFIRM, s_message_ids=message["id"])["is_success"] is True

    _wait(caller, 301)
    assert _consume(caller) == []


def test_a_message_that_nobody_confirms_is_gone_after_a_day(caller: Caller) -> None:
    caller.refund()
    _wait(caller, 24 * 3600 + 1)

    assert _consume(caller) == []
    assert caller.world.state.queues.rows == {}


def test_a_failed_message_stays_and_unknown_numbers_are_no_error(caller: Caller) -> None:
    caller.refund()
    (message,) = _consume(caller)

    assert caller.call(CONFIRM, s_message_ids="1,2", f_message_ids=message["id"])["is_success"] is True

    assert list(caller.world.state.queues.rows) == [str(message["id"])]


@pytest.mark.parametrize("ids", ["x", "1,-2", ",".join(["1"] * 201)])
def test_numbers_that_are_none_are_refused_by_name(caller: Caller, ids: str) -> None:
    assert caller.call(CONFIRM, s_message_ids=ids)["sub_code"] == "isv.invalid-parameter:s_message_ids"


def test_the_topics_that_a_user_permits_take_the_place_of_those_before(caller: Caller) -> None:
    caller.call(PERMIT, topics="taobao_refund_RefundClosed")
    refund = caller.refund()
    assert _consume(caller) == []

    platform.withdraw(caller.world, refund)
    assert [row["topic"] for row in _consume(caller)] == ["taobao_refund_RefundClosed"]

    caller.call(PERMIT)
    caller.refund()
    assert [row["topic"] for row in _consume(caller)] == ["taobao_refund_RefundCreated"]


def test_what_was_handed_out_over_http_names_its_call_and_what_it_tells(caller: Caller) -> None:
    refund = caller.refund()
    _consume(caller)

    entries = list(read(caller.world.book.path))

    published = next(entry for entry in entries if isinstance(entry, Published))
    pushed = next(entry for entry in entries if isinstance(entry, Pushed))
    assert [(one.refund, one.change) for one in published.told] == [(refund.refund_id, 1)]
    assert "status" in published.fields
    assert "version" not in published.fields
    assert (pushed.channel, pushed.attempt) == ("http", 1)
    assert any(entry.seq == pushed.call for entry in entries)


def test_a_killed_simulator_still_has_every_unconfirmed_message(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped())
    for _ in range(3):
        caller.refund()
    first, _, _ = _consume(caller)
    caller.call(CONFIRM, s_message_ids=first["id"])

    again = World.open(tmp_path)

    assert again.state.dump() == caller.world.state.dump()
    assert len(again.state.queues.rows) == 2


def test_a_group_that_the_app_has_not_is_an_error(caller: Caller) -> None:
    assert caller.call(CONSUME, group_name="vip")["sub_code"] == "isv.invalid-parameter:group_name"


def test_whoever_listens_to_a_queue_is_woken_by_each_message_until_it_leaves(caller: Caller) -> None:
    woken: list[int] = []
    leave = messages.attach(caller.world, (caller.keys["app_key"], "default"), lambda: woken.append(1))
    caller.refund()
    leave()
    caller.refund()

    assert woken == [1]


def test_a_message_that_did_not_get_away_is_due_at_once_and_nobody_was_told(caller: Caller) -> None:
    caller.refund()
    key = (caller.keys["app_key"], DEFAULT_GROUP)
    woken: list[str] = []
    messages.attach(caller.world, key, lambda: woken.append("woken"))

    ((message, pushed),) = messages.hand_out(caller.world, key, 10, channel="ws", connection="c1")
    assert messages.hand_out(caller.world, key, 10, channel="ws", connection="c1") == []
    messages.take_back(caller.world, pushed)

    assert woken == ["woken"]
    ((same, again),) = messages.take(caller.world, key, 10, channel="ws", connection="c2")
    assert (same.id, again.attempt) == (message.id, 1)
    told = [entry for entry in read(caller.world.book.path) if isinstance(entry, Pushed)]
    assert [entry.connection for entry in told] == ["c2"]
