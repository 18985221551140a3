"""STA-04: what the platform forbids for a refund, and what staff (小二) have in hand, is left alone."""

from collections.abc import Iterator

from contract_tests.agreement import difference
from contract_tests.call import ACTION, MODIFYING, REFUSE, REFUSE_RETURN, Call
from contract_tests.case import Case, Telling
from contract_tests.limits import grace, in_scope
from contract_tests.rule import HELD, Said, broken, rule
from contract_tests.words import seconds
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CANNOT_REFUSE, COLLECTING_PROOF, FIRST_REVIEW, ON_WEB, REVIEW_FAILED, STEPPED_IN

_IN = frozenset({STEPPED_IN, FIRST_REVIEW, REVIEW_FAILED, COLLECTING_PROOF})
_REFUSALS = frozenset({REFUSE, REFUSE_RETURN})


@rule(
    "STA-04", tier="extended", source="failure catalogue: staff's case, operation constraint", confidence="documented"
)
def constraints_and_staff_are_respected(case: Case, declared: Declaration) -> Iterator[Said]:
    """Platform constraints and CS intervention are respected.

    Agreeing in favour of the buyer stays allowed while staff are in. A constraint that was not among the fields was
    not told, and whether the ERP ends as the platform did is COV-02's.
    """
    if not in_scope(case, declared):
        return
    bound = False
    for call in case.calls:
        if call.method not in MODIFYING:
            continue
        why = _forbidden(case, call, declared)
        if why is not None:
            telling, what = why
            yield broken(
                "STA-04.forbidden",
                "{action} was sent {after} s after it had been told that {what} stands in its way",
                [telling.seq, call.seq],
                action=ACTION[call.method],
                after=seconds(call.began - telling.mono),
                what=what,
            )
            return
    for field, values in (("constraint", {CANNOT_REFUSE, ON_WEB}), ("cs_status", _IN)):
        bound = bound or any(value in values for _, value in case.told(field))
    if bound and difference(case.last, case.document()) is None and case.revisions:
        yield HELD


def _forbidden(case: Case, call: Call, declared: Declaration) -> tuple[Telling, str] | None:
    """Return the telling that forbids *call* and in what words, or None.

    It must have been told before the grace, and nothing else been told since.
    """
    until = call.began - grace(declared)
    constraint = _standing(case, "constraint", until, call.began)
    if constraint is not None and (
        constraint[1] == ON_WEB or (constraint[1] == CANNOT_REFUSE and call.method in _REFUSALS)
    ):
        return constraint[0], f"operation_contraint={constraint[1]}"
    staff = _standing(case, "cs_status", until, call.began)
    if staff is not None and staff[1] in _IN and call.method in _REFUSALS:
        return staff[0], f"cs_status={staff[1]}"
    return None


def _standing(case: Case, field: str, until: int, began: int) -> tuple[Telling, object] | None:
    """Return what was told of *field* last until *until*, if the newest told by *began* says the same."""
    told = max(case.told(field, until=until), key=lambda found: found[0].change, default=None)
    newest = max(case.told(field, until=began), key=lambda found: found[0].change, default=None)
    return told if told is not None and newest is not None and told[1] == newest[1] else None
