"""ORD: a decision comes before money and before a refusal, and the goods come before the money."""

from collections.abc import Iterator

from contract_tests.call import AGREE, STORED, Call
from contract_tests.case import Case, State
from contract_tests.limits import grace
from contract_tests.rule import HELD, Said, broken, rule
from contract_tests.words import yuan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Decision
from simulator.ledger.vocabulary import DECISIONS, word
from simulator.tmall.refund import WAIT_BUYER_RETURN_GOODS

_DECIDES = {
    "agree": ("approve", "receive"),
    "refuse": ("refuse", "refuse_return"),
    "refuse_return": ("refuse_return", "refuse"),
}
"""Decisions that stand behind an action of the integration."""


@rule("ORD-01", source="failure catalogue: approval and content come apart", confidence="documented")
def no_money_without_a_decision(case: Case, declared: Declaration) -> Iterator[Said]:
    """No money and no refusal without a decision for exactly this content and this round.

    For a return the receipt of the goods is the approval of the money. Decisions of earlier rounds do not count.
    """
    for state in case.states:
        if state.actor != "integration" or state.action not in _DECIDES:
            continue
        if _automatic(state, declared) or any(_stands(case, state, found, declared) for found in case.decisions):
            yield HELD
            continue
        refund = state.refund
        newest = [found for found in case.decisions if found.seq < state.seq]
        proof = [newest[-1].seq if newest else 0, case.round_began(state).seq, state.cause, state.seq]
        if newest:
            last = newest[-1]
            yield broken(
                "ORD-01.other",
                "{action} of {fee} 元 ({kind}, round {round}) without a decision on it; the last one was {decision} of"
                " {decided} 元 ({type})",
                proof,
                action=state.action,
                fee=yuan(refund.amount),
                kind=refund.kind,
                round=refund.round,
                decision=word(DECISIONS, last.decision),
                decided=yuan(last.amount),
                type=last.type or refund.kind,
            )
        else:
            yield broken(
                "ORD-01.none",
                "{action} of {fee} 元 ({kind}, round {round}), and nobody in the ERP had decided anything",
                proof,
                action=state.action,
                fee=yuan(refund.amount),
                kind=refund.kind,
                round=refund.round,
            )


def _automatic(state: State, declared: Declaration) -> bool:
    policy, refund = declared.auto_approve, state.refund
    return (
        policy is not None and state.action == "agree" and refund.kind in policy.kinds and refund.amount <= policy.limit
    )


def _stands(case: Case, state: State, decision: Decision, declared: Declaration) -> bool:
    """Tell whether *decision* is one for *state*'s action, content and round, taken on what the ERP was given."""
    refund = state.refund
    if decision.decision not in _DECIDES[state.action] or decision.type not in {"", refund.kind}:
        return False
    amount = abs(decision.amount)
    smaller = declared.reapprove_on == "amount_increase" and state.action == "agree" and refund.amount <= amount
    if amount != refund.amount and not smaller:
        return False
    began = case.round_began(state)
    call = case.call(state.cause)
    first_byte = call.began if call is not None else state.mono
    if not (began.seq < decision.seq < state.seq and decision.mono <= first_byte):
        return False
    return any(
        began.seq < found.seq < decision.seq
        and found.actor == "integration"
        and abs(found.document.amount) == amount
        and found.document.type in {"", refund.kind}
        for found in case.revisions
    )


@rule("ORD-02", source="failure catalogue: money before goods", confidence="documented")
def goods_come_before_money(case: Case, declared: Declaration) -> Iterator[Said]:
    """For return refunds goods come before money, and all of them where that is declared.

    In a shop with AG the report that the goods are back is what pays.
    """
    for call in case.calls:
        if call.method not in _PAYS:
            continue
        state = case.at(call.seq)
        if state is None or _kind_known(case, call, state, declared) != "return_refund":
            continue
        receipts = [found for found in case.decisions if found.mono <= call.began and found.seq < call.seq]
        received = next((found for found in receipts if found.decision == "receive"), None)
        waived = next((found for found in receipts if _waives(found)), None)
        agreed = next((found for found in case.states if _is_agreed(found) and found.seq < call.seq), None)
        came = max((found.quantity for found in receipts if found.decision == "receive"), default=0)
        if waived is None and received is not None and declared.pays_on == "all" and came < state.refund.num:
            yield broken(
                "ORD-02.part",
                "{action} of {fee} 元 was sent when {came} of {num} pieces had come back",
                [received.seq, state.seq, call.seq],
                action=_PAYS[call.method],
                fee=yuan(state.refund.amount),
                came=came,
                num=state.refund.num,
            )
        elif waived is not None or (received is not None and agreed is not None):
            yield HELD
        elif received is None:
            sent_back = next((found for found in case.states if found.action == "ship_back"), None)
            yield broken(
                "ORD-02.receipt",
                "{action} of {fee} 元 was sent before anybody had received the goods",
                [agreed.seq if agreed else 0, sent_back.seq if sent_back else 0, state.seq, call.seq],
                action=_PAYS[call.method],
                fee=yuan(state.refund.amount),
            )
        else:
            yield broken(
                "ORD-02.return",
                "{action} of {fee} 元 was sent although the return itself had never been agreed",
                [received.seq, call.seq],
                action=_PAYS[call.method],
                fee=yuan(state.refund.amount),
            )


_PAYS = {AGREE: "agree", STORED: "warehouse.update"}
"""Calls that let the money of a return go."""


def _is_agreed(state: State) -> bool:
    """Tell whether the buyer may send the goods back: the seller, staff, a timer or the platform itself agreed."""
    return state.refund.status == WAIT_BUYER_RETURN_GOODS


def _waives(decision: Decision) -> bool:
    """Tell whether the ERP explicitly gave the money without the goods."""
    return decision.decision == "approve" and decision.type == "return_refund"


def _kind_known(case: Case, call: Call, state: State, declared: Declaration) -> str:
    """Return the kind of the refund as the integration could know it: a switch untold within the grace is a race."""
    if state.refund.kind != "return_refund":
        return state.refund.kind
    for until in (call.began - grace(declared), call.began):
        told = max(case.told("kind", until=until), key=lambda found: found[0].change, default=None)
        if told is not None:
            return str(told[1])
    return state.refund.kind
