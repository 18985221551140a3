"""PRO: requests are signed rightly and carry the platform's time."""

from collections.abc import Iterator

from contract_tests.call import Call
from contract_tests.history import TIMESTAMP_LIMIT, History
from contract_tests.rule import Held, Said, broken, run_rule
from contract_tests.words import seconds
from simulator.ledger.declaration import Declaration


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
