"""Numbers, windows of time and pages, as every query of the platform has them."""

from typing import Any

from simulator.clock import from_text
from simulator.erp.changes import Found
from simulator.erp.jushuitan.errors import Refusal

DAY = 86400


def page(index: int, size: int, found: Found | list[Any]) -> dict[str, Any]:
    """Return page *index* (from 1) of what was found, with the numbers around it."""
    count = len(found)
    begin = (index - 1) * size
    about = {"page_index": index, "page_size": size, "data_count": count, "page_count": -(-count // size)}
    datas = found[begin : begin + size] if isinstance(found, list) else found.cut(begin, size)
    return {**about, "has_next": begin + size < count, "datas": datas}


def asked(biz: dict[str, Any], most: int, pages: int = 0) -> tuple[int, int]:
    """Return number and size of the page asked for; at most *most* rows, and *pages* pages if that is limited.

    Raises:
        Refusal: 130, if there is no such page.
    """
    index, size = whole(biz, "page_index", 1), whole(biz, "page_size", min(30, most))
    if not 1 <= size <= most or index < 1 or (pages and index > pages):
        raise Refusal(130, "page_index, page_size")
    return index, size


def window(biz: dict[str, Any], days: int) -> tuple[int, int] | None:
    """Return the first ms of the time asked for, and the first after it; None if no time is asked for.

    Raises:
        Refusal: 130, if one end is missing or none, or they are more than *days* apart.
    """
    begin, end = biz.get("modified_begin"), biz.get("modified_end")
    if not begin and not end:
        return None
    try:
        since, until = from_text(begin or ""), from_text(end or "")
    except (ValueError, TypeError) as error:
        raise Refusal(130, "modified_begin, modified_end") from error
    if not 0 <= until - since <= days * DAY:
        raise Refusal(130, "modified_begin, modified_end")
    return since * 1000, (until + 1) * 1000


def numbers(biz: dict[str, Any], name: str, most: int = 0) -> set[str]:
    """Return the numbers of a list in *biz* as text; none if it is absent.

    Raises:
        Refusal: 130, if it is no list, or longer than *most*.
    """
    found = biz.get(name)
    if found in (None, ""):
        return set()
    if not isinstance(found, list) or (most and len(found) > most):
        raise Refusal(130, name)
    return {str(each) for each in found}


def whole(biz: dict[str, Any], name: str, default: int) -> int:
    """Return a number of *biz*; clients write it as text, too.

    Raises:
        Refusal: 130, if it is none.
    """
    found = biz.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int | str) or not str(found).isdecimal():
        raise Refusal(130, name)
    return int(found)
