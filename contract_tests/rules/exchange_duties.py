"""What the laws of coverage demand of an exchange: it reaches the ERP, stays the same there, and is carried out."""

from collections.abc import Iterator

from contract_tests.exchange_case import ExchangeCase, Step
from contract_tests.limits import handles_exchanges, sla
from contract_tests.rule import HELD, Doubt, Said, broken
from contract_tests.words import say, seconds
from simulator.erp.document import EXCHANGE_IMAGES
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision

CARRIED = {
    "approve_exchange": ("agree", "1"),
    "refuse_exchange": ("refuse", "1"),
    "receive": ("receive", "3"),
    "refuse_return": ("refuse_return", "3"),
    "ship": ("ship", "12"),
}
"""By decision or report: the platform's action that carries it out, and the state in which that is possible."""


def reaches_the_erp(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that an exchange which stood open longer than the limit has a document."""
    if not handles_exchanges(declared):
        return
    limit, until, over = sla(case, declared), case.history.until, case.over()
    written = [found for found in case.goods if found.document.kind == "exchange"]
    owed_until = min(until, over.mono) if over is not None else until
    arrived = written[0].mono if written else owed_until
    took = case.undisturbed(case.born.mono, arrived)
    if took > limit:
        yield broken(
            "COV-01.exchange",
            "the exchange was there to be seen for {took} s undisturbed before the ERP had a document of it (if it ever"
            " had); the limit is {limit} s",
            [case.born.seq, written[0].seq if written else 0],
            took=seconds(took),
            limit=seconds(limit),
        )
    elif written:
        yield HELD
    elif over is None:
        yield Doubt(say("doubt.not_in_erp_yet", "not in the ERP when the run ended, but the limit had not passed yet"))


def ends_the_same(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that the ERP's document ends in the exchange's own status; 14 has become a refund, so it is closed."""
    written = [found for found in case.goods if found.document.kind == "exchange"]
    if not handles_exchanges(declared) or not written:
        return
    last, now = written[-1], case.now
    wanted = EXCHANGE_IMAGES[now.exchange.status]
    if last.document.status == wanted:
        yield HELD
    elif case.undisturbed(now.mono, case.history.until) > sla(case, declared):
        yield broken(
            "COV-02.exchange",
            "the exchange is in status {status}, the ERP shows {shown} and not {right}",
            [now.seq, last.seq],
            status=now.exchange.status,
            shown=last.document.status,
            right=wanted,
        )
    else:
        yield Doubt(
            say(
                "doubt.not_shown_yet",
                "the refund changed shortly before the run ended, and the ERP did not show it yet",
            )
        )


def is_carried_out(case: ExchangeCase, declared: Declaration) -> Iterator[Said]:
    """See that what the ERP decided, received and shipped is done on the platform, while it could be."""
    if not handles_exchanges(declared):
        return
    for entry in sorted((*case.decisions, *case.reports), key=lambda found: found.seq):
        if entry.decision not in CARRIED:
            continue
        action, status = CARRIED[entry.decision]
        state = case.stood(entry.seq)
        while state is not None and state.exchange.status != status and _before(state, status):
            state = case.moved(state)  # the parcel may be told of before the platform stands where it belongs
        if state is None or state.exchange.status != status:
            continue
        yield from _done(case, declared, entry, action, state)


def _before(state: Step, status: str) -> bool:
    return state.exchange.status == "3" and status == "12"


def _done(case: ExchangeCase, declared: Declaration, entry: Decision, action: str, state: Step) -> Iterator[Said]:
    since, following = max(entry.mono, state.mono), case.moved(state)
    took = case.undisturbed(since, following.mono if following is not None else case.history.until)
    mine = following is not None and following.actor == "integration"
    if took > sla(case, declared):
        yield broken(
            "COV-04.exchange",
            "{by} decided {decision} about the exchange, and {took} s undisturbed later the platform had not seen it",
            [entry.seq, state.seq, following.seq if following is not None else 0],
            by=entry.by,
            decision=entry.decision,
            took=seconds(took),
        )
    elif mine and following is not None and following.action in (action, "receive_and_ship"):
        yield HELD
    elif following is None:
        yield Doubt(say("doubt.not_carried_out_yet", "decided shortly before the run ended, and not carried out yet"))
