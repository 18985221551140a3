"""The report: one page in two languages, and the same facts as JSON, CSV and JUnit XML."""

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from contract_tests.verdict import Finding, Judgement, Outcome, StoryResult, Verdict
from rehearsal.conftest import REFUND, write_ledger
from rehearsal.findings import findings_csv, junit_xml
from rehearsal.repeat import Repeat
from rehearsal.report import outline, write_report
from simulator.errors import UserError
from simulator.ledger.entry import AnyEntry, Header

REPEAT = Repeat(seed=7)


def _page(run: Path, judgement: Judgement) -> str:
    return write_report(run, judgement).page.read_text(encoding="utf-8")


def _first_screen(html: str) -> str:
    return html[html.index("<header") : html.index("</header>")]


def test_a_run_folder_gets_all_report_files(run: Path, judgement: Judgement) -> None:
    write_report(run, judgement)

    written = {path.name for path in run.iterdir()}
    assert written == {"ledger.jsonl", "report.html", "report.json", "junit.xml", "findings.csv"}


def test_the_first_screen_has_the_verdict_and_the_worst_finding(run: Path, judgement: Judgement) -> None:
    first = _first_screen(_page(run, judgement))

    assert "<h1>NO-GO</h1>" in first
    assert "agree sent 1999 fen, the refund is 835 fen" in first
    assert "MNY-01" in first


def test_the_page_needs_nothing_else(run: Path, judgement: Judgement) -> None:
    html = _page(run, judgement)

    assert not re.findall(r'(?:src|href)="(?!#)', html)
    assert "@import" not in html
    assert "url(" not in html


def test_the_page_holds_both_languages(run: Path, judgement: Judgement) -> None:
    html = _page(run, judgement)

    assert "发送给平台的金额必须与所处理版本的退款金额完全一致。" in html
    assert html.count('class="zh"') == html.count('class="en"') > 50


def test_evidence_reasons_doubts_and_notes_are_in_the_page_in_both_languages(run: Path, judgement: Judgement) -> None:
    story = msgspec.structs.replace(
        judgement.stories[0], outcome="inconclusive", reason="waited 20 s", reason_zh="等待 20 秒"
    )
    doubtful = msgspec.structs.replace(judgement.rules[0], doubts=("too late to tell",), doubts_zh=("为时太晚",))
    told = msgspec.structs.replace(
        judgement,
        stories=(story,),
        rules=(doubtful, *judgement.rules[1:]),
        notes=("The clock jumped.",),
        notes_zh=("时钟跳变。",),
    )

    html = _page(run, told)

    for text in ("buyer applied: 8.35 元", "买家申请退款：8.35 元", "waited 20 s", "等待 20 秒", "too late to tell"):
        assert text in html
    for text in ("为时太晚", "The clock jumped.", "时钟跳变。", "refund_version", "天猫：退款须先审核，再同意。"):
        assert text in html


def test_a_rule_that_was_not_exercised_is_shown(run: Path, judgement: Judgement) -> None:
    html = _page(run, judgement)

    assert "RTY-05" in html
    assert "no batch had two rows" in html


def test_plays_are_counted_by_how_they_ended_and_what_the_time_cut_off_has_no_row(
    run: Path, judgement: Judgement
) -> None:
    ends = (("S01", "passed"), ("S46", "not applicable"), ("X001", "passed"), ("X002", "inconclusive"))
    plays = tuple(StoryResult(id=name, play=f"{name}#1", outcome=outcome, seconds=3.0) for name, outcome in ends)

    html = _page(run, msgspec.structs.replace(judgement, stories=plays))

    assert "2 passed, 0 failed" in html
    assert "1 not applicable, 1 not played to their end" in html
    assert "2 generated stories, 1 passed, 0 failed (listed above), 1 not played to their end" in html
    assert '<span class="outcome o-passed">' in html
    assert "S46#1" in html
    assert "X002#1" not in html
    assert html.count('<td class="num">3.0</td>') == 1  # what was not played took no time


def test_what_an_integration_wrote_cannot_become_markup(run: Path, judgement: Judgement) -> None:
    nasty = Finding(rule="MNY-01", because="<script>alert(1)</script>", refund=REFUND, entries=(8,))
    money = msgspec.structs.replace(judgement.rules[1], findings=(nasty,))

    html = _page(run, msgspec.structs.replace(judgement, rules=(money,)))

    assert "<script>alert" not in html


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.GO, 0), (Verdict.NOT_PROVEN, 2)])
def test_a_verdict_without_findings_has_a_page_too(
    run: Path, judgement: Judgement, verdict: Verdict, status: int
) -> None:
    held = tuple(rule for rule in judgement.rules if rule.outcome is not Outcome.BROKEN)
    calm = msgspec.structs.replace(judgement, verdict=verdict, exit=status, rules=held, because=("All is well.",))

    html = _page(run, calm)

    assert f"<h1>{verdict}</h1>" in html
    assert 'id="findings"' not in html


def test_the_json_says_what_the_page_says(run: Path, judgement: Judgement) -> None:
    write_report(run, judgement)

    told = msgspec.json.decode((run / "report.json").read_bytes())

    assert (told["verdict"], told["exit"], told["seed"]) == ("NO-GO", 1, 20261122)
    assert [rule["outcome"] for rule in told["rules"]] == ["held", "broken", "not exercised"]
    assert told["load"]["opened"] == 300


def test_the_report_of_a_killed_run_can_be_drawn(tmp_path: Path, judgement: Judgement) -> None:
    run = tmp_path / "killed"
    write_ledger(run / "ledger.jsonl", [Header(command="rehearse", seed=1)])
    with (run / "ledger.jsonl").open("ab") as file:
        file.write(b'{"kind":"asked","seq"')

    assert outline(judgement, run / "ledger.jsonl").evidence[0].cards[0].lines == ()


def test_a_broken_line_in_the_ledger_is_named(tmp_path: Path, judgement: Judgement, entries: list[AnyEntry]) -> None:
    ledger = write_ledger(tmp_path / "ledger.jsonl", entries)
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join([*lines[:3], b"{}\n", *lines[4:]]))

    with pytest.raises(UserError, match=r"ledger\.jsonl:4"):
        outline(judgement, ledger)


def test_the_csv_opens_in_a_spreadsheet(judgement: Judgement) -> None:
    text = findings_csv(judgement, REPEAT)

    assert text.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    told = dict(zip(head, row, strict=True))
    assert told["refund"].strip() == REFUND
    assert told["again"] == "refund-sandbox run S05 --seed 7"


def test_a_cell_is_never_a_formula(judgement: Judgement) -> None:
    nasty = Finding(rule="MNY-01", because="=cmd()", refund="1")
    rule = msgspec.structs.replace(judgement.rules[1], findings=(nasty,))

    text = findings_csv(msgspec.structs.replace(judgement, rules=(rule,)), REPEAT).decode("utf-8-sig")

    assert "'=cmd()" in text


def test_junit_has_one_case_for_each_rule_and_each_play(judgement: Judgement) -> None:
    suites = ElementTree.fromstring(junit_xml(judgement))

    counts = {suite.get("name"): (suite.get("tests"), suite.get("failures"), suite.get("skipped")) for suite in suites}
    assert counts == {"rules": ("3", "1", "1"), "stories": ("1", "1", "0")}


def test_junit_survives_texts_that_xml_does_not_allow(judgement: Judgement) -> None:
    nasty = Finding(rule="MNY-01", because="a\x00b\x1b[31m", refund="1")
    rule = msgspec.structs.replace(judgement.rules[1], findings=(nasty,))

    ElementTree.fromstring(junit_xml(msgspec.structs.replace(judgement, rules=(rule,))))


def test_a_rule_whose_findings_are_all_waived_does_not_count_as_broken(run: Path, judgement: Judgement) -> None:
    money = judgement.rules[1]
    waived = tuple(msgspec.structs.replace(finding, waived="until spring") for finding in money.findings)
    rules = (msgspec.structs.replace(money, findings=waived),)
    calm = msgspec.structs.replace(judgement, verdict=Verdict.GO, exit=0, rules=rules, waived=1)

    first = _first_screen(_page(run, calm))

    assert "0 broken" in first
    assert "1 finding waived" in first
    assert b"<failure" not in junit_xml(msgspec.structs.replace(calm, stories=()))


def test_what_is_not_proven_says_what_is_missing_in_both_languages(run: Path, judgement: Judgement) -> None:
    idle = msgspec.structs.replace(judgement.rules[2], mandatory=True)
    open_ = msgspec.structs.replace(judgement, verdict=Verdict.NOT_PROVEN, exit=2, rules=(idle,))

    first = _first_screen(_page(run, open_))

    assert "RTY-05 was not exercised." in first
    assert "RTY-05 未触发。" in first
