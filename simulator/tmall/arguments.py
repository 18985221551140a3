"""Turns a method's business parameters into values, or into error 40 or 41 (15 for what one type of shop must send)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from simulator.clock import GMT8
from simulator.tmall.errors import Refused, invalid, missing, needed
from simulator.tmall.method import Method, Parameter, field_names
from simulator.tmall.parameters import File

_LARGEST = 2**63 - 1
_LONGEST_NAME = 100
_REMEMBERED = 4000
"""Characters up to which a list of fields is remembered: clients send the same one for ever."""


def read_time(text: str) -> int:
    """Return the seconds since 1970 of a GMT+8 *text* `yyyy-MM-dd HH:mm:ss`.

    Raises:
        ValueError: if it is anything else.
    """
    if len(text) != 19 or text[4] != "-" or text[10] != " " or text[13] != ":":
        raise ValueError(text)
    return int(datetime.fromisoformat(text).replace(tzinfo=GMT8).timestamp())


def read_number(text: str) -> int:
    """Return the whole number that *text* writes in plain digits.

    Raises:
        ValueError: if it is none, or has more than 64 bits.
    """
    digits = text[1:] if text.startswith("-") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
        raise ValueError(text)
    number = int(text)
    if number > _LARGEST:
        raise ValueError(text)
    return number


def read_boolean(text: str) -> bool:
    """Return the truth that *text* writes: SDKs send `true` as well as Python's `True`.

    Raises:
        ValueError: if it is neither.
    """
    word = text.lower()
    if word not in ("true", "false"):
        raise ValueError(text)
    return word == "true"


def read_fields(text: str) -> tuple[str, ...]:
    """Return the names in *text*, each once: blanks after commas and repeated names are seen in the field."""
    return _few_fields(text) if len(text) <= _REMEMBERED else _split(text)


@lru_cache(maxsize=256)
def _few_fields(text: str) -> tuple[str, ...]:
    return _split(text)


def _split(text: str) -> tuple[str, ...]:
    # A name longer than any real one is ignored like every unknown name.
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if 0 < len(name) <= _LONGEST_NAME))


def read_json(name: str, text: str, kind: Any = Any) -> Any:
    """Return the JSON *text* of parameter *name* as a *kind*.

    Raises:
        Refused: 41 if it is no JSON, is nested deeper than anybody reads, or is of another kind.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refused(invalid(name)) from None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "number": read_number,
    "boolean": read_boolean,
    "datetime": read_time,
    "fields": read_fields,
}


def read_arguments(
    method: Method,
    values: Mapping[str, str],
    files: Mapping[str, File],
    shop_type: str,
    *,
    clamps: bool = False,
    known_only: bool = False,
) -> dict[str, Any]:
    """Return the arguments of *method* by name: typed, with defaults; what was not sent (or sent empty) is absent.

    With *clamps* a page size out of range is brought into it, with *known_only* an unknown field's name is wrong.

    Raises:
        Refused: 40 for the first missing parameter, 41 for the first wrong one, 15 for the first that shops of
            *shop_type* must send.
    """
    for name in method.required:
        as_file = name in files and method.parameters[name].type == "file"
        if not values.get(name, "").strip() and not as_file:
            raise Refused(missing(name))
    found = dict(method.defaults)
    for name, parameter in method.parameters.items():
        if parameter.type == "file":
            if name in files:
                found[name] = files[name]
            elif parameter.required:  # sent as text, such as PHP's "@/path"
                raise Refused(invalid(name))
            continue
        text = values.get(name)
        if text and not text.isspace():
            found[name] = _value(name, parameter, text, clamps=clamps and name == "page_size")
            if known_only and parameter.type == "fields":
                _check_fields(method, name, found[name])
    for name, shops in method.duties:
        if shop_type and shop_type in shops and name not in found:
            raise Refused(needed(name))
    return found


def _check_fields(method: Method, name: str, fields: tuple[str, ...]) -> None:
    """Raise 41 if *fields*, in parameter *name*, hold one that *method* does not have; of a nested one the first part.

    Raises:
        Refused: if so.
    """
    if not field_names(method.name).issuperset(field.partition(".")[0] for field in fields):
        raise Refused(invalid(name))


def _value(name: str, parameter: Parameter, text: str, *, clamps: bool = False) -> Any:
    try:
        value = _READERS[parameter.type](text)
    except ValueError:
        raise Refused(invalid(name)) from None
    if parameter.type == "fields":
        if parameter.max_list is not None and len(value) > parameter.max_list:
            raise Refused(invalid(name))
        return value
    if parameter.enum and value not in parameter.enum:
        raise Refused(invalid(name))
    if clamps and parameter.min is not None and parameter.max is not None:
        return min(max(value, parameter.min), parameter.max)
    size = len(value) if parameter.type == "string" else value
    if (parameter.min is not None and size < parameter.min) or (parameter.max is not None and size > parameter.max):
        raise Refused(invalid(name))
    return value
