"""SYN-01: what the integration had in its hands when it was killed is finished after its restart, and nothing twice."""

from collections.abc import Iterator

from contract_tests.agreement import difference
from contract_tests.call import MODIFYING, WRITES, Call
from contract_tests.case import Case, State
from contract_tests.decided import CARRIED, NEED_PROOF, in_the_way, obliges, refused_for_good
from contract_tests.history import History
from contract_tests.limits import in_scope, sla
from contract_tests.reports import told_at
from contract_tests.rule import HELD, Doubt, Said, broken, run_rule
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision, Life
from simulator.ledger.vocabulary import DECISIONS, word
from simulator.tmall.refund import CLOSED


@run_rule(
    "SYN-01",
    source="failure catalogue: cursor before work, orphaned work, restart skips finished ones",
    confidence="documented",
)
def a_crash_loses_and_repeats_nothing(history: History, declared: Declaration) -> Iterator[Said]:
    """A crash at any point loses nothing and repeats no effect.

    What had been told, decided or done when the integration was killed, and had not reached the other side, has reached
    it by the limit of calm time after the restart, whatever shakes it later, and no second document stands beside the
    first. Only what was under way when it was killed bears witness: news not brought, decisions not carried out,
    writes without an answer; what was overdue by then is the matter of other laws.
    """
    kills = _kills(history)
    for case in history.cases.values() if kills else ():
        if in_scope(case, declared):
            judged: set[int] = set()  # what was under way at one kill is not judged again at the next
            for killed in kills:
                if case.first.seq < killed.seq:
                    yield from _brought(case, killed, declared, judged)
                    yield from _carried_out(case, killed, declared, judged)
                    yield from _once(case, killed)


def _kills(history: History) -> list[Life]:
    """Return when the integration was killed, and started again later."""
    lives = [life for life in history.lives if life.who == "integration"]
    return [
        life
        for number, life in enumerate(lives)
        if life.event == "killed" and any(later.event in {"started", "ready"} for later in lives[number + 1 :])
    ]


def _limit(case: Case, declared: Declaration) -> int:
    """Return the limit; what was confirmed before the crash no message tells again, but the list."""
    return sla(case, declared) + (int(declared.reconcile * 1e6) if declared.messages else 0)


def _brought(case: Case, killed: Life, declared: Declaration, judged: set[int]) -> Iterator[Said]:
    """Judge what had been told of the refund, or done to it, and did not stand in the ERP yet."""
    state = case.at(killed.seq)
    told = next((telling for telling in case.tellings if telling.mono <= killed.mono), None)
    if state is None or state.seq in judged or not (told is not None or state.actor == "integration"):
        return
    stood = case.document(killed.seq)
    if (stood is None and state.refund.status == CLOSED) or (stood is not None and difference(state, stood) is None):
        return
    limit, over = _limit(case, declared), case.following(state)
    if case.undisturbed(state.mono, killed.mono) > limit:
        return  # it was overdue before: the crash is not to blame
    judged.add(state.seq)
    later = (found for found in case.revisions if found.seq > killed.seq and difference(state, found) is None)
    shown = next((found for found in later if over is None or found.seq < over.seq), None)
    ended = shown or over
    waited = case.longest_calm(killed.mono, ended.mono if ended is not None else case.history.until)
    if waited > limit:
        yield broken(
            "SYN-01.lost",
            "killed while the ERP did not show the refund ({status}, {fee} 元) yet; {waited} s undisturbed after the"
            " restart it still did not",
            [state.seq, told.seq if told is not None else 0, killed.seq, shown.seq if shown is not None else 0],
            status=state.refund.status,
            fee=yuan(state.refund.amount),
            waited=seconds(waited),
        ).of(case)
    elif shown is not None:
        yield HELD
    elif over is None:
        yield Doubt(say("doubt.killed_late", "the integration was killed shortly before the run ended"))


def _carried_out(case: Case, killed: Life, declared: Declaration, judged: set[int]) -> Iterator[Said]:
    """Judge decisions of which the integration had been told, and which were not carried out yet."""
    for number, decision in enumerate(case.decisions):
        state = case.at(decision.seq)
        if decision.seq > killed.seq or decision.seq in judged or state is None:
            continue
        if not obliges(state, decision, declared):
            continue
        at, following = told_at(case, decision), case.following(state)
        newer = case.decisions[number + 1] if number + 1 < len(case.decisions) else None
        if at is None or at > killed.mono or (following is not None and following.seq < killed.seq):
            continue
        overdue = case.undisturbed(decision.mono, killed.mono) > _limit(case, declared)
        judged.add(decision.seq)
        if not overdue and (newer is None or (following is not None and following.seq < newer.seq)):
            yield from _done(case, killed, decision, following, _limit(case, declared))


def _done(case: Case, killed: Life, decision: Decision, following: State | None, limit: int) -> Iterator[Said]:
    until = following.mono if following is not None else case.history.until
    waited = case.longest_calm(killed.mono, until)
    by_us = following is not None and following.actor == "integration"
    if waited > limit:
        if (
            refused_for_good(case, decision, until)
            or in_the_way(case, decision, until)
            or (decision.decision in NEED_PROOF and not decision.proof)
        ):
            return  # nobody could carry it out: COV-04 and ERP-01 tell of that
        yield broken(
            "SYN-01.decision",
            "killed when it had been told {decision} ({fee} 元); {waited} s undisturbed after the restart that was not"
            " done on the platform",
            [decision.seq, killed.seq, following.seq if following is not None else 0],
            decision=word(DECISIONS, decision.decision),
            fee=yuan(decision.amount),
            waited=seconds(waited),
        ).of(case)
    elif by_us and following is not None and following.action in CARRIED[decision.decision]:
        yield HELD
    elif following is None:
        yield Doubt(say("doubt.killed_late", "the integration was killed shortly before the run ended"))


def _once(case: Case, killed: Life) -> Iterator[Said]:
    """Judge whether a document that was written before stayed the only one of its kind."""
    known, ended = case.documents(killed.seq), case.documents()
    first = {found.document.kind: found for name, found in known.items() if not ended[name].document.cancelled}
    for found in case.revisions:
        new = found.seq > killed.seq and found.actor == "integration" and found.document.id not in known
        if new and found.document.kind in first and not ended[found.document.id].document.cancelled:
            yield broken(
                "SYN-01.twice",
                "a document was in the ERP when the integration was killed, and after the restart it wrote another one",
                [first[found.document.kind].seq, killed.seq, found.seq],
            ).of(case)
            return
    if any(_under_way(call, killed) for call in case.calls):
        yield HELD


def _under_way(call: Call, killed: Life) -> bool:
    """Tell whether *call* writes, and had no answer yet when the integration was killed."""
    answer = call.answered
    if call.seq > killed.seq or (call.method not in MODIFYING and call.method not in WRITES):
        return False
    if answer is not None and answer.lost and answer.seq < killed.seq:
        return False
    return call.delivered is None or call.delivered.seq > killed.seq
