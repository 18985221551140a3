"""Which part of a list a request asks for."""

from typing import Any

from simulator.erp.jiandaoyun.errors import Refusal


def whole(found: Any, default: int) -> int:
    """Return a number of a body from 0; null is the same as absent (the Java client sends it).

    Raises:
        Refusal: 3005, if it is none.
    """
    if found is None:
        return default
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise Refusal(3005, "limit")
    return found


def page(found: list[Any], body: dict[str, Any]) -> list[Any]:
    """Return what `skip` and `limit` of *body* cut out of *found*."""
    skip = whole(body.get("skip"), 0)
    return found[skip : skip + whole(body.get("limit"), 100)]
