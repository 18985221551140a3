"""COV: every refund reaches the ERP, stays the same there, is booked there, and what the ERP decides is carried out."""

from collections.abc import Iterator

from contract_tests.agreement import difference
from contract_tests.case import Case, Revision, State, Telling
from contract_tests.decided import CARRIED, NEED_PROOF, in_the_way, obliges, refused_for_good
from contract_tests.limits import in_scope, sla
from contract_tests.reports import awaited_by_ag
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.rules import exchange_duties
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision
from simulator.ledger.vocabulary import ACTORS, DECISIONS, word
from simulator.tmall.refund import CLOSED, SUCCESS


@rule(
    "COV-01",
    source="failure catalogue: missed and lost refunds",
    confidence="documented",
    exchanges=exchange_duties.reaches_the_erp,
)
def every_refund_reaches_the_erp(case: Case, declared: Declaration) -> Iterator[Said]:
    """Every refund the integration is responsible for reaches the ERP.

    Applied and withdrawn within the limit of clean time is no duty; what reached the ERP all the same counts as kept.
    """
    if not in_scope(case, declared):
        return
    limit, born, until = sla(case, declared), case.first, case.history.until
    ended = case.ended()
    paid = ended is not None and ended.refund.status == SUCCESS
    owed_until = until if ended is None or paid else min(until, ended.mono)
    owed = paid or case.undisturbed(born.mono, owed_until) > limit
    if case.revisions:
        arrived = case.revisions[0]
        late = case.undisturbed(born.mono, arrived.mono)
        if owed and late > limit:
            yield broken(
                "COV-01.late",
                "the refund reached the ERP only after {took} s undisturbed; the limit is {limit} s",
                [born.seq, arrived.seq],
                took=seconds(late),
                limit=seconds(limit),
            )
        else:
            yield HELD
    elif owed:
        waited = case.undisturbed(born.mono, until)
        if waited > limit:
            told = case.tellings[0].seq if case.tellings else 0
            yield broken(
                "COV-01.never",
                "the refund of {fee} 元 never reached the ERP, {waited} s undisturbed after it was there to be seen",
                [born.seq, told],
                fee=yuan(case.last.refund.amount),
                waited=seconds(waited),
            )
        else:
            yield Doubt(
                say("doubt.not_in_erp_yet", "not in the ERP when the run ended, but the limit had not passed yet")
            )


@rule(
    "COV-02",
    source="failure catalogue: created-time polling, one-status polling, updates",
    confidence="documented",
    exchanges=exchange_duties.ends_the_same,
)
def the_erp_ends_with_the_same_refund(case: Case, declared: Declaration) -> Iterator[Said]:
    """The ERP ends with the same refund as the platform: status class, amount, goods-return flag, waybill.

    Judged at the end and wherever nothing changed for the limit; states in between may be skipped.
    """
    if not in_scope(case, declared) or not case.revisions:
        return
    imported = case.revisions[0].seq
    limit, until = sla(case, declared), case.history.until
    before = case.at(imported)
    content = before.content if before is not None else None
    later: list[State] = []
    for state in case.states:
        if state.seq > imported and state.content != content:
            later.append(state)
        content = state.content
    for number, state in enumerate(later):
        following = later[number + 1] if number + 1 < len(later) else None
        stood_until = following.mono if following is not None else until
        found = case.document(following.seq if following is not None else None)
        differs = difference(state, found)
        if not differs:
            if following is None:
                yield HELD
        elif case.undisturbed(state.mono, stood_until) > limit:
            told = case.teller(state.refund.change)
            stale = found.seq if found is not None else 0
            proof = [state.seq, told.seq if told else 0, stale]
            yield broken(f"COV-02.{differs.what}", differs.english, proof, **differs.values)
            return
        elif following is None:
            yield Doubt(
                say(
                    "doubt.not_shown_yet",
                    "the refund changed shortly before the run ended, and the ERP did not show it yet",
                )
            )


@rule("COV-03", source="failure catalogue: outcomes made by others", confidence="documented")
def money_that_moved_is_booked(case: Case, declared: Declaration) -> Iterator[Said]:
    """Money that moved on the platform is booked in the ERP, whoever moved it."""
    if not in_scope(case, declared):
        return
    paid, limit, until = case.became(SUCCESS), sla(case, declared), case.history.until
    booked = [found for found in case.documents().values() if found.document.booked and not found.document.cancelled]
    if paid is None or case.last.refund.status == CLOSED:  # never paid, or paid and taken back by staff
        if booked:
            yield from _never_paid(case, booked[0], limit)
        elif paid is not None and case.document() is not None:
            yield HELD
        return
    told, amount = case.told_status(SUCCESS), paid.refund.amount
    total = sum(abs(found.document.amount) for found in booked)
    if booked and total == amount:
        yield from _booked(case, paid, told, limit)
    elif case.undisturbed(paid.mono, until) <= limit:
        yield Doubt(say("doubt.not_booked_yet", "paid shortly before the run ended, and not booked yet"))
    elif booked:
        yield broken(
            "COV-03.amount",
            "{fen} fen ({fee} 元) were paid back, but the ERP has {shown} fen ({shown_fee} 元) booked",
            [paid.seq, *(found.seq for found in booked)],
            fen=amount,
            fee=yuan(amount),
            shown=total,
            shown_fee=yuan(total),
        )
    else:
        newest = case.document()
        yield broken(
            "COV-03.unbooked",
            "{fee} 元 were paid back (by {actor}), and the ERP never booked them",
            [newest.seq if newest and newest.seq < paid.seq else 0, paid.seq, told.seq if told else 0],
            fee=yuan(amount),
            actor=paid.actor,
        )


def _never_paid(case: Case, booked: Revision, limit: int) -> Iterator[Said]:
    """Judge a booking of a refund that was closed without money."""
    closed = next((state for state in reversed(case.states) if state.refund.status == CLOSED), None)
    if closed is None:
        return
    if case.undisturbed(closed.mono, case.history.until) > limit:
        yield broken(
            "COV-03.closed",
            "the refund is CLOSED and no money moved, but the ERP has {fee} 元 booked as refunded",
            [closed.seq, booked.seq],
            fee=yuan(booked.document.amount),
        )
    else:
        yield Doubt(say("doubt.closed_late", "closed shortly before the run ended while the ERP had it booked"))


def _booked(case: Case, paid: State, told: Telling | None, limit: int) -> Iterator[Said]:
    """Judge when the right amount was booked."""
    first = next(found for found in case.revisions if found.document.booked)
    late = case.undisturbed(max(paid.mono, told.mono if told is not None else 0), first.mono)
    if late > limit:
        yield broken(
            "COV-03.late",
            "{fee} 元 were booked only {took} s undisturbed after the success was told; the limit is {limit} s",
            [paid.seq, told.seq if told else 0, first.seq],
            fee=yuan(paid.refund.amount),
            took=seconds(late),
            limit=seconds(limit),
        )
    else:
        yield HELD


@rule(
    "COV-04",
    source="failure catalogue: decision lost on the way back",
    confidence="documented",
    exchanges=exchange_duties.is_carried_out,
)
def decisions_are_carried_out(case: Case, declared: Declaration) -> Iterator[Said]:
    """A decision the ERP took is carried out on the platform.

    Unless the refund left the state or the content decided upon before the limit, or a newer decision replaced it.
    """
    limit, until = sla(case, declared), case.history.until
    yield from _ag_told(case, limit)
    for number, decision in enumerate(case.decisions):
        state = case.at(decision.seq)
        if state is None or not obliges(state, decision, declared):
            continue
        newer = case.decisions[number + 1] if number + 1 < len(case.decisions) else None
        following = case.following(state)
        over = following
        if newer is not None and (following is None or newer.seq < following.seq):
            over = None
        elif following is not None and following.actor == "integration":
            if following.action in CARRIED[decision.decision]:
                yield from _carried_out(case, decision, following, limit)
            continue
        left = over.mono if over is not None else newer.mono if newer is not None else until
        waited = case.undisturbed(decision.mono, left)
        refused = refused_for_good(case, decision, left)
        if refused:
            yield Doubt(
                say(
                    "doubt.not_let",
                    "the platform does not let {decision} be carried out: {refused}",
                    decision=word(DECISIONS, decision.decision),
                    refused=refused,
                )
            )
        elif waited > limit and in_the_way(case, decision, left):
            yield Doubt(
                say(
                    "doubt.forbidden",
                    "{decision} is forbidden, or staff are in",
                    decision=word(DECISIONS, decision.decision),
                )
            )
        elif waited > limit and decision.decision in NEED_PROOF and not decision.proof:
            yield Doubt(
                say(
                    "doubt.no_proof",
                    "the ERP decided {decision} without a proof",
                    decision=word(DECISIONS, decision.decision),
                )
            )
        elif waited > limit:
            yield broken(
                "COV-04.undone",
                "{by} decided {decision} ({fee} 元), and {waited} s undisturbed later it was not done on the platform",
                [state.seq, decision.seq],
                by=word(ACTORS, decision.by),
                decision=word(DECISIONS, decision.decision),
                fee=yuan(decision.amount),
                waited=seconds(waited),
            )
        elif over is None and newer is None:
            yield Doubt(
                say("doubt.not_carried_out_yet", "decided shortly before the run ended, and not carried out yet")
            )


def _ag_told(case: Case, limit: int) -> Iterator[Said]:
    """See that AG, where a shop has it, hears what became of an unshipped parcel."""
    for report, call in awaited_by_ag(case):
        following = case.following(state) if (state := case.at(report.seq)) is not None else None
        until = call.began if call is not None else following.mono if following is not None else case.history.until
        took = case.undisturbed(report.mono, until)
        if took > limit:
            yield broken(
                "COV-04.ag",
                "the warehouse said {result} of the parcel, and AG had not heard of it {took} s undisturbed later",
                [report.seq, call.seq if call is not None else 0],
                result=report.result,
                took=seconds(took),
            )
        elif call is not None:
            yield HELD
        elif following is None:
            yield Doubt(
                say("doubt.not_carried_out_yet", "decided shortly before the run ended, and not carried out yet")
            )


def _carried_out(case: Case, decision: Decision, done: State, limit: int) -> Iterator[Said]:
    call = next((call for call in case.calls if call.seq == done.cause), None)
    took = case.undisturbed(decision.mono, call.began if call is not None else done.mono)
    if took > limit:
        yield broken(
            "COV-04.late",
            "{by} decided {decision}; the platform saw it only after {took} s undisturbed, the limit is {limit} s",
            [decision.seq, done.cause, done.seq],
            by=word(ACTORS, decision.by),
            decision=word(DECISIONS, decision.decision),
            took=seconds(took),
            limit=seconds(limit),
        )
    else:
        yield HELD
