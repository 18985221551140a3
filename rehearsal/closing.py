"""The last lines of a run: the verdict, the worst findings with their evidence, and what was proven and what not."""

from collections.abc import Sequence

from rich.text import Text

from contract_tests.verdict import Judgement, Outcome, RuleResult, Verdict
from rehearsal.evidence import Card, Line, RuleEvidence
from rehearsal.folder import shown
from rehearsal.page import counts
from rehearsal.proven import counted, doubts, fails, standing
from rehearsal.report import Report
from rehearsal.screen import Screen
from rehearsal.words import language, pairs, say

_COLOURS = {Verdict.GO: "green", Verdict.NO_GO: "red", Verdict.NOT_PROVEN: "yellow"}
_SIGNS = {"held": "✓", "broken": "✗", "not exercised": "–", "inconclusive": "?", "waived": "!"}
_TINTS = {"held": "green", "broken": "red bold", "not exercised": "dim", "inconclusive": "yellow", "waived": "yellow"}

_NOTES = 3

_FIRST, _LAST = 4, 3
"""Lines of evidence that are shown of a long row of them."""

_CARDS = 4
"""Broken rules that are shown with their evidence; the others with their law only."""


def show_verdict(screen: Screen, judgement: Judgement, report: Report) -> None:
    """Print the table of rules, the verdict, the findings, and where the report is."""
    screen.blank()
    _rules(screen, judgement.rules)
    screen.blank()
    _headline(screen, judgement, report)
    for number, found in enumerate(report.evidence):
        _rule(screen, found, card=number < _CARDS)
    _unproven(screen, judgement, report)
    if report.settings:
        screen.say(say("label.settings", "Settings"), ", ".join(report.settings))
    status = say("closing.exit", "Exit {status}", status=judgement.exit)
    nowhere = say("closing.no_report", "not written; refund-sandbox report RUN does")
    where = shown(report.page) if report.page.exists() else nowhere
    screen.say(say("label.report", "Report"), f"{where}        {status}")


def _rules(screen: Screen, rules: Sequence[RuleResult]) -> None:
    """Print the rules that something exercised in columns: sign, id, witnesses."""
    rules = [rule for rule in rules if rule.outcome is not Outcome.NOT_EXERCISED]
    columns = max(1, min(6, (screen.console.width - 12) // 19))
    for start in range(0, len(rules), columns):
        row = Text(" " * 12)
        for rule in rules[start : start + columns]:
            stands = standing(rule)
            row.append(f"{_SIGNS[stands]} {rule.id:<7}{rule.witnesses:>6,}   ", _TINTS[stands])
        row.rstrip()
        screen.show(row)


def _headline(screen: Screen, judgement: Judgement, report: Report) -> None:
    numbers = counts(judgement)
    words = say(
        "closing.counts",
        "{held} held, {broken} broken, {idle} not exercised",
        held=counted(numbers["held"], "rule"),
        broken=numbers["broken"] or say("closing.none", "none"),
        idle=numbers["idle"],
    )
    if numbers["doubtful"]:
        words += say("closing.doubtful", ", {n} inconclusive", n=numbers["doubtful"])
    if judgement.waived:
        words += say("closing.waived", ", {n} findings waived", n=judgement.waived)
    colour = _COLOURS[judgement.verdict]
    line = Text(f" {judgement.verdict} ", f"bold reverse {colour}" if screen.live else "bold")
    line.append("  " + say("closing.sentence", "{words}.", words=words), "bold")
    screen.show(line)
    lang = language()
    proven = say("closing.comma", ", ").join(item[lang] for item in report.proven)
    missing = say("closing.comma", ", ").join(item[lang] for item in report.not_judged)
    if proven and judgement.verdict is Verdict.GO:
        proven = say("closing.proven", "Proven for: {list}", list=proven)
        screen.say("", proven)
    if missing:
        screen.say("", say("closing.unjudged", "Not judged: {list}", list=missing))


def _rule(screen: Screen, found: RuleEvidence, *, card: bool) -> None:
    rule = found.rule
    law = rule.law_zh if language() == "zh" and rule.law_zh else rule.law
    many = say("closing.refunds", "{n} refunds", n=found.refunds)
    if found.refunds == 1:
        many = say("closing.refund", "1 refund")
    colour = "red bold" if fails(rule) else "yellow"
    screen.hang(Text.assemble((f"{rule.id:<8} ", colour), law, (f"   {many}", "dim")), 1)
    if card and found.cards:
        _card(screen, found.cards[0])


def _card(screen: Screen, card: Card) -> None:
    lang = language()
    who = " · ".join(
        part for part in (card.play, say("closing.of", "refund {id}", id=card.refund) if card.refund else "") if part
    )
    screen.hang(f"{who} · {card.because[lang]}" if who else card.because[lang], 10)
    for line in _shown(card.lines):
        if line is None:
            left = len(card.lines) - _FIRST - _LAST
            screen.hang(Text(say("closing.more_lines", "… {n} more in the report", n=left), "dim"), 12)
            continue
        mark = "   ←" if line.breaks else ""
        screen.hang(Text(f"{line.text[lang]}{mark}", "" if line.breaks else "dim"), 12)
    if card.cause:
        screen.hang(say("closing.cause", "likely: {cause}", cause=card.cause[lang]), 10)
    if card.waived:
        screen.hang(say("closing.waived_by", "waived: {reason}", reason=card.waived), 10)
    if card.again:
        screen.hang(say("closing.again", "again: {command}", command=card.again), 10)


def _shown(lines: Sequence[Line]) -> list[Line | None]:
    """Return the first and last of *lines*, with None where others are left out."""
    if len(lines) <= _FIRST + _LAST + 1:
        return list(lines)
    return [*lines[:_FIRST], None, *lines[-_LAST:]]


def _unproven(screen: Screen, judgement: Judgement, report: Report) -> None:
    """Say why it is not a GO where that is not a finding: what is missing, each rule without a witness."""
    lang = language()
    if judgement.verdict is Verdict.NOT_PROVEN:
        for reason in report.missing:
            screen.say("", reason[lang])
    elif judgement.verdict is Verdict.NO_GO:
        open_ = (Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE)
        idle = [rule for rule in judgement.rules if rule.mandatory and rule.outcome in open_]
        names = ", ".join(f"{rule.id}{f' ({doubts(rule)[0][lang]})' if rule.doubts else ''}" for rule in idle)
        if names:
            screen.say("", say("closing.idle", "NOT PROVEN is not a pass: {names}", names=names))
    for note in pairs(judgement.notes, judgement.notes_zh)[:_NOTES]:
        screen.say(say("label.note", "Note"), note[lang])
    if len(judgement.notes) > _NOTES:
        screen.say("", say("closing.notes", "and {n} more notes in the report", n=len(judgement.notes) - _NOTES))
