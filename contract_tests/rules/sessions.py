"""PRO: a dead session is left alone, renewed by one caller at a time, and work goes on with the new one."""

from collections.abc import Iterator
from itertools import pairwise

from contract_tests.call import AGREE, Call
from contract_tests.history import History
from contract_tests.limits import grace
from contract_tests.rule import HELD, Breach, Doubt, Said, broken, run_rule
from contract_tests.words import say
from simulator.ledger.declaration import Declaration
from simulator.tmall.errors import EXPIRED_SESSION, REVOKED_SESSION

PROBE = 300_000_000
"""Microseconds in which one call may look whether the session lives again."""

_DEATHS = frozenset({EXPIRED_SESSION.sub_msg, REVOKED_SESSION.sub_msg})
"""What is said of a session that had lived. One that never did is a mistake of the settings."""


@run_rule("PRO-03", source="TOP error 27; session life of authorised apps; OAuth 2.0 refresh", confidence="documented")
def sessions_are_renewed_without_misuse(history: History, declared: Declaration) -> Iterator[Said]:
    """A dead session is not worked with, is renewed by one caller at a time, and work goes on with the new one."""
    for token, calls in history.sessions.dead.items():
        died = [call for call in calls if call.answered and call.answered.error.get("sub_msg") in _DEATHS]
        told = next((call for call in died if call.delivered is not None), None)
        if told is not None:
            yield _left_alone(history, token, died, grace(declared))
            if declared.renews and _expired(told):
                yield _renewed(history, token, told, declared)
        elif died:
            yield Doubt(say("doubt.session_untold", "a session died, and nobody was told"))
    for attempts in history.sessions.by_grant().values():
        if len(attempts) > 1:
            yield _one_at_a_time(attempts)
        for attempt in attempts:
            yield from _resumed(history, attempt, declared)
    if declared.sub_account:
        yield from _paid_by_the_main_account(history)


def _expired(told: Call) -> bool:
    """Tell whether a session died of its age: what its owner withdrew cannot be renewed."""
    return told.answered is not None and told.answered.error.get("sub_msg") == EXPIRED_SESSION.sub_msg


def _left_alone(history: History, token: str, calls: list[Call], pardon: int) -> Said:
    """Return what is to be said of the *calls* refused for the dead session *token*, of which some was heard."""
    told = next(call for call in calls if call.delivered is not None)
    if history.until <= told.ended + pardon:
        return Doubt(say("doubt.session_late", "a session died shortly before the run ended"))
    misused: list[Call] = []
    probed = None
    for call in calls:
        if call.began <= _known_since(history, token, told, calls, call.began) + pardon:
            continue
        if probed is None or call.began - probed >= PROBE:
            probed = call.began
        else:
            misused.append(call)
    if not misused:
        return HELD
    return broken(
        "PRO-03.used",
        "{times} calls came with a session of shop {shop} that had been told to be dead, the first was {method}",
        [told.seq, told.proof, misused[0].seq],
        times=len(misused),
        shop=told.asked.shop or "—",
        method=misused[0].method,
    )


def _known_since(history: History, token: str, told: Call, calls: list[Call], until: int) -> int:
    """Return when the process that called at *until* heard that the session *token* is dead; *until*: it did not yet.

    Who was killed before it heard of the new session has nothing but the old one when it starts again, and hears anew
    that it is dead. Who had been given a new one has to have kept it.
    """
    renewed = [call.ended for call in history.sessions.renewals.get(token, []) if call.delivered is not None]
    deaths = [life.mono for life in history.lives if life.who == "integration" and life.event in {"killed", "exited"}]
    deaths = [mono for mono in deaths if told.ended < mono < until and not any(heard < mono for heard in renewed)]
    if not deaths:
        return told.ended
    again = (call.ended for call in calls if call.began > deaths[-1] and call.delivered is not None)
    return min(next(again, until), until)


def _renewed(history: History, token: str, told: Call, declared: Declaration) -> Said:
    """Return what is to be said of the renewal of an expired session."""
    attempts = history.sessions.renewals.get(token, [])
    heard = [call for call in attempts if call.delivered is not None and not call.failed_passing]
    if heard:  # it has a new one, or the platform denied it: then people must authorise the shop again
        return HELD
    last = attempts[-1] if attempts else told
    limit = int((declared.tempo.sla + declared.tempo.backoff + history.stretch(declared)) * 1e6)
    if not _quiet(history, last, limit):
        return Doubt(say("doubt.session_renewal", "a session died shortly before the run ended or was disturbed"))
    return broken(
        "PRO-03.not_renewed",
        "a session of shop {shop} was told to be expired, and nobody renewed it in {limit:g} s",
        [told.seq, told.proof, *(call.seq for call in attempts)],
        shop=told.asked.shop or "—",
        limit=limit / 1e6,
    )


def _one_at_a_time(attempts: list[Call]) -> Said:
    """Return what is to be said of all *attempts* to renew what one user authorised."""
    for one, other in pairwise(attempts):
        if one.delivered is not None and other.began < one.delivered.mono:
            return broken(
                "PRO-03.together",
                "a session of shop {shop} was being renewed when a second renewal began; one of them kills the other's",
                [one.seq, other.seq, one.proof, other.proof],
                shop=one.asked.shop or "—",
            )
    return HELD


def _resumed(history: History, attempt: Call, declared: Declaration) -> Iterator[Said]:
    """Say whether the list was read on with the main account's session that *attempt* brought."""
    sessions = history.sessions
    new = sessions.brought.get(attempt.seq, "")
    session = sessions.known.get(new)
    if session is None or attempt.delivered is None or session.role != "main" or session.shop not in history.listings:
        return
    if new in sessions.renewals:  # renewed once more before it was needed
        return
    longer = declared.reconcile if declared.messages else 0.0
    limit = int((declared.tempo.sla + longer + history.stretch(declared)) * 1e6)
    used = sessions.first_use.get(new)
    if used is not None and used <= attempt.ended + limit:
        yield HELD
    elif used is None and _quiet(history, attempt, limit):
        yield broken(
            "PRO-03.idle",
            "a session of shop {shop} was renewed, and in {limit:g} s nothing was called with the new one",
            [attempt.seq, attempt.proof],
            shop=session.shop,
            limit=limit / 1e6,
        )
    else:
        yield Doubt(say("doubt.session_unused", "a renewed session was used late, or the run ended"))


def _quiet(history: History, since: Call, limit: int) -> bool:
    """Tell whether a time of *limit* without any disturbance went by after *since*."""
    shop = since.asked.shop
    moments = sorted(mono for mono in history.shaken_at(shop) if mono > since.ended)
    return any(after - before > limit for before, after in pairwise([since.ended, *moments, history.until]))


def _paid_by_the_main_account(history: History) -> Iterator[Breach]:
    """Accuse the first payment with a main account's session of an integration that has another for it."""
    calls = (call for case in history.cases.values() for call in case.calls if call.method == AGREE)
    for call in calls:
        session = history.sessions.known.get(str(call.asked.params.get("session", "")))
        if session is not None and session.role == "main":
            yield broken(
                "PRO-03.main",
                "refunds of shop {shop} were agreed to with the main account's session; the platform wants a "
                "sub-account's",
                [call.seq, call.proof],
                shop=session.shop,
            )
            return
