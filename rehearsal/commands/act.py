"""`act`: one act by hand on a running sandbox."""

import os
from pathlib import Path
from typing import Any

import click
import msgspec

from rehearsal.folder import newest
from rehearsal.options import json_option, lang_option, option
from rehearsal.speech import Spoken
from rehearsal.words import say
from simulator.client import Control, ControlError
from simulator.errors import UserError
from simulator.phrase import spoken, written

ENDPOINTS = "endpoints.json"


@click.command(
    "act",
    cls=Spoken,
    told=lambda: say(
        "act.told",
        "Do one act of an actor on a running sandbox, and print what came of it. The sandbox is the one of --data, of"
        " the variable REFUND_SANDBOX_DATA, or the newest that runs below runs/. Arguments are written NAME=VALUE; an"
        " act that is impossible now is refused with the reason, and the exit status is 1.",
    ),
    example="refund-sandbox act buyer.apply tid=2026112200000000001 kind=refund_only amount=8.35\n"
    "refund-sandbox act reviewer.approve refund=318273645091827364",
)
@click.argument("act", metavar="ACTOR.VERB")
@click.argument("arguments", nargs=-1, metavar="NAME=VALUE...")
@option(
    "--data",
    "--out",
    "data",
    type=click.Path(path_type=Path),
    envvar="REFUND_SANDBOX_DATA",
    metavar="DIR",
    told=lambda: say("option.data_act", "Data folder of the running sandbox."),
)
@json_option
@lang_option
def command(act: str, arguments: tuple[str, ...], data: Path | None, json: bool) -> int:
    """Do the act."""
    found = endpoints(data)
    try:
        answer = Control(found["control"], found["token"]).act(act, dict(_pair(text) for text in arguments))
    except ControlError as error:
        raise UserError(error.words) from error
    if json:
        click.echo(msgspec.json.encode({**answer, "exit": 0 if answer["accepted"] else 1}).decode())
    elif answer["accepted"]:
        result = "  ".join(f"{name} {value}" for name, value in answer["result"].items())
        click.echo(f"#{answer['seq']} {act} ✓  {result}".rstrip())
    else:
        reason = spoken(written(answer["reason"], answer.get("reason_zh", "")))
        refused = say("act.refused", "{act} was refused: {reason}", act=act, reason=reason)
        click.echo(f"#{answer['seq']} {refused}")
    return 0 if answer["accepted"] else 1


def endpoints(data: Path | None) -> dict[str, Any]:
    """Return the endpoints of the sandbox that runs on *data*, or of the newest one.

    Raises:
        UserError: if none runs.
    """
    folder = data if data is not None else newest(ENDPOINTS)
    hint = say("act.start", "Start one: refund-sandbox serve --data DIR, and name the same folder here.")
    if folder is None:
        raise UserError(say("act.none", "no sandbox runs below runs/."), expected=hint)
    path = folder / ENDPOINTS
    try:
        found: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise UserError(
            say("act.stopped", "no sandbox runs on this folder."), where=str(folder), expected=hint
        ) from error
    if not _runs(int(found.get("pid", 0))):
        raise UserError(say("act.dead", "the sandbox of this folder has died."), where=str(folder), expected=hint)
    return found


def _runs(pid: int) -> bool:
    if os.name == "nt":  # signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(
            say("act.argument", "{text} is no argument.", text=text),
            expected=say("act.argument_hint", "Write NAME=VALUE, such as amount=8.35."),
        )
    if value in ("true", "false"):
        return name, value == "true"
    return name, value
