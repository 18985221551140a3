"""What a run prints: one label and one line a phase, live in a terminal, plain lines elsewhere."""

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

LABEL = 12
"""Columns of the label at the beginning of a line."""

_BAR = 20
"""Columns of a bar."""

_PLAIN = {
    "✓": "ok", "✗": "x", "–": "-", "—": "-", "·": "|", "█": "#", "░": ".", "←": "<-", "→": "->", "…": "...",
    "元": "yuan", "“": '"', "”": '"', "×": "x", "≤": "<=", "’": "'",
}  # fmt: skip
"""What stands for a character that the output's encoding does not have (Windows code pages)."""


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in lacking), error.end


codecs.register_error("refund-sandbox", _replace)


def make_writable(stream: TextIO, *, language: str = "en") -> None:
    """Make *stream* take every character: what its encoding lacks is spelled out, Chinese is UTF-8."""
    if not isinstance(stream, io.TextIOWrapper):
        return
    try:
        "中".encode(stream.encoding)
    except UnicodeEncodeError:
        if language == "zh":
            stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors="refund-sandbox")


class Screen:
    """The terminal of one run. With *quiet* all goes to stderr, so that stdout holds the JSON alone."""

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        """Look at the stream once: a terminal without NO_COLOR is live, all else gets plain lines."""
        self.stream = stream or (sys.stderr if quiet else sys.stdout)
        self.live = self.stream.isatty() and "NO_COLOR" not in os.environ and not quiet
        self.console = Console(file=self.stream, highlight=False, soft_wrap=not self.live, no_color=not self.live)

    def say(self, label: str, text: str, style: str = "") -> None:
        """Print one line *text* under its *label*."""
        self.console.print(self.line(label, Text(text, style)))

    def line(self, label: str, text: Text) -> Text | Table:
        """Return a label and its text: one line, or in a terminal as many as it takes, indented alike."""
        width = sum(2 if ord(character) > 0x2E7F else 1 for character in label)
        if not self.live:
            return Text.assemble((label + " " * max(1, LABEL - width), "dim"), text)
        grid = Table.grid(padding=0)
        grid.add_column(width=LABEL, no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_row(Text(label, "dim"), text)
        return grid

    def blank(self) -> None:
        """Print an empty line."""
        self.console.print()

    def show(self, text: Text | str) -> None:
        """Print *text* as it is, without a label."""
        self.console.print(text if isinstance(text, Text) else Text(text))

    def hang(self, text: Text | str, indent: int) -> None:
        """Print *text* with all its lines *indent* columns in."""
        words = text if isinstance(text, Text) else Text(text)
        self.console.print(Padding(words, (0, 0, 0, indent)) if self.live else Text.assemble(" " * indent, words))

    @contextmanager
    def phase(self, label: str) -> Iterator["Phase"]:
        """Show a phase whose line changes while it runs and stays when it ends."""
        phase = Phase(self, label)
        if not self.live:
            yield phase
            phase.close()
            return
        with Live(phase.text(), console=self.console, refresh_per_second=8, vertical_overflow="visible") as live:
            phase.on_change = live.update
            yield phase


class Phase:
    """One phase's line: a bar where its share is known, and a text."""

    def __init__(self, screen: Screen, label: str) -> None:
        """Begin with an empty line."""
        self._screen = screen
        self._label = label
        self._share: float | None = None
        self._words = ""
        self._printed = ""
        self.on_change: Callable[[Text | Table], None] = lambda _text: None

    def show(self, words: str, *, share: float | None = None, milestone: bool = False) -> None:
        """Show *words*, with a bar for *share* (0 to 1). A *milestone* is printed also without a terminal."""
        self._words, self._share = words, share
        self.on_change(self.text())
        if milestone and not self._screen.live:
            self._print()

    def close(self) -> None:
        """Without a terminal: print the last words, unless they stand there already."""
        if self._words and self._words != self._printed:
            self._print()

    def text(self) -> Text | Table:
        """Return the line as it stands."""
        return self._screen.line(self._label, Text(self._bar() + self._words))

    def _bar(self) -> str:
        if self._share is None:
            return ""
        full = round(_BAR * min(1.0, max(0.0, self._share)))
        return "█" * full + "░" * (_BAR - full) + " "

    def _print(self) -> None:
        self._printed = self._words
        self._screen.say(self._label, self._words)
