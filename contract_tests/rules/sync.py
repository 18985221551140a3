"""SYN: what a failed page or detail hid is covered later."""

from collections.abc import Iterator

from contract_tests.call import DETAIL, LIST, Call
from contract_tests.case import Case
from contract_tests.history import History
from contract_tests.limits import in_scope, sla
from contract_tests.listing import Listing, window_of
from contract_tests.rule import HELD, Doubt, Said, broken, run_rule
from contract_tests.times import second_of
from contract_tests.words import say, seconds
from simulator.ledger.declaration import Declaration
from simulator.tmall.refund import CLOSED


@run_rule("SYN-02", source="failure catalogue: failed page or detail dropped", confidence="observed")
def a_failed_read_is_covered_later(history: History, declared: Declaration) -> Iterator[Said]:
    """A failed page or detail read is covered later."""
    hidden: dict[str, Call] = {}
    for shop, listing in history.listings.items():
        for failed in listing.failures():
            for case in _behind(history, shop, listing, failed):
                hidden[case.refund_id] = failed
    for case in history.cases.values():
        for call in case.calls:
            if call.method == DETAIL and call.failed_passing and _not_yet(case, call):
                hidden[case.refund_id] = call
    for refund_id, failed in hidden.items():
        case = history.cases[refund_id]
        if in_scope(case, declared):
            yield from _covered(case, failed, declared)


def _behind(history: History, shop: str, listing: Listing, failed: Call) -> Iterator[Case]:
    """Yield the refunds that only the failed page of a scan, other pages of which came, could have shown."""
    scan = listing.same_scan(failed)
    if failed.answered is None or not scan:
        return
    window = window_of(failed.asked.params)
    start, end = second_of(window[0]), second_of(window[1])
    shown = {told.refund for call in scan if call.answered is not None for told in call.answered.told}
    for case in history.of_shop.get(shop, ()):
        if case.first.seq > failed.seq:
            break
        state = case.at(failed.seq)
        if state is None or case.refund_id in shown or not _not_yet(case, failed):
            continue
        if (not start or state.refund.modified >= start) and (not end or state.refund.modified <= end):
            yield case


def _not_yet(case: Case, failed: Call) -> bool:
    """Tell whether the ERP had no document of the refund when *failed* was asked."""
    return not case.revisions or case.revisions[0].seq > failed.seq


def _covered(case: Case, failed: Call, declared: Declaration) -> Iterator[Said]:
    limit, until = sla(case, declared), case.history.until
    # A list's failure is nobody's own: the clean time of the refund begins with it.
    what = "page" if failed.method == LIST else "detail"
    if case.revisions:
        arrived = case.revisions[0]
        took = case.undisturbed(failed.ended, arrived.mono)
        if took > limit:
            yield broken(
                "SYN-02.late",
                "the {what} that showed the refund failed; it was in the ERP only {took} s undisturbed later",
                [case.first.seq, failed.seq, failed.proof, arrived.seq],
                what=what,
                took=seconds(took),
            ).of(case)
        else:
            yield HELD
        return
    ended = case.ended()
    if ended is not None and ended.refund.status == CLOSED and case.undisturbed(failed.ended, ended.mono) <= limit:
        return
    waited = case.undisturbed(failed.ended, until)
    if waited > limit:
        yield broken(
            "SYN-02.lost",
            "the {what} that showed the refund failed, and {waited} s undisturbed later it is still not in the ERP",
            [case.first.seq, failed.seq, failed.proof],
            what=what,
            waited=seconds(waited),
        ).of(case)
    else:
        yield Doubt(say("doubt.read_failed_late", "a read failed shortly before the run ended"))
