"""Publishes what a shop's messages say: the content as JSON text, under a topic."""

from sys import intern
from typing import Any

import msgspec

from simulator.ledger.values import Told
from simulator.tmall.messages import publish
from simulator.world import World


def announce(
    world: World,
    shop: str,
    topic: str,
    said: dict[str, Any],
    cause: int,
    told: tuple[Told, ...] = (),
    fields: tuple[str, ...] = (),
) -> None:
    """Publish *said* under *topic* to all who may hear of *shop*; *fields* of what was *told* stand in it."""
    text = msgspec.json.encode(said).decode()
    publish(world, world.state.shops[shop], intern(topic), text, told=told, fields=fields, cause=cause)
