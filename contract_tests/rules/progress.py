"""STA-02: what the ERP shows of a refund goes forward only, as the platform did."""

from collections.abc import Iterator

from contract_tests.case import Case, Revision
from contract_tests.limits import IMAGE
from contract_tests.rule import HELD, Said, broken, rule
from simulator.ledger.declaration import Declaration

_FINAL = frozenset({"refunded", "closed"})
_OPEN = frozenset(IMAGE.values()) - _FINAL


@rule("STA-02", source="failure catalogue: a late event overwrites a newer one", confidence="documented")
def the_erp_never_goes_backwards(case: Case, _: Declaration) -> Iterator[Said]:
    """ERP state never goes backwards.

    Where the platform itself went back (refused and submitted again, a paid refund reversed) the ERP follows it. What
    a document says of its version decides; without one, its status and amount do. Equal versions are in no order.
    """
    newest: dict[str, Revision] = {}
    for found in case.revisions:
        before = newest.get(found.document.id)
        newest[found.document.id] = found
        if found.actor != "integration" or before is None:
            continue
        old, new = before.document, found.document
        if new.version and old.version and new.version < old.version:
            yield broken(
                "STA-02.version",
                "the document had been of version {old}, and version {new} was written over it",
                [before.seq, found.seq],
                old=old.version,
                new=new.version,
            )
        elif _went_back(case, before, found):
            yield broken(
                "STA-02.status",
                "the document had been {old}, and became {new} again, which the refund had been before that",
                [before.seq, found.seq],
                old=old.status,
                new=new.status,
            )
        elif (old.status, old.amount, old.version) != (new.status, new.amount, new.version):
            yield HELD


def _went_back(case: Case, before: Revision, found: Revision) -> bool:
    """Tell whether the new status is one that the refund had left for good when it had the old one."""
    old, new = before.document.status, found.document.status
    if old == new:
        return False
    images = [IMAGE.get(state.refund.status, "") for state in case.states if state.seq < found.seq]
    if old not in images or new not in images:
        return old in _FINAL and old in images and new not in _FINAL and new in _OPEN
    last = len(images) - 1 - images[::-1].index(new)
    return last < images.index(old)
