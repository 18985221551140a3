"""Writes `docs/lifecycle.md`, what the tables of the life cycles say: python -m simulator.tmall.lifecycle_page."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simulator.tmall import exchange, exchange_lifecycle, lifecycle, repair_lifecycle, reship_lifecycle
from simulator.tmall.countdowns import DAY, LIMITS
from simulator.tmall.lifecycle_row import NONE, Transition
from simulator.tmall.refund import TERMINAL

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"
_HEAD = """# The life cycle of a refund, of an exchange, of a re-send, and of a repair

This page is generated from the tables in `simulator/tmall/lifecycle.py`, `lifecycle_staff.py`,
`exchange_lifecycle.py`, `reship_lifecycle.py` and `repair_lifecycle.py` by `python -m simulator.tmall.lifecycle_page`;
change those instead.
Gateway, acts, story generator and coverage read them too.

*Version*: whether `refund_version` grows (`modified` grows with it, or alone where the column says so), or the setting
that says so. *Countdown*: whether the running one goes on, or that of the new state begins. *While staff have it*: who
can still do this as long as 小二 have the case. *Mark*: documented by the platform, observed, or assumed.
"""
_EXCHANGE_NAMES = {
    "1": "pending",
    "2": "wait for the buyer's return",
    "3": "returned",
    "4": "closed",
    "5": "success",
    "6": "wait for the buyer to modify",
    "12": "wait for the seller to ship",
    "13": "wait for the buyer's receipt",
    "14": "turned into a refund",
}
_RESHIP_NAMES = {
    "1": "pending",
    "6": "wait for the buyer to modify",
    "12": "wait for the seller to ship",
    "7": "wait for the buyer to confirm what was sent again",
    "4": "closed",
    "5": "success",
}

_REPAIR_NAMES = {
    "1": "pending",
    "2": "wait for the buyer to send the goods",
    "3": "with the seller",
    "6": "wait for the buyer to modify",
    "7": "wait for the buyer to confirm what was mended",
    "4": "closed",
    "5": "success",
    "14": "turned into a refund",
}


def page() -> str:
    """Return the page, in Markdown."""
    parts = [_HEAD, "## Refund", "", *_diagram(lifecycle.TABLE, {}), ""]
    parts += [*_table(lifecycle.TABLE), "", "### Guards", "", *_guards(lifecycle.GUARDS), ""]
    parts += ["## Exchange", "", *_diagram(exchange_lifecycle.TABLE, _EXCHANGE_NAMES), ""]
    parts += [
        *_table(exchange_lifecycle.TABLE),
        "",
        "### Guards",
        "",
        *_guards(exchange_lifecycle.GUARDS),
        "",
    ]
    parts += ["## Re-send", "", *_diagram(reship_lifecycle.TABLE, _RESHIP_NAMES), ""]
    parts += [*_table(reship_lifecycle.TABLE), "", "### Guards", "", *_guards(reship_lifecycle.GUARDS), ""]
    parts += ["## Repair", "", *_diagram(repair_lifecycle.TABLE, _REPAIR_NAMES), ""]
    parts += [*_table(repair_lifecycle.TABLE), "", "### Guards", "", *_guards(repair_lifecycle.GUARDS), ""]
    parts += ["## Time limits", "", *_limits(), ""]
    return "\n".join(parts)


def _diagram(table: Sequence[Transition], names: Mapping[str, str]) -> Iterator[str]:
    """Yield a Mermaid diagram: an arrow for each pair of states, with who does what on it."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in table:
        for state in row.from_:
            if row.to and row.to != state:
                arrows.setdefault((state, row.to), []).append(f"{row.actor}.{row.action}")
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state, name in names.items():
        yield f"    s{state}: {state} {name}"
    for (state, to), acts in arrows.items():
        source = "[*]" if state == NONE else _node(state, names)
        yield f"    {source} --> {_node(to, names)}: {', '.join(dict.fromkeys(acts))}"
    left = {state for state, _ in arrows}
    yield from (f"    {_node(to, names)} --> [*]" for to in dict.fromkeys(to for _, to in arrows) if to not in left)
    yield "```"


def _node(state: str, names: Mapping[str, str]) -> str:
    return f"s{state}" if names else state


def _table(table: Sequence[Transition]) -> Iterator[str]:
    heads = ["row", "from", "actor", "action", "guard", "to", "changes", "version", "countdown", "while staff have it"]
    heads += ["message", "mark"]
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    for row in table:
        cells = (
            row.id,
            ", ".join(state or "–" for state in row.from_),
            row.actor,
            row.action,
            row.guard,
            f"{row.to}, or by setting {row.stays} same" if row.stays else row.to or "same",
            ", ".join(row.changes),
            _version(row),
            _countdown(row),
            row.with_staff or "nobody",
        )
        yield f"| {' | '.join(cells)} | {row.message} | {row.mark}: {row.source} |"


def _version(row: Transition) -> str:
    if isinstance(row.visible, str):
        return f"{_bumps(row)}; modified: setting {row.visible}"
    if row.bumps is True:
        return "grows"
    modified = "" if not row.visible else "; modified always" if isinstance(row.bumps, str) else "; modified grows"
    return _bumps(row) + modified


def _bumps(row: Transition) -> str:
    return f"setting {row.bumps}" if isinstance(row.bumps, str) else "grows" if row.bumps else "stays"


def _countdown(row: Transition) -> str:
    if isinstance(row.keeps_countdown, str):
        return f"setting {row.keeps_countdown}"
    if row.to and row.to in (TERMINAL if row in lifecycle.TABLE else exchange.TERMINAL):
        return "ends"
    return "goes on" if row.keeps_countdown else "of the new state"


def _guards(guards: Mapping[str, str]) -> Iterator[str]:
    yield "| guard | asks |"
    yield "| --- | --- |"
    yield from (f"| {name} | {text} |" for name, text in guards.items())


def _limits() -> Iterator[str]:
    yield "Days, by `limit_profile`; setting `hours_NAME` gives another length, `time_scale` divides them all."
    yield "`trade_receipt` is the trade's own: it runs once all of it is shipped, and stands still for a sub-order as"
    yield "long as a refund or exchange of it is open. Then the receipt is confirmed; later applications are aftersale."
    yield ""
    yield "| limit | current | older |"
    yield "| --- | --- | --- |"
    yield from (f"| {name} | {found.current / DAY:g} | {found.older / DAY:g} |" for name, found in LIMITS.items())


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
