"""MSG: messages may come twice, late, in any order or never; and what is confirmed is safe."""

from collections.abc import Iterator

from contract_tests.agreement import difference
from contract_tests.case import Case, Revision, State
from contract_tests.history import History
from contract_tests.letter import Letter
from contract_tests.limits import in_scope, prompt, sla
from contract_tests.rule import HELD, Doubt, Held, Said, broken, rule, run_rule
from contract_tests.twins import cases_of, told_apart, twins
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration

MOST = 5
"""Deliveries of a message after which it must be confirmed, once there is nothing left to do about it."""


@run_rule("MSG-01", source="failure catalogue: dedup by message id, dedup memory expires", confidence="documented")
def doubled_and_late_messages_change_nothing(history: History, _: Declaration) -> Iterator[Said]:
    """Duplicates and order of messages and callbacks do not matter: both plays of a pair end alike."""
    for calm, disturbed in twins(history, "MSG-01"):
        if calm.outcome != "passed" or disturbed.outcome != "passed":
            yield Doubt(say("doubt.twin_unplayed", "a play of a pair was not played to its end"))
            continue
        pairs = list(zip(cases_of(history, calm), cases_of(history, disturbed), strict=False))
        if not any(letter.disturbed for _, case in pairs for letter in case.letters) and not any(
            case.strikes for _, case in pairs
        ):
            yield Doubt(say("doubt.twin_undisturbed", "nothing disturbed the disturbed play of a pair"))
            continue
        for one, other in pairs:
            what, here, there = told_apart(one, other)
            letter = next((letter.seq for letter in other.letters if letter.disturbed), 0)
            proof = [one.last.seq, letter, _newest(other), other.last.seq]
            if what == "acts":
                yield broken(
                    "MSG-01.acts",
                    "on the platform the calm play did {here}, the one with disturbed messages {there}",
                    proof, here=here, there=there,
                ).of(other)  # fmt: skip
            elif what:
                yield broken(
                    "MSG-01.erp",
                    "the ERP ends with {here} in the calm play, and with {there} where messages were disturbed",
                    proof, here=here, there=there,
                ).of(other)  # fmt: skip
            else:
                yield HELD


def _newest(case: Case) -> int:
    return max((found.seq for found in (*case.revisions, *case.goods)), default=0)


@rule("MSG-02", source="failure catalogue: messages are not guaranteed", confidence="documented")
def lost_messages_are_made_up_for(case: Case, declared: Declaration) -> Iterator[Said]:
    """Lost messages are compensated: what they would have told is in the ERP all the same, by the next reading."""
    if not declared.messages or not in_scope(case, declared):
        return
    told = {letter.change for letter in case.letters if not letter.late(prompt(declared))}
    lost = {letter.change: letter for letter in case.letters if letter.late(prompt(declared)) and letter.change}
    for change, letter in lost.items():
        state = case.by_change.get(change)
        if state is not None and change not in told:
            yield from _made_up_for(case, state, letter, declared)


def _made_up_for(case: Case, state: State, letter: Letter, declared: Declaration) -> Iterator[Said]:
    limit, until = sla(case, declared), case.history.until
    following = case.following(state)
    over = following.mono if following is not None else until
    shown = _shown(case, state, over)
    if shown is not None:
        took = case.undisturbed(state.mono, shown.mono)
        if took <= limit:
            yield HELD
        else:
            yield broken(
                "MSG-02.late",
                "the message {topic} did not come; what it would have told was in the ERP only {took} s undisturbed"
                " later, the limit is {limit} s",
                [state.seq, letter.seq, shown.seq],
                topic=letter.published.topic, took=seconds(took), limit=seconds(limit),
            )  # fmt: skip
        return
    waited = case.undisturbed(state.mono, over)
    if waited > limit:
        yield broken(
            "MSG-02.lost",
            "the message {topic} did not come, and {waited} s undisturbed later the ERP does not show what it would"
            " have told",
            [state.seq, letter.seq, following.seq if following is not None else 0],
            topic=letter.published.topic, waited=seconds(waited),
        )  # fmt: skip
    elif following is None:
        yield Doubt(say("doubt.message_lost_late", "a message was lost shortly before the run ended"))


def _shown(case: Case, state: State, until: int) -> Revision | None:
    """Return the first revision up to *until* in which the ERP shows what *state* brought."""
    before = case.document(state.seq)
    if before is not None and difference(state, before) is None:
        return before
    for revision in case.revisions:
        if state.seq < revision.seq and revision.mono <= until and difference(state, revision) is None:
            return revision
    return None


@run_rule("MSG-03", tier="ext", source="failure catalogue: confirmed on receipt", confidence="documented")
def confirmed_is_safe_and_all_is_confirmed(history: History, declared: Declaration) -> Iterator[Said]:
    """Confirmation means safe, and everything is confirmed finally, whatever it says."""
    if not declared.messages:
        return
    kills = [life.mono for life in history.lives if life.who == "integration" and life.event == "killed"]
    held = 0
    for letter in history.letters.values():
        if not letter.told or _died_with(letter, kills):
            continue
        case = history.cases.get(letter.published.refunds[0]) if letter.published.refunds else None
        said = _judged(history, letter, case, declared)
        held += said is None
        if said is not None:
            yield said
        if case is not None and letter.settled is not None:
            yield from _kept(case, letter, kills, declared)
    if held:
        yield Held(held)


def _died_with(letter: Letter, kills: list[int]) -> bool:
    """Tell whether a message was in the integration's hands when it was killed, and has not been told again since."""
    return letter.settled is None and any(kill > letter.told[-1][0] for kill in kills)


def _judged(history: History, letter: Letter, case: Case | None, declared: Declaration) -> Said | None:
    """Return what is wrong with how a message was confirmed; None: nothing."""
    handled = _handled(case if case is not None and in_scope(case, declared) else None, letter)
    if handled is None:
        return None if letter.settled is not None else Doubt(
            say("doubt.message_unhandled", "a message was told of which nothing had come when the run ended")
        )  # fmt: skip
    after = [pushed for when, pushed in letter.told if when >= handled]
    settled = letter.settled
    later = [pushed for pushed in after if settled is None or pushed.seq < settled.seq]
    topic = letter.published.topic
    if len(later) > MOST and not letter.doubled:
        found = broken(
            "MSG-03.again",
            "the message {topic} was delivered {times} times after nothing was left to do about it, unconfirmed",
            [letter.seq, *(pushed.seq for pushed in later[-MOST:])],
            topic=topic, times=len(later),
        )  # fmt: skip
        return found.of(case) if case is not None else found
    if settled is not None:
        return None
    limit = int((declared.tempo.sla + declared.tempo.backoff + declared.reconcile) * 1e6)
    since = max(handled, letter.told[0][0], max(history.shaken_at(letter.published.shop), default=0))
    if history.until - since > limit:
        found = broken(
            "MSG-03.unconfirmed",
            "the message {topic} was told and never confirmed, {waited} s after nothing was left to do about it",
            [letter.seq, letter.told[-1][1].seq],
            topic=topic, waited=seconds(history.until - since),
        )  # fmt: skip
        return found.of(case) if case is not None else found
    return Doubt(say("doubt.unconfirmed_late", "a message was told shortly before the run ended, and not confirmed"))


def _handled(case: Case | None, letter: Letter) -> int | None:
    """Return from when on there was nothing left to do about a message; None: there still is."""
    if case is None:
        return letter.told[0][0]  # nobody can do anything about it but put it aside
    state = case.by_change.get(letter.change)
    if state is None:
        return letter.told[0][0]
    shown = _shown(case, state, case.history.until)
    over = case.following(state)
    times = [one.mono for one in (shown, over) if one is not None]
    return max(letter.told[0][0], min(times)) if times else None


def _kept(case: Case, letter: Letter, kills: list[int], declared: Declaration) -> Iterator[Said]:
    """Judge what became of a message that was confirmed before a crash, and not handled yet."""
    assert letter.settled is not None
    state, confirmed = case.by_change.get(letter.change), letter.settled.mono
    killed = next((kill for kill in kills if kill >= confirmed), None)
    if killed is None or state is None or not in_scope(case, declared):
        return
    following = case.following(state)
    over = following.mono if following is not None else case.history.until
    shown = _shown(case, state, over)
    if over <= killed or (shown is not None and shown.mono <= killed):
        return
    limit = sla(case, declared) + int(declared.reconcile * 1e6)
    waited = case.undisturbed(killed, shown.mono if shown is not None else over)
    if waited > limit:
        yield broken(
            "MSG-03.forgotten",
            "the message {topic} was confirmed, then the integration was killed; {waited} s undisturbed later the ERP"
            " had not got what it told",
            [letter.seq, letter.settled.seq, shown.seq if shown is not None else 0],
            topic=letter.published.topic, waited=seconds(waited),
        ).of(case)  # fmt: skip
    elif shown is not None:
        yield HELD
    else:
        yield Doubt(say("doubt.killed_late", "the integration was killed shortly before the run ended"))
