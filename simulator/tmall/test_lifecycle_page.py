"""The page of the life cycles tells every row with its actor, guard, changes, message, mark and source."""

import re

from simulator.tmall import exchange_lifecycle, lifecycle, reship_lifecycle
from simulator.tmall.lifecycle_page import PAGE, page
from simulator.tmall.lifecycle_row import NONE, Transition


def _row(text: str, row: Transition) -> list[str]:
    (line,) = re.findall(rf"(?m)^\| {row.id} \|.*\|$", text)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_row_of_every_table_is_told_once() -> None:
    text = page()
    for row in (*lifecycle.TABLE, *exchange_lifecycle.TABLE, *reship_lifecycle.TABLE):
        cells = _row(text, row)
        assert cells[1:5] == [", ".join(s or "–" for s in row.from_), row.actor, row.action, row.guard]
        assert cells[5] == (f"{row.to}, or by setting {row.stays} same" if row.stays else row.to or "same")
        assert cells[6] == ", ".join(row.changes)
        assert cells[-1] == f"{row.mark}: {row.source}"
        assert cells[-2] == row.message


def test_the_diagrams_have_an_arrow_for_every_change_of_state() -> None:
    text = page()
    for row in lifecycle.TABLE:
        for state in row.from_:
            if row.to and row.to != state:
                source = r"\[\*\]" if state == NONE else state
                assert re.search(rf"(?m)^    {source} --> {row.to}: .*\b{row.actor}\.{row.action}\b", text), row.id
    assert "    CLOSED --> [*]" in text
    assert "    s14 --> [*]" in text
    assert text.count("```mermaid") == 4


def test_the_page_in_the_docs_is_this_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m simulator.tmall.lifecycle_page"
