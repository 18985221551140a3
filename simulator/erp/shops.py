"""The numbers by which an ERP calls the shops: those that the target's mapping has, else counted by the profile."""

from collections.abc import Callable

from simulator.erp import registry
from simulator.world import World

Counted = Callable[[int], str]
"""Number of the shop at a place, from 0, in the order in which shops were opened."""


def number_of(world: World, nick: str, counted: Counted) -> str:
    """Return the number of a shop, or an empty text if there is none."""
    named = registry.mapping_of(world).shops
    for at, known in enumerate(world.state.shops):
        if known == nick:
            return named.get(known) or counted(at)
    return ""


def nick_of(world: World, number: str, counted: Counted) -> str:
    """Return the shop with that *number*, or an empty text."""
    named = registry.mapping_of(world).shops
    for at, known in enumerate(world.state.shops):
        if (named.get(known) or counted(at)) == number:
            return known
    return ""
