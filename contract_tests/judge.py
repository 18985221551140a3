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
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import AnyEntry
from simulator.ledger.replay import read

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
    wanted = mandatory(history)
    rules = tuple(_judged(rule, history, declared, day, mandatory=rule.id in wanted) for rule in LAW)
    stories = _stories(history, rules)
    verdict, because = word(history, rules, stories)
    return Judgement(
        verdict=verdict,
        exit=EXIT[verdict],
        because=because,
        rules=rules,
        stories=stories,
        entries=history.entries,
        waived=sum(1 for rule in rules for finding in rule.findings if finding.waived),
        notes=tuple(_notes(history, truncated)),
    )


def mandatory(history: History) -> frozenset[str]:
    """Return the rules that the plays of a run judge, as far as there are such rules."""
    known = {rule.id for rule in LAW}
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
    return RuleResult(
        id=rule.id,
        law=rule.law,
        law_zh=rule.law_zh,
        outcome=outcome,
        witnesses=held + len(findings),
        findings=tuple(findings),
        doubts=tuple(f"{why} ({times} times)" if times > 1 else why for why, times in doubts.items()),
        mandatory=mandatory,
        tier=rule.tier,
        source=rule.source,
        confidence=rule.confidence,
    )


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
            reason = "it was cut short"
        if play.id in broken and outcome != NOT_APPLICABLE:
            outcome = "failed"
        results.append(
            StoryResult(
                id=play.story,
                play=play.id,
                outcome=outcome,
                reason=reason,
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
        counted = f"{len(broken)} rule{'s are' if len(broken) > 1 else ' is'} broken"
        return Verdict.NO_GO, (f"{counted}: {', '.join(rule.id for rule in broken)}.",)
    missing = []
    if history.end is None or not history.end.detail.get("complete"):
        missing.append("The run did not come to its end.")
    if not any(story.outcome == "passed" for story in stories):
        missing.append("No play was played to its end.")
    wanted = [rule for rule in rules if rule.mandatory]
    if not wanted:
        missing.append("No rule was to be judged.")
    for rule in wanted:
        if rule.outcome is Outcome.NOT_EXERCISED:
            missing.append(f"{rule.id} was not exercised.")
        elif rule.outcome is Outcome.INCONCLUSIVE:
            missing.append(f"{rule.id} could not be decided: {'; '.join(rule.doubts)}.")
    if missing:
        return Verdict.NOT_PROVEN, tuple(missing)
    held = f"All {len(wanted)} rules that were to be judged held, each with at least one witness."
    waivers = sum(len(rule.findings) for rule in rules)
    if not waivers:
        return Verdict.GO, (held,)
    kept = len(wanted) - sum(1 for rule in wanted if rule.findings)
    names = ", ".join(rule.id for rule in rules if rule.findings)
    return Verdict.GO, (
        f"GO with waivers: {waivers} breach{'es' if waivers > 1 else ''} of {names} waived.",
        f"{kept} of {len(wanted)} rules that were to be judged held, each with at least one witness.",
    )


def _notes(history: History, truncated: int) -> Iterable[str]:
    if truncated:
        yield f"The ledger's last line is cut off ({truncated} bytes); it was left out."
    for method in sorted(history.not_built):
        yield f"The integration called {method}, which this sandbox has not built."
    if history.clock_steps:
        steps = ", ".join(f"{step} ms" for step in history.clock_steps)
        yield f"The machine's wall clock jumped during the run: {steps}."
    for play in history.plays.by_id.values():
        if play.outcome == "inconclusive" and not play.story.startswith("X"):
            yield f"{play.id} was not played to its end: {play.reason}"
    known = {rule.id for rule in LAW}
    unknown = {rule for play in history.plays.applicable() for rule in play.judges} - known
    if unknown:
        yield f"Not judged in this version: {', '.join(sorted(unknown))}."
