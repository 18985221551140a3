"""SYN: what a failed page or detail hid is covered later, and neither moving data nor edges lose anything."""

from collections.abc import Iterator

from contract_tests.agreement import difference
from contract_tests.call import DETAIL, LIST, Call
from contract_tests.case import Case, State
from contract_tests.history import History
from contract_tests.limits import in_scope, sla
from contract_tests.listing import Listing, window_of
from contract_tests.rule import HELD, Doubt, Said, broken, run_rule
from contract_tests.times import second_of
from contract_tests.twins import cases_of, told_apart, twins
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CLOSED


@run_rule("SYN-02", source="failure catalogue: failed page or detail dropped", confidence="observed")
def a_failed_read_is_covered_later(history: History, declared: Declaration) -> Iterator[Said]:
    """A failed page or detail read is covered later."""
    hidden: dict[str, Call] = {}
    for shop, listing in history.listings.items():
        for failed in listing.failures():
            for case in _behind(history, shop, listing, failed):
                hidden[case.refund_id] = failed
    for case in history.cases.values():
        for call in case.calls:
            if call.method == DETAIL and call.failed_passing and _not_yet(case, call):
                hidden[case.refund_id] = call
    for refund_id, failed in hidden.items():
        case = history.cases[refund_id]
        if in_scope(case, declared):
            yield from _covered(case, failed, declared)


def _behind(history: History, shop: str, listing: Listing, failed: Call) -> Iterator[Case]:
    """Yield the refunds that only the failed page of a scan, other pages of which came, could have shown."""
    scan = listing.same_scan(failed)
    if failed.answered is None or not scan:
        return
    window = window_of(failed.asked.params)
    start, end = second_of(window[0]), second_of(window[1])
    shown = {told.refund for call in scan if call.answered is not None for told in call.answered.told}
    for case in history.of_shop.get(shop, ()):
        if case.first.seq > failed.seq:
            break
        state = case.at(failed.seq)
        if state is None or case.refund_id in shown or not _not_yet(case, failed):
            continue
        if (not start or state.refund.modified >= start) and (not end or state.refund.modified <= end):
            yield case


def _not_yet(case: Case, failed: Call) -> bool:
    """Tell whether the ERP had no document of the refund when *failed* was asked."""
    return not case.revisions or case.revisions[0].seq > failed.seq


def _covered(case: Case, failed: Call, declared: Declaration) -> Iterator[Said]:
    limit, until = sla(case, declared), case.history.until
    # A list's failure is nobody's own: the clean time of the refund begins with it.
    what = "page" if failed.method == LIST else "detail"
    if case.revisions:
        arrived = case.revisions[0]
        took = case.undisturbed(failed.ended, arrived.mono)
        if took > limit:
            yield broken(
                "SYN-02.late",
                "the {what} that showed the refund failed; it was in the ERP only {took} s undisturbed later",
                [case.first.seq, failed.seq, failed.proof, arrived.seq],
                what=what,
                took=seconds(took),
            ).of(case)
        else:
            yield HELD
        return
    ended = case.ended()
    if ended is not None and ended.refund.status == CLOSED and case.undisturbed(failed.ended, ended.mono) <= limit:
        return
    waited = case.undisturbed(failed.ended, until)
    if waited > limit:
        yield broken(
            "SYN-02.lost",
            "the {what} that showed the refund failed, and {waited} s undisturbed later it is still not in the ERP",
            [case.first.seq, failed.seq, failed.proof],
            what=what,
            waited=seconds(waited),
        ).of(case)
    else:
        yield Doubt(say("doubt.read_failed_late", "a read failed shortly before the run ended"))


@run_rule("SYN-03", source="failure catalogue: moving list, edges of windows, hot refunds", confidence="documented")
def moving_data_loses_nothing(history: History, declared: Declaration) -> Iterator[Said]:
    """Moving data, edges of windows and pages, and lists that lag lose nothing.

    In the plays that bring such things about every refund is in the ERP in time, and at the end as it last was: as
    it would be without them. Where there is a calm play of the same story, both end alike.
    """
    for play in history.plays.applicable():
        if "SYN-03" in play.judges and not play.calm:
            for case in cases_of(history, play):
                if in_scope(case, declared):
                    yield _not_lost(case, declared)
    for calm, disturbed in twins(history, "SYN-03"):
        for one, other in zip(cases_of(history, calm), cases_of(history, disturbed), strict=False):
            what, here, there = told_apart(one, other)
            if calm.outcome != "passed" or disturbed.outcome != "passed":
                yield Doubt(say("doubt.twin_unplayed", "a play of a pair was not played to its end"))
            elif what:
                yield broken(
                    "SYN-03.twins",
                    "without the disturbance it ends with {here}, with it with {there}",
                    [one.last.seq, other.last.seq],
                    here=here,
                    there=there,
                ).of(other)
            else:
                yield HELD


def _not_lost(case: Case, declared: Declaration) -> Said:
    """Judge whether a refund came to the ERP in time, and is there at the end as it last was."""
    if case.history.lag > declared.tempo.lag:
        return Doubt(say("doubt.lag", "lists showed changes later than the target declares that it can stand"))
    limit, until, born, last = sla(case, declared), case.history.until, case.first, _last_content(case)
    if not case.revisions:
        ended = case.ended()
        stood = case.undisturbed(born.mono, until if ended is None else ended.mono)
        if ended is not None and ended.refund.status == CLOSED and stood <= limit:
            return HELD  # gone before it had to be seen
        if case.undisturbed(born.mono, until) <= limit:
            return Doubt(
                say("doubt.not_in_erp_yet", "not in the ERP when the run ended, but the limit had not passed yet")
            )
        return broken(
            "SYN-03.lost",
            "{changes} changes of the refund came and went, and it never reached the ERP",
            [born.seq, case.last.seq],
            changes=len(case.states),
        ).of(case)
    arrived = case.revisions[0]
    took = case.undisturbed(born.mono, arrived.mono)
    if took > limit:
        return broken(
            "SYN-03.late",
            "while it changed {changes} times the refund reached the ERP only after {took} s undisturbed",
            [born.seq, arrived.seq],
            changes=sum(state.seq < arrived.seq for state in case.states),
            took=seconds(took),
        ).of(case)
    found = case.document()
    if found is None or difference(last, found) is None:
        return HELD
    if case.undisturbed(last.mono, until) <= limit:
        return Doubt(
            say(
                "doubt.not_shown_yet",
                "the refund changed shortly before the run ended, and the ERP did not show it yet",
            )
        )
    return broken(
        "SYN-03.stale",
        "the refund is {status} with {fee} 元 at the end, the ERP shows {shown} with {shown_fee} 元",
        [last.seq, found.seq],
        status=last.refund.status,
        fee=yuan(last.refund.amount),
        shown=found.document.status,
        shown_fee=yuan(found.document.amount),
    ).of(case)


def _last_content(case: Case) -> State:
    """Return the state that brought the content which the refund has at the end."""
    found = case.last
    for state in reversed(case.states):
        if state.content != found.content:
            break
        found = state
    return found
