"""SYN-01 on ledgers small enough to read. The limit is 10 s, counted from the restart."""

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import AGREE
from contract_tests.verdict import Outcome
from simulator.ledger.entry import Delivered
from simulator.tmall.refund import SUCCESS

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE


def _told() -> Ledger:
    return Ledger().applied("R").told("R")


def _down(ledger: Ledger) -> Ledger:
    return ledger.life("killed").after(3).life("ready")


def _approved() -> Ledger:
    return _told().document("R").decide("R", "approve").erp_read("R")


def _unanswered() -> Ledger:
    """Return a ledger in which the document was written, and nobody had heard so."""
    ledger = _told().document("R")
    ledger.entries = [entry for entry in ledger.entries if not isinstance(entry, Delivered) or entry.side != "erp"]
    return ledger


def _paid() -> Ledger:
    return _approved().agree("R", lost=True)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_told().document("R").after(30), IDLE, id="nobody was killed"),
        pytest.param(_told().life("killed").after(30), IDLE, id="it was never started again"),
        pytest.param(_down(Ledger().applied("R")).after(30), IDLE, id="it had heard of nothing"),
        pytest.param(_down(_told().document("R")).after(30), IDLE, id="nothing was under way"),
        pytest.param(_down(_told()).after(2).document("R").after(30), HELD, id="told before, brought afterwards"),
        pytest.param(_down(_told()).after(30), BROKEN, id="told before, and never brought"),
        pytest.param(_down(_told()).after(12).document("R").after(30), BROKEN, id="brought after the limit"),
        pytest.param(_down(_told()).after(5), OPEN, id="the run ended"),
        pytest.param(_down(_told().after(12)).after(30), IDLE, id="overdue before: COV-01's"),
        pytest.param(_down(_told()).withdrawn("R").after(30), IDLE, id="withdrawn before anybody could know"),
        pytest.param(_down(_told().withdrawn("R")).after(30), IDLE, id="withdrawn, and never in the ERP"),
        pytest.param(
            _down(_down(_told()).after(2)).after(9).document("R").after(30), HELD, id="killed twice: time begins anew"
        ),
        pytest.param(
            _down(_told()).document("R").document("R", external="TM-2").after(30), HELD, id="two after it: DUP-03's"
        ),
        pytest.param(
            _down(_told().document("R")).document("R", external="TM-2").after(30), BROKEN, id="a second document"
        ),
        pytest.param(
            _down(_unanswered()).document("R").after(30), HELD, id="written, and killed before the answer came"
        ),
        pytest.param(
            _down(_unanswered()).document("R", external="TM-2").after(30), BROKEN, id="and written once more elsewhere"
        ),
        pytest.param(
            _down(_told().document("R")).document("R", external="X", actor="reviewer").after(30),
            IDLE,
            id="a second document by a clerk",
        ),
        pytest.param(
            _down(_told().document("R")).document("R", external="TM-2").document("R", external="TM-2", status="closed"),
            IDLE,
            id="a second document that was taken back",
        ),
    ],
)
def test_what_had_been_told_reaches_the_erp_once(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("SYN-01").outcome == outcome


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_down(_approved()).after(1).agree("R").document("R").after(30), HELD, id="carried out"),
        pytest.param(_down(_approved()).after(30), BROKEN, id="the decision was forgotten"),
        pytest.param(_down(_approved()).after(12).agree("R").document("R").after(30), BROKEN, id="too late"),
        pytest.param(_down(_approved()).after(3), OPEN, id="the run ended"),
        pytest.param(_down(_approved().after(12)).after(30), IDLE, id="overdue before: COV-04's"),
        pytest.param(
            _down(_told().document("R").decide("R", "approve")).after(30), IDLE, id="it had not been told of it"
        ),
        pytest.param(_down(_approved()).withdrawn("R").document("R").after(30), IDLE, id="withdrawn meanwhile"),
        pytest.param(
            _down(_approved()).after(2).decide("R", "refuse").after(30), IDLE, id="another decision replaced it"
        ),
        pytest.param(
            _down(_approved()).act(AGREE, "R", error={"code": 15, "sub_code": "isv.refund-status-error"}).after(30),
            IDLE,
            id="the platform does not let it",
        ),
        pytest.param(
            _down(_approved()).changed("R", "agree", "agent", status=SUCCESS).document("R").after(30),
            IDLE,
            id="staff were faster",
        ),
    ],
)
def test_decisions_that_had_been_told_are_carried_out(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("SYN-01").outcome == outcome


def test_what_was_lost_at_one_kill_stays_lost_though_another_kill_follows_near_the_end() -> None:
    lost = _down(_down(_told()).after(15)).after(2).end()
    forgotten = _down(_down(_approved()).after(15)).after(2).end()
    not_yet = _down(_down(_approved()).after(5)).after(2).end()

    assert [ledger.rule("SYN-01").outcome for ledger in (lost, forgotten, not_yet)] == [BROKEN, BROKEN, OPEN]


def test_what_was_under_way_at_two_kills_is_told_once() -> None:
    ledger = _down(_down(_approved()).after(12)).after(30).end()

    assert len(ledger.rule("SYN-01").findings) == 1


def test_money_that_went_before_is_booked_though_nobody_had_heard_the_answer() -> None:
    assert _down(_paid()).after(2).told("R").document("R").after(30).end().rule("SYN-01").outcome == HELD
    (finding,) = _down(_paid()).after(30).end().rule("SYN-01").findings

    assert "killed while the ERP did not show the refund (SUCCESS, 8.35 元) yet" in finding.because
