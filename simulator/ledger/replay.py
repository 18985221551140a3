"""Reads a ledger back: for judging, for reports, and for recovering the world after a crash."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from simulator.errors import UserError
from simulator.ledger.entry import FORMAT, AnyEntry, Header

_decoder = msgspec.json.Decoder(AnyEntry)


class Reader:
    """Iterates over the entries of the ledger at *path*, in order.

    A last line without its newline is what a killed process leaves: it is left out and noted in `truncated`
    (its number of bytes). Any other line that cannot be read is a `UserError` with file and line.
    """

    def __init__(self, path: Path) -> None:
        """Remember *path*; nothing is read yet."""
        self.path = path
        self.truncated = 0
        self.whole = 0
        """Bytes of whole lines read so far."""

    def __iter__(self) -> Iterator[AnyEntry]:
        """Yield the entries; the first is the `Header`."""
        try:
            file = self.path.open("rb", buffering=1 << 20)
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}.", where=str(self.path)) from error
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
                self.whole += len(line)
                yield entry
            if number == 0:
                raise UserError("is empty.", where=str(self.path), expected="A ledger begins with its header line.")

    def _check(self, entry: AnyEntry) -> None:
        where = f"{self.path}:1"
        if not isinstance(entry, Header):
            raise UserError(
                f"the first line is a {type(entry).__name__}.", where=where, expected="A ledger begins with its header."
            )
        if entry.format > FORMAT:
            raise UserError(
                f"the ledger has format {entry.format}, this version reads up to {FORMAT}.",
                where=where,
                expected=f"Use refund-sandbox {entry.product or 'of a newer version'} or newer.",
            )

    def _broken(self, number: int, line: bytes, error: msgspec.MsgspecError) -> UserError:
        where = f"{self.path}:{number}"
        if number == 1:
            try:
                head = msgspec.json.decode(line)
            except msgspec.MsgspecError:
                head = None
            if isinstance(head, dict) and isinstance(head.get("format"), int) and head["format"] > FORMAT:
                return UserError(
                    f"the ledger has format {head['format']}, this version reads up to {FORMAT}.",
                    where=where,
                    expected="Use a newer refund-sandbox.",
                )
        shown = line[:80].decode(errors="replace").rstrip()
        return UserError(
            f"is no entry of a ledger ({error}): {shown!r}",
            where=where,
            expected="Each line is one JSON object with kind and seq; the file may have been edited or mixed up.",
        )


def read(path: Path) -> Reader:
    """Return a reader of the ledger at *path* (iterate over it once)."""
    return Reader(path)
