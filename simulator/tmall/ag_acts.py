"""The act by which a seller takes up AG, automatic refunds, for a shop or gives it up."""

from typing import Any

from msgspec.structs import replace

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import act_arguments as of
from simulator.tmall.act_arguments import Args
from simulator.words import say
from simulator.world import World


def _switch(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Take up AG (automatic refunds) for the shop of a trade, or give it up."""
    nick = str(args.get("shop") or of.orders(world, args)[0].shop)
    shop = world.state.shops.get(nick)
    if shop is None:
        raise ActRefused(say("shop.none", "there is no shop {shop}", shop=nick))
    on = of.flag(args, "on") if "on" in args else True
    if shop.ag is on:
        raise ActRefused(say("shop.ag_already", "shop {shop} has AG {state} already", shop=nick, state=_state(on=on)))
    world.change([("shop", nick, replace(shop, ag=on))], actor="agent", action="switch_ag", cause=cause, shop=nick)
    return {"shop": nick, "ag": on}


def _state(*, on: bool) -> str:
    return say("shop.ag_on", "on") if on else say("shop.ag_off", "off")


AG_ACTS: tuple[ActSpec, ...] = (
    ActSpec(
        name="agent.switch_ag",
        needs={},
        takes={
            "tid": "trade: its shop",
            "oid": "sub-order: its shop",
            "shop": "nick of the shop",
            "on": "true or false",
        },
        do=_switch,
    ),
)
