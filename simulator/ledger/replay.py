"""Reads a ledger back: for judging, for reports, and for recovering the world after a crash."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from simulator.errors import UserError
from simulator.ledger.entry import FORMAT, AnyEntry, Header
from simulator.ledger.vocabulary import say

_decoder: msgspec.json.Decoder[AnyEntry] = msgspec.json.Decoder(AnyEntry)


def decode(line: bytes) -> AnyEntry:
    """Return the entry that *line* of a ledger holds."""
    return _decoder.decode(line)


class Reader:
    """Iterates over the entries of the ledger at *path*, in order.

    A last line without its newline is what a killed process leaves: it is left out and noted in `truncated`
    (its number of bytes). Any other line that cannot be read is a `UserError` with file and line.
    """

    def __init__(self, path: Path) -> None:
        """Remember *path*; nothing is read yet."""
        self.path = path
        self.truncated = 0
        self.place = 0
        """Where in the file the newest entry's line begins."""
        self.whole = 0
        """Bytes of whole lines read so far."""

    def __iter__(self) -> Iterator[AnyEntry]:
        """Yield the entries; the first is the `Header`."""
        try:
            file = self.path.open("rb", buffering=1 << 20)
        except OSError as error:
            message = say("reading.unreadable", "cannot be read: {reason}.", reason=error.strerror)
            raise UserError(message, where=str(self.path)) from error
        with file:
            decode = _decoder.decode
            number = 0
            for number, line in enumerate(file, start=1):
                if line[-1:] != b"\n":
                    self.truncated = len(line)
                    break
                try:
                    entry = decode(line)
                except msgspec.MsgspecError as error:
                    raise self._broken(number, line, error) from error
                if number == 1:
                    self._check(entry)
                self.place, self.whole = self.whole, self.whole + len(line)
                yield entry
            if number == 0:
                raise UserError(say("reading.empty", "is empty."), where=str(self.path), expected=_begins())

    def _check(self, entry: AnyEntry) -> None:
        where = f"{self.path}:1"
        if not isinstance(entry, Header):
            message = say("reading.no_header", "the first line is a {kind}.", kind=type(entry).__name__)
            raise UserError(message, where=where, expected=_begins())
        if entry.format > FORMAT:
            raise _newer(entry.format, entry.product, where)

    def _broken(self, number: int, line: bytes, error: msgspec.MsgspecError) -> UserError:
        where = f"{self.path}:{number}"
        if number == 1:
            try:
                head = msgspec.json.decode(line)
            except msgspec.MsgspecError:
                head = None
            if isinstance(head, dict) and isinstance(head.get("format"), int) and head["format"] > FORMAT:
                return _newer(head["format"], "", where)
        shown = line[:80].decode(errors="replace").rstrip()
        return UserError(
            say("reading.no_entry", "is no entry of a ledger ({error}): {line}", error=error, line=repr(shown)),
            where=where,
            expected=say(
                "reading.each_line",
                "Each line is one JSON object with kind and seq; the file may have been edited or mixed up.",
            ),
        )


def _begins() -> str:
    return say("reading.begins", "A ledger begins with its header line.")


def _newer(found: int, product: str, where: str) -> UserError:
    use = say("reading.use_newer", "Use a newer refund-sandbox.")
    if product:
        use = say("reading.use", "Use refund-sandbox {version} or newer.", version=product)
    message = say(
        "reading.newer", "the ledger has format {format}, this version reads up to {known}.", format=found, known=FORMAT
    )
    return UserError(message, where=where, expected=use)


def read(path: Path) -> Reader:
    """Return a reader of the ledger at *path* (iterate over it once)."""
    return Reader(path)
