"""Draws one refund's steps as a sequence diagram: inline SVG, five lanes, the violating step marked."""

from collections.abc import Sequence
from html import escape

from rehearsal.steps import Step
from rehearsal.words import both
from simulator.ledger.entry import Entry
from simulator.ledger.words import time_of

WIDTH = 420
_LANES = (96, 168, 240, 312, 384)
"""Where the lanes stand; left of them is the column of numbers and times."""
_TOP = 34
_ROW = 36
_EM = 5.9
"""Width of a Latin character at the size the labels have; a Chinese one takes twice of it."""


def draw(steps: Sequence[Step]) -> str:
    """Return the SVG of *steps*; empty text if there are none."""
    if not steps:
        return ""
    height = _TOP + _ROW * len(steps) + 14
    parts = [
        f'<svg class="sequence" viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        _title(steps),
        *_lanes(height),
    ]
    for n, step in enumerate(steps):
        parts.append(_gap(step, _TOP + _ROW * n) if step.elided else _arrow(step, _TOP + _ROW * n))
    return "".join((*parts, "</svg>"))


def _title(steps: Sequence[Step]) -> str:
    words = both("diagram.title", "Sequence diagram of one refund, {n} steps.", n=len(steps))
    return f"<title>{escape(words['en'])} {escape(words['zh'])}</title>"


def _lanes(height: int) -> list[str]:
    names = (
        both("lane.buyer", "buyer"),
        both("lane.tmall", "Tmall"),
        both("lane.integration", "integration"),
        both("lane.erp", "ERP"),
        both("lane.reviewer", "reviewer"),
    )
    drawn = []
    for x, name in zip(_LANES, names, strict=True):
        drawn.append(f'<line class="lane" x1="{x}" y1="24" x2="{x}" y2="{height - 4}"/>')
        drawn.append(_text(x, 15, name, "name", anchor="middle"))
    return drawn


def _arrow(step: Step, top: int) -> str:
    y = top + 27
    kind = " ".join(
        name
        for name, on in (
            ("step", True),
            ("back", step.back),
            ("trouble", step.trouble),
            ("proof", step.proof),
            ("breaks", step.breaks),
        )
        if on
    )
    start, end = _LANES[step.source], _LANES[step.target]
    parts = [f'<g class="{kind}">']
    if step.breaks:
        parts.append(f'<rect class="mark" x="0" y="{top + 4}" width="{WIDTH}" height="{_ROW - 4}" rx="5"/>')
    parts.append(f'<text class="when" x="4" y="{y - 9}">#{step.seq}</text>')
    parts.append(f'<text class="when" x="4" y="{y + 3}">{time_of(Entry(wall=step.wall))}</text>')
    if start == end:
        parts.append(f'<circle class="dot" cx="{start}" cy="{y}" r="3.5"/>')
        parts.append(_label(step, (start, start), y - 7))
    else:
        way = 1 if end > start else -1
        tip = end - 2 * way
        parts.append(f'<line class="way" x1="{start}" y1="{y}" x2="{tip - 5 * way}" y2="{y}"/>')
        parts.append(f'<path class="tip" d="M{tip} {y}l{-7 * way} -3.5v7z"/>')
        parts.append(_label(step, (min(start, end), max(start, end)), y - 6))
    return "".join((*parts, "</g>"))


def _gap(step: Step, top: int) -> str:
    return f'<g class="gap">{_text(240, top + 24, _dotted(step.words), "more", anchor="middle")}</g>'


def _dotted(words: dict[str, str]) -> dict[str, str]:
    return {name: f"⋯ {text} ⋯" for name, text in words.items()}


def _label(step: Step, span: tuple[int, int], y: int) -> str:
    """Centre the label over its arrow, but keep it inside the picture and clear of the times."""
    drawn = []
    for language, whole in _spoken(step.words):
        text = whole if len(whole) <= 50 else whole[:49] + "…"
        half = sum(_EM * (2 if ord(character) > 0x2E7F else 1) for character in text) / 2
        middle = min(max(sum(span) / 2, 66 + half), WIDTH - 4 - half)
        drawn.append(
            f'<text class="label {language}" x="{middle:.0f}" y="{y}" text-anchor="middle">{escape(text)}</text>'
        )
    return "".join(drawn)


def _text(x: int, y: int, words: dict[str, str], kind: str, *, anchor: str = "start") -> str:
    return "".join(
        f'<text class="{kind} {language}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
        for language, text in _spoken(words)
    )


def _spoken(words: dict[str, str]) -> list[tuple[str, str]]:
    """Return (language, text) pairs; a text that reads the same in both is drawn once, for every language."""
    if words["en"] == words["zh"]:
        return [("", words["en"])]
    return list(words.items())
