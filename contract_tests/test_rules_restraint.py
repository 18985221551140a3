"""RTY-03 on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import DETAIL, LIST
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
APP = {"app_key": "23000001"}


def _banned(seconds: int, about: str = "by-api-access-count", *, lost: bool = False) -> Ledger:
    return _limited(Ledger().applied("R"), seconds, about, lost=lost)


def _limited(ledger: Ledger, seconds: int, about: str = "by-api-access-count", **how: Any) -> Ledger:
    error = {"code": 7, "sub_code": f"accesscontrol.limited-{about}"}
    if seconds:
        error["sub_msg"] = f"This ban will last for {seconds} more seconds"
    return ledger.call(LIST, (), dict(APP), error=error, **how)


def _calls(ledger: Ledger, method: str, times: int, *, app: str = "23000001") -> Ledger:
    for _ in range(times):
        ledger.after(0.2).call(method, (), {"app_key": app})
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_calls(Ledger().applied("R"), LIST, 9).after(9), IDLE, id="no ban"),
        pytest.param(_calls(_banned(0), LIST, 9).after(9), IDLE, id="a ban of no time"),
        pytest.param(_calls(_banned(20), LIST, 9).after(20), BROKEN, id="it went on"),
        pytest.param(_calls(_banned(20), LIST, 4).after(20), HELD, id="what was under way"),
        pytest.param(_calls(_banned(8, lost=True), LIST, 9).after(9), IDLE, id="it was never told"),
        pytest.param(_calls(_banned(20), DETAIL, 9).after(20), HELD, id="another method"),
        pytest.param(_calls(_banned(20, "by-app-access-count"), DETAIL, 9).after(20), BROKEN, id="the whole app"),
        pytest.param(_calls(_banned(20, "by-app-access-count"), LIST, 9, app="2").after(20), HELD, id="another app"),
        pytest.param(_calls(_banned(20).after(19), LIST, 9).after(20), HELD, id="its last second, and afterwards"),
        pytest.param(_banned(20).after(3), OPEN, id="the run ended before the ban"),
        pytest.param(
            _limited(_limited(_banned(20).after(5), 15).after(5), 10).after(20), HELD, id="it asked every five seconds"
        ),
    ],
)
def test_bans_are_heeded(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("RTY-03").outcome == outcome


def test_who_goes_on_is_told_how_often_and_for_how_long_it_was_shut_out() -> None:
    (finding,) = _calls(_banned(20), LIST, 9).after(20).end().rule("RTY-03").findings

    assert "was banned for 19.9 s" in finding.because
    assert "9 calls" in finding.because
