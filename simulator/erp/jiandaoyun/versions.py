"""What older versions of the data API show and take otherwise than the present one (page 11261, list of versions).

v1 knows members by their internal ids; v2 by username; since v3 a subform's rows have ids, since v4 a member a type.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.erp.jiandaoyun import values
from simulator.erp.jiandaoyun.form import Form, Widget

PRESENT = 4
"""Version from which values look as they do now; v5 moved the ids from the path into the body."""
_USERNAMES, _ROW_IDS = 2, 3
_MEMBERS = frozenset({"user", "usergroup"})
_SYSTEM = ("creator", "updater", "deleter")


def asked(form: Form, version: int, body: dict[str, Any]) -> None:
    """Make *body*, as an older *version* has it, one of the present: members' internal ids become usernames."""
    if version >= _USERNAMES:
        return
    listed = body.get("data_list")
    for data in (body.get("data"), *(listed if isinstance(listed, list) else ())):
        if isinstance(data, dict):
            _named(form.widgets.values(), data)


def _named(widgets: Any, data: dict[str, Any]) -> None:
    usernames = {values.member(name)["_id"]: name for name in values.MEMBERS}
    for widget in widgets:
        wrapped = data.get(widget.name)
        value = wrapped.get("value") if isinstance(wrapped, dict) else None
        if widget.type == "user" and isinstance(value, str):
            data[widget.name] = {"value": usernames.get(value, "")}
        elif widget.type == "usergroup" and isinstance(value, list):
            data[widget.name] = {"value": [usernames.get(each, "") for each in value if isinstance(each, str)]}
        elif widget.type == "subform" and isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    _named(widget.items, row)


def shown(form: Form, version: int, content: bytes) -> bytes:
    """Return an answer as an older *version* shows it; one without rows is the same."""
    answer = msgspec.json.decode(content)
    found = answer.get("data")
    if not isinstance(found, dict | list):
        return content
    if isinstance(found, list):
        answer["data"] = [_row(form, version, row) for row in found]
    else:
        answer["data"] = _row(form, version, found)
    return msgspec.json.encode(answer)


def _row(form: Form, version: int, row: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: _member(version, row[name]) for name in _SYSTEM if row.get(name)}
    return {**row, **_fields(form.widgets, version, row), **named}


def _fields(widgets: Mapping[str, Widget], version: int, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        widget = widgets.get(name)
        if widget is None or not value:
            continue
        if widget.type in _MEMBERS:
            several = isinstance(value, list)
            found[name] = [_member(version, each) for each in value] if several else _member(version, value)
        elif widget.type == "subform":
            columns = {item.name: item for item in widget.items}
            found[name] = [_line(columns, version, line) for line in value]
    return found


def _line(columns: Mapping[str, Widget], version: int, line: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**line, **_fields(columns, version, line)}
    return whole if version >= _ROW_IDS else {name: value for name, value in whole.items() if name != "_id"}


def _member(version: int, member: Mapping[str, Any]) -> dict[str, Any]:
    names = ("_id", "name", "status") if version < _USERNAMES else member.keys() - {"type"}
    return {name: value for name, value in member.items() if name in names}
