"""Judges a ledger: all rules over all cases, the verdict, and why. Anyone can repeat it with the ledger alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from contract_tests.history import History, collector_paused
from contract_tests.law import LAW
from contract_tests.plays import NOT_APPLICABLE
from contract_tests.rule import Breach, Doubt, Held, Rule
from contract_tests.times import day_of
from contract_tests.verdict import Finding, Judgement, Outcome, RuleResult, StoryResult, Verdict
from contract_tests.waivers import waived
from contract_tests.words import say
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import AnyEntry
from simulator.ledger.replay import read
from simulator.phrase import joined, written, zh

EXIT = {Verdict.GO: 0, Verdict.NO_GO: 1, Verdict.NOT_PROVEN: 2}


def judge(
    ledger: Path | Iterable[AnyEntry], *, declaration: Declaration | None = None, today: str | None = None
) -> Judgement:
    """Return the judgement about a ledger.

    Args:
        ledger: a ledger file, or its entries.
        declaration: what the target declares; by default what the ledger's header says.
        today: the day (`YYYY-MM-DD`, GMT+8) on which waivers must hold; by default the day on which the run ended,
            so that a ledger judged again gets the same verdict.

    Raises:
        UserError: if the file is no ledger, or of a newer format.
    """
    with collector_paused():
        if isinstance(ledger, Path):
            reader = read(ledger)
            history, truncated = History.read(reader), reader.truncated
        else:
            history, truncated = History.read(ledger), 0
        judgement = _judgement(history, declaration, today, truncated)
        history.forget()
        return judgement


def _judgement(history: History, declaration: Declaration | None, today: str | None, truncated: int) -> Judgement:
    declared = declaration or history.declared()
    day = today or day_of(history.today)
    wanted = mandatory(history, declared)
    rules = tuple(_judged(rule, history, declared, day, mandatory=rule.id in wanted) for rule in LAW)
    stories = _stories(history, rules)
    verdict, because = word(history, rules, stories)
    notes = tuple(_notes(history, truncated))
    return Judgement(
        verdict=verdict,
        exit=EXIT[verdict],
        because=tuple(map(str, because)),
        because_zh=tuple(map(zh, because)),
        rules=rules,
        stories=stories,
        entries=history.entries,
        waived=sum(1 for rule in rules for finding in rule.findings if finding.waived),
        notes=tuple(map(str, notes)),
        notes_zh=tuple(map(zh, notes)),
    )


def mandatory(history: History, declared: Declaration) -> frozenset[str]:
    """Return the rules that the plays of a run judge, as far as there are such rules."""
    known = {rule.id for rule in LAW}
    if not declared.notices:
        known.discard("DUP-04")  # who writes no notices of goods can show nothing about them
    return frozenset(rule for play in history.plays.applicable() for rule in play.judges if rule in known)


def laws() -> list[dict[str, Any]]:
    """Return every rule as a row: id, text, zh, tier, source, confidence."""
    return [
        {
            "id": rule.id,
            "text": rule.law,
            "zh": rule.law_zh,
            "tier": rule.tier,
            "source": rule.source,
            "source_zh": rule.source_zh,
            "confidence": rule.confidence,
        }
        for rule in LAW
    ]


def _judged(rule: Rule, history: History, declared: Declaration, day: str, *, mandatory: bool) -> RuleResult:
    held, doubts, findings = 0, Counter[str](), list[Finding]()
    for said in rule.check(history, declared):
        if isinstance(said, Held):
            held += said.count
        elif isinstance(said, Doubt):
            doubts[said.why] += 1
        else:
            findings.append(_finding(rule, said, declared, day))
    if findings:
        outcome = Outcome.BROKEN
    elif held:
        outcome = Outcome.HELD
    else:
        outcome = Outcome.INCONCLUSIVE if doubts else Outcome.NOT_EXERCISED
    why = [_often(doubt, times) for doubt, times in doubts.items()]
    return RuleResult(
        id=rule.id,
        law=rule.law,
        law_zh=rule.law_zh,
        outcome=outcome,
        witnesses=held + len(findings),
        findings=tuple(findings),
        doubts=tuple(map(str, why)),
        doubts_zh=tuple(map(zh, why)),
        mandatory=mandatory,
        tier=rule.tier,
        source=rule.source,
        source_zh=rule.source_zh,
        confidence=rule.confidence,
    )


def _often(doubt: str, times: int) -> str:
    return say("doubt.times", "{why} ({times} times)", why=doubt, times=times) if times > 1 else doubt


def _finding(rule: Rule, breach: Breach, declared: Declaration, day: str) -> Finding:
    case = breach.case
    finding = Finding(
        rule=rule.id,
        because=breach.because,
        zh=breach.zh,
        refund=case.refund_id if case is not None else "",
        shop=case.shop if case is not None else "",
        play=case.play if case is not None else "",
        entries=breach.entries,
    )
    waiver = waived(finding, declared.waivers, day)
    return msgspec.structs.replace(finding, waived=waiver.reason) if waiver is not None else finding


def _stories(history: History, rules: Sequence[RuleResult]) -> tuple[StoryResult, ...]:
    """Return how each play ended: failed if a breach that nobody waived belongs to it."""
    broken: dict[str, set[str]] = {}
    for rule in rules:
        for finding in rule.findings:
            if finding.play and not finding.waived:
                broken.setdefault(finding.play, set()).add(rule.id)
    results = []
    for play in history.plays.by_id.values():
        outcome, reason = play.outcome or "inconclusive", play.reason
        if not play.outcome:
            reason = say("play.cut_short", "it was cut short")
        if play.id in broken and outcome != NOT_APPLICABLE:
            outcome = "failed"
        results.append(
            StoryResult(
                id=play.story,
                play=play.id,
                outcome=outcome,
                reason=str(reason),
                reason_zh=zh(reason),
                seconds=round(play.seconds, 2),
                rules_broken=tuple(sorted(broken.get(play.id, ()))),
            )
        )
    return tuple(results)


def word(
    history: History, rules: Sequence[RuleResult], stories: Sequence[StoryResult]
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict and why, one sentence each. The exit status follows from this verdict and nothing else."""
    broken = [rule for rule in rules if any(not finding.waived for finding in rule.findings)]
    if broken:
        names = ", ".join(rule.id for rule in broken)
        if len(broken) == 1:
            return Verdict.NO_GO, (say("because.broken_one", "1 rule is broken: {names}.", names=names),)
        return Verdict.NO_GO, (say("because.broken", "{n} rules are broken: {names}.", n=len(broken), names=names),)
    missing = _missing(history, rules, stories)
    if missing:
        return Verdict.NOT_PROVEN, tuple(missing)
    return Verdict.GO, _passed(rules)


def _missing(history: History, rules: Sequence[RuleResult], stories: Sequence[StoryResult]) -> list[str]:
    """Return what keeps a run without a breach from proving anything."""
    missing: list[str] = []
    if history.end is None or not history.end.detail.get("complete"):
        missing.append(say("because.no_end", "The run did not come to its end."))
    if not any(story.outcome == "passed" for story in stories):
        missing.append(say("because.no_play", "No play was played to its end."))
    wanted = [rule for rule in rules if rule.mandatory]
    if not wanted:
        missing.append(say("because.no_rule", "No rule was to be judged."))
    for rule in wanted:
        if rule.outcome is Outcome.NOT_EXERCISED:
            missing.append(say("because.idle", "{rule} was not exercised.", rule=rule.id))
        elif rule.outcome is Outcome.INCONCLUSIVE:
            doubts = joined(map(written, rule.doubts, rule.doubts_zh), "; ", "；")
            missing.append(say("because.doubt", "{rule} could not be decided: {doubts}.", rule=rule.id, doubts=doubts))
    return missing


def _passed(rules: Sequence[RuleResult]) -> tuple[str, ...]:
    """Return why it is a GO."""
    wanted = [rule for rule in rules if rule.mandatory]
    waivers = sum(len(rule.findings) for rule in rules)
    if not waivers:
        return (
            say(
                "because.all_held",
                "All {n} rules that were to be judged held, each with at least one witness.",
                n=len(wanted),
            ),
        )
    kept = len(wanted) - sum(1 for rule in wanted if rule.findings)
    names = ", ".join(rule.id for rule in rules if rule.findings)
    excused = say("because.waived", "GO with waivers: {n} breaches of {names} waived.", n=waivers, names=names)
    if waivers == 1:
        excused = say("because.waived_one", "GO with waivers: 1 breach of {names} waived.", names=names)
    return excused, say(
        "because.held",
        "{kept} of {n} rules that were to be judged held, each with at least one witness.",
        kept=kept,
        n=len(wanted),
    )


def _notes(history: History, truncated: int) -> Iterable[str]:
    if truncated:
        yield say("note.truncated", "The ledger's last line is cut off ({n} bytes); it was left out.", n=truncated)
    for method in sorted(history.not_built):
        yield say("note.not_built", "The integration called {method}, which this sandbox has not built.", method=method)
    if history.clock_steps:
        steps = ", ".join(f"{step} ms" for step in history.clock_steps)
        yield say("note.clock", "The machine's wall clock jumped during the run: {steps}.", steps=steps)
    for play in history.plays.by_id.values():
        if play.outcome == "inconclusive" and not play.story.startswith("X"):
            yield say("note.unplayed", "{play} was not played to its end: {reason}", play=play.id, reason=play.reason)
    known = {rule.id for rule in LAW}
    unknown = {rule for play in history.plays.applicable() for rule in play.judges} - known
    if unknown:
        yield say("note.unknown", "Not judged in this version: {names}.", names=", ".join(sorted(unknown)))
