"""MNY: the amounts that go to the platform and into the ERP are the refund's, to the fen."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from contract_tests.call import AGREE, CANCEL, CHECK, OFFER, Call
from contract_tests.case import Case, Revision, State
from contract_tests.limits import grace, in_scope, sla
from contract_tests.reports import sent
from contract_tests.rule import HELD, Doubt, Said, broken, rule
from contract_tests.words import say, yuan
from simulator.ledger.declaration import Declaration


@rule("MNY-01", source="platform API metadata, rp.refunds.agree: amount in fen", confidence="documented")
def the_agreed_amount_is_the_refunds(case: Case, declared: Declaration) -> Iterator[Said]:
    """The amount sent to the platform is exactly the refund amount of the version acted on, in the unit of that API."""
    for call in case.calls:
        if call.method in (CANCEL, CHECK):
            fee = sent(call).get("refund_fee")
            if fee is not None:  # AG does not ask for it
                yield _told_ag(case, call, str(fee), declared)
            continue
        if call.method == OFFER:
            yield _offered(case, call, str(call.asked.params.get("refund_fee", "")))
            continue
        row = call.row(case.refund_id) if call.method == AGREE else ()
        if len(row) < 2:
            continue
        basis = _acted_on(case, call)
        if basis is None:
            yield Doubt(say("doubt.untold_version", "agree was sent with a version that nobody had told"))
        else:
            yield _agreed(case, call, basis, row[1])


def _agreed(case: Case, call: Call, basis: State, text: str) -> Said:
    """Judge whether *text* is the amount of *basis* in fen."""
    right = basis.refund.amount
    if not (text.isascii() and text.isdigit()):
        return broken(
            "MNY-01.format",
            "agree sent {sent!r} where whole fen are wanted, the refund is {fen} fen ({fee} 元)",
            _proof(case, call, basis),
            sent=text,
            fen=right,
            fee=yuan(right),
        )
    if int(text) == right:
        return HELD
    if int(text) in _altered(case):
        return Doubt(say("doubt.altered_amount", "a fault had altered the amount that was told"))
    return broken(
        "MNY-01.amount",
        "agree sent {sent} fen, the refund is {fen} fen ({fee} 元)",
        _proof(case, call, basis),
        sent=text,
        fen=right,
        fee=yuan(right),
    )


def _told_ag(case: Case, call: Call, text: str, declared: Declaration) -> Said:
    """Judge the fee of a report to AG, which names no version: it is what had been told last, or within the grace."""
    told = [(telling.mono, telling.change) for telling, _ in case.told("amount", until=call.began)]
    before = max((change for mono, change in told if mono <= call.began - grace(declared)), default=0)
    bases = [case.by_change[change] for change in sorted({change for _, change in told if change >= before})]
    if not bases:
        return Doubt(say("doubt.untold_fee", "AG was told a fee that nobody had told"))
    right = bases[-1].refund.amount
    fens = _meant(text, either=call.method == CHECK)
    if fens:
        if fens & {basis.refund.amount for basis in bases}:
            return HELD
        if fens & _altered(case):
            return Doubt(say("doubt.altered_amount", "a fault had altered the amount that was told"))
    return broken(
        "MNY-01.ag",
        "AG was told a fee of {sent!r} where fen are wanted, the refund is {fen} fen ({fee} 元)",
        _proof(case, call, bases[-1]),
        sent=text,
        fen=right,
        fee=yuan(right),
    )


def _meant(text: str, *, either: bool) -> set[int]:
    """Return the fen that *text* may mean: whole fen, or *either* that or yuan, where the documents say both."""
    found = {int(text)} if text.isascii() and text.isdigit() else set()
    if either:
        try:
            fen = Decimal(text) * 100
        except InvalidOperation:
            return found
        found |= {int(fen)} if fen.is_finite() and fen == fen.to_integral_value() else set()
    return found


def _offered(case: Case, call: Call, text: str) -> Said:
    """Judge the fee of an offer for goods that come back, which may be another than the buyer asked for.

    It is right where it is an amount that had been told or that the ERP showed when it decided. Another one may have
    been agreed with the buyer by word of mouth, unless it is yuan for fen, or above all that the goods cost.
    """
    basis = _acted_on(case, call)
    if basis is None:
        return Doubt(say("doubt.untold_offer", "an offer was made about a refund of which nobody had told"))
    known = {state.refund.amount for state in case.states if state.seq < call.seq}
    known |= {found.amount for found in case.decisions if found.seq < call.seq}
    if text.isascii() and text.isdigit():
        if int(text) in known:
            return HELD
        if int(text) in _altered(case):
            return Doubt(say("doubt.altered_amount", "a fault had altered the amount that was told"))
        if int(text) <= basis.refund.total and not {int(text) * 100, int(text) / 100} & known:
            return Doubt(say("doubt.own_offer", "the amount offered is nobody's but the integration's own"))
    return broken(
        "MNY-01.offer",
        "{sent!r} was offered where fen are wanted; the refund is {fen} fen ({fee} 元)",
        _proof(case, call, basis),
        sent=text,
        fen=basis.refund.amount,
        fee=yuan(basis.refund.amount),
    )


def _proof(case: Case, call: Call, basis: State) -> list[int]:
    told = case.teller(basis.refund.change)
    return [basis.seq, told.seq if told and told.seq < call.seq else 0, call.seq]


def _altered(case: Case) -> set[int]:
    """Return the amounts that faults put in the place of the refund's."""
    return {telling.altered["amount"] for telling, _ in case.told("amount") if "amount" in telling.altered}


def _acted_on(case: Case, call: Call) -> State | None:
    """Return the state whose version *call* names; without a known version, the newest one told."""
    version = call.version(case.refund_id)
    known = [state for state in case.states if state.seq < call.seq]
    if version is not None:
        for state in reversed(known):
            if state.refund.version == version:
                return state
    told = [telling for telling, _ in case.told("amount", until=call.began)]
    return case.by_change.get(max(telling.change for telling in told)) if told else None


@rule("MNY-02", source="failure catalogue: wrong amount field, lost remainder, binary float", confidence="documented")
def erp_amounts_are_the_platforms(case: Case, declared: Declaration) -> Iterator[Said]:
    """ERP amounts equal the platform amounts, in total and line by line."""
    if not in_scope(case, declared):
        return
    written: dict[str, tuple[object, ...]] = {}
    for revision in case.revisions:
        document = revision.document
        if revision.actor != "integration" or document.kind != "refund":
            continue
        content = (document.amount, document.version, document.lines, document.quantity)
        if document.cancelled or written.get(document.id) == content:
            continue
        written[document.id] = content
        yield from _amounts(case, revision, declared)


def _amounts(case: Case, revision: Revision, declared: Declaration) -> Iterator[Said]:
    document = revision.document
    possible = _based_on(case, revision, declared)
    if not possible:
        yield Doubt(
            say("doubt.no_such_base", "a document says that it is based on a version that the refund does not have")
        )
        return
    basis = possible[-1].refund
    proof = [possible[-1].seq, revision.seq]
    amount = abs(document.amount)
    if amount not in {state.refund.amount for state in possible}:
        yield broken(
            "MNY-02.total",
            "the ERP was given {shown} fen ({shown_fee} 元), the refund is {fen} fen ({fee} 元)",
            proof,
            shown=amount,
            shown_fee=yuan(amount),
            fen=basis.amount,
            fee=yuan(basis.amount),
        )
        return
    strange = [line for line in document.lines if line.oid not in {0, basis.oid}]
    lines = sum(abs(line.amount) for line in document.lines)
    if strange:
        yield broken(
            "MNY-02.oid",
            "the document has a line of sub-order {other}; the refund is of {oid} alone",
            proof,
            other=strange[0].oid,
            oid=basis.oid,
        )
    elif lines and lines != amount:
        yield broken(
            "MNY-02.lines",
            "the lines of the document add up to {lines} fen, its total is {total} fen ({fee} 元)",
            proof,
            lines=lines,
            total=amount,
            fee=yuan(amount),
        )
    elif document.quantity and document.quantity != basis.num:
        yield broken(
            "MNY-02.quantity",
            "the document is about {shown} pieces, the refund about {num}",
            proof,
            shown=document.quantity,
            num=basis.num,
        )
    else:
        yield HELD


def _based_on(case: Case, revision: Revision, declared: Declaration) -> list[State]:
    """Return the states that the document may be based on: those of its version, or those current within the limit."""
    version = revision.document.version
    if version:
        return [state for state in case.versions(version) if state.seq < revision.seq]
    since = revision.mono - sla(case, declared)
    known = [state for state in case.states if state.seq < revision.seq]
    return [
        state
        for state, following in zip(known, [*known[1:], None], strict=True)
        if following is None or following.mono >= since
    ]
