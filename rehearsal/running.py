"""A sandbox that runs already: how its data folder leads to its control API, and how a person writes arguments."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from rehearsal.folder import newest
from rehearsal.options import option
from rehearsal.words import say
from simulator.client import Control
from simulator.errors import UserError

ENDPOINTS = "endpoints.json"

data_option = option(
    "--data",
    "--out",
    "data",
    type=click.Path(path_type=Path),
    envvar="REFUND_SANDBOX_DATA",
    metavar="DIR",
    told=lambda: say("option.data_act", "Data folder of the running sandbox."),
)


def control_of(data: Path | None) -> Control:
    """Return the control API of the sandbox that runs on *data*, or of the newest one.

    Raises:
        UserError: if none runs.
    """
    found = endpoints(data)
    return Control(found["control"], found["token"])


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
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(
            say("act.stopped", "no sandbox runs on this folder."), where=str(folder), expected=hint
        ) from error
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(
            say("act.unreadable", "cannot be read: {reason}.", reason=error), where=str(path), expected=hint
        ) from error
    if not _runs(int(found.get("pid", 0))):
        raise UserError(say("act.dead", "the sandbox of this folder has died."), where=str(folder), expected=hint)
    return found


def arguments_of(texts: Sequence[str], example: str) -> dict[str, Any]:
    """Return *texts* of the form NAME=VALUE as arguments; `true` and `false` are what they say.

    Raises:
        UserError: if one is written otherwise, or given twice; *example* shows how it is done.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UserError(
                say("act.argument", "{text} is no argument.", text=text),
                expected=say("act.argument_hint", "Write NAME=VALUE, such as {example}.", example=example),
            )
        if name in found:
            raise UserError(
                say(
                    "act.twice",
                    "{name} is given twice: {first} and {second}.",
                    name=name,
                    first=found[name],
                    second=value,
                ),
                expected=say("act.once", "Give it once."),
            )
        found[name] = value == "true" if value in ("true", "false") else value
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
