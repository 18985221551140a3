"""ORD-05: refusals and agreed returns carry what the platform demands, as the ERP chose it."""

from collections.abc import Iterator

from contract_tests.call import ACTION, AGREE_RETURN, REFUSE, REFUSE_RETURN, Call
from contract_tests.case import Case
from contract_tests.limits import sla
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision

_PICTURES = frozenset({"png", "jpg", "gif"})
_MOST = {REFUSE: 130_000, REFUSE_RETURN: 5 * 1024 * 1024}
"""Bytes of a proof picture."""
_NAMED = ("refuse_proof", "refuse_reason_id", "refuse_message", "seller_address_id")
_ADDRESS = "seller_address_id"


@rule("ORD-05", source="platform API metadata: refuse, returngoods.agree, returngoods.refuse", confidence="documented")
def answers_carry_what_is_demanded(case: Case, declared: Declaration) -> Iterator[Said]:
    """Refusals and return agreements carry everything the platform demands, with the values the ERP chose.

    One incomplete attempt that is corrected in time passes. That nothing is sent where the ERP gave no proof is right.
    """
    calls = [call for call in case.calls if call.method in (REFUSE, REFUSE_RETURN, AGREE_RETURN)]
    wrong: list[tuple[Call, str]] = []
    for call in calls:
        lacks = _lacks(case, call)
        if lacks:
            wrong.append((call, lacks))
        elif not call.unknown:
            yield HELD
    if not wrong:
        return
    first, lacks = wrong[0]
    decision = _decided(case, first)
    took_effect = first.answered is not None and first.answered.effect
    corrected = any(call.seq > wrong[-1][0].seq and call.method == first.method for call in calls)
    if took_effect or len(wrong) > 1 or not corrected:
        until = case.history.until
        if not took_effect and len(wrong) == 1 and case.undisturbed(first.ended, until) <= sla(case, declared):
            yield Doubt(say("doubt.not_completed_yet", "an incomplete answer shortly before the run ended"))
            return
        yield broken(
            "ORD-05.lacks",
            "{action} was sent with {lacks}, {times} times, and never corrected in time",
            [decision.seq if decision is not None else 0, *(call.seq for call, _ in wrong)],
            action=ACTION[first.method],
            lacks=lacks,
            times=len(wrong),
        )


def _lacks(case: Case, call: Call) -> str:
    """Return what is missing or wrong in *call*, in the platform's names, or nothing."""
    params = call.asked.params
    decision = _decided(case, call)
    if call.method == AGREE_RETURN:
        chosen = decision.address if decision is not None else ""
        sent = str(params.get(_ADDRESS, ""))
        if chosen and sent != chosen:
            return f"{_ADDRESS}={sent or '—'}"
        return _rejected(call)
    message = str(params.get("refuse_message", ""))
    if call.method == REFUSE and not 2 <= len(message) <= 200:
        return f"refuse_message ({len(message)})"
    if not call.asked.files:
        return "refuse_proof=—" if decision is not None and decision.proof else _rejected(call)
    proof = call.asked.files[0]
    if proof.type not in _PICTURES or proof.size > _MOST[call.method]:
        return f"refuse_proof ({proof.type or '?'}, {proof.size} bytes)"
    return _rejected(call)


def _rejected(call: Call) -> str:
    """Return the parameter that the platform rejected by its name, or nothing."""
    sub_code = str(call.answered.error.get("sub_code", "")) if call.answered is not None else ""
    name = sub_code.partition(":")[2]
    return name if name in _NAMED else ""


def _decided(case: Case, call: Call) -> Decision | None:
    """Return the decision that stands behind *call*: the newest before it."""
    return next((found for found in reversed(case.decisions) if found.seq < call.seq), None)
