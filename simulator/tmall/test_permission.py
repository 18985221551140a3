"""What sessions and apps may do: codes 27 and 53 with their reasons, 11 and 12, and sessions that end under way."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.actors import perform
from simulator.tmall import accounts
from simulator.tmall.account import App
from simulator.tmall.caller import FORM, Caller, raw
from simulator.tmall.signing import sign
from simulator.tmall.test_flow import Stepped
from simulator.world import World

SEARCH = "taobao.logistics.address.search"
TIME = "taobao.time.get"


def _error(caller: Caller, method: str = SEARCH, **params: Any) -> tuple[int, str]:
    body = caller.call(method, **params)
    return body.get("code", 0), body.get("sub_code", "")


def _from(caller: Caller, client: str) -> str:
    """Return the sub code that a call from address *client* gets."""
    request = raw("&".join(f"{k}={v}" for k, v in caller.signed(TIME).items()).encode(), kind=FORM)
    request.client = client
    body = msgspec.json.decode(caller.perform(caller.gateway.receive(request)).content)
    return str(body.get("error_response", {}).get("sub_code", ""))


def test_a_session_of_another_app_is_told_apart(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    other = caller.world.add_app(App(app_key="23000002"))
    params = caller.signed(SEARCH, app_key=other.app_key)
    params["sign"] = sign(params, caller.world.apps[other.app_key])

    body = msgspec.json.decode(caller.perform(caller.receive(params)).content)["error_response"]

    assert (body["code"], body["sub_code"]) == (27, "sessionkey-not-generated-by-server")
    assert body["sub_msg"] == "RealSession don't create by top ! appKey is : 23000002"


@pytest.mark.parametrize(
    ("act", "sub_code"),
    [("platform.expire_session", "session-expired"), ("agent.revoke_session", "invalid-sessionkey")],
)
def test_sessions_end_by_an_act_and_stay_ended_after_a_restart(tmp_path: Path, act: str, sub_code: str) -> None:
    caller = Caller.open(tmp_path)
    done = perform(caller.world, act, {"shop": caller.shop.nick, "role": "main"})

    assert (done["accepted"], done["result"]) == (True, {"ended": 1})
    assert _error(caller) == (27, sub_code)
    assert _error(caller, sub=True) == (0, "")
    assert not perform(caller.world, act, {"shop": caller.shop.nick, "role": "main"})["accepted"]
    caller.world.book.close()
    assert _error(Caller(World.open(tmp_path), caller.shop)) == (27, sub_code)


def test_a_revoked_session_may_be_one_that_never_was(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, revoked_session="session-not-exist")
    perform(caller.world, "agent.revoke_session", {"shop": caller.shop.nick})

    assert _error(caller) == (27, "session-not-exist")


@pytest.mark.parametrize("args", [{"shop": "nobody"}, {"role": "owner"}, {"app_key": "1"}])
def test_an_act_on_sessions_that_are_not_there_is_refused(tmp_path: Path, args: dict[str, str]) -> None:
    caller = Caller.open(tmp_path)

    assert not perform(caller.world, "platform.expire_session", {"shop": caller.shop.nick, **args})["accepted"]


def test_a_session_lives_as_long_as_it_was_given_for(tmp_path: Path) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, session_seconds=5)
    app = caller.world.state.apps["23000001"]
    key = accounts.grant(caller.world, app, caller.shop)["access_token"]
    clock.now += 4_999
    before = _error(caller, session=key)
    clock.now += 1

    assert (before, _error(caller, session=key)) == ((0, ""), (27, "session-expired"))


@pytest.mark.parametrize(("level", "code"), [(1, 0), (2, 53)])
def test_agreeing_may_need_a_fresh_session(tmp_path: Path, level: int, code: int) -> None:
    clock = Stepped()
    caller = Caller.open(tmp_path, clock=clock, agree_security_level=level)
    key = accounts.grant(caller.world, caller.world.state.apps["23000001"], caller.shop, "sub")["access_token"]
    clock.now += 1_800_000

    assert _error(caller, "taobao.rp.refunds.agree", session=key, refund_infos="1|1|1|onsale")[0] == code
    assert _error(caller, session=key) == (0, "")


@pytest.mark.parametrize(
    ("packages", "sub_code"),
    [
        (None, ""),
        ({}, "isv.permission-api-package-empty"),
        ({"refund": "granted"}, "isv.permission-api-package-not-allowed"),
        ({"logistics": "limited"}, "isv.permission-api-package-limit"),
        ({"logistics": "widget"}, "isv.permission-api-widget-only-limit"),
        ({"logistics": "granted"}, ""),
    ],
)
def test_an_app_may_call_what_its_packages_hold(tmp_path: Path, packages: dict[str, str] | None, sub_code: str) -> None:
    caller = Caller.open(tmp_path)
    caller.world.add_app(App(app_key="23000001", packages=packages))

    assert _error(caller) == (11 if sub_code else 0, sub_code)
    assert _error(caller, TIME) == (0, "")


def test_a_user_may_call_what_the_session_was_given_for(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    app = caller.world.state.apps["23000001"]
    key = accounts.grant(caller.world, app, caller.shop, "sub", packages=("refund",))["access_token"]

    assert _error(caller, session=key) == (12, "")
    assert _error(caller, TIME, session=key) == (0, "")


def test_only_listed_addresses_may_call(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    caller.world.add_app(App(app_key="23000001", ips=("10.0.0.1",)))

    assert _from(caller, "10.0.0.2") == "isv.permission-ip-whitelist-limit"
    assert _from(caller, "10.0.0.1") == ""


def test_a_run_may_have_a_whitelist_of_its_own(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, ip_whitelist="10.0.0.1, 10.0.0.2")

    assert _from(caller, "127.0.0.1") == "isv.permission-ip-whitelist-limit"
    assert _from(caller, "10.0.0.2") == ""


def test_a_wrong_session_is_told_before_a_missing_permission_and_that_before_a_missing_argument(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    caller.world.add_app(App(app_key="23000001", packages={}))

    assert _error(caller, "taobao.refund.get", session="nobody")[0] == 27
    assert _error(caller, "taobao.refund.get")[0] == 11
