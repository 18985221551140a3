"""`list`: what there is to choose from; needs no target."""

import sys

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rehearsal.catalogue import LISTS, Row
from rehearsal.options import json_option, lang_option
from rehearsal.speech import Spoken
from rehearsal.titles import sure
from rehearsal.words import language, say
from simulator.errors import unknown_name


@click.command(
    "list",
    cls=Spoken,
    told=lambda: say(
        "list.told",
        "List what there is: stories, rules, acts, faults, methods, profiles, settings or mutants. It needs no target"
        " and starts nothing. With --json it prints one array.",
    ),
    example="refund-sandbox list stories\nrefund-sandbox list rules --json",
)
@click.argument("what", metavar="WHAT")
@json_option
@lang_option
def command(what: str, json: bool) -> int:
    """Print the list."""
    if what not in LISTS:
        raise unknown_name(say("what.list", "list"), what, LISTS)
    rows = LISTS[what]()
    if json:
        click.echo(msgspec.json.encode(rows).decode())
        return 0
    if not sys.stdout.isatty():  # one line each, to be searched
        width = max(len(str(row["id"])) for row in rows)
        click.echo("\n".join(f"{row['id']:<{width}}  {_words(row)}" for row in rows))
        return 0
    console = Console(highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(Text(str(row["id"]), "bold"), _words(row))
    console.print(table)
    return 0


def _words(row: Row) -> Text:
    """Return the row's text in the language in use, and what else is worth a glance."""
    words = str(row.get("zh") or row["text"]) if language() == "zh" else str(row["text"])
    notes = []
    if "default" in row:
        default = msgspec.json.encode(row["default"]).decode()
        notes.append(
            say("list.default", "default {value}, {provenance}", value=default, provenance=sure(row["provenance"]))
        )
    if row.get("arguments"):
        notes.append(" ".join(row["arguments"]))
    if row.get("per_shop"):
        notes.append(say("list.per_shop", "also for one shop"))
    if "strikes" in row:
        notes.append(say("list.strikes", "strikes {call}", call=row["strikes"]))
    if "caught_by" in row:
        notes.append(say("list.caught", "caught by {rules}", rules=", ".join(row["caught_by"])))
    if row.get("state") == "partial":
        why = row["why_zh" if language() == "zh" else "why"]
        notes.append(say("list.partial", "partial: {why}", why=why))
    if row.get("state") == "refused":
        notes.append(say("list.refused", "refused"))
    if row.get("exclusive"):
        notes.append(say("list.exclusive", "exclusive"))
    return Text.assemble(words, *((f"  ({note})", "dim") for note in notes))
