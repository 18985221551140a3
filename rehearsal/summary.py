"""A judgement as JSON: what `--json` prints, and what `report.json` holds besides."""

from pathlib import Path
from typing import Any

from contract_tests.verdict import Judgement
from rehearsal.chosen import shops_own
from rehearsal.chronicle import Chronicle
from rehearsal.folder import shown
from rehearsal.proven import headline, not_judged, proven


def summary(judgement: Judgement, out: Path | None) -> dict[str, Any]:
    """Return the one object of `--json`: verdict, exit, rules with findings, stories, and the run folder."""
    return {
        "verdict": str(judgement.verdict),
        "exit": judgement.exit,
        "rules": [
            {
                "id": rule.id,
                "outcome": str(rule.outcome),
                "witnesses": rule.witnesses,
                "findings": [
                    {"refund": finding.refund, "because": finding.because, "entries": list(finding.entries)}
                    | ({"waived": finding.waived} if finding.waived else {})
                    for finding in rule.findings
                ],
            }
            for rule in judgement.rules
        ],
        "stories": [
            {"id": story.id, "play": story.play, "outcome": story.outcome, "reason": story.reason}
            for story in judgement.stories
        ],
        "because": list(judgement.because),
        "notes": list(judgement.notes),
        "out": shown(out) if out else None,
    }


def report_json(judgement: Judgement, run: Chronicle, out: Path) -> dict[str, Any]:
    """Return the contents of `report.json`: the summary, and all that the page shows in words and numbers."""
    found = summary(judgement, out)
    for rule, told in zip(judgement.rules, found["rules"], strict=True):
        told |= {"law": rule.law, "law_zh": rule.law_zh, "mandatory": rule.mandatory, "doubts": list(rule.doubts)}
        told["doubts_zh"] = list(rule.doubts_zh)
        told |= {"source": rule.source, "confidence": rule.confidence, "tier": rule.tier}
    for story, told in zip(judgement.stories, found["stories"], strict=True):
        told["reason_zh"] = story.reason_zh
    return found | {
        "because_zh": list(judgement.because_zh),
        "notes_zh": list(judgement.notes_zh),
        "headline": headline(judgement),
        "proven": proven(judgement, run),
        "not_judged": not_judged(judgement, run),
        "seed": run.header.seed,
        "command": run.header.command,
        "date": run.date,
        "seconds": round(run.seconds, 1),
        "complete": run.complete,
        "entries": judgement.entries,
        "declaration": run.header.declaration,
        "settings": run.header.settings,
        "shop_settings": shops_own(run),
        "doctor": run.note("doctor").get("observations", []),
        "explored": run.note("explored"),
        "load": run.note("load"),
    }
