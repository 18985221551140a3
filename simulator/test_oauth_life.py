"""A session's life over the wire: authorised, used, expired, refreshed, revoked, with apps and usage beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import urllib3

from simulator.client import Control, ControlError
from simulator.clock import Clock, to_text
from simulator.ledger.entry import Answered, Asked, Changed, Delivered
from simulator.test_client import Served
from simulator.tmall.signing import sign

BACK = "http://127.0.0.1:9/back"


@pytest.fixture(name="served")
def _served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "run")
    yield served
    served.stop()


@pytest.fixture(name="control")
def _control(served: Served) -> Control:
    return Control(served.endpoints["control"], served.endpoints["token"])


def _post(url: str, fields: dict[str, str]) -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return urllib3.request("POST", url, body=urlencode(fields), headers=headers, redirect=False, retries=False)


def _authorised(served: Served) -> dict[str, Any]:
    shop = served.endpoints["shops"][0]
    asked = {"client_id": shop["app_key"], "redirect_uri": BACK}
    answer = _post(
        f"{served.endpoints['oauth']}/authorize",
        asked | {"response_type": "code", "shop": shop["nick"], "role": "main", "decision": "agree"},
    )
    assert answer.status == 302
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    return _token(served, grant_type="authorization_code", code=code, redirect_uri=BACK)


def _token(served: Served, **fields: str) -> dict[str, Any]:
    shop = served.endpoints["shops"][0]
    keys = {"client_id": shop["app_key"], "client_secret": shop["app_secret"]}
    found: dict[str, Any] = _post(f"{served.endpoints['oauth']}/token", keys | fields).json()
    return found


def _code(served: Served, session: str, method: str = "taobao.logistics.address.search", *, ahead: float = 0.0) -> int:
    """Return the error code that a call with *session* gets, or 0; its clock is *ahead* by so many seconds."""
    shop = served.endpoints["shops"][0]
    params = {"method": method, "app_key": shop["app_key"], "session": session, "format": "json", "v": "2.0"}
    params |= {"timestamp": to_text(Clock().seconds() + round(ahead)), "sign_method": "md5"}
    params["sign"] = sign(params, shop["app_secret"])
    body = _post(served.endpoints["tmall"], params).json()
    return int(body.get("error_response", {}).get("code", 0))


def test_a_session_is_authorised_expires_is_refreshed_and_revoked(served: Served, control: Control) -> None:
    shop = served.endpoints["shops"][0]["nick"]
    first = _authorised(served)
    assert _code(served, first["access_token"]) == 0

    control.act("platform.expire_session", {"shop": shop})
    assert _code(served, first["access_token"]) == 27

    second = _token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert _code(served, second["access_token"]) == 0

    control.act("agent.revoke_session", {"shop": shop})
    assert _code(served, second["access_token"]) == 27
    refused = _token(served, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert refused["error"] == "invalid_grant"

    entries = control.ledger()
    asked = [entry.seq for entry in entries if isinstance(entry, Asked) and entry.side == "oauth"]
    assert len(asked) == 4
    for kind in (Answered, Delivered):
        assert [entry.call for entry in entries if isinstance(entry, kind) and entry.side == "oauth"] == asked
    actions = [entry.action for entry in entries if isinstance(entry, Changed) and entry.shop == shop]
    assert actions[-5:] == ["authorize", "grant_session", "expire_session", "refresh_session", "revoke_session"]


def test_a_lost_answer_to_a_refresh_leaves_the_caller_with_a_dead_session(served: Served, control: Control) -> None:
    first = _authorised(served)
    control.fault({"fault": "lost-answer", "call": "oauth.token"})

    with pytest.raises(urllib3.exceptions.HTTPError):
        _token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert _code(served, first["access_token"]) == 27
    again = _token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert _code(served, again["access_token"]) == 0


def test_apps_sessions_and_usage_are_reached_through_the_client(served: Served, control: Control) -> None:
    shop = served.endpoints["shops"][0]
    app = control.app(title="第二应用")
    foreign = control.session(shop["nick"], app_key=app["app_key"], seconds=60)
    control.app(app_key=shop["app_key"], packages={"refund": "granted"})

    assert _code(served, foreign["access_token"]) == 27
    assert _code(served, shop["session"]) == 11
    assert _code(served, "", "taobao.time.get") == 0
    assert control.usage()[shop["app_key"]]["calls"] == 3
    with pytest.raises(ControlError, match="nobody"):
        control.session("nobody")


def test_a_session_lives_through_years_that_a_story_leaps_over(served: Served, control: Control) -> None:
    first = _authorised(served)
    renewed = _token(served, grant_type="refresh_token", refresh_token=first["refresh_token"])
    years = 3 * 366 * 86_400.0

    control.move_on(by=years)

    assert _code(served, renewed["access_token"], ahead=years) == 0
    assert "access_token" in _token(served, grant_type="refresh_token", refresh_token=renewed["refresh_token"])
