"""DDL: what is decided in time is done before the platform decides, and people hear of what is not decided."""

from collections.abc import Iterator

import msgspec

from contract_tests.case import Case, State
from contract_tests.decided import CARRIED, obliges
from contract_tests.limits import in_scope, margin, sla
from contract_tests.reports import awaited_by_ag
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.times import moment
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Mark
from simulator.tmall.refund import WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS

_SELLERS_TURN = frozenset({WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS})
"""States in which the platform decides for the seller when the time is over."""
_EARLY = 2_000
"""Milliseconds by which a countdown may end before the moment that was shown, which is a whole second."""


class _Known(msgspec.Struct, frozen=True):
    """A decision that exists, and from when on."""

    mono: int
    wall: int
    seq: int
    what: str
    actions: tuple[str, ...]
    """Of which each carries it out."""


@rule("DDL-01", source="failure catalogue: deadline guessed, batch clock", confidence="documented")
def decided_in_time_is_done_in_time(case: Case, declared: Declaration) -> Iterator[Said]:
    """A decision that exists in time is executed before the platform's deadline.

    A decision is also what the warehouse said of a parcel for which AG, automatic refunds, waits.
    In time is what exists by the declared margin before the deadline that the platform shows then. A deadline that
    was moved closer afterwards leaves the time that was left; one that passed before the moment it showed is nobody's.
    """
    if not in_scope(case, declared):
        return
    needed = margin(case, declared)
    for state, known in _decisions(case, declared):
        if (state.refund.due - known.wall) * 1000 < needed:
            continue
        over = case.following(state)
        if over is None:
            continue
        if over.actor == "integration" and over.action in known.actions:
            yield HELD
        elif over.actor == "timer" and over.action == "timeout":
            yield _missed(case, known, over, needed)
    yield from _reported(case, needed)


def _reported(case: Case, needed: int) -> Iterator[Said]:
    """Judge what the warehouse said of a parcel for which AG waits: AG is to hear of it before the platform decides."""
    for entry, call in awaited_by_ag(case):
        state = case.at(entry.seq)
        if state is None or not state.refund.due or (state.refund.due - entry.wall) * 1000 < needed:
            continue
        over = case.following(state)
        taken = call is not None and call.answered is not None and call.answered.effect
        if taken and call is not None and (over is None or call.seq < over.seq):
            yield HELD
        elif over is not None and over.actor == "timer" and over.action == "timeout":
            known = _Known(entry.mono, entry.wall, entry.seq, f"{entry.decision}: {entry.result}", ())
            yield _missed(case, known, over, needed)


def _decisions(case: Case, declared: Declaration) -> Iterator[tuple[State, _Known]]:
    """Yield what was decided, by the ERP or a declared policy, about the refund as it was, and not replaced."""
    for number, decision in enumerate(case.decisions):
        state = case.at(decision.seq)
        if state is None or not state.refund.due or not obliges(state, decision, declared):
            continue
        newer = case.decisions[number + 1] if number + 1 < len(case.decisions) else None
        following = case.following(state)
        if newer is not None and (following is None or newer.seq < following.seq):
            continue
        yield state, _Known(decision.mono, decision.wall, decision.seq, decision.decision, CARRIED[decision.decision])
    policy = declared.auto_approve
    if policy is None:
        return
    content = None
    for state in case.states:
        refund, new = state.refund, state.content != content
        content = state.content
        if new and refund.status == WAIT_SELLER_AGREE and refund.kind in policy.kinds and refund.amount <= policy.limit:
            told = case.teller(refund.change)
            if told is not None:
                yield (
                    state,
                    _Known(told.mono, state.wall + (told.mono - state.mono) // 1000, told.seq, "approve", ("agree",)),
                )


def _missed(case: Case, known: _Known, over: State, needed: int) -> Said:
    """Judge a decision that the countdown's end overtook."""
    before = case.at(over.seq)
    assert before is not None, "a countdown ends in a state"
    due = before.refund.due
    if over.wall < due - _EARLY:
        return Doubt(say("doubt.early_timer", "a countdown was made to end before the moment that it had shown"))
    shown = [value for telling, value in case.told("due", until=over.mono)]
    if shown and isinstance(shown[-1], int) and shown[-1] > due + _EARLY:
        return Doubt(say("doubt.untold_deadline", "the deadline was moved closer, and the integration was not told"))
    left = case.undisturbed(max(known.mono, _moved_closer(case, known, over)), over.mono)
    if left < needed:
        return Doubt(say("doubt.disturbed_deadline", "too little undisturbed time was left until the deadline"))
    told = case.teller(before.refund.change)
    return broken(
        "DDL-01.missed",
        "{decision} ({fee} 元) was decided {left} s undisturbed before the deadline {due}, and the platform decided",
        [known.seq, told.seq if told else 0, over.seq],
        decision=known.what,
        fee=yuan(over.refund.amount),
        left=seconds(left),
        due=moment(due),
    )


def _moved_closer(case: Case, known: _Known, over: State) -> int:
    """Return when the deadline was last moved closer after the decision; 0: never."""
    latest, due = 0, 0
    for state in case.states:
        if state.seq >= over.seq:
            break
        if state.seq > known.seq and state.refund.due < due:
            latest = state.mono
        due = state.refund.due
    return latest


@rule("DDL-02", tier="ext", source="failure catalogue: timer unknown, receipt timer", confidence="documented")
def people_hear_of_the_undecided(case: Case, declared: Declaration) -> Iterator[Said]:
    """Undecided cases are escalated, or the declared default is executed, before the timer decides.

    Once a round is enough, and earlier is fine. Judged only where the target declares an escalation channel.
    """
    if not declared.escalation or not in_scope(case, declared):
        return
    for turn in _turns(case):
        yield from _turn(case, declared, turn)


class _Turn(msgspec.Struct):
    """A time in which the seller must decide about one content."""

    opened: int
    """Since when it has been in that status, by the monotonic clock."""
    states: list[State]
    over: State | None = None
    """The state that ended it."""

    def deadline(self) -> State:
        """Return the state that set the deadline in force at the end."""
        due = self.states[-1].refund.due
        return next(state for state in self.states if state.refund.due == due)


def _turns(case: Case) -> list[_Turn]:
    """Return each time that it was the seller's turn."""
    turns: list[_Turn] = []
    turn: _Turn | None = None
    for state in case.states:
        sellers = state.refund.status in _SELLERS_TURN and state.refund.due > 0
        if turn is not None and sellers and state.content == turn.states[-1].content:
            turn.states.append(state)
            continue
        opened = state.mono
        if turn is not None:
            turn.over = state
            opened = turn.opened if turn.states[-1].refund.status == state.refund.status else state.mono
        turn = _Turn(opened, [state]) if sellers else None
        turns += [turn] if turn is not None else []
    return turns


def _turn(case: Case, declared: Declaration, turn: _Turn) -> Iterator[Said]:
    """Judge one turn of the seller."""
    history, last, over = case.history, turn.deadline(), turn.over
    due = last.refund.due
    ends = last.mono + (due - last.wall) * 1000
    latest = ends - margin(case, declared)
    opens = ends - int(declared.escalation_lead * 1e6) - sla(case, declared)
    until = over.mono if over is not None else history.until
    if history.moved_on(last.mono, until):
        if over is not None and over.actor == "timer":
            yield Doubt(say("doubt.skipped_deadline", "a story moved the time on over a deadline"))
        return
    if until < latest or latest < last.mono:
        return  # it ended before, or got its deadline when there was nobody left to tell
    if _escalated(case, turn.opened, latest) is not None:
        yield HELD
        return
    if any(turn.states[0].seq < decision.seq and decision.mono <= latest for decision in case.decisions):
        return
    told = next((telling for telling in case.tellings if telling.mono <= latest), None)
    shown = [value for _, value in case.told("due", until=latest)]
    if told is None or (shown and isinstance(shown[-1], int) and shown[-1] > due + _EARLY):
        yield Doubt(say("doubt.untold_countdown", "the integration was not told of the countdown that ended"))
    elif case.undisturbed(max(turn.opened, last.mono, opens), latest) < sla(case, declared):
        yield Doubt(say("doubt.no_time_to_tell", "too little undisturbed time was left to tell anybody"))
    else:
        yield _unheard(case, last, told.seq, latest, over)


def _unheard(case: Case, last: State, told: int, latest: int, over: State | None) -> Said:
    later = _escalated(case, latest, case.history.until)
    proof = [last.seq, told, later.seq if later else 0, over.seq if over is not None else 0]
    values = {"fee": yuan(last.refund.amount), "due": moment(last.refund.due)}
    if later is not None:
        return broken(
            "DDL-02.late",
            "nobody had decided about {fee} 元 until {due}, and people heard of it only when it was too late",
            proof,
            **values,
        )
    return broken(
        "DDL-02.silent", "nobody had decided about {fee} 元 until {due}, and nobody was told of it", proof, **values
    )


def _escalated(case: Case, since: int, until: int) -> Mark | None:
    """Return the first escalation of the refund between *since* and *until*."""
    return next((mark for mark in case.escalations if since <= mark.mono <= until), None)
