"""ORD-06: exchanges, re-sends and repairs follow flows of their own; money has no part in them."""

import json
from collections.abc import Iterator
from typing import Any

from contract_tests.call import AGREE, MODIFYING, REVIEW, STORED, Call
from contract_tests.exchange_case import ExchangeCase
from contract_tests.history import History
from contract_tests.limits import grace, handles
from contract_tests.reports import told_by
from contract_tests.rule import HELD, Breach, Said, broken, run_rule
from simulator.ledger.declaration import Declaration
from simulator.tmall.exchange import REPAIR, RESHIP, WAIT_SELLER_SHIP

RECEIVE = "tmall.exchange.returngoods.agree"
SHIP = "tmall.exchange.consigngoods"
RECEIVE_AND_SHIP = "tmall.exchange.confirm.consign"
RESEND = "taobao.rdc.aligenius.warehouse.resend.logistics.msg.post"
RESEND_STATE = "taobao.rdc.aligenius.warehouse.resend.update"
TURNED = ("14", "4")

_DECIDED = {
    "tmall.exchange.agree": "approve_exchange",
    "tmall.exchange.refuse": "refuse_exchange",
    "tmall.exchange.returngoods.refuse": "refuse_return",
    RECEIVE: "receive",
    RECEIVE_AND_SHIP: "receive",
    RESEND_STATE: "refuse_reship",
}
"""By method: what the ERP must have decided."""


@run_rule(
    "ORD-06", tier="extended", source="platform API metadata: methods and states of exchanges", confidence="documented"
)
def exchanges_follow_their_own_flow(history: History, declared: Declaration) -> Iterator[Said]:
    """Exchanges are agreed, sent back, received and shipped, re-sends shipped, with the ERP's parcel; no money."""
    for case in history.exchanges.values():
        if case.kind == REPAIR:
            yield from _by_hand(case)
            continue
        if not handles(declared, case.kind):
            continue
        for call in case.calls:
            if not _of_the_flow(case, call):
                continue
            breach = _against(case, call, declared)
            if breach is not None:
                yield breach
            elif call.method in _DECIDED or call.method in (SHIP, RESEND):
                yield HELD


def _by_hand(case: ExchangeCase) -> Iterator[Said]:
    """See that a repair of which the integration was told is left to people: no call of the platform carries it out."""
    wrong = next((call for call in case.calls if call.method in MODIFYING or call.method == STORED), None)
    if wrong is not None:
        yield broken(
            "ORD-06.repair",
            "{method} was sent for a repair, which is handled by hand and pays no money back",
            [case.born.seq, wrong.seq],
            method=wrong.method,
        ).of(case)
    elif case.tellings:
        yield HELD


def _of_the_flow(case: ExchangeCase, call: Call) -> bool:
    """Tell whether *call* would move the exchange or re-send, or money."""
    if call.method in (AGREE, REVIEW):
        return True
    if case.kind != RESHIP:
        return call.method.startswith("tmall.exchange.")
    status = report_of(call).get("status")
    return (call.method == RESEND and status == 1) or (call.method == RESEND_STATE and status == -1)


def report_of(call: Call) -> dict[str, Any]:
    """Return what a call reports to AG of goods sent again."""
    try:
        found = json.loads(str(call.asked.params.get("param0", "")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _against(case: ExchangeCase, call: Call, declared: Declaration) -> Breach | None:
    """Return how *call* breaks the flow, or nothing."""
    found = _money(case, call) or _too_late(case, call, declared) or _undecided(case, call)
    if found is None and call.method in (SHIP, RECEIVE_AND_SHIP, RESEND):
        found = _parcel(case, call)
    return found.of(case) if found is not None else None


def _money(case: ExchangeCase, call: Call) -> Breach | None:
    if call.method not in (AGREE, REVIEW):
        return None
    if case.kind == RESHIP:
        return broken(
            "ORD-06.no_money",
            "{method} was sent for a re-send, which pays no money back",
            [case.born.seq, call.seq],
            method=call.method,
        )
    return broken(
        "ORD-06.money",
        "{method} was sent for an exchange, which pays no money back",
        [case.born.seq, call.seq],
        method=call.method,
    )


def _too_late(case: ExchangeCase, call: Call, declared: Declaration) -> Breach | None:
    over = case.told_over(*TURNED)
    modifies = call.method in _DECIDED or call.method in (SHIP, RESEND)
    if not modifies or over is None or call.began <= over + grace(declared):
        return None
    if case.kind == RESHIP:
        return broken(
            "ORD-06.closed",
            "{method} was sent although the re-send had been told to be over",
            [case.now.seq, call.seq],
            method=call.method,
        )
    return broken(
        "ORD-06.over",
        "{method} was sent although the exchange had been told to be over",
        [case.now.seq, call.seq],
        method=call.method,
    )


def _undecided(case: ExchangeCase, call: Call) -> Breach | None:
    decided = _DECIDED.get(call.method)
    if decided is None or _has_decided(case, call, decided):
        return None
    return broken(
        "ORD-06.undecided",
        "{method} was sent, and nobody in the ERP had decided {decision}",
        [case.born.seq, call.seq],
        method=call.method,
        decision=decided,
    )


def _parcel(case: ExchangeCase, call: Call) -> Breach | None:
    """Return how the parcel that *call* tells of is not the one that the ERP sent."""
    again = case.kind == RESHIP
    sent = str(report_of(call).get("mail_no", "") if again else call.asked.params.get("logistics_no", ""))
    if not again and not _has_decided(case, call, "receive") and not _taken_in(case, call):
        return broken(
            "ORD-06.early",
            "the replacement was reported as sent before the goods had come back",
            [case.born.seq, call.seq],
        )
    shipped = told_by(case, "ship", call.began)
    if not shipped:
        return _unshipped(case, call, sent)
    if any(found.waybill == sent for found in shipped):
        return None
    if again:
        return broken(
            "ORD-06.other_number",
            "the goods sent again were reported as parcel {number}; the ERP shipped {right}",
            [shipped[-1].seq, call.seq],
            number=sent,
            right=shipped[-1].waybill,
        )
    return broken(
        "ORD-06.number",
        "the replacement was reported as parcel {number}; the ERP shipped {right}",
        [shipped[-1].seq, call.seq],
        number=sent,
        right=shipped[-1].waybill,
    )


def _taken_in(case: ExchangeCase, call: Call) -> bool:
    """Tell whether the platform itself waited for the replacement: the agent had confirmed the goods by hand."""
    return any(step.exchange.status == WAIT_SELLER_SHIP and step.seq < call.seq for step in case.steps)


def _unshipped(case: ExchangeCase, call: Call, sent: str) -> Breach:
    if case.kind == RESHIP:
        return broken(
            "ORD-06.not_sent",
            "goods were reported as sent again, parcel {number}, and the ERP had shipped none",
            [case.born.seq, call.seq],
            number=sent,
        )
    return broken(
        "ORD-06.unshipped",
        "the replacement was reported as sent, parcel {number}, and the ERP had shipped none",
        [case.born.seq, call.seq],
        number=sent,
    )


def _has_decided(case: ExchangeCase, call: Call, decision: str) -> bool:
    return any(found.decision == decision and found.mono <= call.began for found in case.decisions)
