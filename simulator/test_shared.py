"""A world that was read back from its ledger takes no more memory than the one that wrote it."""

import gc
from pathlib import Path
from typing import Any

from simulator import shared
from simulator.shared import Sharing
from simulator.tmall.caller import Caller
from simulator.world import World


def test_a_recovered_world_keeps_equal_values_of_its_rows_once(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    made = [caller.refund(835) for _ in range(3)]
    caller.world.book.close()

    world = World.open(tmp_path)

    rows = [world.state.refunds[refund.refund_id] for refund in made]
    assert rows == [caller.now(refund) for refund in made]
    assert len({id(row.shop) for row in rows}) == len({id(row.total) for row in rows}) == 1
    assert all(world.state.trades[row.tid].oids[0] is row.oid for row in rows)
    assert gc.isenabled()
    world.book.close()


def test_sharing_forgets_what_it_knew_before_that_grows_large(monkeypatch: Any) -> None:
    monkeypatch.setattr(shared, "_KEPT", 10)
    sharing = Sharing()

    rows = [
        sharing.row({"id": f"number {number}", "of": [number + 1000], "on": True, "x": None}) for number in range(200)
    ]

    assert rows[7] == {"id": "number 7", "of": [1007], "on": True, "x": None}
    assert len(sharing._known) <= 10 + 2
