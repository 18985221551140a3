"""Flow control: the four bans, their falling seconds, the day's quota, and what a restart remembers."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.clock import Clock
from simulator.errors import UserError
from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Asked
from simulator.ledger.replay import read
from simulator.tmall.caller import Caller
from simulator.world import World

TIME = "taobao.time.get"
SEARCH = "taobao.logistics.address.search"
NEVER = 1_704_416_887_000
"""2024-01-05 09:08:07 GMT+8, in ms since 1970: 53,513 s before midnight."""


class Stepped(Clock):
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NEVER

    def wall(self) -> int:
        return self.now

    def seconds(self) -> int:
        return self.now // 1000


def _refused(caller: Caller, method: str = TIME) -> tuple[str, str]:
    """Return what follows `accesscontrol.limited-by-` and the text of the refusal, or nothing."""
    body = caller.call(method)
    if "code" not in body:
        return "", ""
    assert (body["code"], body["msg"]) == (7, "App Call Limited")
    return body["sub_code"].removeprefix("accesscontrol.limited-by-"), body["sub_msg"]


def test_without_limits_any_number_of_calls_is_let_in(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped())

    assert {_refused(caller) for _ in range(100)} == {("", "")}


def test_the_days_quota_lasts_to_midnight_and_then_begins_again(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, app_daily_quota=2)
    fine = [_refused(caller), _refused(caller, SEARCH)]

    first = _refused(caller)
    clock.now += 53_512_000
    last = _refused(caller, SEARCH)
    clock.now += 1_000

    assert fine == [("", "")] * 2
    assert first == ("app-access-count", "This ban will last for 53513 more seconds")
    assert last == ("app-access-count", "This ban will last for 1 more seconds")
    assert [_refused(caller)[0] for _ in range(3)] == ["", "", "app-access-count"]


@pytest.mark.parametrize(
    ("setting", "sub_code", "others"),
    [
        ("api_rate_limit", "api-access-count", ""),
        ("app_api_rate_limit", "app-api-access-count", ""),
        ("dynamic_rate_limit", "dynamic-access-count", "dynamic-access-count"),
    ],
)
def test_too_many_calls_a_second_are_banned_for_falling_seconds(
    tmp_path: Path, setting: str, sub_code: str, others: str
) -> None:
    clock = Stepped()
    limits: dict[str, Any] = {setting: 3}
    caller = Caller.open(tmp_path, clock=clock, ban_seconds=2, **limits)
    fine = {_refused(caller) for _ in range(3)}

    found = [_refused(caller), _refused(caller)]
    elsewhere = _refused(caller, SEARCH)[0]
    clock.now += 1_001
    found.append(_refused(caller))
    clock.now += 1_000

    assert fine == {("", "")}
    assert found == [
        (sub_code, "This ban will last for 2 more seconds"),
        (sub_code, "This ban will last for 2 more seconds"),
        (sub_code, "This ban will last for 1 more seconds"),
    ]
    assert elsewhere == others
    assert _refused(caller) == ("", "")
    assert caller.world.state.bans == {}


@pytest.mark.parametrize(("counted", "expected"), [(False, ""), (True, "app-access-count")])
def test_refused_calls_count_against_the_quota_if_the_setting_says_so(
    tmp_path: Path, counted: bool, expected: str
) -> None:
    clock = Stepped()
    caller = Caller.open(
        tmp_path, clock=clock, app_daily_quota=4, app_api_rate_limit=1, ban_seconds=1, banned_calls_count=counted
    )
    calls = [_refused(caller)[0] for _ in range(4)]
    clock.now += 1_000

    assert calls == ["", *["app-api-access-count"] * 3]
    assert _refused(caller)[0] == expected


def test_a_ban_and_the_days_count_survive_a_restart(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, app_daily_quota=2, app_api_rate_limit=1, ban_seconds=30)
    assert [_refused(caller)[0] for _ in range(2)] == ["", "app-api-access-count"]
    usage = caller.world.usage.listed(clock.now // 1000)
    caller.world.book.close()
    clock.now += 10_000

    world = World.open(tmp_path, clock=clock)
    again = Caller(world, caller.shop)

    assert world.usage.listed(clock.now // 1000) == usage
    assert _refused(again) == ("app-api-access-count", "This ban will last for 20 more seconds")
    assert _refused(again, SEARCH) == ("", "")
    assert _refused(again, SEARCH)[0] == "app-access-count"


def test_a_wrong_signature_is_told_before_a_ban_and_a_ban_before_a_wrong_session(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), app_daily_quota=1)
    caller.call(TIME)
    params = caller.signed("taobao.refund.get", session="nobody", refund_id=1)

    def code(found: dict[str, str]) -> int:
        body = msgspec.json.decode(caller.perform(caller.receive(found)).content)
        return int(body["error_response"]["code"])

    assert code(params | {"sign": "0"}) == 25
    assert code(params) == 7
    assert caller.world.usage.listed(NEVER // 1000)["23000001"]["calls"] == 2


def test_the_ledger_counts_calls_by_method(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), app_api_rate_limit=2)
    for _ in range(3):
        caller.call(TIME)
    caller.call(SEARCH)
    caller.world.book.close()

    asked = [entry for entry in read(tmp_path / "ledger.jsonl") if isinstance(entry, Asked)]

    assert [entry.limited for entry in asked] == [False, False, True, False]
    assert caller.world.usage.listed(NEVER // 1000) == {
        "23000001": {
            "calls": 4,
            "limited": 1,
            "today": 3,
            "methods": {TIME: {"calls": 3, "limited": 1}, SEARCH: {"calls": 1, "limited": 0}},
        }
    }


def _struck(caller: Caller, plan: FaultPlan, method: str = TIME) -> dict[str, Any]:
    """Call *method* through the faults, as the wire does, and return its error."""
    received = caller.receive(caller.signed(method))
    call = received.call
    if call is None or received.effect is None:
        return received.refusal.error if received.refusal else {}
    effect = received.effect

    async def scene() -> dict[str, Any]:
        async def rest() -> Any:
            return effect()

        around = plan.around(call, rest)
        return (await (around or rest)()).error

    return asyncio.run(scene())


def test_a_fault_bans_for_its_seconds_what_its_sub_code_is_about(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock)
    plan = FaultPlan(caller.world)
    sub_code = "accesscontrol.limited-by-app-access-count"
    plan.arm({"fault": "app-call-limited", "call": "tmall.time", "seconds": 7, "sub_code": sub_code})

    first = _struck(caller, plan)
    clock.now += 5_000
    second = _struck(caller, plan, SEARCH)
    clock.now += 2_000

    assert first == {
        "code": 7,
        "msg": "App Call Limited",
        "sub_code": sub_code,
        "sub_msg": "This ban will last for 7 more seconds",
    }
    assert second["sub_msg"] == "This ban will last for 2 more seconds"
    assert _struck(caller, plan) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sub_code": "accesscontrol.limited-by-app-acces-count"}, "Did you mean accesscontrol.limited-by-app-access"),
        ({"seconds": 0}, "a number above 0"),
        ({"seconds": "soon"}, "a number above 0"),
    ],
)
def test_a_ban_that_cannot_be_is_refused_when_it_is_armed(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    caller = Caller.open(tmp_path)

    with pytest.raises(UserError, match=message):
        FaultPlan(caller.world).arm({"fault": "app-call-limited", **options, "call": "tmall.*"})


def test_where_bans_come_before_signatures_an_unsigned_call_meets_one_and_counts_for_nothing(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), check_order="limits_first", app_api_rate_limit=2)
    unsigned = caller.signed(TIME) | {"sign": "0" * 32}

    def code(params: dict[str, str]) -> int:
        body = msgspec.json.decode(caller.perform(caller.receive(params)).content)
        return int(body.get("error_response", {}).get("code", 0))

    before = [code(unsigned) for _ in range(3)]
    signed = [code(caller.signed(TIME)) for _ in range(3)]

    assert (before, signed, code(unsigned)) == ([25, 25, 25], [0, 0, 7], 7)
    live = caller.world.usage.listed(0)
    caller.world.book.close()
    assert World.open(tmp_path).usage.listed(0)["23000001"]["calls"] == live["23000001"]["calls"] == 3


def test_a_ban_ends_when_the_limit_that_it_came_from_is_switched_off(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), app_daily_quota=1)
    refused = [bool(caller.call(TIME).get("code")) for _ in range(2)]
    caller.world.set("app_daily_quota", 0, origin="test")

    assert (refused, caller.call(TIME).get("code"), caller.world.state.bans) == ([False, True], None, {})
