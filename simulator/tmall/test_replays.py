"""Requests that come a second time, where setting `refuse_replays` has the platform refuse them."""

from pathlib import Path

import msgspec

from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

TIME = "taobao.time.get"


def _sub_code(caller: Caller, params: dict[str, str]) -> str:
    body = msgspec.json.decode(caller.perform(caller.receive(params)).content)
    return str(body.get("error_response", {}).get("sub_code", ""))


def test_only_the_same_signature_is_a_replay(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), refuse_replays=True)
    params = caller.signed(TIME)

    found = [_sub_code(caller, one) for one in (params, params, caller.signed(TIME, nick="x"), params)]

    assert found == ["", "isv.request-replay-error", "", "isv.request-replay-error"]


def test_a_request_that_was_refused_for_its_signature_is_not_remembered(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), refuse_replays=True)
    params = caller.signed(TIME)

    assert _sub_code(caller, params | {"nick": "tampered"}) == ""
    assert _sub_code(caller, params) == ""


def test_it_is_forgotten_once_its_timestamp_is_too_old_anyway(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, refuse_replays=True)
    params = caller.signed(TIME)
    _sub_code(caller, params)
    clock.now += 1_300_000
    _sub_code(caller, caller.signed(TIME))

    assert list(caller.world.usage._signatures) == [caller.signed(TIME)["sign"]]


def test_a_restart_forgets_none(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, refuse_replays=True)
    params = caller.signed(TIME)
    _sub_code(caller, params)
    caller.world.book.close()

    world = World.open(tmp_path, clock=clock)
    again = Caller(world, world.state.shops[caller.shop.nick])
    assert _sub_code(again, params) == "isv.request-replay-error"
