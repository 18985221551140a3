"""Faults of a batch keep to the rows of the play that armed them."""

import asyncio
from pathlib import Path

import pytest

from simulator.actors import perform
from simulator.exchange import Answer, Call
from simulator.faults.plan import FaultPlan
from simulator.ledger.values import RowResult
from simulator.tmall.trades import create_trade
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path, seed=1)
    world.add_shop()
    return world


def _refund(world: World, play: str) -> str:
    trade = create_trade(world, {"orders": [{"price": "19.99"}]}, play=play)
    made = perform(world, "buyer.apply", {"tid": str(trade.tid), "kind": "refund_only"}, play=play)
    return str(made["result"]["refund_id"])


def _agree(world: World, *refunds: str) -> Call:
    plays = world.plays_of(refunds)
    return Call(side="tmall", alias="tmall.agree", method="", shop="", refunds=refunds, plays=plays)


def _do(plan: FaultPlan, call: Call) -> Answer:
    async def struck() -> Answer:
        rest = plan.around(call, lambda: _all_good(call))
        return await (rest() if rest is not None else _all_good(call))

    return asyncio.run(struck())


async def _all_good(call: Call) -> Answer:
    results = [RowResult(refund, succ=True) for refund in call.refunds]
    return Answer(data={"results": [{"refund_id": row.refund} for row in results]}, results=results)


def test_a_partial_batch_fails_rows_of_its_own_play_only(world: World) -> None:
    others, mine = [_refund(world, "S01#1") for _ in range(4)], _refund(world, "S38#1")
    plan = FaultPlan(world)
    plan.arm({"fault": "partial-batch", "play": "S38#1", "fail": 2})
    call = _agree(world, *others, mine)

    _do(plan, call)

    assert call.failing == {mine}


def test_it_strikes_its_play_once_whoever_comes_first_in_the_batch(world: World) -> None:
    first, second, mine = _refund(world, "S01#1"), _refund(world, "S02#1"), _refund(world, "S38#1")
    plan = FaultPlan(world)
    plan.arm({"fault": "partial-batch", "play": "S38#1", "times": 1, "fail": 1})

    for other, failing in ((first, {mine}), (second, set())):
        call = _agree(world, other, mine)
        _do(plan, call)
        assert call.failing == failing


def test_a_reordered_batch_leaves_out_a_row_of_its_own_play(world: World) -> None:
    other, mine = _refund(world, "S01#1"), _refund(world, "S38#1")
    plan = FaultPlan(world)
    plan.arm({"fault": "reordered-batch", "play": "S38#1", "missing": 1})
    call = _agree(world, mine, other)

    answer = _do(plan, call)

    assert [row.refund for row in answer.results] == [other]
    assert answer.dropped == [mine]
