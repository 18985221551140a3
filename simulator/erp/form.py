"""Forms and queries as integrations send them; each is read once, however many ask what stands in it."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from simulator.tmall.parameters import read_form


@lru_cache(maxsize=16)
def fields(content: bytes) -> Mapping[str, str]:
    """Return the fields of a form or a query by name, the last of those with one name."""
    return MappingProxyType(read_form(content))
