"""The findings as other tools want them: a spreadsheet (CSV) and a build server (JUnit XML)."""

import csv
import io
import re
from xml.etree import ElementTree

from contract_tests.verdict import Finding, Judgement, Outcome, RuleResult, StoryResult
from rehearsal.proven import standing
from rehearsal.repeat import Repeat
from rehearsal.titles import story_title

_COLUMNS = ("rule", "refund", "shop", "play", "because", "zh", "entries", "waived", "law", "again")

_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, even escaped."""


def findings_csv(judgement: Judgement, repeat: Repeat) -> bytes:
    """Return all findings as CSV in UTF-8 with the byte order mark that spreadsheets look for."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for rule in judgement.rules:
        table.writerows(_row(rule, finding, repeat) for finding in rule.findings)
    return text.getvalue().encode("utf-8-sig")


def junit_xml(judgement: Judgement) -> bytes:
    """Return one test case for each rule and each play; broken fails, and what proves nothing is skipped."""
    root = ElementTree.Element("testsuites", name=f"refund-sandbox: {judgement.verdict}")
    rules = [_rule_case(rule) for rule in judgement.rules]
    stories = [_story_case(story) for story in judgement.stories]
    for name, cases in (("rules", rules), ("stories", stories)):
        suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        suite.set("errors", "0")
        suite.extend(cases)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _row(rule: RuleResult, finding: Finding, repeat: Repeat) -> list[str]:
    entries = " ".join(f"#{seq}" for seq in finding.entries)
    again = repeat.line(finding.play)
    return [
        _cell(text)
        for text in (
            finding.rule, finding.refund, finding.shop, finding.play, finding.because, finding.zh, entries,
            finding.waived, rule.law, again,
        )
    ]  # fmt: skip


def _cell(text: str) -> str:
    """Keep a spreadsheet from taking *text* for a formula, or an 18-digit id for a number it may round."""
    if text.isdigit() and len(text) > 15:
        return f"\t{text}"
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _rule_case(rule: RuleResult) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="rules", name=_clean(f"{rule.id} {rule.law}"), time="0")
    unwaived = [finding for finding in rule.findings if not finding.waived]
    if unwaived:
        failure = ElementTree.SubElement(case, "failure", message=_clean(f"{len(unwaived)} findings: {rule.law}"))
        failure.text = _clean("\n".join(f"{f.play} {f.refund} {f.because}".strip() for f in unwaived))
    elif rule.outcome is not Outcome.HELD:
        why = "; ".join((standing(rule), *rule.doubts[:3]))
        ElementTree.SubElement(case, "skipped", message=_clean(why))
    return case


def _story_case(story: StoryResult) -> ElementTree.Element:
    title = story_title(story.id)["en"]
    name = _clean(f"{story.play or story.id} {title}".strip())
    case = ElementTree.Element("testcase", classname="stories", name=name, time=f"{story.seconds:.3f}")
    if story.outcome == "failed":
        message = story.reason or f"broken: {', '.join(story.rules_broken)}"
        ElementTree.SubElement(case, "failure", message=_clean(message))
    elif story.outcome != "passed":
        ElementTree.SubElement(case, "skipped", message=_clean(f"{story.outcome}: {story.reason}".rstrip(": ")))
    return case


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("�", text)
