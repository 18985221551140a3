"""STA: actions rest on the newest version told, and nothing is done for a refund that is closed."""

from collections.abc import Iterator

from contract_tests.call import ACTION, AGREE, AGREE_RETURN, MODIFYING, Call
from contract_tests.case import Case, Telling
from contract_tests.limits import grace, in_scope, sla
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say, seconds, yuan
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CLOSED, OPEN, SUCCESS, WAIT_SELLER_AGREE


@rule("STA-01", source="failure catalogue: stale version", confidence="documented")
def actions_rest_on_the_newest_version_told(case: Case, declared: Declaration) -> Iterator[Said]:
    """Actions are based on the newest version the integration was told."""
    for call in case.calls:
        if call.method not in MODIFYING:
            continue
        version = call.version(case.refund_id)
        known = {state.refund.version for state in case.states if state.seq < call.seq}
        if version is None or len(known) < 2:
            continue
        if case.told_status(SUCCESS, CLOSED, until=call.began - grace(declared)) is not None:
            continue  # whatever version it names, nothing is to be done any more: DUP-01 and STA-03 judge that
        newest = _newest(case, call.began - grace(declared))
        if newest is None:
            continue
        telling, told = newest
        if version < told:
            yield broken(
                "STA-01.stale",
                "{action} was based on version {version}, although {told} had been told {before} s before",
                [telling.seq, call.seq],
                action=ACTION[call.method],
                version=version,
                told=told,
                before=seconds(call.began - telling.mono),
            )
        else:
            yield from _content(case, call, version, telling)


def _newest(case: Case, until: int) -> tuple[Telling, int] | None:
    """Return the highest version delivered up to time *until*, with its telling."""
    return max(case.told("version", until=until), key=lambda found: int(found[1]), default=None)


def _content(case: Case, call: Call, version: int, telling: Telling) -> Iterator[Said]:
    """Compare what *call* says besides the version with the content of that version."""
    states = [state for state in case.versions(version) if state.seq < call.seq]
    if not states:
        yield Doubt(say("doubt.no_such_version", "an action names a version that the refund did not have"))
        return
    refund = states[-1].refund
    row = call.row(case.refund_id) if call.method == AGREE else ()
    phase = row[3] if len(row) > 3 else str(call.asked.params.get("refund_phase", "")) if not row else ""
    proof = [states[-1].seq, telling.seq, call.seq]
    amount = int(row[1]) if len(row) > 1 and row[1].isascii() and row[1].isdigit() else None
    older = {state.refund.amount for state in case.states if state.refund.version < version}
    if amount is not None and amount != refund.amount and amount in older:
        yield broken(
            "STA-01.amount",
            "agree names version {version} and the {sent} 元 of an older one; of this version it is {fee} 元",
            proof,
            version=version,
            sent=yuan(amount),
            fee=yuan(refund.amount),
        )
    elif phase and phase != refund.phase:
        yield broken(
            "STA-01.phase",
            "{action} says phase {sent}, the refund's is {phase}",
            proof,
            action=ACTION[call.method],
            sent=phase,
            phase=refund.phase,
        )
    elif _wrong_kind(call, [(state.refund.kind, state.refund.status) for state in states]):
        yield broken(
            "STA-01.kind",
            "{action} was sent for version {version}, of which the refund is {kind}",
            proof,
            action=ACTION[call.method],
            version=version,
            kind=refund.kind,
        )
    else:
        yield HELD


def _wrong_kind(call: Call, content: list[tuple[str, str]]) -> bool:
    """Tell whether the call cannot be meant for a version with this (kind, status) content."""
    if call.method == AGREE:
        return all(found == ("return_refund", WAIT_SELLER_AGREE) for found in content)
    return call.method == AGREE_RETURN and all(kind != "return_refund" for kind, _ in content)


@rule("STA-03", source="failure catalogue: work on closed refunds, hold never released", confidence="documented")
def a_closed_refund_is_let_go(case: Case, declared: Declaration) -> Iterator[Said]:
    """After withdrawal or closure nothing more is done for the refund, and the ERP is released."""
    closed = case.became(CLOSED)
    if closed is None or not in_scope(case, declared):
        return
    before = [found for found in case.documents(closed.seq).values() if not found.document.cancelled]
    told = case.told_status(CLOSED)
    late = [
        call
        for call in case.calls
        if call.method in MODIFYING and told is not None and call.began > told.mono + grace(declared)
    ]
    if told is not None and late:
        yield broken(
            "STA-03.acted",
            "{action} was sent {after} s after the closure had been told",
            [closed.seq, told.seq, late[0].seq],
            action=ACTION[late[0].method],
            after=seconds(late[0].began - told.mono),
        )
    elif before or case.decisions:
        yield from _released(case, closed.seq, told, declared)


def _released(case: Case, closed: int, told: Telling | None, declared: Declaration) -> Iterator[Said]:
    """See whether the ERP's task was cancelled and the goods let go in time."""
    if told is None:
        yield Doubt(say("doubt.untold_closure", "the closure was never told"))
        return
    limit, until = sla(case, declared), case.history.until
    kept = [
        found
        for found in case.documents().values()
        if not found.document.cancelled or (found.document.hold and not _may_hold(case, declared))
    ]
    if kept:
        waited = case.undisturbed(told.mono, until)
        if waited <= limit:
            yield Doubt(
                say("doubt.not_released_yet", "closed shortly before the run ended, and the ERP not released yet")
            )
        elif not kept[0].document.cancelled:
            yield broken(
                "STA-03.task",
                "{waited} s undisturbed after the closure was told the ERP still has the document as {status}",
                [closed, told.seq, kept[0].seq],
                waited=seconds(waited),
                status=kept[0].document.status,
            )
        else:
            yield broken(
                "STA-03.hold",
                "{waited} s undisturbed after the closure was told the goods are still held",
                [closed, told.seq, kept[0].seq],
                waited=seconds(waited),
            )
        return
    done = max((found for found in case.documents().values()), key=lambda found: found.seq, default=None)
    cancelled = next((found for found in case.revisions if found.document.cancelled), done)
    if cancelled is None:
        return
    took = case.undisturbed(told.mono, cancelled.mono)
    if took > limit:
        yield broken(
            "STA-03.late",
            "the ERP was released only {took} s undisturbed after the closure was told; the limit is {limit} s",
            [closed, told.seq, cancelled.seq],
            took=seconds(took),
            limit=seconds(limit),
        )
    else:
        yield HELD


def _may_hold(case: Case, declared: Declaration) -> bool:
    """Tell whether the goods may stay held: not the integration's duty, or another refund of them is open."""
    if not declared.owns_hold:
        return True
    history, refund = case.history, case.last.refund
    by_trade = declared.hold_scope == "trade"
    others = history.trades[str(refund.tid)] if by_trade else history.orders[str(refund.oid)]
    return any(other is not case and other.last.refund.status in OPEN for other in others)
