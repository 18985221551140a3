"""What the model is sure of is so: its stories are played on the real platform, beside a perfect integration."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from contract_tests.generated import drawn
from scenarios.settle import IMAGES
from scenarios.story import Do, OrderSpec, Story, Wait
from simulator.act import yuan
from simulator.actors import perform
from simulator.errors import ActRefused
from simulator.tmall import platform
from simulator.tmall.refund import Refund
from simulator.tmall.trades import create_trade
from simulator.world import World

BOTH = ("refund_only", "return_refund")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path, seed=1)
    world.add_shop()
    return world


class _Stage:
    """Plays a story without faults and hooks: every decision is carried out at once, as well as it can be."""

    def __init__(self, world: World, story: Story) -> None:
        variant = story.variants[0]
        spec = {"orders": [_order(order) for order in variant.trades[0].orders], "shipped": variant.trades[0].shipped}
        self._world, self._trade = world, create_trade(world, spec)
        self._refunds: dict[str, str] = {}
        for number, step in enumerate(variant.steps, start=1):
            where = f"{story.id}, step {number}: {step}"
            if isinstance(step, Do) and step.at is None:
                refused = self._do(step)
                assert not refused or step.may_refuse, f"{where} was refused: {refused}"
            elif isinstance(step, Wait):
                shown = self._shown(step)
                assert step.wants == {key: shown[key] for key in step.wants}, where

    def _do(self, step: Do) -> str:
        if step.act.startswith(("reviewer.", "warehouse.")):
            return self._decide(step)
        args: dict[str, Any] = dict(step.args)
        if step.act in ("buyer.apply", "agent.ship"):
            args["oid"] = str(self._trade.oids[max(0, step.order - 1)])
        elif step.refund not in self._refunds:
            return "there is no such refund"
        else:
            args["refund"] = self._refunds[step.refund]
        done = perform(self._world, step.act, args)
        if step.act == "buyer.apply" and done["accepted"]:
            self._refunds[step.refund] = done["result"]["refund_id"]
        return str(done["reason"])

    def _decide(self, step: Do) -> str:
        if step.refund not in self._refunds:
            return "there is no such refund"
        refund = self._refund(step.refund)
        try:
            if step.act in ("reviewer.approve", "warehouse.receive"):
                platform.agree(self._world, platform.review(self._world, refund))
            elif step.act == "reviewer.approve_return":
                platform.agree_return(self._world, refund)
            else:
                platform.refuse(self._world, refund, step.args["text"])
        except ActRefused as refused:
            return str(refused)
        return ""

    def _refund(self, name: str) -> Refund:
        return self._world.state.refunds[self._refunds[name]]

    def _shown(self, wait: Wait) -> dict[str, Any]:
        refund = self._refund(wait.of)
        status = IMAGES[refund.status] if wait.kind == "document" else refund.status
        return {"status": [status], "amount": refund.amount, "type": refund.kind, "waybill": refund.waybill}


def _order(order: OrderSpec) -> dict[str, Any]:
    return {"price": yuan(order.price), "num": order.num, "sku": order.sku}


@pytest.mark.parametrize("seed", range(3))
def test_acts_that_the_model_is_sure_of_are_accepted_and_lead_where_it_says(world: World, seed: int) -> None:
    for story in islice(drawn(BOTH, seed), 80):
        _Stage(world, story)


@pytest.mark.parametrize("kind", BOTH)
def test_the_model_is_right_about_integrations_that_handle_one_kind_only(world: World, kind: str) -> None:
    for story in islice(drawn((kind,), 5), 40):
        _Stage(world, story)
