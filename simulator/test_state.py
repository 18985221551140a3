"""State finds what belongs together, however it came about, and after a recovery as before."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import actors
from simulator.state import State
from simulator.tmall.trades import create_trade
from simulator.world import World

_ACTS = {
    "buyer.apply": "oid",
    "buyer.withdraw": "refund",
    "agent.agree": "refund",
    "agent.refuse": "refund",
    "agent.ship": "oid",
    "platform.receive": "tid",
}
_steps = st.lists(st.tuples(st.sampled_from(list(_ACTS)), st.integers(0, 1)), max_size=14)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_the_refunds_of_a_sub_order_are_all_that_it_had_in_their_order(
    tmp_path_factory: object, steps: list[tuple[str, int]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("state")  # type: ignore[attr-defined]
    world = World.open(folder)
    world.add_shop()
    trade = create_trade(world, {"orders": [{"price": "19.99"}, {"price": "5.00"}]})
    for act, number in steps:
        oid = trade.oids[number]
        numbers = _all_on(world.state, oid)
        about = {"oid": str(oid), "tid": str(trade.tid), "refund": numbers[-1] if numbers else ""}[_ACTS[act]]
        if about:
            actors.perform(world, act, {_ACTS[act]: about})
    world.book.close()
    recovered = World.open(folder)
    recovered.book.close()

    for state in (world.state, recovered.state):
        for oid in trade.oids:
            assert [row.refund_id for row in state.refunds_on(oid)] == _all_on(state, oid)


def _all_on(state: State, oid: int) -> list[str]:
    return [row.refund_id for row in state.refunds.values() if row.oid == oid]


def test_a_refund_during_the_trade_and_one_after_it_are_both_found(tmp_path: Path) -> None:
    world = World.open(tmp_path)
    world.add_shop()
    trade = create_trade(world, {"orders": [{"price": "19.99"}]})
    (oid,) = trade.oids
    first = actors.perform(world, "buyer.apply", {"oid": str(oid)})["result"]["refund_id"]
    actors.perform(world, "buyer.withdraw", {"refund": first})
    second = actors.perform(world, "buyer.apply", {"oid": str(oid)})["result"]["refund_id"]
    actors.perform(world, "buyer.withdraw", {"refund": second})
    actors.perform(world, "agent.ship", {"oid": str(oid)})
    actors.perform(world, "platform.receive", {"tid": str(trade.tid)})
    after = actors.perform(world, "buyer.apply", {"oid": str(oid)})["result"]["refund_id"]

    found = world.state.refunds_on(oid)

    assert [row.refund_id for row in found] == [first, second, after]
    assert [row.phase for row in found] == ["onsale", "onsale", "aftersale"]
