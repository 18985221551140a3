"""Finds rows in the life cycles of disputes without money: those of exchanges, of re-sends, and of repairs."""

from collections.abc import Mapping
from functools import cache

from simulator.tmall import exchange_lifecycle, repair_lifecycle, reship_lifecycle
from simulator.tmall.exchange import EXCHANGE, REPAIR, RESHIP
from simulator.tmall.lifecycle_row import ROLES, Transition, actions, may

TABLES: Mapping[str, tuple[Transition, ...]] = {
    EXCHANGE: exchange_lifecycle.TABLE,
    RESHIP: reship_lifecycle.TABLE,
    REPAIR: repair_lifecycle.TABLE,
}
"""By kind of dispute."""


@cache
def find(kind: str, state: str, actor: str, action: str) -> Transition | None:
    """Return the row for *action* of *actor* (a ledger's or the table's) in *state* of a *kind*, if there is one."""
    role = ROLES.get(actor, actor)
    rows = (row for row in TABLES[kind] if state in row.from_ and may(row, role) and row.action == action)
    return next(rows, None)


def possible(kind: str, state: str, actor: str) -> tuple[str, ...]:
    """Return the actions for which *actor* has a row in *state* of a *kind*, in the table's order."""
    return actions(TABLES[kind], state, actor)
