"""Errors: every number of the table can be brought about, by a condition or, where there is none here, by a fault."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from simulator.erp.caller import Got
from simulator.erp.side import Side
from simulator.erp.wangdiantong.enterprise_client import QUERY, EnterpriseClient
from simulator.erp.wangdiantong.errors import CODES, TOO_OFTEN
from simulator.erp.wangdiantong.flagship_client import SEARCH, FlagshipClient
from simulator.exchange import Answer, Call
from simulator.faults.network import ErpError

PROFILES = ["wangdiantong", "wangdiantong-enterprise"]
FAULT_ALONE = {3, 4, 5, 99}
"""Numbers that nothing in the sandbox brings about."""
FLAGSHIP_ALONE = {2, 8}
"""Numbers of a call that names a field nobody knows, and of one with a version."""
Opens = Callable[..., Side]


def _asked(side: Side, code: int) -> Got:
    """Make the call that brings *code* about."""
    client, now = side.caller, side.world.clock.seconds()
    if isinstance(client, FlagshipClient):
        page = {"page_size": "50", "page_no": "0"}
        other = {1: {"sid": "nobody"}, 7: {"timestamp": str(now)}, 8: {"v": "2.0"}}.get(code, {})
        return side.ask(client.ask(SEARCH, [{"colour": "red"} if code == 2 else {}], **page, **other))
    assert isinstance(client, EnterpriseClient)
    fields = {1: {"sid": "nobody"}, 7: {"timestamp": str(now - 400)}}.get(code)
    return side.ask(client.ask(QUERY, fields))


@pytest.mark.parametrize("profile", PROFILES)
def test_every_number_of_the_table_can_be_provoked(opened: Opens, profile: str) -> None:
    found = set()
    for code in CODES.keys() - FAULT_ALONE - (FLAGSHIP_ALONE if profile.endswith("enterprise") else set()):
        side = opened(profile, erp_ip_whitelist="10.0.0.1" if code == 6 else "")
        answer = _asked(side, code)
        assert (answer.status, side.caller.error(answer)) == (200, str(code))
        assert answer.json()["message"]
        found.add(code)

    assert len(found) == (4 if profile.endswith("enterprise") else 6)


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("profile", PROFILES)
def test_a_fault_answers_any_of_them_in_the_dialects_shape(opened: Opens, profile: str, code: int) -> None:
    side = opened(profile)

    async def never() -> Answer:
        raise AssertionError("the call took effect")

    call = Call(side="erp", alias="erp.list", method="erp.list", shop="", refunds=(), plays=(), page=1)
    answer = asyncio.run(ErpError().around(side.world, {"code": code}, call, never))
    side.endpoint.dress(answer)

    assert (answer.status, side.caller.error(Got(answer.status, answer.content))) == (200, str(code))
    assert Got(200, answer.content).json()["message"] == CODES[code]


@pytest.mark.parametrize("profile", PROFILES)
def test_who_calls_too_often_is_told_so_and_that_it_passes(opened: Opens, profile: str) -> None:
    side = opened(profile, wdt_calls_a_minute=2)

    answers: list[Any] = [_asked(side, 100).json()["message"] for _ in range(3)]

    assert [text == TOO_OFTEN for text in answers] == [False, False, True]
    assert side.answer.error["passing"]
