"""ORD-03: what AG is told of a parcel is what the ERP knows of it."""

from collections.abc import Iterator

from contract_tests.call import CANCEL, Call
from contract_tests.case import Case, State
from contract_tests.limits import grace
from contract_tests.reports import sent, told_by
from contract_tests.rule import HELD, Said, broken, rule
from simulator.ledger.declaration import Declaration


def status_of(call: Call) -> str:
    """Return what a report of a stopped parcel says: SUCCESS, FAIL, or empty if it cannot be read."""
    return str(sent(call).get("status") or "")


@rule("ORD-03", source="platform API metadata: AG, sendgoods.cancel", confidence="documented")
def the_cancelled_shipment_is_the_truth(case: Case, declared: Declaration) -> Iterator[Said]:
    """The AG cancel-shipment result tells the truth.

    SUCCESS only once the parcel of that very sub-order was told to be stopped, and not shipped; FAIL only otherwise.
    At the end of the platform's patience FAIL about a silent warehouse is the safe answer.
    """
    answers: list[tuple[Call, str]] = []
    for call in case.calls:
        status = status_of(call) if call.method == CANCEL else ""
        if status == "SUCCESS":
            said = _stopped(case, call, declared)
        elif status == "FAIL":
            said = _not_stopped(case, call, declared)
        else:
            continue
        again = _again(answers, call, status, declared)
        yield said if said is not HELD else again
        answers.append((call, status))


def _stopped(case: Case, call: Call, declared: Declaration) -> Said:
    before = call.began - grace(declared)
    told, recent = told_by(case, "intercept", before), told_by(case, "intercept", call.began)
    good = [found for found in (*told[-1:], *recent[len(told) :]) if found.result == "stopped"]
    shipped = told_by(case, "ship", before)
    if not good:
        last = recent[-1] if recent else None
        return broken(
            "ORD-03.success",
            "AG was told SUCCESS, and the ERP had said of this parcel: {said}",
            [case.first.seq, last.seq if last else 0, call.seq],
            said=last.result if last is not None else "–",
        )
    if shipped:
        return broken(
            "ORD-03.shipped",
            "AG was told SUCCESS although the parcel had been told as shipped",
            [good[-1].seq, shipped[0].seq, call.seq],
        )
    return HELD


def _not_stopped(case: Case, call: Call, declared: Declaration) -> Said:
    before = call.began - grace(declared)
    told, recent = told_by(case, "intercept", before), told_by(case, "intercept", call.began)
    shipped = told_by(case, "ship", call.began)
    if shipped or any(found.result == "gone" for found in (*told[-1:], *recent[len(told) :])):
        return HELD
    if told:
        return broken(
            "ORD-03.fail",
            "AG was told FAIL although the parcel had been told as stopped",
            [told[-1].seq, call.seq],
        )
    state = case.at(call.seq)
    if recent or state is None or _late(state, call, declared) or _asked_again(case, call):
        return HELD
    return broken(
        "ORD-03.early",
        "AG was told FAIL long before the time limit: nothing was known of the parcel, and nobody asked the ERP again",
        [state.seq, call.seq],
    )


def _late(state: State, call: Call, declared: Declaration) -> bool:
    """Tell whether the end of the platform's patience is near."""
    due = state.refund.due
    return not due or due - call.asked.wall <= declared.tempo.margin * 1000


def _asked_again(case: Case, call: Call) -> bool:
    """Tell whether the ERP was read once more between the request to stop the parcel and *call*."""
    requested = next((found for found in case.revisions if found.document.intercept), None)
    since = requested.mono if requested is not None else 0
    return any(since < found.began and found.ended <= call.began for found in case.lookups)


def _again(answers: list[tuple[Call, str]], call: Call, status: str, declared: Declaration) -> Said:
    """Judge *call* against the answers before it: one final answer, which a later SUCCESS may correct."""
    for earlier, said in answers:
        if not earlier.succeeded or call.began <= earlier.ended + grace(declared):
            continue
        if said == "SUCCESS":
            return broken(
                "ORD-03.again",
                "AG was told {status} after it had taken SUCCESS as the final answer",
                [earlier.seq, earlier.proof, call.seq],
                status=status,
            )
    return HELD
