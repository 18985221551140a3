"""The run folder: where a run keeps its ledger, its logs and its report."""

import os
from datetime import datetime
from pathlib import Path

from rehearsal.words import say
from simulator.clock import GMT8, Clock
from simulator.errors import UserError

LEDGER = "ledger.jsonl"


def today_seed() -> int:
    """Return the seed of a run that names none: the date in GMT+8, such as 20261122."""
    return int(datetime.fromtimestamp(Clock().seconds(), GMT8).strftime("%Y%m%d"))


def make_folder(out: Path | None, seed: int, *, runs: Path = Path("runs")) -> Path:
    """Make the folder of a new run: *out* itself, or `runs/<time>-<seed>`.

    Raises:
        UserError: if *out* is a file, holds something already, or cannot be made.
    """
    try:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            if any(out.iterdir()):
                raise UserError(
                    say("folder.not_empty", "the folder is not empty."),
                    where=str(out),
                    expected=say("folder.name_new", "Name a new one, or leave --out away."),
                )
            return out
        stamp = datetime.fromtimestamp(Clock().seconds(), GMT8).strftime("%Y%m%dT%H%M%S")
        return _fresh(runs, f"{stamp}-{seed}")
    except OSError as error:
        where = str(out or runs)
        message = say("folder.unmakable", "cannot be made: {reason}.", reason=error.strerror)
        raise UserError(message, where=where, expected=say("folder.other", "Name another by --out.")) from error


def newest(name: str, *, runs: Path = Path("runs")) -> Path | None:
    """Return the newest run folder that holds a file *name*, or None."""
    if not runs.is_dir():
        return None
    folders = [folder for folder in runs.iterdir() if (folder / name).is_file()]
    return max(folders, key=lambda folder: (folder / name).stat().st_mtime_ns, default=None)


def ledger_of(path: Path) -> Path:
    """Return the ledger that *path* means: the file itself, or the one in that run folder.

    Raises:
        UserError: if there is none.
    """
    ledger = path / LEDGER if path.is_dir() else path
    if not ledger.is_file():
        near = newest(LEDGER)
        hint = say("folder.runs", "Runs are folders such as runs/20261122T101500-20261122.")
        if near:
            hint = say("folder.newest", "The newest run here is {near}.", near=near)
        raise UserError(say("folder.no_ledger", "there is no ledger."), where=str(ledger), expected=hint)
    return ledger


def shown(path: Path) -> str:
    """Return *path* as a person would type it here: relative to the current folder where that is shorter."""
    text = str(path)
    try:
        near = os.path.relpath(path)
    except ValueError:  # another drive on Windows
        return text
    return near if len(near) < len(text) else text


def _fresh(runs: Path, name: str) -> Path:
    runs.mkdir(parents=True, exist_ok=True)
    for suffix in ("", *(f"-{n}" for n in range(2, 1000))):
        folder = runs / f"{name}{suffix}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise UserError(say("folder.crowd", "a thousand runs began in this second."), where=str(runs))
