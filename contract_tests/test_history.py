"""What the one pass makes of a ledger: who was told what and when, what disturbed whom, and when it all ended."""

import gc
import itertools

from contract_tests.builder import DECLARED, Ledger
from contract_tests.case import Case
from contract_tests.history import History
from simulator.ledger.entry import Fault


def _history(ledger: Ledger) -> History:
    return History.read(ledger.entries)


def _case(ledger: Ledger, refund: str = "R") -> Case:
    return _history(ledger).cases[refund]


def _strike(ledger: Ledger, *, event: str = "strike", times: int = 1, refunds: tuple[str, ...] = ("R",)) -> Ledger:
    about = {"shop": ledger.shop, "refunds": refunds, "scope": {} if times == 1 else {"times": times}}
    return ledger._note(Fault(fault="f1", name="slow", event=event, **about))  # type: ignore[arg-type]


def test_only_what_was_delivered_was_told() -> None:
    case = _case(Ledger().applied("R").told("R", lost=True).modified("R", amount=900).told("R"))

    assert [telling.change for telling in case.tellings] == [2]


def test_only_the_fields_on_the_wire_were_told() -> None:
    case = _case(Ledger().applied("R", amount=835).told("R", fields=("status", "amount")))

    assert [value for _, value in case.told("amount")] == [835]
    assert list(case.told("version")) == []


def test_a_value_that_a_fault_altered_is_told_as_it_was_on_the_wire() -> None:
    assert [value for _, value in _case(Ledger().applied("R").told("R", altered={"amount": 7})).told("amount")] == [7]


def test_a_row_that_a_fault_dropped_was_not_told() -> None:
    case = _case(Ledger().applied("R").told("R", dropped=("R",)))

    assert (case.tellings, case.reads) == ([], [])


def test_a_state_told_twice_is_one_telling_and_two_reads() -> None:
    case = _case(Ledger().applied("R").told("R").told("R"))

    assert (len(case.tellings), len(case.reads)) == (1, 2)


def test_refunds_of_one_sub_order_and_of_one_trade_are_grouped() -> None:
    history = _history(Ledger().applied("A", tid=1, oid=1).applied("B", tid=1, oid=2).applied("C", tid=1, oid=1))

    assert [case.refund_id for case in history.orders["1"]] == ["A", "C"]
    assert [case.refund_id for case in history.trades["1"]] == ["A", "B", "C"]


def test_the_moments_that_lag_is_measured_by_are_there() -> None:
    ledger = Ledger().applied("R").after(1).told("R").document("R").after(1).decide("R", "approve").after(1).agree("R")
    case, ended = _case(ledger), _case(ledger).ended()

    assert ended is not None
    moments = [case.first.mono, case.revisions[0].mono, case.decisions[0].mono, ended.mono]
    assert [(after - before) // 1_000_000 for before, after in itertools.pairwise(moments)] == [1, 1, 1]


def _undisturbed(ledger: Ledger, refund: str = "R") -> int:
    """Return the whole seconds that passed undisturbed from the refund's creation to the end."""
    case = _case(ledger.end(), refund)
    return case.undisturbed(case.first.mono, case.history.until) // 1_000_000


def test_clean_time_begins_anew_with_each_strike() -> None:
    assert _undisturbed(_strike(Ledger().applied("R").after(5)).after(3)) == 3


def test_a_strike_on_another_refund_disturbs_nothing() -> None:
    ledger = Ledger().applied("R").applied("B").after(5)
    assert _undisturbed(_strike(ledger, refunds=("B",)).after(3)) == 8


def test_a_strike_on_a_list_disturbs_the_whole_shop() -> None:
    assert _undisturbed(_strike(Ledger().applied("R").after(5), refunds=()).after(3)) == 3


def test_the_end_of_a_fault_that_could_go_on_striking_disturbs_too() -> None:
    ledger = _strike(Ledger().applied("R"), times=0).after(5)
    assert _undisturbed(_strike(ledger, event="end", times=0).after(3)) == 3


def test_the_end_of_a_fault_that_had_struck_out_does_not() -> None:
    ledger = _strike(Ledger().applied("R")).after(5)
    assert _undisturbed(_strike(ledger, event="end").after(3)) == 8


def test_the_end_of_a_fault_that_never_struck_does_not() -> None:
    assert _undisturbed(_strike(Ledger().applied("R").after(5), event="end").after(3)) == 8


def test_clean_time_begins_anew_when_the_integration_comes_back() -> None:
    assert _undisturbed(Ledger().applied("R").after(5).life("killed").after(1).life("ready").after(3)) == 3


def test_nothing_is_judged_after_the_integration_went_away_for_good() -> None:
    ledger = Ledger().applied("R").after(5).life("exited").after(60)
    assert _undisturbed(ledger) == 5


def test_limits_grow_with_an_integration_that_polls_more_slowly_than_it_declares() -> None:
    ledger = Ledger()
    for _ in range(5):
        ledger.listed().after(2)
    history = _history(ledger)

    assert 4.4 < history.stretch(DECLARED) < 4.6


def test_pages_of_one_window_are_one_scan() -> None:
    ledger = Ledger()
    for minute in range(4):
        for page in (1, 2, 3):
            ledger.listed(window=(f"2026-11-22 10:0{minute}:00", f"2026-11-22 10:0{minute}:59"), page=page)
        ledger.after(2)
    (listing,) = _history(ledger).listings.values()

    assert (len(listing.scans), len(listing.calls)) == (4, 12)


def test_judging_leaves_the_collector_as_it_was() -> None:
    Ledger().end().judged()
    assert gc.isenabled()
