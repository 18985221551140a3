"""The MSG rules on ledgers small enough to read. Limits: sla 10 s, list every 5 s, so 15 s where no message came."""

import pytest

from contract_tests.builder import Ledger
from contract_tests.builder_messages import MessageLedger
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE


def _handled(ledger: MessageLedger, refund: str, *, amount: int = 835) -> MessageLedger:
    """Let *refund* be applied for, come to the ERP, be approved and paid."""
    ledger.applied(refund).message(refund).hear(refund).confirm(refund).told(refund).document(refund)
    ledger.decide(refund, "approve").agree(refund, amount=amount)
    ledger.message(refund, "RefundSuccess").hear(refund).confirm(refund).told(refund).document(refund)
    return ledger


def _calm() -> MessageLedger:
    return _handled(MessageLedger(play="S49#1", judges=["MSG-01"], twin="chaos/1", calm=True), "CALM")


def _disturbed(ledger: MessageLedger) -> MessageLedger:
    ledger.begin("S49#2", judges=["MSG-01"], twin="chaos/1", calm=False)
    return ledger


def _doubled(ledger: MessageLedger) -> MessageLedger:
    return ledger.again("R").hear("R").confirm("R")


def _reapproved(ledger: MessageLedger) -> MessageLedger:
    return ledger.document("R", status="pending")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_handled(MessageLedger(), "R"), IDLE, id="no twins"),
        pytest.param(_doubled(_handled(_disturbed(_calm()), "R")), HELD, id="doubled, and all the same"),
        pytest.param(_doubled(_handled(_disturbed(_calm()), "R")).told("R").told("R"), HELD, id="read more often"),
        pytest.param(
            _doubled(_handled(_disturbed(_calm()), "R").act("taobao.rp.refund.review", "R")), HELD, id="reviewed again"
        ),
        pytest.param(_reapproved(_doubled(_handled(_disturbed(_calm()), "R"))), BROKEN, id="another end in the ERP"),
        pytest.param(
            _doubled(_handled(_disturbed(_calm()), "R")).document("R", external="SECOND", status="pending"),
            BROKEN,
            id="a second document",
        ),
        pytest.param(
            _doubled(_handled(_disturbed(_calm()), "R")).changed("R", "agree", "integration"), BROKEN, id="paid twice"
        ),
        pytest.param(_handled(_disturbed(_calm()), "R"), OPEN, id="nothing was disturbed"),
    ],
)  # fmt: skip
def test_doubled_and_late_messages_change_nothing(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("MSG-01").outcome == outcome


def test_a_disturbed_play_that_was_not_played_leaves_it_open() -> None:
    ledger = _doubled(_handled(_disturbed(_calm()), "R"))

    assert ledger.end(outcome="inconclusive").rule("MSG-01").outcome == OPEN


def test_what_differs_is_said_of_both() -> None:
    [finding] = _reapproved(_doubled(_handled(_disturbed(_calm()), "R"))).end().rule("MSG-01").findings

    assert finding.refund == "R"
    assert "refund refunded 835 in the calm play, and with refund pending 835 where" in finding.because


def _lost() -> MessageLedger:
    return MessageLedger().applied("R").message("R", lost=True, fault="message-lost")


def _known() -> MessageLedger:
    return MessageLedger().applied("R", amount=1000).message("R").hear("R").told("R").document("R").confirm("R")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known().after(20), IDLE, id="no message was lost"),
        pytest.param(
            _known().message(topic="TradeChanged", fault="message-lost", lost=True).after(20),
            IDLE,
            id="lost: what a trade says besides",
        ),
        pytest.param(_lost().after(14).told("R").document("R"), HELD, id="the list told of it"),
        pytest.param(_lost().after(20), BROKEN, id="nothing did"),
        pytest.param(_lost().after(17).told("R").document("R"), BROKEN, id="only after the limit"),
        pytest.param(_lost().after(9), OPEN, id="the run ended"),
        pytest.param(_lost().after(9).withdrawn("R").after(30), IDLE, id="withdrawn before it had to be known"),
        pytest.param(_lost().after(9).life("killed").life("ready").after(9).document("R"), HELD, id="was down"),
        pytest.param(
            _known().modified("R", amount=600).message("R", "RefundBuyerModifyAgreement", lost=True).after(20),
            BROKEN,
            id="a change was lost",
        ),
        pytest.param(
            _known().modified("R", amount=600).message("R", "RefundBuyerModifyAgreement", lost=True).after(9)
            .modified("R", amount=500).message("R", "RefundBuyerModifyAgreement").hear("R").told("R").document("R"),
            IDLE,
            id="a newer message told of what came after",
        ),
        pytest.param(
            _known().modified("R", reason="other").message("R", "RefundCreateMessage", lost=True).after(20),
            HELD,
            id="what was lost changed nothing that the ERP shows",
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").after(6).hear("R").after(7).document("R"), HELD, id="late"
        ),
        pytest.param(Ledger().applied("R").after(20), IDLE, id="it does not listen"),
    ],
)  # fmt: skip
def test_lost_messages_are_made_up_for(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("MSG-02").outcome == outcome


def test_what_a_lost_message_would_have_told_is_due_later_for_every_rule() -> None:
    late = _lost().after(14).told("R").document("R").after(20).end()
    never = MessageLedger().applied("R").message("R").hear("R").after(14).document("R").after(20).end()

    assert late.rule("COV-01").outcome == HELD
    assert never.rule("COV-01").outcome == BROKEN


def test_a_message_tells_what_an_answer_tells() -> None:
    ledger = MessageLedger().applied("R").message("R").hear("R").told("R").document("R").decide("R", "approve")
    ledger.agree("R", lost=True).message("R", "RefundSuccess").hear("R", channel="http").after(1)
    ledger.agree("R", error={"code": 15, "sub_code": "isv.refund-status-error"}).document("R").after(20).end()

    assert ledger.rule("DUP-01").outcome == BROKEN  # it was told of the success
    assert ledger.rule("DUP-02").outcome == HELD  # and so the unknown outcome was known


def test_a_message_whose_answer_was_lost_told_nothing() -> None:
    ledger = MessageLedger().applied("R").told("R").document("R").decide("R", "approve").agree("R", lost=True)
    ledger.message("R", "RefundSuccess").hear("R", channel="http", lost=True).after(1).agree("R", effect=False)

    assert ledger.end().rule("DUP-01").outcome == HELD


def _often(times: int, ledger: MessageLedger, name: str) -> MessageLedger:
    for _ in range(times):
        ledger.after(1).hear(name)
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(MessageLedger().applied("R").message("R").after(40), IDLE, id="none was told"),
        pytest.param(_known().after(40), HELD, id="confirmed"),
        pytest.param(
            _known().message(topic="TradeChanged").hear("TradeChanged").confirm("TradeChanged").after(40),
            HELD,
            id="confirmed, and what a trade says besides needs no more",
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").told("R").document("R").after(40), BROKEN, id="never"
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").document("R").after(9), OPEN, id="the run ended"
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").confirm("R", "failed").after(1).hear("R").document("R")
            .confirm("R").after(40),
            HELD,
            id="failed at first",
        ),
        pytest.param(
            MessageLedger().message(topic="Odd", odd=True).hear("Odd").confirm("Odd").after(40), HELD, id="nobody's"
        ),
        pytest.param(
            _often(7, MessageLedger().message(topic="Odd", odd=True, fault="message-poison"), "Odd").after(40),
            BROKEN,
            id="one that nobody understands comes for ever",
        ),
        pytest.param(
            _often(4, MessageLedger().applied("R").message("R").hear("R").told("R").document("R"), "R").confirm("R")
            .after(40),
            HELD,
            id="took long to be confirmed",
        ),
        pytest.param(
            _often(7, MessageLedger().applied("R").message("R"), "R").document("R").confirm("R").after(40),
            HELD,
            id="not handled yet while it came again",
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").confirm("R").life("killed").life("ready").after(12)
            .document("R").after(20),
            HELD,
            id="killed after confirming, and made up for",
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").confirm("R").life("killed").life("ready").after(40),
            BROKEN,
            id="killed after confirming, and forgotten",
        ),
        pytest.param(
            _known().life("killed").life("ready").after(40), HELD, id="killed after all was done"
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").told("R").document("R").life("killed").life("ready")
            .after(40),
            IDLE,
            id="killed before confirming, and not told again",
        ),
        pytest.param(
            MessageLedger().applied("R").message("R").hear("R").told("R").document("R").life("killed").life("ready")
            .after(1).hear("R").after(40),
            BROKEN,
            id="killed before confirming, told again, and never confirmed",
        ),
    ],
)  # fmt: skip
def test_confirmed_is_safe_and_all_is_confirmed(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("MSG-03").outcome == outcome
