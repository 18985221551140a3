"""Lets Python's collector of cyclic garbage rest while very many objects are made that all stay."""

import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Item = TypeVar("_Item")


def uncollected(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield *items*; until the last one the collector rests, which would look at all that was made again and again."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield from items
    finally:
        if resting:
            gc.enable()
