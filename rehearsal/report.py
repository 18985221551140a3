"""Writes a run's report files, all from its ledger: report.html, report.json, junit.xml, findings.csv."""

from pathlib import Path

import msgspec

from contract_tests.verdict import Judgement
from rehearsal.chronicle import chronicle
from rehearsal.coverage import coverage_grid
from rehearsal.evidence import RuleEvidence, collect
from rehearsal.findings import findings_csv, junit_xml
from rehearsal.folder import LEDGER, shown
from rehearsal.lags import lag_view
from rehearsal.page import page
from rehearsal.repeat import Repeat
from rehearsal.summary import report_json
from simulator.ledger.replay import read


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and what the terminal shows of it."""

    page: Path
    evidence: list[RuleEvidence]
    proven: list[dict[str, str]]
    not_judged: list[dict[str, str]]
    headline: dict[str, str]


def write_report(folder: Path, judgement: Judgement, *, ledger: Path | None = None) -> Report:
    """Write the report files of *judgement* into *folder*, from its ledger (or from *ledger*).

    Raises:
        UserError: if the ledger cannot be read.
    """
    source = ledger or folder / LEDGER
    run = chronicle(source)
    repeat = Repeat.of(run.note("plan"), run.header.seed, Path(shown(folder)))
    evidence = collect(judgement, read(source), repeat)
    facts = report_json(judgement, run, folder)
    html = page(
        judgement, run, evidence, repeat, coverage_grid(source), lag_view(read(source), run.note("load"))
    )  # fmt: skip
    _write(folder / "report.html", html.encode())
    _write(folder / "report.json", msgspec.json.format(msgspec.json.encode(facts), indent=2))
    _write(folder / "junit.xml", junit_xml(judgement))
    _write(folder / "findings.csv", findings_csv(judgement, repeat))
    return Report(
        page=folder / "report.html",
        evidence=evidence,
        proven=facts["proven"],
        not_judged=facts["not_judged"],
        headline=facts["headline"],
    )


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, so that nobody reads half of a report."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
