"""Spans of time in stories that follow the integration's tempo: `margin + 1.5 sla`, `2 poll + 1s`."""

import re

from scenarios.located import Located
from scenarios.words import say
from simulator.ledger.declaration import Tempo

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_PART = re.compile(r"(?:(\d+(?:\.\d+)?) ?)?(poll|sla|backoff|grace|margin|lag|min|s|h)")


def check(node: Located, text: str) -> str:
    """Return *text* if it is a span; *node* is where it stands.

    Raises:
        UserError: if it is none.
    """
    if not all(map(_fits, text.split("+"))):
        node.no(repr(text), say("form.span", "a span of time, such as 20s, margin + 1.5 sla or 2 poll + 1s"))
    return text


def _fits(part: str) -> bool:
    match = _PART.fullmatch(part.strip())
    return match is not None and (match[1] is not None or match[2] not in _UNITS)


def seconds(text: str, tempo: Tempo) -> float:
    """Return how many seconds the span *text* is at *tempo*."""
    total = 0.0
    for part in text.split("+"):
        match = _PART.fullmatch(part.strip())
        assert match is not None, "spans are checked when they are read"
        total += float(match[1] or 1) * (_UNITS.get(match[2]) or getattr(tempo, match[2]))
    return total
