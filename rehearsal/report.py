"""Writes a run's report files, all from its ledger: report.html, report.json, junit.xml, findings.csv."""

from pathlib import Path

import msgspec

from contract_tests.reach import is_generated
from contract_tests.smaller import offered
from contract_tests.verdict import Finding, Judgement
from rehearsal.chosen import from_the_start
from rehearsal.chronicle import Chronicle, chronicle
from rehearsal.coverage import coverage_grid
from rehearsal.evidence import RuleEvidence, collect
from rehearsal.findings import findings_csv, junit_xml
from rehearsal.folder import LEDGER, shown
from rehearsal.lags import lag_view
from rehearsal.page import page
from rehearsal.proven import missing, not_judged, proven
from rehearsal.repeat import Repeat
from rehearsal.summary import report_json
from simulator.ledger.replay import read


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and what the terminal shows of it."""

    page: Path
    evidence: list[RuleEvidence]
    proven: list[dict[str, str]]
    not_judged: list[dict[str, str]]
    settings: list[str]
    """Those chosen from the start: `NAME=VALUE`, or `SHOP/NAME=VALUE`."""
    missing: list[dict[str, str]]
    """What keeps the run from proving anything."""


def write_report(folder: Path, judgement: Judgement, *, ledger: Path | None = None) -> Report:
    """Write the report files of *judgement* into *folder*, from its ledger (or from *ledger*).

    Raises:
        UserError: if the ledger cannot be read.
    """
    source = ledger or folder / LEDGER
    run = chronicle(source)
    repeat = _repeat(run, folder)
    evidence = collect(judgement, read(source), lambda finding: _again(finding, run, repeat, folder / "stories"))
    html = page(judgement, run, evidence, repeat, coverage_grid(read(source)), lag_view(read(source), run.note("load")))
    facts = report_json(judgement, run, folder)
    _write(folder / "report.html", html.encode())
    _write(folder / "report.json", msgspec.json.format(msgspec.json.encode(facts), indent=2))
    _write(folder / "junit.xml", junit_xml(judgement))
    _write(folder / "findings.csv", findings_csv(judgement, repeat))
    return _outlined(judgement, run, evidence, folder)


def outline(judgement: Judgement, ledger: Path) -> Report:
    """Return what the terminal shows of *judgement*, from *ledger*; nothing is written."""
    run = chronicle(ledger)
    repeat = _repeat(run, ledger.parent)
    evidence = collect(judgement, read(ledger), lambda finding: repeat.line(finding.play))
    return _outlined(judgement, run, evidence, ledger.parent)


def _again(finding: Finding, run: Chronicle, repeat: Repeat, stories: Path) -> str:
    """Return the command that repeats *finding*; of a generated story only what concerns its refund is played."""
    if is_generated(finding.play):
        small = offered(stories, finding.play, run.generated.get(finding.play, ()), finding.refund)
        if small is not None:
            return repeat.file(Path(repeat.folder) / "stories" / small.name)
    return repeat.line(finding.play)


def _repeat(run: Chronicle, folder: Path) -> Repeat:
    return Repeat.of(run.note("plan"), run.header.seed, Path(shown(folder)))


def _outlined(judgement: Judgement, run: Chronicle, evidence: list[RuleEvidence], folder: Path) -> Report:
    return Report(
        page=folder / "report.html",
        evidence=evidence,
        proven=proven(judgement, run),
        not_judged=not_judged(judgement, run),
        settings=from_the_start(run),
        missing=missing(judgement, run),
    )


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, so that nobody reads half of a report."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
