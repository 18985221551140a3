"""What the warehouse reported of a parcel, when the integration was told, and what it told AG."""

from typing import Any

import msgspec

from contract_tests.call import CANCEL, Call
from contract_tests.case import Case
from simulator.ledger.entry import Decision
from simulator.tmall.refund import WAIT_SELLER_AGREE


def told_at(case: Case, entry: Decision) -> int | None:
    """Return when the integration was first told what the ERP decided or reported in *entry*; None: never.

    It was told by a delivered answer about the document in that revision or a later one, or by a callback that it took.
    """
    found = [
        call.ended
        for call in case.lookups
        if call.answered is not None
        and any(told.refund == case.refund_id and told.change >= entry.revision for told in call.answered.told)
    ]
    found += [
        callback.mono
        for callback in case.callbacks
        if callback.document == entry.document and callback.revision >= entry.revision
    ]
    return min(found, default=None)


def sent(call: Call) -> dict[str, Any]:
    """Return what a report to AG says, by the platform's names; nothing if it cannot be read."""
    try:
        return msgspec.json.decode(str(call.asked.params.get("param", "")), type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return {}


def told_by(case: Case, decision: str, until: int) -> list[Decision]:
    """Return the reports of a kind (intercept, ship) that had been told by *until*, oldest first."""
    found = []
    for entry in case.reports:
        at = told_at(case, entry) if entry.decision == decision else None
        if at is not None and at <= until:
            found.append(entry)
    return found


def _came(call: Call) -> bool:
    """Tell whether *call* reached AG, or was refused for good: what got lost on its way is still to be told."""
    return call.answered is not None and (call.answered.effect or not call.failed_passing)


def awaited_by_ag(case: Case) -> list[tuple[Decision, Call | None]]:
    """Return the warehouse's answers about a parcel that AG waits for, each with the call by which AG heard of it."""
    sold = case.history.sold
    if not case.states or not sold.has_ag(case.shop):
        return []
    refund = case.last.refund
    if refund.kind != "refund_only":
        return []
    gone = sold.departed(refund.oid)
    found: list[tuple[Decision, Call | None]] = []
    for number, entry in enumerate(case.reports):
        state, newer = case.at(entry.seq), case.reports[number + 1 : number + 2]
        if entry.decision != "intercept" or newer or state is None or state.refund.status != WAIT_SELLER_AGREE:
            continue
        call = next((one for one in case.calls if one.method == CANCEL and one.seq > entry.seq and _came(one)), None)
        if gone is None or (call is not None and call.seq < gone[0]):
            found.append((entry, call))
    return found
