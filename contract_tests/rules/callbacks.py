"""ERP: callbacks are believed only when the ERP itself sent them, now, and about a shop of the integration's."""

from collections.abc import Iterator

from contract_tests.call import ACTION, Call
from contract_tests.case import Case, State
from contract_tests.decided import CARRIED, current
from contract_tests.limits import grace, prompt
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Callback


@rule("ERP-04", source="failure catalogue: forged callback", confidence="documented")
def callbacks_are_authenticated(case: Case, declared: Declaration) -> Iterator[Said]:
    """Callbacks that are unsigned, forged, too old, foreign or replayed move nothing, and break nothing."""
    for forged in case.forged:
        if forged.event == "refused" and forged.status >= 500:
            yield broken(
                "ERP-04.crashed",
                "a callback that the ERP did not send ({defect}) was answered with HTTP {status}",
                [forged.seq],
                defect=forged.defect,
                status=forged.status,
            )
        if forged.event != "sent":
            continue
        own = declared.auto_approve is not None  # it needs nobody's decision
        obeyed = None if own else next((call for call in case.calls if _obeys(case, forged, call, declared)), None)
        if obeyed is not None:
            yield broken(
                "ERP-04.obeyed",
                "after a callback that the ERP did not send ({defect}) the integration called {method}, which nobody "
                "in the ERP had decided",
                [forged.seq, obeyed.seq, obeyed.proof],
                defect=forged.defect,
                method=obeyed.method,
            )
        elif case.history.until - forged.mono > prompt(declared):
            yield HELD
        else:
            yield Doubt(say("doubt.forged_late", "a forged callback came shortly before the run ended"))


def _obeys(case: Case, forged: Callback, call: Call, declared: Declaration) -> bool:
    """Tell whether *call* does after *forged* what nobody in the ERP had decided about the refund as it is."""
    action = ACTION.get(call.method)
    action = "agree" if action == "review" else action  # which only prepares it
    state = case.at(call.seq)
    if action is None or state is None or call.began < forged.mono:
        return False
    since = case.round_began(state).seq
    decisions = [found for found in case.decisions if since < found.seq < call.seq]
    return not any(
        action in CARRIED.get(decision.decision, ()) and current(of, decision)
        for decision in decisions
        for of in _in_force(case, call, declared)
    )


def _in_force(case: Case, call: Call, declared: Declaration) -> list[State]:
    """Return the states that the integration may have had before it when it sent *call*."""
    earliest = call.began - grace(declared)
    states = [state for state in case.states if state.seq < call.seq]
    return [
        state
        for state, later in zip(states, [*states[1:], None], strict=True)
        if later is None or later.mono > earliest
    ]
