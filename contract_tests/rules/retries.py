"""RTY: what failed for a passing reason is done later, and the outcome of a batch is read row by row."""

from collections.abc import Iterator

from contract_tests.agreement import agrees
from contract_tests.call import ACTION, AGREE, MODIFYING, WRITES, Call
from contract_tests.case import Case, Revision
from contract_tests.history import History
from contract_tests.limits import IMAGE, grace, in_scope, retry
from contract_tests.listing import Listing
from contract_tests.rule import HELD, Doubt, Said, broken, rule, run_rule
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CLOSED


@run_rule("RTY-01", source="TOP error guide: isp.* is the platform's side, retry later", confidence="documented")
def passing_failures_are_overcome(history: History, declared: Declaration) -> Iterator[Said]:
    """Retryable failures are overcome."""
    for listing in history.listings.values():
        yield from _lists(history, listing, declared)
    for case in history.cases.values():
        if not in_scope(case, declared):
            continue
        work: dict[str, list[Call]] = {}
        for call in case.calls:
            work.setdefault("erp.write" if call.method in WRITES else call.method, []).append(call)
        for calls in work.values():
            yield from _item(case, calls, declared)


def _lists(history: History, listing: Listing, declared: Declaration) -> Iterator[Said]:
    failed: Call | None = None
    for call in listing.calls:
        if call.failed_passing:
            failed = call
        elif failed is not None:
            yield HELD
            failed = None
    if failed is None:
        return
    limit = int((declared.tempo.sla + declared.tempo.backoff + history.stretch(declared)) * 1e6)
    if history.until - failed.ended > limit:
        yield broken(
            "RTY-01.list",
            "the list of {shop} failed, and for {waited} s none was read again",
            [failed.seq, failed.proof],
            shop=failed.asked.shop,
            waited=seconds(history.until - failed.ended),
        )
    else:
        yield Doubt(say("doubt.list_failed_late", "the last list failed shortly before the run ended"))


def _item(case: Case, calls: list[Call], declared: Declaration) -> Iterator[Said]:
    """Judge each run of failures of one kind of work."""
    limit, failed = retry(case, declared), None
    for call in calls:
        if call.failed_passing:
            failed = call if call.answered is not None else failed
        elif failed is not None and call.succeeded:
            took = case.undisturbed(failed.ended, call.ended)
            if took > limit and not _moot(case, failed):
                yield broken(
                    "RTY-01.late",
                    "{method} failed and worked again only {took} s undisturbed later; the limit is {limit} s",
                    [failed.seq, failed.proof, call.seq],
                    method=failed.method,
                    took=seconds(took),
                    limit=seconds(limit),
                ).of(case)
            else:
                yield HELD
            failed = None
    if failed is None:
        return
    waited = case.undisturbed(failed.ended, case.history.until)
    if _moot(case, failed):
        yield HELD
    elif waited > limit:
        yield broken(
            "RTY-01.given_up",
            "{method} failed ({why}) and was never done again in {waited} s undisturbed",
            [failed.seq, failed.proof],
            method=failed.method,
            why=_why(failed),
            waited=seconds(waited),
        ).of(case)
    else:
        yield Doubt(say("doubt.call_failed_late", "a call failed shortly before the run ended"))


def _moot(case: Case, failed: Call) -> bool:
    """Tell whether the work was done all the same, or did not have to be done any more."""
    if case.last.refund.status == CLOSED and not case.documents():
        return True
    if failed.method not in MODIFYING:
        return agrees(case)
    state = case.at(failed.seq)
    overtaken = any(found.seq > failed.seq for found in case.decisions)
    # A batch has effect when any of its rows has; what became of this one shows in the refund's own state.
    done = failed.method != AGREE and failed.answered is not None and failed.answered.effect
    return overtaken or done or state is None or case.following(state) is not None


def _why(call: Call) -> str:
    answer = call.answered
    if answer is None or call.delivered is None:
        return "no answer"
    return str(answer.error.get("sub_code") or answer.error.get("code") or answer.status)


@rule("RTY-05", source="platform API metadata: results per row; SOME_OP_SUCC", confidence="documented")
def outcomes_are_read_from_the_body(case: Case, declared: Declaration) -> Iterator[Said]:
    """Outcomes are read from the body, per item."""
    for call in case.calls:
        if call.method not in MODIFYING or call.delivered is None:
            continue
        outcome = _outcome(case, call)
        if outcome == "failed":
            yield from _failed_row(case, call)
        elif outcome == "passing":
            said = list(_failed_row(case, call))
            yield from said if any(one is not HELD for one in said) else _tried_again(case, call, declared)
        elif outcome == "done in part":
            yield from _left_alone(case, call, declared)


def _outcome(case: Case, call: Call) -> str:
    """Return what the body said of this refund: failed, passing (failed, to be tried again), done in part, or done."""
    answer = call.answered
    if answer is None or answer.status >= 300:
        return "done"
    if answer.error:
        return "passing" if call.failed_passing else "failed"
    if call.method != AGREE:
        return "done"
    mine = next((row for row in answer.results if row.refund == case.refund_id), None)
    if mine is None:
        # A row that is missing says nothing: its outcome is open, and has to be found out.
        return "passing" if answer.dropped or answer.results else "done"
    if not mine.succ:
        return "passing" if "isp." in mine.message else "failed"
    mixed = bool(answer.dropped) or any(not row.succ for row in answer.results)
    return "done in part" if mixed else "done"


def _failed_row(case: Case, call: Call) -> Iterator[Said]:
    """See that the ERP does not show as done what failed."""
    wanted = {"agree": "refunded", "refuse": "refused", "refuse_return": "refused", "agree_return": "waiting_buyer"}
    image = wanted.get(ACTION[call.method], "")
    false = _marked_done(case, call, image) if image else None
    if false is None:
        yield HELD
        return
    yield broken(
        "RTY-05.marked",
        "{action} failed for this refund, and the ERP was told {image}",
        [call.seq, call.proof, false.seq],
        action=ACTION[call.method],
        image=image,
    )


def _marked_done(case: Case, call: Call, image: str) -> Revision | None:
    """Return the revision that shows *image* after *call* although no such state of the platform had been told."""
    statuses = [status for status, shown in IMAGE.items() if shown == image]
    before = case.document(call.seq)
    shown = before.document.status if before is not None else ""
    for found in case.revisions:
        if found.seq <= call.proof or found.actor != "integration":
            continue
        if found.document.status == image != shown:
            return None if case.told_status(*statuses, until=found.mono) is not None else found
        shown = found.document.status
    return None


def _tried_again(case: Case, call: Call, declared: Declaration) -> Iterator[Said]:
    """See that a row that failed for a passing reason gets another attempt, unless it is not wanted any more."""
    again = next((later for later in case.calls if later.seq > call.seq and later.method == call.method), None)
    if again is not None or _moot(case, call):
        yield HELD
        return
    waited = case.undisturbed(call.ended, case.history.until)
    if waited > retry(case, declared):
        yield broken(
            "RTY-05.dropped",
            "{action} failed for this refund alone, and {waited} s undisturbed later it was not tried again",
            [call.seq, call.proof],
            action=ACTION[call.method],
            waited=seconds(waited),
        )
    else:
        yield Doubt(say("doubt.row_failed_late", "a row of a batch failed shortly before the run ended"))


def _left_alone(case: Case, call: Call, declared: Declaration) -> Iterator[Said]:
    """See that a row that succeeded is not sent again with the ones that failed."""
    answer = call.answered
    failed = {row.refund for row in answer.results if not row.succ} | set(answer.dropped) if answer else set()
    for later in case.calls:
        repeated = later.method == AGREE and later.began > call.ended + grace(declared)
        if repeated and failed.intersection(later.asked.refunds):
            yield broken(
                "RTY-05.resent",
                "the batch was sent again whole, although this row had been told as paid",
                [call.seq, call.proof, later.seq],
            )
            return
    yield HELD
