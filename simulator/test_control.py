"""The control API: who may use it, what it does, and how it says what was wrong."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.conftest import Described
from simulator.control import create_app
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import AnyEntry, Life, Mark
from simulator.ledger.replay import read
from simulator.tmall import messages
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path / "run")
    world.add_shop("一号店")
    return world


@pytest.fixture
def control(world: World) -> Described:
    def endpoints() -> dict[str, Any]:
        urls = dict.fromkeys(("tmall", "oauth", "tmc", "erp", "control", "data", "profile"), "x") | {"pid": 1}
        keys = {"token": world.control_token, "erp_key": world.erp_key, "callback_secret": world.callback_secret}
        return urls | keys | {"shops": [world.keys(shop) for shop in world.state.shops.values()]}

    app = create_app(world, FaultPlan(world), Hooks(world), endpoints, advertised="sandbox")
    return Described(app, {"Authorization": f"Bearer {world.control_token}"}, "/openapi.json")


@pytest.fixture
def refund(control: Described) -> str:
    trade = control("post", "/v1/trades", {"orders": [{"price": "19.99"}], "play": "S01#1"}).get_json()
    act = {"act": "buyer.apply", "args": {"tid": trade["tid"], "amount": 8.35}}
    return str(control("post", "/v1/acts", act).get_json()["result"]["refund_id"])


def _error(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()["error"]
    return found


def _entries(world: World) -> list[AnyEntry]:
    return list(read(world.book.path))


def test_the_description_is_valid_and_names_every_route(control: Described) -> None:
    described = {(template, verb) for template, verb, _ in control.operations()}

    assert list(control.flaws()) == []
    assert described == control.routes() | {("/v1/ledger", "get")}  # which is native and not Flask's


def test_without_the_token_only_health_is_answered(control: Described) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer ключ"}):
        assert control("get", "/v1/endpoints", headers=headers).status_code == 401
        assert control("get", "/openapi.json", headers=headers).status_code == 401
        assert control("get", "/v1/health", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8800", "127.0.0.1.evil.example", "[::2]:80", ""])
def test_a_name_that_is_not_the_listeners_own_is_refused(control: Described, host: str) -> None:
    answer = control("get", "/v1/health", headers={"Host": host})

    assert answer.status_code == 403
    assert "is not a name of this listener" in _error(answer)["message"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8800", "[::1]:8800", "sandbox:8800", "SANDBOX"])
def test_the_listeners_own_names_are_admitted(control: Described, host: str) -> None:
    assert control("get", "/v1/health", headers={"Host": host}).status_code == 200


def test_a_listener_on_every_address_admits_addresses_but_no_names(world: World) -> None:
    app = create_app(world, FaultPlan(world), Hooks(world), dict, advertised="0.0.0.0")
    client = app.test_client()

    assert client.get("/v1/health", headers={"Host": "192.168.1.5:8800"}).status_code == 200
    assert client.get("/v1/health", headers={"Host": "evil.example"}).status_code == 403


def test_endpoints_hold_every_key_an_integration_needs(control: Described, world: World) -> None:
    (shop,) = control("get", "/v1/endpoints").get_json()["shops"]

    assert getattr(world.session(shop["sub_session"]), "role", "") == "sub"


def test_a_shop_is_opened_with_its_sessions(control: Described, world: World) -> None:
    shop = control("post", "/v1/shops", {"nick": "二号店", "type": "C"}).get_json()

    assert getattr(world.session(shop["session"]), "shop", "") == "二号店"
    assert control("post", "/v1/shops", {"nick": "二号店"}).status_code == 400
    control("post", "/v1/shops", {"nick": "三号店", "ag": True})
    assert control("get", "/v1/state/shop/三号店").get_json()["ag"] is True


def test_trades_are_created_one_by_one_or_many_at_once(control: Described, world: World) -> None:
    wanted = {"orders": [{"price": 19.99, "num": 2}, {"price": "5"}], "shipped": True, "play": "S02#1"}

    one = control("post", "/v1/trades", wanted).get_json()
    many = control("post", "/v1/trades", [wanted, wanted]).get_json()

    trade = world.state.trades[int(one["tid"])]
    assert (trade.payment, len(one["oids"]), len(many)) == (4498, 2, 2)
    assert world.state.plays[one["tid"]] == "S02#1"


def test_a_wrong_trade_says_what_is_wrong(control: Described, world: World) -> None:
    answer = control("post", "/v1/trades", {"orders": [{"price": "1.999"}]})

    assert answer.status_code == 400
    assert "two decimals" in _error(answer)["message"]
    assert world.state.trades == {}


def test_an_impossible_act_is_answered_with_its_reason(control: Described, refund: str) -> None:
    answer = control("post", "/v1/acts", {"act": "reviewer.approve", "args": {"refund": refund}}).get_json()

    assert answer["accepted"] is False
    assert "no document" in answer["reason"]


def test_acts_are_done_in_order(control: Described, refund: str) -> None:
    acts = [{"act": "buyer.modify", "args": {"refund": refund, "amount": "6"}}]
    acts += [{"act": "buyer.withdraw", "args": {"refund": refund}}] * 2

    first, second, third = control("post", "/v1/acts", acts).get_json()

    assert (first["accepted"], second["accepted"], third["accepted"]) == (True, True, False)
    assert first["seq"] < second["seq"] < third["seq"]


def test_a_list_with_a_mistake_in_it_is_refused_as_a_whole(control: Described, world: World, refund: str) -> None:
    withdraw = {"act": "buyer.withdraw", "args": {"refund": refund}}
    before = world.book.seq

    unknown = control("post", "/v1/acts", [withdraw, {"act": "buyer.aply"}])
    lacking = control("post", "/v1/acts", [withdraw, {"act": "buyer.modify", "args": {"amount": 1}}])

    assert (_error(unknown)["where"], unknown.status_code) == ("acts[1]", 400)
    assert "Did you mean buyer.apply?" in _error(unknown)["expected"]
    assert "lacks refund" in _error(lacking)["message"]
    assert world.book.seq == before


def test_too_many_at_once_are_refused(control: Described) -> None:
    assert control("post", "/v1/trades", [{}] * 1001).status_code == 400


def test_faults_are_armed_listed_and_lifted(control: Described, refund: str) -> None:
    lost = {"fault": "lost-answer", "call": "tmall.agree", "refund": refund, "play": "S33#1", "times": 2}
    one = control("post", "/v1/faults", lost).get_json()["fault"]
    two = control("post", "/v1/faults", {"fault": "slow", "call": "erp.*", "seconds": 0.5}).get_json()["fault"]

    assert [armed["id"] for armed in control("get", "/v1/faults").get_json()] == [one, two]
    assert control("delete", "/v1/faults?play=S33%231").get_json() == {"lifted": [one]}
    assert control("delete", f"/v1/faults/{two}").get_json() == {"lifted": [two]}
    assert control("delete", f"/v1/faults/{two}").status_code == 404
    assert control("get", "/v1/faults").get_json() == []


def test_an_unknown_fault_is_answered_with_the_nearest(control: Described) -> None:
    answer = control("post", "/v1/faults", {"fault": "lost-anser"})

    assert "Did you mean lost-answer?" in _error(answer)["expected"]


def test_hooks_hang_until_they_are_dropped(control: Described, refund: str) -> None:
    spec: dict[str, Any] = {"call": "tmall.agree", "refund": refund, "moment": "before effect", "play": "S12#1"}
    spec |= {"act": "buyer.modify", "args": {"refund": refund, "amount": 19.5}}
    one = control("post", "/v1/hooks", spec).get_json()["hook"]
    two = control("post", "/v1/hooks", spec).get_json()["hook"]

    assert [hook["id"] for hook in control("get", "/v1/hooks").get_json()] == [one, two]
    assert control("delete", f"/v1/hooks/{one}").get_json() == {"dropped": [one]}
    assert control("delete", f"/v1/hooks/{one}").status_code == 404
    assert control("delete", "/v1/hooks?play=S12%231").get_json() == {"dropped": [two]}
    assert control("post", "/v1/hooks", spec | {"moment": "now"}).status_code == 400


def test_settings_are_shown_with_their_origin_and_changed(control: Described, world: World) -> None:
    changed = control("put", "/v1/settings/list_lag", {"value": 90}).get_json()

    shown = control("get", "/v1/settings").get_json()["list_lag"]
    assert changed["value"] == world.settings["list_lag"] == 90
    assert (shown["value"], shown["origin"], shown["default"]) == (90, "control", 0)
    assert control("put", "/v1/settings/list_lag", {"value": "soon"}).status_code == 400
    assert control("put", "/v1/settings/list_leg", {"value": 1}).status_code == 404


def test_the_time_is_moved_on_by_seconds_or_to_a_moment(control: Described, world: World) -> None:
    first = control("post", "/v1/clock", {"by": 90.5}).get_json()
    second = control("post", "/v1/clock", {"to": "02-29 23:59:58", "play": "S27#1"}).get_json()

    assert (first["by"], first["shift"]) == (90.5, 90.5)
    assert second["now"].endswith("-02-29 23:59:58")
    assert world.clock.shift == round(second["shift"] * 1000)


@pytest.mark.parametrize("wrong", [{}, {"by": 1, "to": "12:00:00"}, {"by": -1}, {"to": "noon"}])
def test_a_clock_is_told_one_thing(control: Described, wrong: dict[str, Any]) -> None:
    assert control("post", "/v1/clock", wrong).status_code == 400


def test_state_is_shown_whole_or_narrowed(control: Described, world: World, refund: str) -> None:
    whole = control("get", "/v1/state").get_json()

    assert msgspec.json.encode(whole) == msgspec.json.encode(world.state.dump())
    assert control("get", "/v1/state/refund").get_json() == whole["refund"]
    assert control("get", f"/v1/state/refund/{refund}").get_json() == whole["refund"][refund]
    assert control("get", "/v1/state/document").get_json() == {}
    assert control("get", "/v1/state/refund/1").status_code == 404
    assert "refund" in _error(control("get", "/v1/state/refnd"))["known"]


def test_a_mark_names_its_play_and_refunds(control: Described, world: World, refund: str) -> None:
    mark = {"name": "play", "detail": {"event": "started"}, "play": "S05#1", "refunds": [refund]}
    control("post", "/v1/marks", mark)
    control("post", "/v1/marks", {"name": "note", "refunds": [refund]})

    play, note = (entry for entry in _entries(world) if isinstance(entry, Mark))
    assert (play.detail, play.plays, play.refunds) == ({"event": "started"}, ("S05#1",), (refund,))
    assert note.plays == ("S01#1",)


def test_an_unknown_key_of_a_body_is_a_mistake(control: Described) -> None:
    answer = control("post", "/v1/marks", {"name": "play", "plays": ["S05#1"]})

    assert answer.status_code == 400
    assert "plays" in _error(answer)["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 5000])
def test_a_body_that_is_none_is_refused(control: Described, content: bytes) -> None:
    assert control("post", "/v1/marks", data=content, content_type="application/json").status_code == 400


def test_an_unknown_path_is_said_in_json(control: Described) -> None:
    answer = control.app.test_client().get("/v2", headers=control.headers)

    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_the_callback_url_is_kept_and_taken_back(control: Described, world: World) -> None:
    control("post", "/v1/callback-url", {"url": "http://127.0.0.1:9000/cb"})
    assert world.state.plain["callback_url"] == {"url": "http://127.0.0.1:9000/cb"}

    control("post", "/v1/callback-url", {"url": ""})
    assert world.state.plain["callback_url"] == {}
    assert control("post", "/v1/callback-url", {"url": "nowhere"}).status_code == 400


def test_reset_is_refused_while_an_integration_is_attached_even_after_a_restart(
    control: Described, world: World
) -> None:
    control("post", "/v1/life", {"who": "integration", "event": "started", "detail": {"pid": 1}})

    refused = control("post", "/v1/reset")
    world.book.close()
    again = World.open(world.folder)

    assert (refused.status_code, again.state.plain["attached"]) == (409, {"integration": "started"})
    assert any(isinstance(entry, Life) and entry.who == "integration" for entry in _entries(world))


def test_reset_begins_a_new_ledger_with_the_same_shops_and_keys(control: Described, world: World, refund: str) -> None:
    keys, old = world.keys(world.state.shops["一号店"]), world.folder
    control("post", "/v1/faults", {"fault": "slow", "call": "erp.*"})
    control("post", "/v1/life", {"who": "integration", "event": "attached"})
    control("post", "/v1/life", {"who": "integration", "event": "exited"})

    folder = Path(control("post", "/v1/reset").get_json()["data"])

    assert folder == world.folder != old
    assert list(control("get", "/v1/state").get_json()) == ["shop", "app", "session"]
    assert control("get", "/v1/faults").get_json() == []
    assert world.keys(world.state.shops["一号店"]) == keys
    assert os.name != "posix" or (folder / "vault").stat().st_mode & 0o777 == 0o600
    new = control("post", "/v1/trades", {}).get_json()
    world.book.close()
    again = World.open(folder)
    assert again.keys(again.state.shops["一号店"]) == keys
    assert int(new["tid"]) in again.state.trades
    assert again.vault.token("x") == world.vault.token("x")
    assert (old / "ledger.jsonl").exists()


def test_the_queues_of_messages_are_told_by_app_and_group(control: Described, world: World) -> None:
    assert control("get", "/v1/messages").get_json() == {}
    shop = next(iter(world.state.shops.values()))
    for _ in range(2):
        messages.publish(world, shop, "a_Topic", "{}")
    ((first, _), _) = messages.take(world, (shop.app_key, "default"), 2, channel="http")
    messages.confirm(world, (shop.app_key, "default"), [str(first.id)], channel="http")

    found = control("get", "/v1/messages").get_json()

    assert found == {shop.app_key: {"default": {"waiting": 1, "put": 2, "got": 2}}}


def test_usage_tells_the_calls_of_each_app(control: Described, world: World) -> None:
    world.usage.count("23000001", "taobao.time.get", world.clock.seconds())

    found = control("get", "/v1/usage").get_json()

    assert found["23000001"]["methods"] == {"taobao.time.get": {"calls": 1, "limited": 0}}
