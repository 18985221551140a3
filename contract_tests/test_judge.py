"""The verdict: what is GO, what is NO-GO, what proves nothing, and that anyone can repeat it from the file alone."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.judge import EXIT, judge, laws
from contract_tests.law import LAW
from contract_tests.verdict import Outcome, Verdict
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration, Waiver


def _story(declared: Declaration = DECLARED, *, amount: int | None = None, judges: tuple[str, ...] = ()) -> Ledger:
    """Return a refund that was approved and agreed with *amount*, and booked."""
    wanted = judges or ("COV-03", "MNY-01", "DUP-01")
    ledger = Ledger(declared, judges=wanted).applied("R").told("R").document("R").decide("R", "approve")
    return ledger.agree("R", amount=amount).told("R").document("R").after(20)


def _waiving(**waiver: str) -> Declaration:
    about = {"rule": "MNY-01", "reason": "ticket 12", "owner": "vendor", "expires": "2026-12-31"} | waiver
    return msgspec.structs.replace(DECLARED, waivers=(msgspec.convert(about, Waiver),))


def test_every_rule_held_with_a_witness_is_go() -> None:
    judgement = _story().end().judged()

    assert (judgement.verdict, judgement.exit) == (Verdict.GO, 0)
    assert judgement.because == ("All 3 rules that were to be judged held, each with at least one witness.",)
    assert [(story.id, story.outcome) for story in judgement.stories] == [("S00", "passed")]


def test_a_broken_rule_is_no_go_and_fails_its_play() -> None:
    judgement = _story(amount=1999).end().judged()

    assert (judgement.verdict, judgement.exit) == (Verdict.NO_GO, 1)
    assert judgement.because == ("1 rule is broken: MNY-01.",)
    assert [(story.outcome, story.rules_broken) for story in judgement.stories] == [("failed", ("MNY-01",))]


def test_a_broken_rule_counts_even_if_no_play_was_to_judge_it() -> None:
    assert _story(amount=1999, judges=("COV-03",)).end().judged().verdict == Verdict.NO_GO


def test_a_rule_that_was_to_be_judged_and_was_not_exercised_proves_nothing() -> None:
    judgement = _story(judges=("COV-03", "RTY-05")).end().judged()

    assert (judgement.verdict, judgement.exit) == (Verdict.NOT_PROVEN, 2)
    assert judgement.because == ("RTY-05 was not exercised.",)


def test_a_rule_that_could_not_be_decided_proves_nothing() -> None:
    ledger = Ledger(judges=("COV-04",)).applied("R").told("R").document("R").decide("R", "approve").end()

    assert ledger.judged().verdict == Verdict.NOT_PROVEN
    assert "COV-04 could not be decided" in ledger.judged().because[0]


@pytest.mark.parametrize(
    ("ledger", "why"),
    [
        pytest.param(Ledger().end(), "No rule was to be judged.", id="nothing witnessed"),
        pytest.param(_story().end(complete=False), "The run did not come to its end.", id="the run was stopped"),
        pytest.param(_story(), "The run did not come to its end.", id="the end is missing"),
        pytest.param(_story().end(outcome="inconclusive"), "No play was played to its end.", id="no play came through"),
        pytest.param(_story().end(outcome="not applicable"), "No rule was to be judged.", id="nothing was applicable"),
    ],
)
def test_a_run_that_shows_too_little_is_not_proven(ledger: Ledger, why: str) -> None:
    judgement = ledger.judged()

    assert judgement.verdict == Verdict.NOT_PROVEN
    assert why in judgement.because


def test_a_run_without_entries_is_not_proven() -> None:
    assert judge([]).verdict == Verdict.NOT_PROVEN


def test_the_exit_status_follows_from_the_verdict_alone() -> None:
    assert EXIT == {Verdict.GO: 0, Verdict.NO_GO: 1, Verdict.NOT_PROVEN: 2}


@pytest.mark.parametrize("scope", ["*", "S00", "S00#1", "R", "shop-1"])
def test_a_waived_breach_does_not_fail_the_verdict_and_is_said(scope: str) -> None:
    judgement = _story(_waiving(scope=scope), amount=1999).end().judged()

    assert (judgement.verdict, judgement.exit, judgement.waived) == (Verdict.GO, 0, 1)
    assert judgement.because[0] == "GO with waivers: 1 breach of MNY-01 waived."
    money = next(rule for rule in judgement.rules if rule.id == "MNY-01")
    assert (money.outcome, money.findings[0].waived) == (Outcome.BROKEN, "ticket 12")
    assert judgement.stories[0].outcome == "passed"


@pytest.mark.parametrize(
    "waiver", [{"rule": "MNY-02"}, {"scope": "S01"}, {"scope": ""}, {"expires": "2026-11-21"}], ids=str
)
def test_a_waiver_of_something_else_or_an_expired_one_helps_nothing(waiver: dict[str, str]) -> None:
    assert _story(_waiving(**waiver), amount=1999).end().judged().verdict == Verdict.NO_GO


def test_a_waiver_holds_to_the_end_of_its_last_day_and_the_day_can_be_given() -> None:
    ledger = _story(_waiving(expires="2026-11-22"), amount=1999).end()

    assert ledger.judged().verdict == Verdict.GO
    assert ledger.judged(today="2026-11-23").verdict == Verdict.NO_GO


def _written(ledger: Ledger, path: Path) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in ledger.entries))
    return path


def test_the_file_alone_gives_the_same_judgement_as_the_run(tmp_path: Path) -> None:
    ledger = _story(_waiving(), amount=1999).end()

    assert judge(_written(ledger, tmp_path / "ledger.jsonl")) == ledger.judged()


def test_judging_twice_gives_the_same_judgement() -> None:
    ledger = _story(amount=1999).end()

    assert ledger.judged() == ledger.judged()


def test_a_cut_off_last_line_is_left_out_and_said(tmp_path: Path) -> None:
    path = _written(_story().end(), tmp_path / "ledger.jsonl")
    path.write_bytes(path.read_bytes() + b'{"kind":"mark","seq":')

    judgement = judge(path)
    assert judgement.verdict == Verdict.GO
    assert judgement.notes == ("The ledger's last line is cut off (21 bytes); it was left out.",)


def test_a_file_that_is_no_ledger_says_where(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"kind":"header","format":1}\nnonsense\n', encoding="utf-8")

    with pytest.raises(UserError, match=r"ledger\.jsonl:2"):
        judge(path)


def test_what_a_reader_must_know_is_noted() -> None:
    ledger = _story(judges=("MNY-01", "XXX-99")).call("taobao.refund.x", (), {}, understood="not built")
    notes = ledger.end(outcome="inconclusive", reason="waited 20 s").judged().notes

    assert notes == (
        "The integration called taobao.refund.x, which this sandbox has not built.",
        "S00#1 was not played to its end: waited 20 s",
        "Not judged in this version: XXX-99.",
    )


def test_a_play_that_was_cut_short_is_inconclusive() -> None:
    (story,) = _story().judged().stories

    assert (story.outcome, story.reason) == ("inconclusive", "it was cut short")


def test_every_rule_has_a_row_with_its_law_in_both_languages() -> None:
    rows = laws()

    assert [row["id"] for row in rows] == [rule.id for rule in LAW]
    assert all(row["text"].endswith(".") and row["zh"].endswith("。") and row["source"] for row in rows)


def test_rules_can_be_used_where_there_is_no_flask() -> None:
    code = "import sys, contract_tests.judge; sys.exit(bool({'flask', 'urllib3', 'locust'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
