"""Users, groups and topics of the message channel, and messages of an app's own."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.ledger.entry import Expired
from simulator.ledger.replay import read
from simulator.tmall import expiry, messages
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

TMC = "taobao.tmc."
CREATED = "taobao_refund_RefundCreated"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _call(caller: Caller, name: str, **params: Any) -> dict[str, Any]:
    return caller.call(TMC + name, **params)


def _topics(caller: Caller, group: str = "") -> list[str]:
    chosen = {"group_name": group} if group else {}
    rows = _call(caller, "messages.consume", **chosen).get("messages", {}).get("tmc_message", [])
    return [row["topic"] for row in rows]


def _grouped(caller: Caller) -> dict[str, Any]:
    return _call(caller, "group.add", group_name="vip", nicks=caller.shop.nick)


def test_more_than_a_hundred_topics_are_refused(caller: Caller) -> None:
    many = ",".join(f"taobao_refund_{number}" for number in range(101))
    assert _call(caller, "user.permit", topics=many)["sub_code"] == "isv.invalid-parameter:topics"


def test_a_cancelled_user_is_told_about_no_more_until_permitted_again(caller: Caller) -> None:
    assert _call(caller, "user.cancel", nick=caller.shop.nick)["is_success"] is True
    caller.refund()
    assert _topics(caller) == []
    user = _call(caller, "user.get", nick=caller.shop.nick, fields="is_valid,user_nick")
    assert user["tmc_user"] == {"is_valid": False, "user_nick": caller.shop.nick}

    _call(caller, "user.permit", topics=CREATED)
    caller.refund()

    assert _topics(caller) == [CREATED]
    assert _call(caller, "user.topics.get", nick=caller.shop.nick)["topics"] == {"string": [CREATED]}


def test_an_unknown_user_is_answered_false_or_by_an_error(caller: Caller) -> None:
    assert _call(caller, "user.cancel", nick="nobody")["is_success"] is False
    assert _call(caller, "user.get", nick="nobody", fields="is_valid")["sub_code"] == "isv.invalid-parameter:nick"
    assert _call(caller, "user.topics.get", nick="nobody")["result_code"] == "1"


def test_only_later_messages_go_into_the_group_of_a_user(caller: Caller) -> None:
    caller.refund()
    assert _grouped(caller)["group_name"] == "vip"
    caller.refund()

    assert (_topics(caller), _topics(caller, "vip")) == ([CREATED], [CREATED])
    (queue,) = _call(caller, "queue.get", group_name="vip")["datas"]["tmc_queue_info"]
    assert (queue["name"], queue["put_toal"], queue["get_total"]) == ("vip", 1, 1)


def test_users_of_a_deleted_group_fall_back_and_its_unread_messages_are_lost(caller: Caller) -> None:
    _grouped(caller)
    caller.refund()
    assert _call(caller, "group.delete", group_name="vip")["is_success"] is True
    caller.refund()

    assert _topics(caller) == [CREATED]
    assert _call(caller, "messages.consume", group_name="vip")["sub_code"] == "isv.invalid-parameter:group_name"
    (lost,) = [entry for entry in read(caller.world.book.path) if isinstance(entry, Expired)]
    assert lost.group == "vip"
    assert World.open(caller.world.book.path.parent).state.dump() == caller.world.state.dump()


def test_a_group_whose_last_user_leaves_vanishes(caller: Caller) -> None:
    _grouped(caller)
    _call(caller, "group.delete", group_name="vip", nicks=caller.shop.nick)
    assert _call(caller, "groups.get")["total_results"] == 0


@pytest.mark.parametrize(("name", "nicks", "wrong"), [("default2", "", "group_name"), ("vip", "nobody", "nicks")])
def test_groups_need_a_right_name_and_known_users(caller: Caller, name: str, nicks: str, wrong: str) -> None:
    answer = _call(caller, "group.add", group_name=name, nicks=nicks or caller.shop.nick)
    assert answer["sub_code"] == f"isv.invalid-parameter:{wrong}"


def test_a_topic_goes_into_its_group_unless_the_user_has_one(caller: Caller) -> None:
    assert _call(caller, "topic.group.add", group_name="new", topics=CREATED)["result"] is True
    caller.refund()
    assert (_topics(caller), _topics(caller, "new")) == ([], [CREATED])

    _grouped(caller)
    caller.refund()
    assert (_topics(caller, "new"), _topics(caller, "vip")) == ([], [CREATED])
    _call(caller, "group.delete", group_name="vip")

    assert _call(caller, "topic.group.delete", group_name="new", topics=CREATED)["result"] is True
    caller.refund()
    assert _topics(caller) == [CREATED]


def test_groups_are_listed_with_their_topics_users_and_pages(caller: Caller) -> None:
    _grouped(caller)
    _call(caller, "topic.group.add", group_name="new", topics=CREATED)

    first = _call(caller, "groups.get", page_size=1)
    assert first["total_results"] == 2
    (vip,) = first["groups"]["tmc_group"]
    assert (vip["name"], vip["users"]) == ("vip", {"string": [caller.shop.nick]})
    (new,) = _call(caller, "groups.get", group_names="new")["groups"]["tmc_group"]
    assert new["topics"] == {"string": [CREATED]}


def test_groups_survive_a_kill(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped())
    _grouped(caller)
    _call(caller, "topic.group.add", group_name="new", topics=CREATED)

    again = Caller(World.open(tmp_path, clock=Stepped()), caller.shop)

    assert again.world.state.dump() == caller.world.state.dump()
    again.refund()
    assert _topics(again, "vip") == [CREATED]


def test_an_app_puts_a_message_of_its_own_that_may_be_delayed(caller: Caller) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    late = clock.wall() + 60_000
    answer = _call(caller, "message.produce", topic="my_Topic", content='{"a":1}', delay_millis=late)
    assert (answer["is_success"], answer["total"], len(answer["msg_ids"]["string"])) == (True, 1, 1)
    assert _topics(caller) == []

    clock.now += 61_000
    assert _topics(caller) == ["my_Topic"]


def test_a_message_of_ones_own_expires_when_it_says_so(caller: Caller) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    soon = clock.wall() + 60_000
    _call(caller, "message.produce", topic="my_Topic", content="{}", expires_millis=soon)
    _call(caller, "message.produce", topic="other_Topic", content="{}")
    assert messages.first_end(caller.world) == soon

    clock.now += 60_001

    assert _topics(caller) == ["other_Topic"]
    assert [entry.message for entry in read(caller.world.book.path) if isinstance(entry, Expired)] != []
    assert _call(caller, "message.produce", topic="t", content="{}", expires_millis=soon)["sub_code"].endswith(
        ":expires_millis"
    )


def test_a_message_of_ones_own_goes_into_the_group_that_it_is_for(caller: Caller) -> None:
    _call(caller, "topic.group.add", group_name="vip", topics="some_Topic")
    given = [{"topic": "my_Topic", "content": "{}", "target_group": name} for name in ("vip", "nobodys")]

    answer = _call(caller, "messages.produce", messages=msgspec.json.encode(given).decode())

    assert [row["is_success"] for row in answer["results"]["tmc_produce_result"]] == [True, False]
    assert _topics(caller) == []
    (message,) = caller.world.state.queues.of((caller.keys["app_key"], "vip"))
    assert message.topic == "my_Topic"


def test_files_of_a_message_are_taken_up_to_a_megabyte(caller: Caller) -> None:
    def produce(content: bytes) -> dict[str, Any]:
        files = {"media_content": content, "media_content5": b"x"}
        return caller.call("taobao.tmc.message.produce", files, topic="my_Topic", content="{}")

    assert produce(b"x" * (1 << 20))["is_success"] is True
    assert produce(b"x" * ((1 << 20) + 1))["sub_code"] == "isv.invalid-parameter:media_content"


def test_of_several_messages_those_that_cannot_be_put_fail_alone(caller: Caller) -> None:
    given = [{"topic": "a", "content": "{}"}, {"topic": "b", "content": "no"}, {"content": "{}"}]
    answer = _call(caller, "messages.produce", messages=msgspec.json.encode(given).decode())

    rows = answer["results"]["tmc_produce_result"]
    assert [row["is_success"] for row in rows] == [True, False, False]
    assert answer["is_all_success"] is False
    assert _topics(caller) == ["a"]


@pytest.mark.parametrize("given", ["x", "[]", "[" + ",".join(["{}"] * 51) + "]"])
def test_what_is_no_list_of_up_to_fifty_messages_is_refused(caller: Caller, given: str) -> None:
    assert _call(caller, "messages.produce", messages=given)["sub_code"] == "isv.invalid-parameter:messages"


def test_an_sdk_gets_a_token_for_its_group(caller: Caller) -> None:
    default = _call(caller, "auth.get")["result"]
    assert default
    assert default != _call(caller, "auth.get", group="vip")["result"]


def test_unread_messages_expire_by_themselves(caller: Caller) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    caller.refund()
    watch = expiry.Expiry(caller.world)

    async def day() -> None:
        watch.start()
        assert len(caller.world.state.queues.rows) == 1
        clock.now += 24 * 3_600_000 + 1
        watch.stop()
        watch.start()
        watch.stop()

    asyncio.run(day())

    assert caller.world.state.queues.rows == {}
    assert len([entry for entry in read(caller.world.book.path) if isinstance(entry, Expired)]) == 1
