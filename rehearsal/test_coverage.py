"""The coverage grid: what was reached, what could have been, and what is impossible."""

from rehearsal.coverage import coverage_grid
from rehearsal.grid import Cell, Grid, grid_of
from simulator.ledger.entry import AnyEntry
from simulator.tmall.lifecycle import TABLE


def _cell(grid: Grid, state: str, act: str) -> Cell:
    [row] = [row for row in grid.rows if row.act == act]
    return row.cells[grid.states.index(state)]


def test_a_pair_counts_each_time_a_refund_went_that_way(entries: list[AnyEntry]) -> None:
    grid = coverage_grid(entries)

    assert grid is not None
    assert _cell(grid, "", "buyer.apply") == Cell(4, True)
    assert _cell(grid, "WAIT_SELLER_AGREE", "seller.agree") == Cell(4, True)
    assert (grid.hit, grid.possible) == (2, len({(s, row.actor, row.action) for row in TABLE for s in row.from_}))


def test_what_was_possible_and_not_done_is_shown_as_a_gap(entries: list[AnyEntry]) -> None:
    grid = coverage_grid(entries)

    assert grid is not None
    assert _cell(grid, "WAIT_BUYER_RETURN_GOODS", "buyer.ship_back") == Cell(0, True)
    assert _cell(grid, "WAIT_SELLER_AGREE", "buyer.apply") == Cell(0, False)


def test_a_run_without_refunds_has_no_grid() -> None:
    assert coverage_grid([]) is None


def test_states_stand_in_the_order_of_the_life_cycle() -> None:
    grid = grid_of({("CLOSED", "a"): 1, ("WAIT_SELLER_AGREE", "a"): 2, ("", "b"): 3}, frozenset())

    assert grid is not None
    assert grid.states == ("", "WAIT_SELLER_AGREE", "CLOSED")


def test_large_counts_stay_narrow() -> None:
    assert Cell(12345, True).shown == "1k+"
