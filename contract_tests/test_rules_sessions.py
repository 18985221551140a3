"""PRO-03 on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import LIST
from contract_tests.verdict import Outcome
from simulator.tmall.errors import EXPIRED_SESSION, INVALID_SESSION, REVOKED_SESSION, TopError


class Calls(Ledger):
    """A ledger of lists, each with a session of its own."""

    def list(self, session: str, error: TopError | None = None, **how: Any) -> "Calls":
        """Let the integration list refunds with *session*."""
        return self.call(LIST, (), {"session": session}, error=error.as_answer() if error else None, **how)


def _died(error: TopError = REVOKED_SESSION, **how: Any) -> Calls:
    return Calls().list("tok:1").list("tok:1", error, **how)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Calls().list("tok:1"), Outcome.NOT_EXERCISED, id="no session died"),
        pytest.param(_died().after(20), Outcome.HELD, id="stopped"),
        pytest.param(_died(EXPIRED_SESSION).list("tok:2").after(20), Outcome.HELD, id="went on with another"),
        pytest.param(_died().list("tok:1", REVOKED_SESSION).after(20), Outcome.HELD, id="work that was under way"),
        pytest.param(
            _died().after(5).list("tok:1", REVOKED_SESSION).after(301).list("tok:1", REVOKED_SESSION).after(20),
            Outcome.HELD,
            id="a probe each five minutes",
        ),
        pytest.param(
            _died().after(5).list("tok:1", REVOKED_SESSION).after(5).list("tok:1", REVOKED_SESSION).after(20),
            Outcome.BROKEN,
            id="used again and again",
        ),
        pytest.param(_died(), Outcome.INCONCLUSIVE, id="died at the very end"),
        pytest.param(_died(lost=True).after(20), Outcome.INCONCLUSIVE, id="the answer never came"),
        pytest.param(_died(fault="session-expired").after(20), Outcome.NOT_EXERCISED, id="an injected answer"),
        pytest.param(_died(INVALID_SESSION).after(20), Outcome.NOT_EXERCISED, id="a session that never lived"),
    ],
)
def test_dead_sessions_are_not_used(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("PRO-03").outcome == outcome


def test_the_finding_counts_the_calls() -> None:
    ledger = _died()
    for _ in range(3):
        ledger.after(5).list("tok:1", REVOKED_SESSION)

    (finding,) = ledger.after(5).end().rule("PRO-03").findings
    assert finding.because.startswith("2 calls came with a session of shop shop-1 that had been told to be dead")
