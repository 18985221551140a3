"""Holds an answer against what the table of methods says of it: names, types, and the form of money and times."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.tmall.method import Field, Method, Surface

_FORMS = {"money": re.compile(r"\d+\.\d\d"), "datetime": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")}
_TYPES = {"string": str, "money": str, "datetime": str, "number": int, "boolean": bool}


def undescribed(method: Method, data: Mapping[str, Any], found: Surface) -> list[str]:
    """Return what in *data*, the answer of *method*, is not as the table says."""
    return list(_fields(method.answer, data, found, ""))


def _fields(fields: Mapping[str, Field], data: Any, found: Surface, where: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        yield f"{where}: {data!r} is no object"
        return
    for name, value in data.items():
        path = f"{where}.{name}" if where else name
        if name not in fields:
            yield f"{path}: the table has no such field"
        elif fields[name].list:
            if not isinstance(value, (list, tuple)):
                yield f"{path}: {value!r} is no list"
                continue
            for item in value:
                yield from _value(fields[name], item, found, path)
        else:
            yield from _value(fields[name], value, found, path)


def _value(field: Field, value: Any, found: Surface, path: str) -> Iterator[str]:
    if field.object:
        inner = found.objects[field.object]
        yield from _fields({name: inner[name] for name in field.only} if field.only else inner, value, found, path)
    elif not _is(field.type, value):
        yield f"{path}: {value!r} is no {field.type}"


def _is(kind: str, value: Any) -> bool:
    form = _FORMS.get(kind)
    return type(value) is _TYPES[kind] and (form is None or form.fullmatch(str(value)) is not None)
