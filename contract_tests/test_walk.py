"""What the model is sure of is so: its stories are played on the real platform, beside a perfect integration."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from contract_tests.generated import drawn
from contract_tests.reach import GENERATED
from scenarios.acts import FORMS
from scenarios.settle import IMAGES
from scenarios.story import Do, OrderSpec, Story, Wait
from simulator.act import yuan
from simulator.actors import perform
from simulator.erp.document import EXCHANGE_IMAGES
from simulator.errors import ActRefused
from simulator.tmall import exchanges, platform
from simulator.tmall.exchange import RESHIP, Exchange
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
        form = FORMS[step.act]
        if form.about in ("apply", "order"):
            args["oid"] = str(self._trade.oids[max(0, step.order - 1)])
        elif step.refund not in self._refunds:
            return "there is no such refund"
        else:
            args[form.named] = self._refunds[step.refund]
        done = perform(self._world, step.act, args)
        if form.about == "apply" and done["accepted"]:
            self._refunds[step.refund] = done["result"]["refund_id"]
        if step.becomes and done["accepted"] and done["result"].get("became"):
            self._refunds[step.becomes] = done["result"]["became"]
        elif step.becomes and done["accepted"]:
            return "it did not turn into a refund"
        return str(done["reason"])

    def _decide(self, step: Do) -> str:
        if step.refund not in self._refunds:
            return "there is no such refund"
        if self._refunds[step.refund] in self._world.state.exchanges.rows:
            return self._decide_goods(step)
        refund = self._refund(step.refund)
        if step.act == "warehouse.receive" and step.args.get("quantity", refund.num) < refund.num:
            return ""  # the money waits for the other pieces
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

    def _decide_goods(self, step: Do) -> str:
        found = self._exchange(step.refund)
        try:
            match step.act.partition(".")[2]:
                case "approve_exchange":
                    exchanges.agree(self._world, found)
                case "receive":
                    exchanges.step(self._world, found, "integration", "receive")
                case "refuse":
                    exchanges.step(self._world, found, "integration", "refuse_return", said=step.args["text"])
                case "refuse_exchange" | "refuse_reship":
                    exchanges.step(self._world, found, "integration", "refuse", said=step.args["text"])
                case "ship_exchange" | "ship_reship":
                    parcel = {f"seller_{key}": step.args[key] for key in ("company", "waybill")}
                    exchanges.step(self._world, found, "integration", "ship", **parcel)
        except ActRefused as refused:
            return str(refused)
        return ""

    def _refund(self, name: str) -> Refund:
        return self._world.state.refunds[self._refunds[name]]

    def _exchange(self, name: str) -> Exchange:
        return self._world.state.exchanges.rows[self._refunds[name]]

    def _shown(self, wait: Wait) -> dict[str, Any]:
        if self._refunds[wait.of] in self._world.state.exchanges.rows:
            return self._goods(self._exchange(wait.of), wait)
        refund = self._refund(wait.of)
        status = IMAGES[refund.status] if wait.kind == "document" else refund.status
        return {"status": [status], "amount": refund.amount, "type": refund.kind, "waybill": refund.waybill}

    def _goods(self, found: Exchange, wait: Wait) -> dict[str, Any]:
        status = EXCHANGE_IMAGES[found.status] if wait.kind == "document" else found.status
        wanted = found.desc if found.kind == RESHIP else found.wanted
        shown = {"kind": found.kind, "wanted": wanted, "quantity": found.num, "waybill": found.waybill}
        return {"status": [status], **shown}


def _order(order: OrderSpec) -> dict[str, Any]:
    return {"price": yuan(order.price), "num": order.num, "sku": order.sku}


@pytest.mark.parametrize("seed", range(3))
def test_acts_that_the_model_is_sure_of_are_accepted_and_lead_where_it_says(world: World, seed: int) -> None:
    for story in islice(drawn(BOTH, seed), 80):
        _Stage(world, story)


@pytest.mark.parametrize("seed", range(4))
def test_so_do_those_about_exchanges_and_re_sends(world: World, seed: int) -> None:
    for story in islice(drawn(GENERATED, seed), 150):
        _Stage(world, story)


@pytest.mark.parametrize("kind", GENERATED)
def test_the_model_is_right_about_integrations_that_handle_one_kind_only(world: World, kind: str) -> None:
    for story in islice(drawn((kind,), 5), 40):
        _Stage(world, story)


def test_some_goods_come_back_one_after_the_other() -> None:
    parts = [
        steps[place + 1 : place + 3]
        for story in islice(drawn(("return_refund",), 1), 400)
        for steps in [story.variants[0].steps]
        for place, step in enumerate(steps)
        if isinstance(step, Do) and step.act == "warehouse.receive" and step.args
    ]

    assert parts
    for following in parts:
        rest = next(step for step in following if isinstance(step, Do))
        assert (rest.act, rest.args, rest.may_refuse) == ("warehouse.receive", {}, True)
