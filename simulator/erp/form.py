"""Forms and queries as integrations send them; each is read once, however many ask what stands in it."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl

MOST = 50
"""Fields; a form with more is as good as none."""


@lru_cache(maxsize=16)
def fields(content: bytes) -> Mapping[str, str]:
    """Return the fields of a form or a query by name, the last of those with one name; none if it cannot be read."""
    try:
        found = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST)
    except ValueError:
        found = []
    return MappingProxyType(dict(found))
