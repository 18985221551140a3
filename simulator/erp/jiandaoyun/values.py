"""What each type of widget takes and how it shows it: written as `{"value": …}`, read as the bare value.

Documented at hc.jiandaoyun.com/open/10993. What is not documented there is a setting.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from simulator.erp.jiandaoyun import files
from simulator.erp.jiandaoyun.errors import Refusal
from simulator.erp.jiandaoyun.form import Form, Widget, blank
from simulator.world import World

READ_ONLY = frozenset({"sn", "separator", "signature", "lookup"})
"""Types that the API does not write; what is sent for them is ignored."""
BEIJING = timezone(timedelta(hours=8))


def read(world: World, form: Form, data: Any, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the fields of *data* (`{name: {"value": …}}`) become in the store.

    Raises:
        Refusal: 3005, if a value cannot be one of its widget's.
    """
    if not isinstance(data, dict):
        raise Refusal(3005, "data")
    return _fields(world, form.widgets, data, old or {})


def _fields(
    world: World, widgets: Mapping[str, Widget], data: Mapping[str, Any], old: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, wrapped in data.items():
        widget = widgets.get(name)
        if widget is None:
            if name != "_id" and world.settings["jdy_unknown_field"] == "refused":
                raise Refusal(3005, name)
            continue
        if widget.type in READ_ONLY:
            continue
        if not isinstance(wrapped, dict) or "value" not in wrapped:
            raise Refusal(3005, f"{name}: value")
        found[name] = stored(world, widget, wrapped["value"], old.get(name))
    return found


def stored(world: World, widget: Widget, value: Any, old: Any = None) -> Any:
    """Return *value* as the store keeps it and the API shows it."""
    if value is None or value == "":
        return blank(widget.type)
    return _READERS[widget.type](world, widget, value, old)


def _wrong(widget: Widget) -> Refusal:
    return Refusal(3005, f"{widget.name} ({widget.type})")


def _text(world: World, widget: Widget, value: Any, _old: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | dict | list) or world.settings["jdy_wrong_type"] == "refused":
        raise _wrong(widget)
    return str(number(value))


def _number(world: World, widget: Widget, value: Any, _old: Any) -> int | float:
    if isinstance(value, str):
        if world.settings["jdy_wrong_type"] == "refused":
            raise _wrong(widget)
        try:
            value = float(value)
        except ValueError as error:
            raise _wrong(widget) from error
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise _wrong(widget)
    return number(value)


def number(value: float | Decimal) -> int | float:
    """Return a number as JavaScript keeps it: a double, whose trailing zeros and digits above 2^53 are lost."""
    double = float(value)
    return int(double) if double.is_integer() and abs(double) < 1e21 else double


def _datetime(_world: World, widget: Widget, value: Any, _old: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        moment = int(value)
    else:
        found = milliseconds(value, UTC)
        if found is None:
            raise _wrong(widget)
        moment = found
    if not 0 <= moment < 253_402_300_800_000:
        raise _wrong(widget)
    return utc(moment)


def milliseconds(text: Any, zone: timezone) -> int | None:
    """Return the moment that *text* names, in ms since 1970; without a zone of its own it is in *zone*."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def utc(ms: int) -> str:
    """Return a moment (ms since 1970) as the API shows it, `2018-01-01T10:10:10.000Z`."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment.isoformat()[:19]}.{ms % 1000:03d}Z"


def _texts(_world: World, widget: Widget, value: Any, _old: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(widget)
    return value


def _place(_world: World, widget: Widget, value: Any, _old: Any) -> dict[str, Any]:
    """Read an address, and of a location the point (longitude, latitude) as well."""
    if not isinstance(value, dict):
        raise _wrong(widget)
    found = {name: value.get(name) or "" for name in ("province", "city", "district", "detail")}
    if not all(isinstance(part, str) for part in found.values()):
        raise _wrong(widget)
    if widget.type == "address":
        return found
    point = value.get("lnglatXY") or []
    if not isinstance(point, list) or len(point) not in (0, 2) or not all(_is_number(each) for each in point):
        raise _wrong(widget)
    return {**found, "lnglatXY": point}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _files(world: World, widget: Widget, value: Any, _old: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise _wrong(widget)
    found = [files.uploaded(world, key) if isinstance(key, str) else None for key in value]
    if None in found:
        raise Refusal(17025, widget.name)
    return [row for row in found if row is not None]


@cache
def member(username: str) -> dict[str, Any]:
    """Return a member of the company as fields show one."""
    return {
        "_id": f"5e{sum(username.encode()):022x}",
        "username": username,
        "name": MEMBERS.get(username, username),
        "status": 1,
        "type": 0,
        "departments": [1],
        "integrate_id": username,
    }


MEMBERS = {"api": "开放接口", "reviewer": "审核员", "warehouse": "仓库"}
"""Usernames and names of the company's members."""


def is_member(username: Any) -> bool:
    """Tell whether there is somebody with that username."""
    return isinstance(username, str) and username in MEMBERS


def _user(_world: World, widget: Widget, value: Any, _old: Any) -> dict[str, Any]:
    if not is_member(value):
        raise _wrong(widget)
    return member(value)


def _users(world: World, widget: Widget, value: Any, old: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise _wrong(widget)
    return [_user(world, widget, item, old) for item in value]


def _dept(_world: World, widget: Widget, value: Any, _old: Any) -> dict[str, Any]:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(widget)
    return {"dept_no": value, "name": f"部门{value}", "parent_no": 1, "type": 0, "status": 1}


def _depts(world: World, widget: Widget, value: Any, old: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise _wrong(widget)
    return [_dept(world, widget, item, old) for item in value]


def _subform(world: World, widget: Widget, value: Any, old: Any) -> list[dict[str, Any]]:
    """Read the rows that replace the subform: one with the `_id` of a row there updates it, any other is new."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise _wrong(widget)
    known = {row["_id"]: row for row in old or ()}
    columns = {item.name: item for item in widget.items}
    empty = {item.name: blank(item.type) for item in widget.items}
    highest = max((int(ident, 16) for ident in known), default=0)
    found = []
    for row in value:
        ident = row.get("_id")
        ident = ident.get("value") if isinstance(ident, dict) else ident
        before = known.get(ident, {}) if isinstance(ident, str) else {}
        if not before:
            highest += 1
            ident = f"{highest:024x}"
        found.append({"_id": ident, **(before or empty), **_fields(world, columns, row, before)})
    return found


def _link(_world: World, widget: Widget, value: Any, _old: Any) -> dict[str, str]:
    ident = value.get("data_id") if isinstance(value, dict) else value
    if not isinstance(ident, str):
        raise _wrong(widget)
    return {"id": ident, "key": ident}


def _phone(_world: World, widget: Widget, value: Any, _old: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("phone"), str):
        raise _wrong(widget)
    return {"phone": value["phone"], "verified": False}


_READERS: Mapping[str, Any] = {
    **dict.fromkeys(("text", "textarea", "radiogroup", "combo"), _text),
    **dict.fromkeys(("checkboxgroup", "combocheck"), _texts),
    **dict.fromkeys(("address", "location"), _place),
    **dict.fromkeys(("image", "upload"), _files),
    "number": _number,
    "datetime": _datetime,
    "user": _user,
    "usergroup": _users,
    "dept": _dept,
    "deptgroup": _depts,
    "subform": _subform,
    "linkdata": _link,
    "phone": _phone,
}
