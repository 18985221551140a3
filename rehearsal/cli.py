"""The command `refund-sandbox`: finds the language, runs the command, and turns every ending into an exit status."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from rehearsal.options import lang_option, version_option
from rehearsal.screen import make_writable
from rehearsal.speech import SpokenGroup, worded
from rehearsal.words import LANGUAGES, from_environment, say, use
from simulator.errors import UserError
from simulator.phrase import spoken

MISTAKE = 3
"""Exit status of a user's mistake."""

FAULT = 4
"""Exit status when the harness itself is at fault."""

COMMANDS = {
    "rehearse": "rehearsal.commands.runs:rehearse",
    "run": "rehearsal.commands.runs:run",
    "explore": "rehearsal.commands.runs:explore",
    "load": "rehearsal.commands.runs:load",
    "doctor": "rehearsal.commands.doctor",
    "init": "rehearsal.commands.init",
    "serve": "rehearsal.commands.serve",
    "trade": "rehearsal.commands.trade",
    "act": "rehearsal.commands.act",
    "judge": "rehearsal.commands.judge:judge_ledger",
    "report": "rehearsal.commands.judge:report",
    "list": "rehearsal.commands.listing",
}


@click.group(
    "refund-sandbox",
    cls=SpokenGroup,
    where=COMMANDS,
    told=lambda: say(
        "cli.told",
        "Rehearse a Tmall refund integration before it goes live. The sandbox fakes Tmall and the ERP, plays stories,"
        " faults and load at your integration, and answers GO, NO-GO or NOT PROVEN with evidence. The exit status is"
        " 0, 1 or 2 for these three, 3 for a mistake in what it was given, and 4 when the sandbox itself is at fault.",
    ),
    example="refund-sandbox rehearse\nrefund-sandbox rehearse --mutant M32\n"
    'refund-sandbox init --command "java -jar connector.jar" --erp generic',
)
@lang_option
@version_option
def refund_sandbox() -> None:
    """Find the command; each is a module of `rehearsal.commands`."""


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line with *arguments* and return the exit status: 0 to 4, as design and `--help` say."""
    use(_language(arguments))
    for stream in (sys.stdout, sys.stderr):
        make_writable(stream, language=_language(arguments))
    json = "--json" in arguments
    try:
        status = refund_sandbox.main(list(arguments), prog_name="refund-sandbox", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except BrokenPipeError:
        return _unread()
    except SystemExit:  # click's own way out when a pipe is closed; nothing of ours raises it
        return _unread()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        return MISTAKE
    except click.ClickException as error:
        return _mistake(worded(error), json=json)
    except UserError as error:
        return _mistake(error, json=json)
    except (click.Abort, KeyboardInterrupt):
        print(say("cli.interrupted", "Interrupted."), file=sys.stderr)
        return 2
    except Exception as error:
        return _fault(error, json=json)


def _unread() -> int:
    """Whoever read our output has gone: no fault. Python would complain once more while it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0


def _language(arguments: Sequence[str]) -> str:
    """Return the language before click runs, because click's own texts depend on it."""
    found = from_environment()
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            value = value if equals else (arguments[number + 1] if number + 1 < len(arguments) else "")
            found = value if value in LANGUAGES else found
    return found


def _mistake(error: UserError, *, json: bool) -> int:
    if json:
        parts = {"message": spoken(error.message), "where": error.where, "expected": spoken(error.expected)}
        _print_json({"verdict": None, "exit": MISTAKE, "error": parts})
    print(f"refund-sandbox: {error}", file=sys.stderr)
    return MISTAKE


def _fault(error: Exception, *, json: bool) -> int:
    """Say briefly that the sandbox is at fault, and keep the traceback in a file."""
    message = f"{type(error).__name__}: {error}"
    where = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="refund-sandbox-", suffix=".txt", delete=False
        ) as file:
            traceback.print_exception(error, file=file)
            where = file.name
    except OSError:  # the disk may be what is full
        traceback.print_exception(error)
    if json:
        _print_json({"verdict": None, "exit": FAULT, "error": {"message": message, "where": where, "expected": ""}})
    words = say("cli.fault", "The sandbox itself failed, not your integration: {message}", message=message)
    print(f"refund-sandbox: {words}", file=sys.stderr)
    if where:
        print(say("cli.traceback", "The whole story is in {file}", file=where), file=sys.stderr)
    return FAULT


def _print_json(value: dict[str, Any]) -> None:
    print(msgspec.json.encode(value).decode(), flush=True)


if __name__ == "__main__":
    main()
