"""DAT-01 and DUP-04: parcels and pictures belong to the refund that they are sent for, and goods come back once."""

from collections.abc import Iterator

from contract_tests.call import REFUSE, REFUSE_RETURN
from contract_tests.case import Case, Revision
from contract_tests.limits import sla
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say
from simulator.ledger.declaration import Declaration


@rule("DAT-01", tier="extended", source="failure catalogue: fields left over from another", confidence="documented")
def evidence_belongs_to_its_refund(case: Case, declared: Declaration) -> Iterator[Said]:
    """Evidence, reasons and logistics belong to the right refund and are current.

    Judged where several refunds are under way. A picture may be encoded anew, and a carrier be written in the ERP's own
    words: what counts is that nothing is another refund's.
    """
    others = [other for other in case.history.of_shop[case.shop] if other is not case]
    if not others:
        return
    yield from _waybills(case, others, declared)
    own = {decision.proof for decision in case.decisions if decision.proof}
    for call in case.calls:
        if call.method not in (REFUSE, REFUSE_RETURN) or not call.asked.files:
            continue
        sent = call.asked.files[0].sha256
        owner = None if sent in own else _owner(others, sent, call.seq)
        if owner is not None:
            yield broken(
                "DAT-01.proof",
                "the picture that was sent with the refusal is that of refund {other}",
                [call.seq],
                other=owner.refund_id,
            )
        else:
            yield HELD


def _owner(others: list[Case], sha256: str, until: int) -> Case | None:
    return next(
        (other for other in others if any(found.proof == sha256 and found.seq < until for found in other.decisions)),
        None,
    )


def _waybills(case: Case, others: list[Case], declared: Declaration) -> Iterator[Said]:
    last: Revision | None = None
    for found in (*case.revisions, *case.goods):
        waybill = found.document.waybill
        if found.actor != "integration" or not waybill:
            continue
        if not any(state.refund.waybill == waybill for state in case.states if state.seq < found.seq):
            owner = next((other for other in others if _has(other, waybill, found.seq)), None)
            if owner is not None:
                yield broken(
                    "DAT-01.foreign",
                    "the document was given parcel {waybill}, which is that of refund {other}",
                    [_first(owner, waybill), found.seq],
                    waybill=waybill,
                    other=owner.refund_id,
                )
                return
        elif found.document.kind == "refund":
            last = found
    if last is None:
        return
    newest = next(state for state in reversed(case.states) if state.refund.waybill)
    began = next(state for state in case.states if state.refund.waybill == newest.refund.waybill)
    if last.document.waybill == newest.refund.waybill:
        yield HELD
    elif case.undisturbed(began.mono, case.history.until) > sla(case, declared):
        yield broken(
            "DAT-01.old",
            "the return parcel is {right}, and the ERP was last told {shown}",
            [began.seq, last.seq],
            right=newest.refund.waybill,
            shown=last.document.waybill,
        )
    else:
        yield Doubt(say("doubt.parcel_late", "the return parcel was corrected shortly before the run ended"))


def _has(other: Case, waybill: str, until: int) -> bool:
    return any(state.refund.waybill == waybill for state in other.states if state.seq < until)


def _first(other: Case, waybill: str) -> int:
    return next(state.seq for state in other.states if state.refund.waybill == waybill)


@rule("DUP-04", tier="extended", source="failure catalogue: double stock-in", confidence="documented")
def goods_are_stocked_in_once(case: Case, declared: Declaration) -> Iterator[Said]:
    """Each physical return is stocked in once.

    What is expected and what came back may be less than what was sold, and a receipt may be corrected; together they
    are never more, and no receipt counts twice.
    """
    newest = {found.document.id: found for found in case.goods if found.document.kind == "inbound"}
    if not any(found.actor == "integration" for found in case.goods if found.document.kind == "inbound"):
        return
    live = [found for found in newest.values() if not found.document.cancelled]
    num = max(state.refund.num for state in case.states)
    proof = [found.seq for found in live]
    receipts = [receipt.id for found in live for receipt in found.document.receipts]
    twice = next((ident for ident in receipts if receipts.count(ident) > 1), None)
    expected = sum(found.document.quantity for found in live)
    received = sum(found.document.received for found in live)
    if twice is not None:
        yield broken("DUP-04.receipt", "receipt {ident} counts in two documents", proof, ident=twice)
    elif max(expected, received) > num:
        if case.undisturbed(live[-1].mono, case.history.until) <= sla(case, declared):
            yield Doubt(say("doubt.second_notice", "a second notice of goods was there shortly before the run ended"))
            return
        yield broken(
            "DUP-04.more",
            "{documents} documents expect {expected} pieces back ({received} received); {num} can come back",
            proof,
            documents=len(live),
            expected=expected,
            received=received,
            num=num,
        )
    else:
        yield HELD
