"""What a run proved is what it saw: exchanges done, reports to AG, messages confirmed."""

from contract_tests.verdict import Judgement, Outcome, RuleResult, Verdict
from rehearsal.chronicle import Chronicle
from rehearsal.proven import not_judged, proven
from simulator.ledger.entry import Changed, Confirmed
from simulator.ledger.values import Row


def _judgement() -> Judgement:
    rule = RuleResult(id="COV-01", law="", law_zh="", outcome=Outcome.HELD, witnesses=1)
    return Judgement(verdict=Verdict.GO, exit=0, because=(), rules=(rule,), stories=(), entries=3)


def test_exchanges_reports_to_ag_and_messages_count_once_they_were_seen() -> None:
    run = Chronicle()
    before = {pair["en"] for pair in not_judged(_judgement(), run)}
    run.take(Changed(rows=(Row("exchange", "E1", {"dispute_id": "E1", "status": "5"}),)))
    run.take(Changed(rows=(Row("ag_report", "x", {"kind": "ag_cancel"}),)))
    run.take(Confirmed(message="1", result="ok"))
    run.take(Confirmed(message="2", result="failed"))

    after = {pair["en"] for pair in not_judged(_judgement(), run)}

    assert before - after == {"exchange", "AG", "messages"}
    assert [pair["zh"] for pair in proven(_judgement(), run)] == [
        "换货（完成 1 笔）",
        "AG 极速退款（1 次回传）",
        "消息（确认 1 条）",
    ]
