"""Turns what is known of a run into the one HTML page: inline style and script, both languages in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from contract_tests.verdict import Judgement, Outcome, RuleResult, StoryResult, Verdict
from rehearsal.charts import seconds
from rehearsal.chosen import chosen, defaults, shown
from rehearsal.chronicle import Chronicle
from rehearsal.evidence import RuleEvidence
from rehearsal.grid import Grid
from rehearsal.lags import LagView
from rehearsal.proven import doubts, fails, headline, missing, not_judged, proven, standing
from rehearsal.repeat import Repeat
from rehearsal.titles import story_title, sure
from rehearsal.words import both, language, pair, pairs, same
from simulator.ledger.vocabulary import PHASES, word
from simulator.phrase import joined

_TEMPLATES = Path(__file__).with_name("templates")

_OUTCOMES = {
    "held": "o-held",
    "passed": "o-passed",
    "broken": "o-broken",
    "failed": "o-failed",
    "inconclusive": "o-inconclusive",
    "waived": "o-inconclusive",
    "not exercised": "o-idle",
    "not applicable": "o-idle",
}
_PLAYS = {"passed": "passed", "failed": "failed", "doubtful": "inconclusive", "idle": "not applicable"}
_RANK = {Outcome.BROKEN: 0, Outcome.INCONCLUSIVE: 1, Outcome.NOT_EXERCISED: 2, Outcome.HELD: 3}
_CLASSES = {Verdict.GO: "go", Verdict.NO_GO: "no-go", Verdict.NOT_PROVEN: "not-proven"}


def page(
    judgement: Judgement,
    run: Chronicle,
    evidence: Sequence[RuleEvidence],
    repeat: Repeat,
    grid: Grid | None,
    lag: LagView | None,
) -> str:
    """Return the report's HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals.update(
        t=_t,
        say=_say,
        law=_law,
        source=_source,
        confidence=_confidence,
        standing=standing,
        doubts=doubts,
        outcome=outcome_words,
        outcome_class=_outcome_class,
        thousands=_thousands,
    )
    shown, generated = split_stories(judgement.stories)
    return environment.get_template("report.html.j2").render(
        language=language(),
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),  # our own file
        js=Markup((_TEMPLATES / "report.js").read_text(encoding="utf-8")),
        judgement=judgement,
        verdict_class=_CLASSES[judgement.verdict],
        headline=headline(judgement),
        run=run,
        target=_target(run),
        repeat=repeat,
        duration=seconds(run.seconds * 1000),
        counts=counts(judgement),
        proven=proven(judgement, run),
        missing=missing(judgement, run) if judgement.verdict is Verdict.NOT_PROVEN else [],
        not_judged=not_judged(judgement, run),
        evidence=evidence,
        broken=[found for found in evidence if fails(found.rule)],
        rules=sorted(judgement.rules, key=lambda rule: (_RANK[rule.outcome], rule.id)),
        stories=[_story(story) for story in shown],
        generated=generated,
        grid=grid,
        lag=lag,
        chosen=[*chosen(run), *_options(run)],
        declared=_declared(run),
        defaults=defaults(run),
        made=_made(judgement, run),
        notes=pairs(judgement.notes, judgement.notes_zh),
        because=pairs(judgement.because, judgement.because_zh),
        doctor=run.note("doctor").get("observations", []),
    )


def counts(judgement: Judgement) -> dict[str, int]:
    """Return how many rules, and how many plays, had each outcome."""
    outcomes = [standing(rule) for rule in judgement.rules]
    plays = [story.outcome for story in judgement.stories]
    return {
        "held": outcomes.count("held"),
        "broken": outcomes.count("broken"),
        "idle": outcomes.count("not exercised"),
        "doubtful": outcomes.count("inconclusive"),
        **{f"plays_{name}": plays.count(outcome) for name, outcome in _PLAYS.items()},
    }


def split_stories(stories: Sequence[StoryResult]) -> tuple[list[StoryResult], dict[str, int]]:
    """Return the plays worth a row (named ones, and generated ones that broke a rule), and a count of the generated.

    Generated ones that were under way when the time for exploring was up are counted, and are nobody's fault.
    """
    generated = [story for story in stories if story.id.startswith("X")]
    rows = [
        story for story in stories if not story.id.startswith("X") or story.outcome == "failed" or story.rules_broken
    ]
    rows.sort(key=lambda story: (story.outcome == "passed", story.id.startswith("X"), story.play))
    if not generated:
        return rows, {}
    outcomes = [story.outcome for story in generated]
    return rows, {
        "all": len(generated),
        "passed": outcomes.count("passed"),
        "failed": outcomes.count("failed"),
        "rest": len(outcomes) - outcomes.count("passed") - outcomes.count("failed"),
    }


def outcome_words(outcome: str) -> Markup:
    """Return a rule's or a play's outcome in both languages."""
    pairs = {
        "held": both("outcome.held", "held"),
        "broken": both("outcome.broken", "broken"),
        "not exercised": both("outcome.idle", "not exercised"),
        "inconclusive": both("outcome.inconclusive", "inconclusive"),
        "waived": both("outcome.waived", "broken, waived"),
        "passed": both("outcome.passed", "passed"),
        "failed": both("outcome.failed", "failed"),
        "not applicable": both("outcome.inapplicable", "not applicable"),
    }
    return _say(pairs.get(str(outcome), same(str(outcome))))


def _say(words: dict[str, str]) -> Markup:
    if words["en"] == words["zh"]:
        return escape(words["en"])
    return Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh-CN">{}</span>').format(
        words["en"], words["zh"]
    )


def _t(key: str, english: str, **values: Any) -> Markup:
    return _say(both(key, english, **values))


def _law(rule: RuleResult) -> Markup:
    return _say({"en": rule.law, "zh": rule.law_zh or rule.law})


def _source(rule: RuleResult) -> Markup:
    return _say({"en": rule.source, "zh": rule.source_zh or rule.source})


def _confidence(rule: RuleResult) -> Markup:
    return _say(sure(rule.confidence))


def _outcome_class(outcome: str) -> str:
    return _OUTCOMES.get(str(outcome), "o-idle")


def _thousands(n: int) -> str:
    return f"{n:,}"


def _target(run: Chronicle) -> dict[str, Any]:
    declared = run.header.declaration
    return {
        "name": declared.get("name") or "unnamed",
        "version": declared.get("version", ""),
        "profile": declared.get("profile", "generic"),
    }


def _story(story: StoryResult) -> dict[str, Any]:
    return {
        "play": story.play or story.id,
        "title": story_title(story.id),
        "reason": pairs([story.reason], [story.reason_zh])[0] if story.reason else None,
        "rules_broken": story.rules_broken,
        "outcome": story.outcome,
        "seconds": story.seconds,
    }


def _options(run: Chronicle) -> list[dict[str, Any]]:
    """Return the options that the run was given."""
    return [
        {
            "name": f"--{name.replace('_', '-')}",
            "value": shown(found["value"]),
            "origin": found["origin"],
            "text": None,
        }
        for name, found in sorted(run.note("plan").get("options", {}).items())
    ]


def _declared(run: Chronicle) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, value in sorted(run.header.declaration.items()):
        inner = value.items() if isinstance(value, dict) else ()
        rows += [{"name": f"{name}.{key}", "value": shown(part), "origin": "", "text": None} for key, part in inner]
        if not inner:
            rows.append({"name": name, "value": shown(value), "origin": "", "text": None})
    return rows


def _made(judgement: Judgement, run: Chronicle) -> list[tuple[dict[str, str], dict[str, str]]]:
    header = run.header
    rows = [
        (both("made.command", "Command"), same(f"refund-sandbox {header.command}")),
        (both("made.seed", "Seed"), same(str(header.seed))),
        (both("made.product", "Version"), same(f"refund-sandbox {header.product or '–'}")),
        (both("made.format", "Ledger"), both(
            "made.format_words", "format {format}, rules version {rules}, {n} entries",
            format=header.format, rules=header.rules, n=f"{judgement.entries:,}")),
        (both("made.ended", "End"), both("made.complete", "the run was complete") if run.complete
            else both("made.broken_off", "the run was broken off before its end")),
    ]  # fmt: skip
    if run.phases:
        spent = (joined((word(PHASES, name), seconds(took * 1000)), " ", " ") for name, took in run.phases.items())
        rows.append((both("made.phases", "Time spent"), pair(joined(spent))))
    if run.faults:
        struck = ", ".join(f"{name} ×{count}" for name, count in sorted(run.faults.items()))
        rows.append((both("made.faults", "Faults that struck"), same(struck)))
    return rows
