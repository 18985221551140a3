"""ERP: its outages lose nothing, what it refuses is seen by people, and what its people wrote stays."""

from collections.abc import Iterator

from contract_tests.agreement import shown_at
from contract_tests.call import WRITES, Call
from contract_tests.case import Case, State
from contract_tests.limits import in_scope, sla
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration

_STALE = frozenset({409, 412})
_LOOKS = frozenset({"erp.read", "erp.list"})


@rule("ERP-01", source="failure catalogue: ERP down means data lost; refund before its order", confidence="documented")
def outages_lose_nothing(case: Case, declared: Declaration) -> Iterator[Said]:
    """Outages of the ERP and its "not yet" lose nothing: afterwards it has every refund as the platform has it."""
    if not in_scope(case, declared):
        return
    failed = _last_outage(case)
    if failed is None:
        return
    ended, proof = failed
    limit = 2 * sla(case, declared)  # twice, for what has piled up
    for state in _owed_after(case, ended):
        following, since, shown = case.following(state), max(state.mono, ended), shown_at(case, state)
        late = shown or (following.mono if following is not None else case.history.until)
        waited = case.undisturbed(since, late)
        if waited > limit:
            yield broken(
                "ERP-01.lost",
                "the ERP was out of order while the refund changed, and {waited} s undisturbed later it did not have "
                "it as it was",
                [proof, state.seq],
                waited=seconds(waited),
            )
        elif shown is not None:
            yield HELD
        elif following is None:
            yield Doubt(say("doubt.outage_late", "the ERP was out of order shortly before the run ended"))


def _last_outage(case: Case) -> tuple[int, int] | None:
    """Return when the ERP's last passing failure that touched *case* was over, and the entry that shows it."""
    found = [(call.ended, call.proof) for call in case.calls if call.asked.side == "erp" and call.failed_passing]
    found += [(end, seq) for since, end, seq in case.history.outages if _changed(case, since, end)]
    return max(found, default=None)


def _changed(case: Case, since: int, until: int) -> bool:
    return any(since <= state.mono <= until for state in case.states)


def _owed_after(case: Case, ended: int) -> list[State]:
    """Return the state that stood when the outage ended, and every later one."""
    before = [state for state in case.states if state.mono <= ended]
    return [*before[-1:], *(state for state in case.states if state.mono > ended)]


@rule("ERP-02", source="failure catalogue: a rejection swallowed", confidence="assumed")
def rejections_are_seen(case: Case, declared: Declaration) -> Iterator[Said]:
    """What the ERP refuses for good is told to people, or gets in at another try; it is not kept in a log alone."""
    if not declared.escalation or not in_scope(case, declared):
        return
    rejected = next((call for call in case.calls if _rejected(call)), None)
    if rejected is None:
        return
    limit = sla(case, declared)
    told = [mark.mono for mark in case.escalations if mark.seq > rejected.seq]
    wrote = [call.ended for call in case.calls if call.seq > rejected.seq and call.method in WRITES and call.succeeded]
    heard = min([*told, *wrote], default=None)
    # Its further tries disturb the refund, and do not keep anybody from being told.
    waited = case.longest_calm(rejected.ended, heard or case.history.until)
    if waited > limit:
        yield broken(
            "ERP-02.silent",
            "the ERP refused the refund ({why}), and for {waited} s undisturbed nobody was told",
            [rejected.seq, rejected.proof],
            why=_why(rejected),
            waited=seconds(waited),
        )
    elif heard is not None:
        yield HELD
    else:
        yield Doubt(say("doubt.rejected_by_erp", "the ERP refused something shortly before the run ended"))


def _rejected(call: Call) -> bool:
    """Tell whether *call* is a write that the ERP refused for good, and said so."""
    return (
        call.method in WRITES
        and not call.succeeded
        and not call.unknown
        and not call.failed_passing
        and not _is_stale(call)
    )


def _is_stale(call: Call) -> bool:
    """Tell whether *call* was refused because somebody else had changed the document."""
    answer = call.answered
    if answer is None:
        return False
    why = answer.error.get("why", "stale" if answer.status in _STALE else "")
    return bool(why == "stale" and answer.error.get("code") != "duplicate")


def _why(call: Call) -> str:
    error = call.answered.error if call.answered is not None else {}
    return str(error.get("message") or error.get("msg") or error.get("code") or "")


@rule("ERP-03", source="failure catalogue: lost update", confidence="assumed")
def edits_are_not_overwritten(case: Case, _: Declaration) -> Iterator[Said]:
    """What people write into a document stays, and a write refused as stale is repeated only after another look."""
    stale: Call | None = None
    for call in case.calls:
        if call.method not in WRITES:
            continue
        if stale is not None:
            yield _after_a_look(case, stale, call)
            stale = None
        if _is_stale(call) and call.delivered is not None:
            stale = call
    yield from _kept(case)


def _after_a_look(case: Case, stale: Call, again: Call) -> Said:
    looks = (look for look in (*case.lookups, *case.calls) if look.method in _LOOKS)
    if any(stale.ended <= look.began and look.delivered is not None and look.ended <= again.began for look in looks):
        return HELD
    return broken(
        "ERP-03.forced",
        "a write was refused because somebody else had changed the document, and was repeated without a look at it",
        [stale.seq, stale.proof, again.seq],
    )


def _kept(case: Case) -> Iterator[Said]:
    """Say whether a note that the ERP's people wrote was still theirs in every revision of the integration."""
    notes: dict[str, tuple[str, int]] = {}
    for revision in case.revisions:
        document = revision.document
        wrote = notes.get(document.id)
        if revision.actor != "integration":
            if document.note and (wrote is None or wrote[0] != document.note):
                notes[document.id] = document.note, revision.seq
        elif wrote is None:
            if document.note:
                return  # the integration's own field
        else:
            if document.note != wrote[0]:
                yield broken(
                    "ERP-03.overwritten",
                    "the ERP's people had noted “{note}”, and the integration's write took it away",
                    [wrote[1], revision.seq],
                    note=wrote[0],
                )
                return
            yield HELD
