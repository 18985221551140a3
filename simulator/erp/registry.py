"""Which profiles there are: those that installed packages offer under the entry point group `simulator.erp`."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from simulator.erp.profile import Profile
from simulator.errors import unknown_name
from simulator.ledger.mapping import Mapping
from simulator.words import say
from simulator.world import World

GROUP = "simulator.erp"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all profiles, in order; nothing of them is imported."""
    return tuple(sorted({found.name for found in entry_points(group=GROUP)}))


@cache
def profile(name: str) -> Profile:
    """Return the profile called *name*.

    Raises:
        UserError: if there is none.
    """
    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        raise unknown_name(say("what.profile", "profile"), name, names())
    loaded: Profile = found.load()()
    return loaded


def of(world: World) -> Profile:
    """Return the profile that *world*'s ERP speaks."""
    return profile(world.declaration.profile)


def shop_keys(world: World, nick: str) -> dict[str, Any]:
    """Return the keys with which an integration speaks for a shop, and the shop's number in the ERP."""
    return {**world.keys(world.state.shops[nick]), "erp_shop": of(world).shop(world, nick)}


def mapping_of(world: World) -> Mapping:
    """Return what the fields of *world*'s ERP mean: as the target says, else as the profile does."""
    return world.declaration.mapping or of(world).mapping()
