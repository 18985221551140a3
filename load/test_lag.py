"""Lag arithmetic on ledgers small enough to check by hand. One step is 100 ms."""

from typing import Any

import msgspec
import pytest

from load.crowd import PLAY
from load.lag import Lag, Lags, Percentiles, measure
from simulator.ledger.entry import AnyEntry, Changed, Decision
from simulator.ledger.values import Row
from simulator.tmall.refund import Refund

STEP = 100_000
"""Microseconds between two entries of a literal ledger."""


class _Ledger:
    """Writes literal entries, each a step (or as many as told) after the one before."""

    def __init__(self) -> None:
        self.entries: list[AnyEntry] = []
        self.mono = 1_000_000

    def _add(self, entry: AnyEntry, refund: str, steps: int) -> "_Ledger":
        self.mono += steps * STEP
        entry.seq, entry.mono = len(self.entries) + 1, self.mono
        entry.refunds, entry.plays = (refund,), (PLAY,)
        self.entries.append(entry)
        return self

    def refund(
        self, status: str, refund: str = "R", *, amount: int = 835, actor: str = "buyer", steps: int = 1
    ) -> "_Ledger":
        row = Row("refund", refund, {"refund_id": refund, "status": status, "amount": amount})
        return self._add(Changed(actor=actor, rows=(row,)), refund, steps)

    def document(self, status: str, refund: str = "R", *, steps: int = 1, **more: Any) -> "_Ledger":
        values = {"id": f"D{refund}", "refund_id": refund, "status": status, "amount": 835, **more}
        row = Row("document", f"D{refund}", values)
        return self._add(Changed(side="erp", actor="integration", rows=(row,)), refund, steps)

    def decision(self, refund: str = "R", *, steps: int = 1) -> "_Ledger":
        return self._add(Decision(decision="approve"), refund, steps)

    def lag(self) -> Lag:
        return measure(self.entries)


def _whole() -> _Ledger:
    """Applied; 300 ms later in the ERP; decided; 200 ms later agreed; 400 ms later booked."""
    return (
        _Ledger()
        .refund("WAIT_SELLER_AGREE")
        .document("pending", steps=3)
        .decision()
        .refund("SUCCESS", actor="integration", steps=2)
        .document("refunded", steps=4)
    )


def test_each_part_of_the_way_is_measured_from_its_own_fact() -> None:
    lag = _whole().lag()

    assert (lag.in_erp.p50, lag.acted.p50, lag.booked.p50, lag.closed.p50) == (300, 200, 400, 1000)
    assert (lag.opened, lag.settled, lag.left, lag.unsettled) == (1, 1, 0, ())


def test_a_refund_that_never_reached_the_erp_is_backlog_and_unsettled() -> None:
    lag = _Ledger().refund("WAIT_SELLER_AGREE").lag()

    assert (lag.in_erp.count, lag.left, lag.unsettled) == (0, 1, ("R",))


def test_a_refund_that_waits_for_a_person_is_no_backlog() -> None:
    lag = _Ledger().refund("WAIT_SELLER_AGREE").document("pending").lag()

    assert (lag.left, lag.settled) == (0, 0)


def test_a_decision_not_carried_out_is_backlog() -> None:
    lag = _Ledger().refund("WAIT_SELLER_AGREE").document("pending").decision().lag()

    assert lag.left == 1


def test_a_decision_on_content_that_was_replaced_is_owed_no_more() -> None:
    ledger = _Ledger().refund("WAIT_SELLER_AGREE").document("pending").decision()

    lag = ledger.refund("WAIT_SELLER_AGREE", amount=500).document("pending", amount=500).lag()

    assert lag.left == 0


def test_an_erp_with_another_amount_is_not_closed() -> None:
    lag = _Ledger().refund("SUCCESS", amount=500).document("refunded").lag()

    assert (lag.settled, lag.left, lag.unsettled) == (0, 1, ("R",))


def test_a_notice_of_goods_beside_the_document_changes_nothing() -> None:
    lag = _whole().document("waiting_receipt", id="DN", kind="inbound").lag()

    assert (lag.settled, lag.left, lag.closed.p50) == (1, 0, 1000)


def test_money_that_somebody_else_moved_is_not_an_act_of_the_integration() -> None:
    lag = _Ledger().refund("WAIT_SELLER_AGREE").document("pending").decision().refund("SUCCESS", actor="timer").lag()

    assert lag.acted.count == 0


def test_a_refused_refund_is_at_rest() -> None:
    lag = _Ledger().refund("WAIT_SELLER_AGREE").refund("SELLER_REFUSE_BUYER").document("refused").lag()

    assert lag.settled == 1


def test_the_backlog_is_kept_for_each_second_also_the_quiet_ones() -> None:
    ledger = _Ledger().refund("WAIT_SELLER_AGREE", "A").refund("WAIT_SELLER_AGREE", "B")
    lag = ledger.document("pending", "A", steps=25).document("pending", "B").lag()

    assert lag.backlog == ((0, 2), (1, 2), (2, 0))
    assert lag.peak == 2


def test_other_plays_are_not_measured_unless_all_are_asked_for() -> None:
    entries = _whole().entries
    for entry in entries:
        entry.plays = ("S01#1",)

    assert measure(entries).opened == 0
    assert measure(entries, play="").opened == 1


def test_entries_that_were_never_written_are_read_too() -> None:
    refund = Refund(
        refund_id="R",
        shop="a",
        tid=1,
        oid=1,
        kind="refund_only",
        status="CLOSED",
        phase="onsale",
        amount=1,
        total=1,
    )
    lags = Lags(play="")
    lags.add(Changed(rows=(Row("refund", "R", refund),)))

    assert lags.refunds == {"R"}


def test_a_written_ledger_gives_the_same_lags() -> None:
    entries = _whole().entries
    decoder = msgspec.json.Decoder(AnyEntry)

    assert measure(decoder.decode(msgspec.json.encode(entry)) for entry in entries) == measure(entries)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], (0, 0, 0, 0, 0)),
        ([7], (7, 7, 7, 7, 1)),
        (range(1, 101), (50, 95, 99, 100, 100)),
        ([5, 1, 3], (3, 5, 5, 5, 3)),
    ],
)
def test_percentiles_are_values_that_occurred(values: Any, expected: tuple[int, ...]) -> None:
    assert msgspec.structs.astuple(Percentiles.of(values)) == expected
