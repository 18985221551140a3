"""The texts of this package in both languages, and how money and time are written in findings."""

from pathlib import Path

from simulator.phrase import Wording

say = Wording(Path(__file__).with_name("words.zh.yaml"))


def chinese(ident: str) -> str:
    """Return the Chinese text *ident*.

    Raises:
        KeyError: if there is none; a test sees to it that this never happens.
    """
    return say.texts[ident]


def yuan(fen: int) -> str:
    """Return *fen* as yuan text: 835 is `8.35`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def seconds(micro: int) -> str:
    """Return microseconds as seconds with one decimal: `14.2`. Never rounded up to look worse than it is."""
    tenths = micro // 100_000
    return f"{tenths // 10}.{tenths % 10}"
