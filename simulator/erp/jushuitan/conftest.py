"""An ERP that speaks 聚水潭, and a client of its present gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.erp.jushuitan.client import Client
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.world import World


@pytest.fixture
def erp(tmp_path: Path) -> Iterator[Side]:
    side = Side(World.open(tmp_path, declaration=Declaration(profile="jushuitan")))
    yield side
    side.world.book.close()


@pytest.fixture
def client(erp: Side) -> Client:
    assert isinstance(erp.caller, Client)
    return erp.caller
