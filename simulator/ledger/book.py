"""The ledger's only writer: numbers and times an entry, writes it, and tells those who wait.

Entries that belong to one moment of the loop (a call, its effects, its answer) go out in one write(2): at the
latest before the first byte of an answer leaves, so that a killed process has lost nothing that anyone was told.
"""

import asyncio
import os
from itertools import islice
from pathlib import Path

import msgspec

from simulator.clock import Clock
from simulator.ledger.entry import AnyEntry, ClockStepped, Entry
from simulator.ledger.replay import decode

_HANDFUL = 0.01
"""Seconds in which entries gather before those who wait are told."""
_STRIDE = 256
_LINE = 2048
"""Bytes within which nearly every line ends."""
_BINARY = getattr(os, "O_BINARY", 0)
"""What keeps Windows from writing two bytes for the end of a line."""
_STEP = 250
"""Milliseconds by which wall and monotonic clock may drift apart between two entries before that is noted."""


class LedgerError(OSError):
    """The ledger could not be written, as on a full disk. The run cannot go on."""


class Book:
    """An append-only ledger file. Lines are kept nowhere else: whoever wants some is read them from the file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open *path* for appending; the next entry gets number 1, unless `resume` says otherwise."""
        self.path = path
        self.seq = 0
        self.place = 0
        """Where in the file the newest line begins."""
        self._wall, self._mono = clock.wall, clock.mono
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o600)
        self._size = 0
        """Bytes of all lines, those included that are not written yet."""
        self._marks: dict[int, int] = {}
        """Where in the file some lines begin, by number: one in each `_STRIDE` of those that were written or passed."""
        self._encode = msgspec.json.Encoder().encode
        self._left_off = (1, 0)
        """Number and place of the line behind those that were read last: a poll goes on where the one before ended."""
        self.closed = False
        self._waiters: list[asyncio.Future[None]] = []
        self._waking: asyncio.TimerHandle | None = None
        self._pending: list[bytes] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        """Where to write at the end of the current moment; None: every entry is written at once."""
        self._offset = clock.wall() - clock.mono() // 1000

    def resume(self, seq: int, size: int) -> None:
        """Go on behind entry *seq*, the last one of a file of *size* bytes; what is behind them is cut off."""
        self.seq, self._size = seq, size
        os.ftruncate(self._file, size)

    def append(self, entry: Entry) -> int:
        """Give *entry* its number and times, write it, and return the number."""
        wall, mono = self._wall(), self._mono()
        step = wall - mono // 1000 - self._offset
        if not -_STEP <= step <= _STEP and self.seq:  # a ledger begins with its header
            self._offset += step
            self._write(ClockStepped(by=step, side="harness"), wall, mono)
        return self._write(entry, wall, mono)

    def stepped(self, by: int, play: str = "") -> int:
        """Note that a story has moved the wall clock on by *by* ms, and return the entry's number."""
        self._offset += by
        return self.append(ClockStepped(by=by, wanted=True, side="harness", plays=(play,) if play else ()))

    def _write(self, entry: Entry, wall: int, mono: int) -> int:
        self.seq = seq = self.seq + 1
        entry.seq, entry.wall, entry.mono = seq, wall, mono
        line = self._encode(entry) + b"\n"
        self.place = place = self._size
        self._size = place + len(line)
        if seq % _STRIDE == 1:
            self._marks[seq] = place
        if self.loop is None:
            self._to_file(line)
        else:
            if not self._pending:
                self.loop.call_soon(self.flush)
            self._pending.append(line)
        if self._waiters and self._waking is None:
            # Answers to calls leave first; whoever waits is told of a handful of entries, not of each one.
            self._waking = asyncio.get_running_loop().call_later(_HANDFUL, self._wake)
        return seq

    def _wake(self) -> None:
        self._waking = None
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def flush(self) -> None:
        """Write what is pending. Whoever answers someone calls this before the first byte leaves."""
        if self._pending:
            lines = b"".join(self._pending)
            self._pending.clear()
            try:
                self._to_file(lines)
            except LedgerError as error:
                # The server of HTTP catches what an app raises; the loop's owner must hear of this all the same.
                if self.loop is not None:
                    self.loop.call_exception_handler({"message": str(error), "exception": error})
                raise

    def _to_file(self, lines: bytes) -> None:
        try:
            written = os.write(self._file, lines)
        except OSError as error:
            raise LedgerError(f"{self.path}: the ledger cannot be written: {error.strerror}") from error
        if written != len(lines):
            raise LedgerError(f"{self.path}: the ledger could not be written whole (is the disk full?)")

    def lines(self, after: int, limit: int) -> list[bytes]:
        """Return up to *limit* lines with numbers above *after*."""
        self.flush()
        if after >= self.seq:
            return []
        found: list[bytes] = []
        number, place = self._near(after + 1)
        with os.fdopen(self._file, "rb", closefd=False) as file:  # appending goes to the end all the same
            file.seek(place)
            for line in islice(file, after + 1 + limit - number):
                if number % _STRIDE == 1:
                    self._marks[number] = place
                if number > after:
                    found.append(line)
                number, place = number + 1, place + len(line)
        self._left_off = number, place
        return found

    def _near(self, wanted: int) -> tuple[int, int]:
        """Return number and place of a line that is known to be at or not far before line *wanted*."""
        number = wanted - (wanted - 1) % _STRIDE
        if number <= self._left_off[0] <= wanted:
            return self._left_off
        while number > 1 and number not in self._marks:
            number -= _STRIDE
        return number, self._marks.get(number, 0)

    def entry(self, place: int) -> AnyEntry:
        """Return the entry whose line begins at *place* of the file.

        Raises:
            LedgerError: if there is no whole line, because somebody else has changed the file.
        """
        self.flush()
        size = _LINE
        while b"\n" not in (found := self._bytes(place, size)):
            if len(found) < size:
                raise LedgerError(f"{self.path}: the ledger ends within a line that was written")
            size *= 4
        return decode(found[: found.index(b"\n")])

    def _bytes(self, place: int, size: int) -> bytes:
        """Return up to *size* bytes of the file from *place* on."""
        if hasattr(os, "pread"):
            return os.pread(self._file, size, place)
        os.lseek(self._file, place, os.SEEK_SET)  # Windows; what is appended goes to the end all the same
        return os.read(self._file, size)

    async def wait(self, after: int, seconds: float) -> None:
        """Return when there is an entry above *after*, or after *seconds*."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self.seq <= after and loop.time() < until and not self.closed:
            waiter = loop.create_future()
            self._waiters.append(waiter)
            try:
                async with asyncio.timeout_at(until):
                    await waiter
            except TimeoutError:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)

    def close(self) -> None:
        """Close the file. Whoever still waits is let go."""
        self.closed = True
        if self._waking is not None:
            self._waking.cancel()
        self._wake()
        self.flush()
        os.close(self._file)
