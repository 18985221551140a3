"""OAuth: a code for a session, refreshing, what is refused, and that the ledger tells it without its secrets."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest

from simulator.exchange import Answer
from simulator.ledger.entry import Asked, Changed
from simulator.ledger.replay import read
from simulator.tmall.account import App
from simulator.tmall.caller import FORM, Caller, raw
from simulator.tmall.oauth import OOB, may_redirect
from simulator.tmall.test_flow import Stepped
from simulator.world import World

BACK = "http://127.0.0.1:9000/back"
SEARCH = "taobao.logistics.address.search"


@pytest.fixture(name="clock")
def _clock() -> Stepped:
    return Stepped()


@pytest.fixture(name="caller")
def _caller(tmp_path: Path, clock: Stepped) -> Caller:
    return Caller.open(tmp_path, clock=clock)


def _get(caller: Caller, headers: dict[bytes, bytes] | None = None, **values: str) -> Answer:
    query = urlencode({"client_id": "23000001", "response_type": "code", "redirect_uri": BACK} | values).encode()
    request = raw(query=query, verb="GET", path="/authorize", headers=headers)
    return caller.perform(caller.gateway.receive(request))


def _decide(caller: Caller, decision: str = "agree", **values: str) -> Answer:
    usual = {"client_id": "23000001", "response_type": "code", "redirect_uri": BACK, "state": "s 1"}
    usual |= {"shop": caller.shop.nick, "role": "main", "decision": decision}
    request = raw(urlencode(usual | values).encode(), kind=FORM, path="/authorize")
    return caller.perform(caller.gateway.receive(request))


def _location(answer: Answer) -> tuple[str, dict[str, str]]:
    """Return where *answer* redirects to, and the values it hands over."""
    assert answer.status == 302
    target = urlsplit(dict(answer.headers)[b"location"].decode())
    values = parse_qs(target.query or target.fragment)
    return f"{target.scheme}://{target.netloc}{target.path}", {name: value for name, (value,) in values.items()}


def _token(caller: Caller, *, query: bool = False, **values: str) -> tuple[int, dict[str, Any]]:
    usual = {"client_id": "23000001", "client_secret": caller.keys["app_secret"], "grant_type": "authorization_code"}
    form = urlencode(usual | values).encode()
    request = raw(query=form, path="/token") if query else raw(form, kind=FORM, path="/token")
    answer = caller.perform(caller.gateway.receive(request))
    return answer.status, msgspec.json.decode(answer.content)


def _code(caller: Caller, **values: str) -> str:
    return _location(_decide(caller, **values))[1]["code"]


@pytest.mark.parametrize("query", [False, True])
def test_a_code_becomes_a_session_that_the_gateway_knows(caller: Caller, query: bool) -> None:
    where, values = _location(_decide(caller))
    status, found = _token(caller, query=query, code=values["code"], redirect_uri=BACK)

    assert (where, values["state"], status) == (BACK, "s 1", 200)
    assert {name: found[name] for name in found if name.endswith("_in")} == {
        "expires_in": 12_960_000,
        "re_expires_in": 15_552_000,
        "r1_expires_in": 12_960_000,
        "r2_expires_in": 259_200,
        "w1_expires_in": 12_960_000,
        "w2_expires_in": 1800,
    }
    assert found["expire_time"] == caller.world.clock.wall() + 12_960_000_000
    assert found["taobao_user_id"] == "2208000001"
    assert found["access_token"].endswith("ZZ2208000001")
    assert "addresses" in caller.call(SEARCH, session=found["access_token"])


def test_a_sub_account_is_told_apart(caller: Caller) -> None:
    found = _token(caller, code=_code(caller, role="sub"), redirect_uri=BACK)[1]

    session = caller.world.session(found["access_token"])

    assert session is not None
    assert session.role == "sub"
    assert found["sub_taobao_user_nick"].endswith("%3A%E5%94%AE%E5%90%8E")


def test_the_client_flow_hands_the_session_over_in_the_fragment(caller: Caller) -> None:
    answer = _decide(caller, response_type="token")

    assert b"?" not in dict(answer.headers)[b"location"]
    assert _location(answer)[1]["token_type"] == "Bearer"


def test_a_refusal_goes_back_as_an_error(caller: Caller) -> None:
    _, values = _location(_decide(caller, "refuse"))

    assert values == {"error": "access_denied", "error_description": "authorize reject", "state": "s 1"}


def test_a_desktop_app_is_shown_its_code(caller: Caller) -> None:
    answer = _decide(caller, redirect_uri=OOB)
    code = answer.content.decode().partition('<code id="code">')[2].partition("<")[0]

    assert _token(caller, code=code, redirect_uri=OOB)[0] == 200


@pytest.mark.parametrize(
    ("accepts", "word"),
    [(b"", "授权"), (b"zh-CN,zh;q=0.9", "授权"), (b"en-GB,en;q=0.8", "Authorise"), (b"de,en", "Authorise")],
)
def test_the_page_asks_in_the_browsers_language(caller: Caller, accepts: bytes, word: str) -> None:
    page = _get(caller, {b"accept-language": accepts}, state='"><script>').content.decode()

    assert word in page
    assert caller.shop.nick in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "1"}, "invalid_client"),
        ({"redirect_uri": "javascript:alert(1)"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"response_type": "password"}, "unsupported_response_type"),
    ],
)
def test_a_wrong_request_is_told_to_the_person_and_never_redirected(
    caller: Caller, wrong: dict[str, Any], error: str
) -> None:
    for answer in (_get(caller, **wrong), _decide(caller, **wrong)):
        assert answer.status == 400
        assert error in answer.content.decode()


@pytest.mark.parametrize(
    ("callback", "redirect", "allowed"),
    [
        ("", BACK, True),
        (BACK, BACK, True),
        (BACK, f"{BACK}/deeper?x=1", True),
        (BACK, OOB, True),
        (BACK, "http://127.0.0.1:9001/back", False),
        (BACK, "https://127.0.0.1:9000/back", False),
        (BACK, "http://127.0.0.1:9000/elsewhere", False),
        (BACK, "http://127.0.0.1:9000@evil.example/back", False),
        ("", "ftp://127.0.0.1/", False),
        ("", "http://[::1", False),
    ],
)
def test_the_redirect_address_is_the_apps_own(callback: str, redirect: str, allowed: bool) -> None:
    assert may_redirect(callback, redirect) is allowed


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type", "password"),
        ({"client_id": "1"}, "invalid_client", "not known"),
        ({"client_secret": "guess"}, "invalid_client", "secret"),
        ({"code": ""}, "invalid_request", "code is missing"),
        ({"code": "guess"}, "invalid_grant", "not in cache"),
        ({"redirect_uri": f"{BACK}/x"}, "invalid_grant", "does not match"),
        ({"grant_type": "refresh_token", "refresh_token": "guess"}, "invalid_grant", "not exists"),
    ],
)
def test_each_mistake_at_the_token_endpoint_has_its_word(
    caller: Caller, wrong: dict[str, Any], error: str, text: str
) -> None:
    given: dict[str, Any] = {"code": _code(caller), "redirect_uri": BACK, **wrong}
    status, found = _token(caller, **given)

    assert (status, found["error"]) == (400, error)
    assert text in found["error_description"]


def test_a_code_is_good_once_and_not_for_long(caller: Caller, clock: Stepped) -> None:
    code = _code(caller)
    assert _token(caller, code=code, redirect_uri=BACK)[0] == 200
    assert _token(caller, code=code, redirect_uri=BACK)[1]["error_description"] == "code not in cache"

    code = _code(caller)
    clock.now += 600_000

    assert _token(caller, code=code, redirect_uri=BACK)[1]["error_description"] == "code expired"


def _refreshed(caller: Caller, refresh_token: str) -> tuple[int, dict[str, Any]]:
    return _token(caller, grant_type="refresh_token", refresh_token=refresh_token)


def test_refreshing_gives_a_new_session_and_ends_the_one_before(caller: Caller) -> None:
    first = _refreshed(caller, caller.keys["refresh_token"])[1]
    second = _refreshed(caller, caller.keys["refresh_token"])[1]

    def code(session: str) -> object:
        return caller.call(SEARCH, session=session).get("code", "fine")

    assert [code(key) for key in (caller.keys["session"], first["access_token"], second["access_token"])] == [
        27,
        27,
        "fine",
    ]
    assert code(caller.keys["sub_session"]) == "fine", "another authorisation is left alone"


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("refresh_ends_session", False, ("fine", 200)),
        ("refresh_token_reuse", False, (27, 400)),
    ],
)
def test_what_refreshing_does_to_what_was_before_is_a_setting(
    tmp_path: Path, setting: str, value: bool, expected: tuple[Any, int]
) -> None:
    choice: dict[str, Any] = {setting: value}
    caller = Caller.open(tmp_path, **choice)
    _refreshed(caller, caller.keys["refresh_token"])

    found = caller.call(SEARCH).get("code", "fine"), _refreshed(caller, caller.keys["refresh_token"])[0]

    assert found == expected


def test_a_refresh_token_used_up_is_refused_even_where_sessions_live_on(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, refresh_ends_session=False, refresh_token_reuse=False)
    found = _refreshed(caller, caller.keys["refresh_token"])[1]

    assert _refreshed(caller, caller.keys["refresh_token"])[0] == 400
    assert _refreshed(caller, found["refresh_token"])[0] == 200


def test_an_app_outside_the_service_market_cannot_refresh(caller: Caller) -> None:
    caller.world.add_app(App(app_key="23000001", refreshable=False))
    found = _token(caller, code=_code(caller), redirect_uri=BACK)[1]

    assert found["re_expires_in"] == 0
    assert "not supported" in _refreshed(caller, found["refresh_token"])[1]["error_description"]


def test_a_refresh_token_expires_as_well(caller: Caller, clock: Stepped) -> None:
    found = _token(caller, code=_code(caller), redirect_uri=BACK)[1]
    clock.now += 15_552_000_000

    assert _refreshed(caller, found["refresh_token"])[1]["error_description"] == "refresh token expired"


def test_the_gateways_methods_give_the_same_as_a_text(caller: Caller) -> None:
    created = caller.call("taobao.top.auth.token.create", code=_code(caller))
    found = msgspec.json.decode(created["token_result"], type=dict[str, Any])
    again = caller.call("taobao.top.auth.token.refresh", refresh_token=found["refresh_token"])
    refused = caller.call("taobao.top.auth.token.create", code="guess")

    assert found["token_type"] == "Bearer"
    assert msgspec.json.decode(again["token_result"])["access_token"] != found["access_token"]
    assert (refused["code"], refused["sub_msg"]) == (15, "code not in cache")


def test_the_ledger_tells_it_without_a_secret_and_a_restart_forgets_nothing(
    caller: Caller, tmp_path: Path, clock: Stepped
) -> None:
    code = _code(caller)
    found = _token(caller, code=code, redirect_uri=BACK)[1]
    caller.world.book.close()

    text = (tmp_path / "ledger.jsonl").read_text()
    entries = list(read(tmp_path / "ledger.jsonl"))
    asked = [(entry.method, entry.shop) for entry in entries if isinstance(entry, Asked)]
    again = Caller(World.open(tmp_path, clock=clock), caller.shop)

    assert not [
        secret
        for secret in (code, found["access_token"], found["refresh_token"], caller.keys["app_secret"])
        if secret in text
    ]
    assert asked == [("oauth.authorize", caller.shop.nick), ("oauth.token", caller.shop.nick)]
    assert [entry.action for entry in entries if isinstance(entry, Changed)][-2:] == ["authorize", "grant_session"]
    assert "addresses" in again.call(SEARCH, session=found["access_token"])
