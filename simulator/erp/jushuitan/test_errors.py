"""Errors: every code of the table has a condition that brings it about; and the life of tokens, from code to end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.erp.caller import Wanted
from simulator.erp.jushuitan import tokens
from simulator.erp.jushuitan.client import QUERY, Client
from simulator.erp.jushuitan.errors import TEXTS
from simulator.erp.recent_calls import SECOND
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.request import RawRequest
from simulator.world import World

ASKED = {"as_ids": [1]}
Ask = Callable[[Client], Wanted]


def _plain(client: Client) -> Wanted:
    return client.ask(QUERY, ASKED)


PROVOKED: dict[int, tuple[Ask, dict[str, Any], int]] = {
    10: (lambda client: client.ask(QUERY, ASKED)._replace(body=b"sign=0"), {}, 1),
    100: (lambda client: client.ask(QUERY, ASKED, access_token="dead"), {}, 1),
    110: (_plain, {"erp_ip_whitelist": "10.0.0.9,10.0.0.10"}, 1),
    130: (lambda client: client.ask(QUERY, {}), {}, 1),
    140: (lambda client: client.ask(QUERY, ASKED, timestamp="1700000000"), {}, 1),
    150: (lambda client: client.auth(tokens.REFRESH, refresh_token="any"), {"jst_app": "provider"}, 1),
    190: (lambda client: client.ask("/open/orders/single/query", {}), {}, 1),
    199: (_plain, {"jst_rate_limits": True}, 6),
}
"""How each code is brought about: the call, the settings, and how often it is made. 200 takes a minute's calls."""


def _side(folder: Path, **settings: Any) -> tuple[Side, Client]:
    side = Side(World.open(folder, declaration=Declaration(profile="jushuitan"), chosen=settings))
    assert isinstance(side.caller, Client)
    return side, side.caller


def test_every_code_of_the_table_can_be_provoked(tmp_path: Path) -> None:
    found = {}
    for code, (ask, settings, times) in PROVOKED.items():
        side, client = _side(tmp_path / str(code), **settings)
        answer = [side.ask(ask(client)) for _ in range(times)][-1]
        found[code] = answer.json()
        assert answer.status == 200
        assert side.answer.error["code"] == code
        side.world.book.close()

    assert {code: row["code"] for code, row in found.items()} == {code: code for code in PROVOKED}
    assert all(row["msg"].startswith(TEXTS[code]) for code, row in found.items())
    assert {*PROVOKED, 200} == TEXTS.keys()


def test_too_many_calls_in_a_minute_are_code_200_in_an_answer_that_is_http_200(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, client = _side(tmp_path, jst_rate_limits=True)
    now = [0]
    monkeypatch.setattr(side.world.clock, "mono", lambda: now[0])

    codes = []
    for now[0] in range(0, 120 * SECOND, SECOND // 4):
        codes.append(side.ask(_plain(client)).json()["code"])

    assert codes[:101] == [0] * 100 + [200]
    assert codes[240] == 0
    side.world.book.close()


def test_the_text_of_a_stranger_names_its_address(tmp_path: Path) -> None:
    side, client = _side(tmp_path, erp_ip_whitelist="10.0.0.9")
    wanted = _plain(client)
    raw = RawRequest(wanted.method, wanted.path, wanted.query, [*wanted.headers], wanted.body, client="127.0.0.1")

    refused = side.endpoint.receive(raw).refusal

    assert refused is not None
    assert msgspec.json.decode(refused.content)["msg"] == f"{TEXTS[110]}: 127.0.0.1"
    side.world.book.close()


OLD: dict[int, tuple[Ask, dict[str, Any]]] = {
    10: (lambda client: client.old("refund.single.query", ASKED, sign="0"), {}),
    100: (lambda client: client.old("refund.single.query", ASKED, token="dead"), {}),
    110: (lambda client: client.old("refund.single.query", ASKED), {"erp_ip_whitelist": "10.0.0.9"}),
    130: (lambda client: client.old("refund.single.query", []), {}),
    140: (lambda client: client.old("refund.single.query", ASKED, ts="1700000000"), {}),
    190: (lambda client: client.old("orders.single.query", {}), {}),
}


@pytest.mark.parametrize("code", OLD)
def test_the_older_gateway_tells_the_same_codes_flatly(tmp_path: Path, code: int) -> None:
    ask, settings = OLD[code]
    side, client = _side(tmp_path, **settings)

    found = side.ask(ask(client)).json()

    assert (found["issuccess"], found["code"]) == (False, code)
    assert found["msg"].startswith(TEXTS[code])
    assert "data" not in found
    side.world.book.close()


@pytest.mark.parametrize(("field", "value"), [("version", "1"), ("version", ""), ("charset", "gbk"), ("charset", "")])
def test_a_call_says_version_and_charset(erp: Side, client: Client, field: str, value: str) -> None:
    answer = erp.ask(client.ask(QUERY, ASKED, **{field: value})).json()

    assert (answer["code"], answer["msg"]) == (130, f"{TEXTS[130]}: {field}")


@pytest.mark.parametrize("ends", [False, True])
def test_tokens_are_given_refreshed_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool) -> None:
    side, client = _side(tmp_path, jst_refresh_ends=ends, jst_token_life=3600)

    first = side.ask(client.auth(tokens.FIRST, code="abc123")).json()["data"]
    assert 3480 <= first["expires_in"] <= 3600
    assert _code(side, client, first) == 0
    second = side.ask(client.auth(tokens.REFRESH, refresh_token=first["refresh_token"])).json()["data"]
    assert (_code(side, client, first), _code(side, client, second)) == (100 if ends else 0, 0)
    again = side.ask(client.auth(tokens.REFRESH, refresh_token=first["refresh_token"])).json()["code"]
    assert again == (100 if ends else 0)

    monkeypatch.setattr(side.world.clock, "shift", side.world.clock.shift + 3_600_000)
    assert _code(side, client, second) == 100
    assert side.ask(client.auth(tokens.REFRESH, refresh_token=second["refresh_token"])).json()["code"] == 100
    assert _code(side, client, side.ask(client.auth(tokens.FIRST, code="abc124")).json()["data"]) == 0
    side.world.book.close()


def test_an_app_of_a_provider_is_authorised_by_the_merchant_alone(tmp_path: Path) -> None:
    side, client = _side(tmp_path, jst_app="provider")

    own = side.ask(client.auth(tokens.FIRST, code="abc123")).json()["code"]
    given = side.ask(client.auth(tokens.OF_PROVIDERS, code="3f2b9c0d11")).json()["data"]
    refreshed = side.ask(client.auth(tokens.REFRESH, refresh_token=given["refresh_token"])).json()["code"]

    assert (own, refreshed, _code(side, client, given)) == (190, 150, 0)
    side.world.book.close()


def test_what_ended_stays_ended_after_a_restart(tmp_path: Path) -> None:
    side, client = _side(tmp_path, jst_refresh_ends=True)
    first = side.profile.keys(side.world)
    side.ask(client.auth(tokens.REFRESH, refresh_token=first["refresh_token"]))
    side.world.book.close()

    recovered = World.open(tmp_path)

    assert not tokens.is_good(recovered, "access", first["access_token"])
    assert tokens.is_good(recovered, "access", tokens.current(recovered)["access_token"])
    recovered.book.close()


def _code(side: Side, client: Client, given: dict[str, Any]) -> int:
    return int(side.ask(client.ask(QUERY, ASKED, access_token=given["access_token"])).json()["code"])
