"""What the calls of 旗舰版 read in the same way: arguments by place, fields by name, and the pager of the URL."""

from typing import Any

from simulator.erp.wangdiantong.errors import APPLICATION, PARAMETER, UNKNOWN_FIELD, Refusal

Pager = dict[str, int]


def params(args: list[Any], known: set[str]) -> dict[str, Any]:
    """Return the one object that a call takes.

    Raises:
        Refusal: if there is another argument, or a field that is not *known*.
    """
    if len(args) != 1 or not isinstance(args[0], dict):
        raise Refusal(PARAMETER, "参数个数或类型不匹配: params")
    unknown = sorted(args[0].keys() - known)
    if unknown:
        raise Refusal(UNKNOWN_FIELD, f"{unknown[0]}不是有效参数")
    return dict(args[0])


def sized(pager: Pager) -> tuple[int, int]:
    """Return number and size of the page that is asked for, or raise Refusal if none is."""
    if "page_size" not in pager:
        raise Refusal(APPLICATION, "此方法仅支持分页查询")
    return pager.get("page_no", 0), pager["page_size"]


def texts(found: dict[str, Any], longest: dict[str, int]) -> dict[str, str]:
    """Return fields of *found* as text, an empty one for what is absent.

    Raises:
        Refusal: if one is no text, or has more signs than *longest* says.
    """
    read = {}
    for name, most in longest.items():
        value = found.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise Refusal(PARAMETER, f"{name}类型不匹配")
        read[name] = "" if value is None else str(value)
        if len(read[name]) > most:
            raise Refusal(APPLICATION, f"Data truncation: Data too long for column '{name}'")
    return read
