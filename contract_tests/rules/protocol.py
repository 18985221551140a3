"""PRO: requests are signed rightly, carry the platform's time, and stay within the platform's limits."""

from collections.abc import Iterator

from contract_tests.call import MODIFYING, Call
from contract_tests.case import Case
from contract_tests.history import TIMESTAMP_LIMIT, History
from contract_tests.limits import retry
from contract_tests.rule import Doubt, Held, Said, broken, run_rule
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration
from simulator.tmall.errors import TOO_MUCH


@run_rule("PRO-01", source="TOP call protocol: sign rules, timestamp GMT+8, 10 minutes", confidence="documented")
def requests_are_signed_and_timed(history: History, _: Declaration) -> Iterator[Said]:
    """Every request is correctly signed and timed."""
    wrong: dict[tuple[str, str], list[Call]] = {}
    for call in history.unsigned.values():
        wrong.setdefault((_mistake(call), call.method), []).append(call)
    for (what, method), calls in wrong.items():
        first = calls[0]
        proof = [first.seq, first.proof]
        if what == "sign":
            yield broken(
                "PRO-01.sign",
                "{times} calls of {method} had a wrong signature",
                proof,
                times=len(calls),
                method=method or "—",
            )
        elif first.asked.skew is None:
            yield broken(
                "PRO-01.no_time",
                "{times} calls of {method} carried no timestamp that can be read",
                proof,
                times=len(calls),
                method=method,
            )
        else:
            yield broken(
                "PRO-01.time",
                "{times} calls of {method} carried a timestamp {skew} s off the platform's time (GMT+8)",
                proof,
                times=len(calls),
                method=method,
                skew=seconds(abs(first.asked.skew) * 1000),
            )
    good = history.calls - len(history.unsigned)
    if good > 0:
        yield Held(good)


def _mistake(call: Call) -> str:
    """Return time if the timestamp is wrong, else sign."""
    code = call.answered.error.get("code") if call.answered is not None else None
    skewed = call.asked.skew is not None and abs(call.asked.skew) > TIMESTAMP_LIMIT
    return "time" if code in {30, 31} or (skewed and call.asked.signed is not False) else "sign"


_LIMITED = frozenset({"refund_infos", "refuse_proof", "refuse_message"})
"""Parameters that a business error (15) names for their size or format alone, never for the refund's state."""


@run_rule("PRO-02", source="TOP method pages: limits of the loaded edition and shop type", confidence="documented")
def requests_stay_within_limits(history: History, declared: Declaration) -> Iterator[Said]:
    """Requests stay inside the documented limits and formats; what was rejected is split or corrected."""
    kinds: dict[tuple[str, str, str], list[Call]] = {}
    for call in history.rejected:
        name, why = _overstepped(call)
        if name:
            kinds.setdefault((call.method, name, why), []).append(call)
    for (method, name, why), calls in kinds.items():
        if len(calls) == 1:
            text = say(
                "doubt.one_rejected", "{method} was rejected once for {name}: {why}", method=method, name=name, why=why
            )
            yield Doubt(text)
        else:
            yield _again(history, calls, method=method, name=name, why=why)
        for call in calls:
            yield from _completed(history, call, name, declared)
    for case in history.cases.values():
        yield from _phases(case)
    if history.within:
        yield Held(history.within)


def _overstepped(call: Call) -> tuple[str, str]:
    """Return the parameter that is outside a limit, and what the platform says of it; nothing if it is none such."""
    error = call.answered.error if call.answered is not None else {}
    kind, _, name = str(error.get("sub_code", "")).partition(":")
    if kind not in {"isv.invalid-parameter", "isv.missing-parameter"} or not name:
        return "", ""
    # A version, reason or address that is sent and refused was overtaken by events; only its absence is a mistake.
    if error.get("code") not in {40, 41} and name not in _LIMITED and call.asked.params.get(name):
        return "", ""
    why = str(error.get("sub_msg") or error.get("msg", ""))
    if why == TOO_MUCH.sub_msg and len(call.asked.refunds) == 1:
        return "", ""  # one refund above the sum cannot be split: a person pays it on the web page
    return name, why


def _again(history: History, calls: list[Call], **values: str) -> Said:
    """Return the breach that a limit was overstepped again after the platform had rejected that once."""
    last = calls[-1]
    found = broken(
        "PRO-02.again",
        "{times} calls of {method} were rejected for {name} ({why})",
        [calls[0].seq, calls[0].proof, last.seq, last.proof],
        times=len(calls),
        **values,
    )
    case = next((history.cases[refund] for refund in last.asked.refunds if refund in history.cases), None)
    return found.of(case) if case is not None else found


def _completed(history: History, call: Call, name: str, declared: Declaration) -> Iterator[Said]:
    """See that what *call* was to do was done in the end, split or corrected, unless the refund went on without."""
    if call.method not in MODIFYING:
        return
    for refund in call.asked.refunds:
        case = history.cases.get(refund)
        if case is None or case.last.seq > call.seq:
            continue
        if any(later.seq > call.seq and later.method == call.method and later.succeeded for later in case.calls):
            continue
        waited = case.undisturbed(call.ended, history.until)
        if waited <= retry(case, declared):
            yield Doubt(say("doubt.rejected_late", "a call was rejected for a limit shortly before the run ended"))
            continue
        yield broken(
            "PRO-02.left",
            "{method} was rejected for {name}, and {waited} s undisturbed later it was neither split nor corrected",
            [call.seq, call.proof],
            method=call.method,
            name=name,
            waited=seconds(waited),
        ).of(case)


def _phases(case: Case) -> Iterator[Said]:
    """See that calls name the phase that was told for this refund."""
    for call in case.calls:
        if call.method not in MODIFYING:
            continue
        row = call.row(case.refund_id)
        sent = row[3] if len(row) > 3 else "" if row else str(call.asked.params.get("refund_phase", ""))
        told = [(telling, value) for telling, value in case.told("phase", until=call.began) if value]
        if sent and told and all(sent != value for _, value in told):
            yield broken(
                "PRO-02.phase",
                "{method} names phase {sent}, but {told} had been told",
                [told[-1][0].seq, call.seq],
                method=call.method,
                sent=sent,
                told=told[-1][1],
            ).of(case)
