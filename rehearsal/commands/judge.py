"""`judge` and `report`: the verdict and the report of a ledger, without running anything."""

from pathlib import Path

import click
import msgspec

from contract_tests.judge import judge
from contract_tests.verdict import Judgement
from rehearsal.closing import show_verdict
from rehearsal.folder import ledger_of, shown
from rehearsal.options import json_option, lang_option
from rehearsal.report import outline, write_report
from rehearsal.screen import Screen
from rehearsal.speech import Spoken
from rehearsal.summary import summary
from rehearsal.words import say


@click.command(
    "judge",
    cls=Spoken,
    told=lambda: say(
        "judge.told",
        "Judge a ledger offline and print the verdict. The ledger file alone is enough: it holds the seed, the settings"
        " and what the target declared. Nothing is written. A truncated last line, as a killed run leaves it, is left"
        " out and reported.",
    ),
    example="refund-sandbox judge runs/20261122T101500-20261122/ledger.jsonl",
)
@click.argument("ledger", type=click.Path(path_type=Path))
@json_option
@lang_option
def judge_ledger(ledger: Path, json: bool) -> int:
    """Print the verdict of LEDGER (a file, or a run folder)."""
    path = ledger_of(ledger)
    screen = Screen(quiet=json)
    judgement = _judged(screen, path)
    show_verdict(screen, judgement, outline(judgement, path))
    _json(judgement, path.parent, wanted=json)
    return judgement.exit


@click.command(
    "report",
    cls=Spoken,
    told=lambda: say(
        "report.told",
        "Write the report files of a run again, from its ledger alone: report.html, report.json, junit.xml and"
        " findings.csv. The exit status is that of the verdict.",
    ),
    example="refund-sandbox report runs/20261122T101500-20261122",
)
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@json_option
@lang_option
def report(run: Path, json: bool) -> int:
    """Write the report of RUN (a run folder, or a ledger file in it)."""
    path = ledger_of(run)
    screen = Screen(quiet=json)
    judgement = _judged(screen, path)
    written = write_report(path.parent, judgement, ledger=path)
    screen.say(say("label.report", "Report"), shown(path.parent / "report.html"))
    show_verdict(screen, judgement, written)
    _json(judgement, path.parent, wanted=json)
    return judgement.exit


def _judged(screen: Screen, path: Path) -> Judgement:
    judgement = judge(path)
    words = say("judging.words", "{n} entries, {rules} rules", n=f"{judgement.entries:,}", rules=len(judgement.rules))
    screen.say(say("label.judging", "Judging"), words)
    return judgement


def _json(judgement: Judgement, folder: Path, *, wanted: bool) -> None:
    if wanted:
        click.echo(msgspec.json.encode(summary(judgement, folder)).decode())
