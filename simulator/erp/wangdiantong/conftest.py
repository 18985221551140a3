"""ERPs that speak 旺店通, each with a client of its dialect."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.world import World

Opens = Callable[..., Side]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opens]:
    """Open an ERP in a profile, with settings."""
    sides: list[Side] = []

    def open_(profile: str, **settings: Any) -> Side:
        folder = tmp_path / str(len(sides))
        side = Side(World.open(folder, declaration=Declaration(profile=profile), chosen=settings))
        sides.append(side)
        return side

    yield open_
    for side in sides:
        side.world.book.close()
