"""Fills the coverage grid from a ledger: for each (state, act) of the life cycle, how often a refund went that way."""

from collections import Counter
from collections.abc import Iterable

from rehearsal.grid import Grid, grid_of
from simulator.ledger.entry import AnyEntry, Changed
from simulator.ledger.words import plain
from simulator.tmall.lifecycle import TABLE
from simulator.tmall.lifecycle_row import ANYONE, ROLES


def coverage_grid(entries: Iterable[AnyEntry]) -> Grid | None:
    """Return the grid of acts and states that the refunds in *entries* went through; None if there was no refund."""
    states: dict[str, str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if isinstance(entry, Changed):
            for row in entry.rows:
                if row.entity == "refund" and row.values is not None:
                    counts[states.get(row.id, ""), _act(ROLES.get(entry.actor, entry.actor), entry.action)] += 1
                    states[row.id] = str(plain(row.values).get("status", ""))
    if not counts:
        return None
    return grid_of(counts, _possible(frozenset(act for _, act in counts)))


def _possible(seen: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Return the pairs that the life cycle's table knows; a row for anyone is a row for buyer and seller."""
    pairs = set()
    for row in TABLE:
        actors = ANYONE if row.actor == "anyone" else (row.actor,)
        acts = [_act(actor, row.action) for actor in actors]
        wanted = [act for act in acts if act in seen] or acts[:1]
        pairs |= {(state, act) for state in row.from_ for act in wanted}
    return frozenset(pairs)


def _act(actor: str, action: str) -> str:
    return f"{actor}.{action}"
