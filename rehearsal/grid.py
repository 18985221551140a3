"""The coverage grid: which act was done to a refund in which state, and how often."""

from collections.abc import Mapping

import msgspec


class Cell(msgspec.Struct, frozen=True):
    """One (act, state) pair."""

    count: int
    possible: bool

    @property
    def shown(self) -> str:
        """The count in at most three characters."""
        return str(self.count) if self.count < 1000 else "1k+"


class GridRow(msgspec.Struct, frozen=True):
    """All states of one act."""

    act: str
    cells: tuple[Cell, ...]


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """The grid with its totals."""

    states: tuple[str, ...]
    """The empty one is before the refund exists."""
    rows: tuple[GridRow, ...]
    hit: int
    possible: int


def grid_of(counts: Mapping[tuple[str, str], int], possible: frozenset[tuple[str, str]]) -> Grid | None:
    """Return the grid of (state, act) *counts* over the *possible* pairs; None if there is nothing to show."""
    pairs = possible | counts.keys()
    if not pairs:
        return None
    states = tuple(sorted({state for state, _ in pairs}, key=_position))
    acts = sorted({act for _, act in pairs})
    rows = tuple(
        GridRow(act, tuple(Cell(counts.get((state, act), 0), (state, act) in possible) for state in states))
        for act in acts
    )
    return Grid(
        states=states,
        rows=rows,
        hit=sum(1 for pair in pairs if counts.get(pair)),
        possible=len(pairs),
    )


_ORDER = (
    "",
    "NONE",
    "WAIT_SELLER_AGREE",
    "WAIT_BUYER_RETURN_GOODS",
    "WAIT_SELLER_CONFIRM_GOODS",
    "SELLER_REFUSE_BUYER",
    "SUCCESS",
    "CLOSED",
)


def _position(state: str) -> tuple[int, str]:
    return (_ORDER.index(state) if state in _ORDER else len(_ORDER), state)
