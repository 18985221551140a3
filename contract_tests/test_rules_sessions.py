"""PRO-03 on ledgers small enough to read."""

from functools import partial
from typing import Any

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE, LIST
from contract_tests.verdict import Outcome
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Answered, Asked, Changed, Delivered
from simulator.ledger.values import Row
from simulator.tmall.account import Session
from simulator.tmall.errors import EXPIRED_SESSION, INVALID_SESSION, REVOKED_SESSION, TopError


class Calls(Ledger):
    """A ledger of lists, each with a session of its own."""

    def list(self, session: str, error: TopError | None = None, **how: Any) -> "Calls":
        """Let the integration list refunds with *session*."""
        return self.call(LIST, (), {"session": session}, error=error.as_answer() if error else None, **how)

    def granted(self, token: str, *, role: str = "main", cause: int = 0, shop: str = "") -> "Calls":
        """Let the user of the shop authorise the app, or a renewal (call *cause*) bring another session."""
        shop = shop or self.shop
        grant, refresh = f"grant-{shop}-{role}", f"tok:refresh-{token}"
        session = Session(id=token, app_key="1", shop=shop, role=role, grant=grant, refresh=refresh)
        row = Row("session", token, msgspec.to_builtins(session))
        action = "refresh_session" if cause else "grant_session"
        return self._note(Changed(actor="platform", action=action, rows=(row,), shop=shop, cause=cause, side="tmall"))

    def renews(self, old: str, new: str = "", *, role: str = "main", **how: Any) -> "Calls":
        """Let the integration renew *old*; it gets *new*, or an error."""
        happen = partial(self._brought, new, role) if new else None
        return self.call("oauth.token", (), _asking(old), happen=happen, **how)

    def renews_at_once(self, old: str, *new: str) -> "Calls":
        """Let several workers renew *old*, all asking before the first is answered."""
        return self._renewed_together(*((self.shop, old, one) for one in new))

    def renews_for_both(self, old: str, new: str, other: str, others: str) -> "Calls":
        """Let this shop's session *old* and another shop's be renewed at once."""
        return self._renewed_together((self.shop, old, new), ("shop-2", other, others))

    def _renewed_together(self, *renewals: tuple[str, str, str]) -> "Calls":
        asked = []
        for shop, old, _ in renewals:
            self._note(Asked(side="oauth", method="oauth.token", params=_asking(old), shop=shop))
            asked.append(self.seq)
            self.after(0.1)
        for number, (shop, _, new) in zip(asked, renewals, strict=True):
            self.granted(new, cause=number, shop=shop)
            self._note(Answered(side="oauth", method="oauth.token", call=number, shop=shop))
            self._note(Delivered(side="oauth", call=number))
        return self

    def pays(self, refund: str, session: str) -> "Calls":
        """Let the integration agree with *session*."""
        row = self.refunds[refund]
        infos = f"{refund}|{row.amount}|{row.version}|{row.phase}"
        return self.call(AGREE, (refund,), {"session": session, "refund_infos": infos})

    def _brought(self, new: str, role: str, cause: int) -> None:
        self.granted(new, role=role, cause=cause)


def _asking(old: str) -> dict[str, Any]:
    return {"grant_type": "refresh_token", "refresh_token": f"tok:refresh-{old}"}


RENEWS = msgspec.structs.replace(DECLARED, renews=True)
PAYS_AS_SUB = msgspec.structs.replace(DECLARED, sub_account=True)
DENIED = {"code": 400, "msg": "refresh token expired", "sub_code": "invalid_grant"}
DOWN = {"code": 15, "msg": "Remote service error", "sub_code": "isp.remote-service-timeout"}


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


def _expired(declared: Declaration = DECLARED) -> Calls:
    return Calls(declared).granted("tok:1").list("tok:1").list("tok:1", EXPIRED_SESSION)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_expired(RENEWS).renews("tok:1", "tok:2").list("tok:2").after(90), Outcome.HELD, id="renewed"),
        pytest.param(
            Calls(RENEWS).granted("tok:1").list("tok:1").renews("tok:1", "tok:2").list("tok:2").after(90),
            Outcome.HELD,
            id="renewed before it died",
        ),
        pytest.param(_expired(RENEWS).after(90), Outcome.BROKEN, id="not renewed"),
        pytest.param(_expired().after(90), Outcome.HELD, id="not renewed, as declared"),
        pytest.param(_expired(RENEWS).after(0.2), Outcome.INCONCLUSIVE, id="died at the very end, not renewed"),
        pytest.param(
            _expired(RENEWS).renews("tok:1", error=DENIED, status=400).after(90), Outcome.HELD, id="renewal denied"
        ),
        pytest.param(
            _expired(RENEWS).renews("tok:1", error=DOWN, status=502).after(90), Outcome.BROKEN, id="one try, in vain"
        ),
        pytest.param(
            _expired(RENEWS).renews("tok:1", lost=True).after(2).renews("tok:1", "tok:2").list("tok:2").after(90),
            Outcome.HELD,
            id="tried again",
        ),
        pytest.param(
            Calls(RENEWS).granted("tok:1").list("tok:1", REVOKED_SESSION).after(90),
            Outcome.HELD,
            id="what was revoked cannot be renewed",
        ),
        pytest.param(
            _expired().renews_at_once("tok:1", "tok:2", "tok:3").list("tok:3").after(90),
            Outcome.BROKEN,
            id="two workers renew at once",
        ),
        pytest.param(
            _expired()
            .granted("tok:8", role="sub")
            .renews("tok:1", "tok:2", took=2)
            .renews("tok:8", "tok:9", role="sub")
            .list("tok:2")
            .after(90),
            Outcome.HELD,
            id="main account and sub-account each renew their own",
        ),
        pytest.param(
            _expired()
            .granted("tok:8", shop="shop-2")
            .renews_for_both("tok:1", "tok:2", "tok:8", "tok:9")
            .list("tok:2")
            .after(90),
            Outcome.HELD,
            id="two shops renew theirs at once",
        ),
        pytest.param(_expired().renews("tok:1", "tok:2").after(90), Outcome.BROKEN, id="what was brought is not used"),
        pytest.param(
            _expired().renews("tok:1", "tok:2").after(0.2), Outcome.INCONCLUSIVE, id="renewed at the very end"
        ),
        pytest.param(
            _expired().renews("tok:1", "tok:2").renews("tok:2", "tok:3").list("tok:3").after(90),
            Outcome.HELD,
            id="renewed twice, one after the other",
        ),
    ],
)
def test_sessions_are_renewed_by_one_caller_and_work_goes_on(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("PRO-03").outcome == outcome


def _killed(ledger: Calls, *, times: int = 3, apart: float = 0.1) -> Calls:
    """Let the integration be killed and started again, and then call with the dead session so often."""
    ledger.after(1).life("killed").after(2).life("ready")
    for _ in range(times):
        ledger.list("tok:1", EXPIRED_SESSION).after(apart)
    return ledger.renews("tok:1", "tok:3").list("tok:3").after(20)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_killed(_expired()), Outcome.HELD, id="before it asked for another"),
        pytest.param(_killed(_expired().renews("tok:1", "tok:2", lost=True)), Outcome.HELD, id="before it heard of it"),
        pytest.param(
            _killed(_expired().renews("tok:1", "tok:2").list("tok:2")), Outcome.BROKEN, id="after it had heard of it"
        ),
        pytest.param(_killed(_expired(), apart=4), Outcome.BROKEN, id="and told once more in this life"),
        pytest.param(_killed(_killed(_expired())), Outcome.BROKEN, id="twice, the second time after a renewal"),
    ],
)
def test_who_is_killed_before_it_hears_of_a_new_session_learns_anew_that_the_old_one_is_dead(
    ledger: Calls, outcome: Outcome
) -> None:
    assert ledger.end().rule("PRO-03").outcome == outcome


@pytest.mark.parametrize(
    ("declared", "session", "outcome"),
    [
        (PAYS_AS_SUB, "tok:1", Outcome.BROKEN),
        (PAYS_AS_SUB, "tok:8", Outcome.NOT_EXERCISED),
        (DECLARED, "tok:1", Outcome.NOT_EXERCISED),
    ],
)
def test_who_pays_with_a_sub_account_never_pays_with_the_main_one(
    declared: Declaration, session: str, outcome: Outcome
) -> None:
    ledger = Calls(declared).granted("tok:1").granted("tok:8", role="sub")
    ledger.applied("r1").told("r1")
    ledger.pays("r1", session)

    assert ledger.end().rule("PRO-03").outcome == outcome
