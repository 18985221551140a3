"""Twins: a calm and a disturbed play of one story, and what in their ends must be the same."""

from collections.abc import Iterator

from contract_tests.case import Case
from contract_tests.history import History
from contract_tests.plays import Play

Twins = tuple[Play, Play]
"""The calm one and the disturbed one."""


def twins(history: History, rule: str) -> Iterator[Twins]:
    """Yield the pairs of plays that *rule* is to compare, as far as both were played."""
    found: dict[tuple[str, str], dict[bool, list[Play]]] = {}
    for play in history.plays.applicable():
        if play.twin and rule in play.judges:
            found.setdefault((play.story, play.twin), {}).setdefault(play.calm, []).append(play)
    for pair in found.values():
        yield from zip(pair.get(True, []), pair.get(False, []), strict=False)


def cases_of(history: History, play: Play) -> list[Case]:
    """Return the refunds of *play*, in the order in which they were applied for."""
    return history.of_play.get(play.id, [])


def actions(case: Case) -> tuple[tuple[str, int, str], ...]:
    """Return what the integration did about *case* on the platform and took effect: action, fen, kind.

    A review moves nothing, and may be repeated for each version; it does not count.
    """
    return tuple(
        (state.action, state.refund.amount, state.refund.kind)
        for state in case.states
        if state.actor == "integration" and state.action != "review"
    )


def end_state(case: Case) -> tuple[tuple[str, str, int, str, str, bool], ...]:
    """Return what the ERP shows of *case* at the end, without the numbers that it gave out itself."""
    newest = {found.document.id: found.document for found in (*case.revisions, *case.goods)}
    return tuple(
        sorted(
            (one.kind, one.status, abs(one.amount), one.type, one.waybill, one.hold)
            for one in newest.values()
            if not one.cancelled
        )
    )


def told_apart(calm: Case, disturbed: Case) -> tuple[str, str, str]:
    """Return what differs (acts, erp or nothing), as the calm and as the disturbed play have it, in words."""
    if actions(calm) != actions(disturbed):
        return "acts", _acts(calm), _acts(disturbed)
    if end_state(calm) != end_state(disturbed):
        return "erp", _shown(calm), _shown(disturbed)
    return "", "", ""


def _acts(case: Case) -> str:
    return ", ".join(f"{action} {fen}" for action, fen, _ in actions(case)) or "—"


def _shown(case: Case) -> str:
    return ", ".join(f"{kind} {status} {fen}" for kind, status, fen, *_ in end_state(case)) or "—"
