"""Evidence: what a card shows about a finding, and how a finding is repeated."""

from pathlib import Path

import msgspec
import pytest

from contract_tests.verdict import Finding, Judgement
from rehearsal.evidence import PER_RULE, collect, worst_first
from rehearsal.repeat import Repeat
from simulator.ledger.entry import AnyEntry

REPEAT = Repeat(seed=7, mutant="M32", folder="runs/r", rate=20, seconds=15)


def _again(finding: Finding) -> str:
    return REPEAT.line(finding.play)


def test_a_card_shows_the_entries_that_prove_the_finding(judgement: Judgement, entries: list[AnyEntry]) -> None:
    [found] = collect(judgement, entries, _again)
    [card] = found.cards

    assert [line.seq for line in card.lines] == [8, 10, 21]
    assert [line.breaks for line in card.lines] == [False, False, True]
    assert "buyer applied: 8.35 元 of 19.99 元" in card.lines[0].text["en"]
    assert card.diagram.startswith("<svg")


def test_the_likely_cause_is_read_from_the_amounts(judgement: Judgement, entries: list[AnyEntry]) -> None:
    [found] = collect(judgement, entries, _again)

    cause = found.cards[0].cause

    assert cause is not None
    assert "total_fee" in cause["en"]
    assert cause["zh"] != cause["en"]


def test_a_finding_of_a_refund_nobody_knows_is_still_shown(judgement: Judgement) -> None:
    [found] = collect(judgement, [], _again)

    assert found.cards[0].lines == ()
    assert found.cards[0].because["en"].startswith("agree sent")


def test_a_rule_with_many_findings_gets_a_few_cards_of_different_refunds(judgement: Judgement) -> None:
    money = judgement.rules[1]
    findings = tuple(Finding(rule="MNY-01", because="b", refund=str(n // 2), play="LOAD") for n in range(40))
    many = msgspec.structs.replace(judgement, rules=(msgspec.structs.replace(money, findings=findings),))

    [found] = collect(many, [], _again)

    assert len(found.cards) == PER_RULE
    assert len({card.refund for card in found.cards}) == PER_RULE
    assert len(found.cards) + len(found.rest) == 40
    assert found.refunds == 20


def test_a_named_story_is_shown_before_generated_ones_and_load(judgement: Judgement) -> None:
    money = judgement.rules[1]
    plays = ("LOAD", "X001#1", "S05#1")
    findings = tuple(Finding(rule="MNY-01", because="b", refund=play, play=play) for play in plays)
    many = msgspec.structs.replace(judgement, rules=(msgspec.structs.replace(money, findings=findings),))

    [found] = collect(many, [], _again)

    assert found.cards[0].play == "S05#1"


def test_money_comes_first_and_what_is_waived_last(judgement: Judgement) -> None:
    money = judgement.rules[1]
    late = msgspec.structs.replace(money, id="COV-01")
    finding = msgspec.structs.replace(money.findings[0], waived="until spring")
    waived = msgspec.structs.replace(money, id="DUP-01", findings=(finding,))

    assert [rule.id for rule in worst_first([late, waived, money])] == ["MNY-01", "COV-01", "DUP-01"]


def test_each_kind_of_play_is_repeated_by_its_own_command() -> None:
    assert REPEAT.line("S05#1") == "refund-sandbox run S05 --mutant M32 --seed 7"
    assert REPEAT.line("X003#1") == "refund-sandbox run runs/r/stories/X003.yaml --mutant M32 --seed 7"
    assert REPEAT.line("LOAD") == "refund-sandbox load --rate 20 --seconds 15 --mutant M32 --seed 7"
    assert REPEAT.line("") == ""


def test_a_target_of_ones_own_is_named_in_the_command() -> None:
    repeat = Repeat.of({"target": "my target.yaml"}, 3, Path("runs/r"))

    assert repeat.line("S01#2") == 'refund-sandbox run S01 --target "my target.yaml" --seed 3'


def test_a_load_with_a_rush_is_repeated_with_it() -> None:
    assert "--rate 20 --peak 5 --seconds 15" in msgspec.structs.replace(REPEAT, peak=5.0).line("LOAD")


def test_the_line_to_repeat_it_runs_where_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")  # as in a checkout, where the command is on no path

    assert REPEAT.line("S05#1") == "uv run refund-sandbox run S05 --mutant M32 --seed 7"
