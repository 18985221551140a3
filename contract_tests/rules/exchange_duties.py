"""What the laws of coverage demand of exchanges and re-sends: they reach the ERP, stay the same, are carried out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contract_tests.call import Call
from contract_tests.exchange_case import ExchangeCase, Step
from contract_tests.limits import handles, sla
from contract_tests.rule import HELD, Doubt, Said, broken
from contract_tests.rules.exchange import RESEND, RESEND_STATE, report_of
from contract_tests.words import say, seconds
from simulator.erp.document import EXCHANGE_IMAGES
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision
from simulator.ledger.vocabulary import ACTORS, DECISIONS, word
from simulator.tmall.exchange import EXCHANGE, RESHIP
from simulator.tmall.refund import CALLED, CASE_OVER, COLLECTING_PROOF

_REPORTS = {"ship": (RESEND, 1), "refuse_reship": (RESEND_STATE, -1)}
"""By what the ERP did or decided about a re-send: AG's call for it, and the status that the call reports."""


class Duty(NamedTuple):
    """What a decision or report of the ERP demands of the platform."""

    action: str
    """The platform's action that carries it out."""
    statuses: tuple[str, ...]
    """The states in which that is possible."""
    lapses: bool = False
    """Whether the buyer's change of the application ends it: it was about other wishes."""


DUTIES: Mapping[str, Mapping[str, Duty]] = {
    EXCHANGE: {
        "approve_exchange": Duty("agree", ("1",), lapses=True),
        "refuse_exchange": Duty("refuse", ("1",), lapses=True),
        "receive": Duty("receive", ("3",)),
        "refuse_return": Duty("refuse_return", ("3",)),
        "ship": Duty("ship", ("12",)),
    },
    RESHIP: {"refuse_reship": Duty("refuse", ("1", "12"), lapses=True), "ship": Duty("ship", ("1", "12"))},
}
"""By kind, and decision or report. That goods are to be sent again has no call: the parcel says it."""


def reaches_the_erp(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that an exchange or re-send which stood open longer than the limit has a document."""
    if not handles(declared, case.kind):
        return
    limit, until, over = sla(case, declared), case.history.until, case.over()
    written = [found for found in case.goods if found.document.kind == case.kind]
    owed_until = min(until, over.mono) if over is not None else until
    arrived = written[0].mono if written else owed_until
    took = case.undisturbed(case.born.mono, arrived)
    if took > limit:
        yield broken(
            "COV-01.exchange",
            "the {kind} was there to be seen for {took} s undisturbed before the ERP had a document of it (if it ever"
            " had); the limit is {limit} s",
            [case.born.seq, written[0].seq if written else 0],
            kind=named(case),
            took=seconds(took),
            limit=seconds(limit),
        )
    elif written:
        yield HELD
    elif over is None:
        yield Doubt(say("doubt.not_in_erp_yet", "not in the ERP when the run ended, but the limit had not passed yet"))


def named(case: ExchangeCase) -> str:
    """Return what the case is about, in a word."""
    return say("kind.reship", "re-send") if case.kind == RESHIP else say("kind.exchange", "exchange")


def ends_the_same(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that the ERP's document ends in the platform's own status, a re-send with as many pieces.

    An exchange in state 14 has become a refund, so its document is closed.
    """
    written = [found for found in case.goods if found.document.kind == case.kind]
    if not handles(declared, case.kind) or not written:
        return
    last, now = written[-1], case.now
    wanted, pieces = EXCHANGE_IMAGES[now.exchange.status], now.exchange.num
    over = case.over() is not None
    counted = case.kind != RESHIP or over or last.document.quantity == pieces
    if last.document.status == wanted and counted:
        yield HELD
    elif case.undisturbed(now.mono, case.history.until) <= sla(case, declared):
        yield Doubt(
            say(
                "doubt.not_shown_yet",
                "the refund changed shortly before the run ended, and the ERP did not show it yet",
            )
        )
    elif last.document.status != wanted:
        yield broken(
            "COV-02.exchange",
            "the {kind} is in status {status}, the ERP shows {shown} and not {right}",
            [now.seq, last.seq],
            kind=named(case),
            status=now.exchange.status,
            shown=last.document.status,
            right=wanted,
        )
    else:
        yield broken(
            "COV-02.pieces",
            "{right} pieces are to be sent again, the ERP shows {shown}",
            [now.seq, last.seq],
            shown=last.document.quantity,
            right=pieces,
        )


def is_carried_out(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that what the ERP decided, received and shipped is done on the platform, while it could be."""
    if not handles(declared, case.kind):
        return
    for entry in sorted((*case.decisions, *case.reports), key=lambda found: found.seq):
        duty = DUTIES[case.kind].get(entry.decision)
        if duty is None:
            continue
        state = case.stood(entry.seq)
        if duty.lapses and _outdated(case, entry):
            continue
        while state is not None and state.exchange.status not in duty.statuses and _before(state, duty):
            state = case.moved(state)  # the parcel may be told of before the platform stands where it belongs
        if state is None or state.exchange.status not in duty.statuses or _staff_have(state):
            continue
        yield from _done(case, declared, entry, duty, state)


def _outdated(case: ExchangeCase, entry: Decision) -> bool:
    """Tell whether *entry* was decided on a document that did not know the buyer's newest wishes yet."""
    changed = next((step for step in reversed(case.steps) if step.seq < entry.seq and step.action == "modify"), None)
    if changed is None:
        return False
    known = [found for found in case.goods if found.document.kind == case.kind and found.seq < entry.seq]
    written = [found for found in known if found.actor == "integration" and found.seq > changed.seq]
    based = known[-1].document.version if known else 0
    return not written or 0 < based < changed.exchange.version


def _staff_have(step: Step) -> bool:
    """Tell whether the case is in the hands of staff, so that no call can write."""
    return step.exchange.cs_status == COLLECTING_PROOF or CALLED <= step.exchange.cs_status < CASE_OVER


def _before(state: Step, duty: Duty) -> bool:
    return state.exchange.status == "3" and duty.statuses == ("12",)


def _done(case: ExchangeCase, declared: Declaration, entry: Decision, duty: Duty, state: Step) -> Iterator[Said]:
    since, following = max(entry.mono, state.mono), _ending(case, duty, state)
    until = following.mono if following is not None else case.history.until
    replaced = _replaced(case, entry)
    lapsed = replaced is not None and replaced.mono < until
    if replaced is not None and lapsed:
        until = replaced.mono
    mine = following is not None and following.actor == "integration"
    carried = mine and following is not None and following.action in (duty.action, "receive_and_ship")
    report = next((call for call in case.calls if call.seq > entry.seq and _reports(call, entry.decision)), None)
    if report is not None and report.began <= until:  # what the platform makes of a report is its own affair
        carried, until = True, report.began
    took = case.undisturbed(since, until)
    if took > sla(case, declared):
        yield broken(
            "COV-04.exchange",
            "{by} decided {decision} about the {kind}, and {took} s undisturbed later the platform had not seen it",
            [entry.seq, state.seq, following.seq if following is not None else 0],
            kind=named(case),
            by=word(ACTORS, entry.by),
            decision=word(DECISIONS, entry.decision),
            took=seconds(took),
        )
    elif carried:
        yield HELD
    elif following is None and not lapsed:
        yield Doubt(say("doubt.not_carried_out_yet", "decided shortly before the run ended, and not carried out yet"))


def _replaced(case: ExchangeCase, entry: Decision) -> Decision | None:
    """Return the decision that took the place of *entry* in the ERP's document; a parcel that left stays told."""
    if entry.decision == "ship":
        return None
    return next((found for found in case.decisions if found.seq > entry.seq and found.decision != entry.decision), None)


def _reports(call: Call, decision: str) -> bool:
    """Tell whether *call* reported to AG what the ERP did or decided about a re-send, and was taken."""
    taken = call.answered is not None and call.answered.effect
    method, status = _REPORTS.get(decision, ("", 0))
    return taken and call.method == method and report_of(call).get("status") == status


def _ending(case: ExchangeCase, duty: Duty, state: Step) -> Step | None:
    """Return the first step after *state* with which *duty* is done or owed no longer."""
    for step in case.steps:
        if step.seq > state.seq:
            lapsed = duty.lapses and step.action == "modify"
            if lapsed or step.exchange.status not in duty.statuses or _staff_have(step):
                return step
    return None
