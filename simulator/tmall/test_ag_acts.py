"""A shop takes up AG, or gives it up."""

from pathlib import Path

from simulator.actors import perform
from simulator.tmall.trades import create_trade
from simulator.world import World


def test_a_shop_takes_up_ag_and_gives_it_up_once_each(tmp_path: Path) -> None:
    world = World.open(tmp_path)
    world.add_shop("一号店")
    trade = create_trade(world, {"orders": [{"price": "19.99"}]})

    assert perform(world, "agent.switch_ag", {"tid": str(trade.tid)})["accepted"]
    assert world.state.shops["一号店"].ag
    assert "has AG on already" in perform(world, "agent.switch_ag", {"shop": "一号店", "on": True})["reason"]
    assert perform(world, "agent.switch_ag", {"shop": "一号店", "on": False})["result"] == {
        "shop": "一号店",
        "ag": False,
    }
    assert "there is no shop 二号店" in perform(world, "agent.switch_ag", {"shop": "二号店"})["reason"]
