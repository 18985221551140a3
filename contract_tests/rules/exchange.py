"""ORD-06: an exchange is agreed, comes back, is confirmed and only then shipped; money has no part in it."""

from collections.abc import Iterator

from contract_tests.call import AGREE, REVIEW, Call
from contract_tests.exchange_case import ExchangeCase
from contract_tests.history import History
from contract_tests.limits import grace, handles_exchanges
from contract_tests.reports import told_by
from contract_tests.rule import HELD, Breach, Said, broken, run_rule
from simulator.ledger.declaration import Declaration

RECEIVE = "tmall.exchange.returngoods.agree"
SHIP = "tmall.exchange.consigngoods"
RECEIVE_AND_SHIP = "tmall.exchange.confirm.consign"
TURNED = ("14", "4")

_DECIDED = {
    "tmall.exchange.agree": "approve_exchange",
    "tmall.exchange.refuse": "refuse_exchange",
    "tmall.exchange.returngoods.refuse": "refuse_return",
    RECEIVE: "receive",
    RECEIVE_AND_SHIP: "receive",
}
"""By method: what the ERP must have decided."""


@run_rule(
    "ORD-06", tier="extended", source="platform API metadata: methods and states of exchanges", confidence="documented"
)
def exchanges_follow_their_own_flow(history: History, declared: Declaration) -> Iterator[Said]:
    """Exchanges follow the exchange flow: agreed, sent back, received, shipped with the ERP's parcel; no money."""
    if not handles_exchanges(declared):
        return
    for case in history.exchanges.values():
        for call in case.calls:
            if not call.method.startswith(("tmall.exchange.", AGREE, REVIEW)):
                continue
            breach = _against(case, call, declared)
            if breach is not None:
                yield breach
            elif call.method in _DECIDED or call.method == SHIP:
                yield HELD


def _against(case: ExchangeCase, call: Call, declared: Declaration) -> Breach | None:
    """Return how *call* breaks the flow, or nothing."""
    found = _money(case, call) or _too_late(case, call, declared) or _undecided(case, call)
    if found is None and call.method in (SHIP, RECEIVE_AND_SHIP):
        found = _parcel(case, call)
    return found.of(case) if found is not None else None


def _money(case: ExchangeCase, call: Call) -> Breach | None:
    if call.method not in (AGREE, REVIEW):
        return None
    return broken(
        "ORD-06.money",
        "{method} was sent for an exchange, which pays no money back",
        [case.born.seq, call.seq],
        method=call.method,
    )


def _too_late(case: ExchangeCase, call: Call, declared: Declaration) -> Breach | None:
    over = case.told_over(*TURNED)
    modifies = call.method in _DECIDED or call.method == SHIP
    if not modifies or over is None or call.began <= over + grace(declared):
        return None
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
    sent = str(call.asked.params.get("logistics_no", ""))
    if not _has_decided(case, call, "receive"):
        return broken(
            "ORD-06.early",
            "the replacement was reported as sent before the goods had come back",
            [case.born.seq, call.seq],
        )
    shipped = told_by(case, "ship", call.began)
    if not shipped:
        return broken(
            "ORD-06.unshipped",
            "the replacement was reported as sent, parcel {number}, and the ERP had shipped none",
            [case.born.seq, call.seq],
            number=sent,
        )
    if any(found.waybill == sent for found in shipped):
        return None
    return broken(
        "ORD-06.number",
        "the replacement was reported as parcel {number}; the ERP shipped {right}",
        [shipped[-1].seq, call.seq],
        number=sent,
        right=shipped[-1].waybill,
    )


def _has_decided(case: ExchangeCase, call: Call, decision: str) -> bool:
    return any(found.decision == decision and found.mono <= call.began for found in case.decisions)
