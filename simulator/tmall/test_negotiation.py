"""An offer of a return: when it can be made, what becomes of it."""

from pathlib import Path

import pytest

from simulator.act import yuan
from simulator.errors import ActRefused
from simulator.tmall import negotiation, platform
from simulator.tmall.refund import Refund
from simulator.tmall.trades import create_trade
from simulator.world import World

PRICE = 1999


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World.open(tmp_path, seed=7)
    made.add_shop()
    return made


def _applied(world: World, purpose: str = "", amount: int = PRICE) -> Refund:
    trade = create_trade(world, {"orders": [{"price": yuan(PRICE)}], "post_fee": yuan(800), "shipped": True})
    return platform.apply(world, world.state.orders[trade.oids[0]], "refund_only", amount, purpose=purpose)


def _offer(world: World, refund: Refund, amount: int) -> Refund:
    return negotiation.negotiate(world, refund, amount, platform.default_address(world, refund.shop))


def test_an_accepted_offer_becomes_an_agreed_return_of_that_amount(world: World) -> None:
    refund = negotiation.accept_offer(world, _offer(world, _applied(world), 900))

    assert (refund.status, refund.kind, refund.amount) == ("WAIT_BUYER_RETURN_GOODS", "return_refund", 900)
    assert refund.offer_amount == 0


def test_a_declined_offer_leaves_the_application_as_it_was(world: World) -> None:
    before = _applied(world)

    after = negotiation.decline_offer(world, _offer(world, before, 900))

    assert (after.status, after.kind, after.amount, after.due) == (
        before.status, before.kind, before.amount, before.due,
    )  # fmt: skip


@pytest.mark.parametrize("amount", [0, -1, PRICE + 1])
def test_an_offer_is_above_nothing_and_up_to_what_is_left(world: World, amount: int) -> None:
    with pytest.raises(ActRefused, match=r"is not above 0\.00"):
        _offer(world, _applied(world), amount)


@pytest.mark.parametrize(("purpose", "amount"), [("freight", 800), ("cashBack", 500), ("priceProtect", 500)])
def test_where_only_money_is_asked_for_no_return_can_be_offered(world: World, purpose: str, amount: int) -> None:
    with pytest.raises(ActRefused, match="about the money only"):
        _offer(world, _applied(world, purpose, amount), 500)
