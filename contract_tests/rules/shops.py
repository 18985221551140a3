"""SEC-02: each shop's refunds are asked for, acted on and written in that shop's name alone."""

from collections.abc import Iterator

from contract_tests.case import Case
from contract_tests.history import History
from contract_tests.rule import HELD, Breach, Said, broken, run_rule
from simulator.ledger.declaration import Declaration


@run_rule("SEC-02", source="failure catalogue: the shop kept in shared state", confidence="documented")
def shops_are_kept_apart(history: History, _: Declaration) -> Iterator[Said]:
    """Shops are kept apart.

    A call that names a refund comes with a session of the refund's own shop, and its document stands in the ERP under
    that shop. A call without a session belongs to no shop; a shop that the run does not know is the mapping's matter.
    """
    minded = set()
    for case in history.cases.values():
        found = _foreign_session(case) or _foreign_document(case)
        if found is not None:
            yield found.of(case)
        elif any(call.asked.side == "tmall" and call.asked.shop for call in case.calls):
            minded.add(case.shop)
    if len(minded) > 1:
        yield HELD


def _foreign_session(case: Case) -> Breach | None:
    """Return what is to be said of the first call about the refund with another shop's session."""
    for call in case.calls:
        shop = call.asked.shop
        if call.asked.side == "tmall" and shop not in {"", case.shop}:
            return broken(
                "SEC-02.session",
                "{method} about a refund of shop {owner} came with a session of shop {shop}",
                [case.first.seq, call.seq, call.proof],
                method=call.method,
                owner=case.shop,
                shop=shop,
            )
    return None


def _foreign_document(case: Case) -> Breach | None:
    """Return what is to be said of the first document that the integration wrote under another shop."""
    for found in case.misfiled:
        if found.actor == "integration" and found.document.shop in case.history.sold.shops:
            return broken(
                "SEC-02.document",
                "the refund of shop {owner} was written into the ERP as one of shop {shop}",
                [case.first.seq, found.seq],
                owner=case.shop,
                shop=found.document.shop,
            )
    return None
