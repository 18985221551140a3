"""What the public documents list of each method, beside what is answered here: gaps are found, not remembered."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from simulator.tmall.method import Field, Method, Surface

NOT_PUBLIC = "Its values are not public."
"""The reason of `absent.yaml` for fields that the platform answers and that nobody outside knows."""

TOP = "top"
"""Where fields stand that are in no other."""


class Documented(msgspec.Struct, frozen=True):
    """One method as documented: parameters (`NAME*`: required), and the fields of the answer by where they stand."""

    parameters: tuple[str, ...]
    answer: Mapping[str, tuple[str, ...]]

    @property
    def fields(self) -> frozenset[str]:
        """The paths of all fields."""
        return frozenset(
            name if where == TOP else f"{where}.{name}" for where, names in self.answer.items() for name in names
        )


@cache
def documented() -> Mapping[str, Documented]:
    """Return what is documented, by method."""
    path = Path(__file__).with_suffix(".yaml")
    found = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return msgspec.convert(found, dict[str, Documented])


def answered(fields: Mapping[str, Field], found: Surface) -> set[str]:
    """Return the paths of all that an answer with *fields* can hold."""
    paths: set[str] = set()
    for name, field in fields.items():
        if not field.object:
            paths.add(name)
            continue
        inner = found.objects[field.object]
        chosen = {key: inner[key] for key in field.only} if field.only else inner
        paths |= {f"{name}.{path}" for path in answered(chosen, found)}
    return paths


class Kinds(msgspec.Struct, frozen=True):
    """The fields of an answer, or of an object, that are no texts: numbers, truth values, times; lists by item."""

    number: tuple[str, ...] = ()
    boolean: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    list: Mapping[str, str] = {}

    def of(self, name: str) -> str:
        """Return the type of the field *name*."""
        return next((kind for kind in ("number", "boolean", "datetime") if name in getattr(self, kind)), "string")


class Types(msgspec.Struct, frozen=True):
    """Types and limits of parameters by method, and of fields by method (answers) and object."""

    parameters: Mapping[str, Mapping[str, Mapping[str, Any]]]
    answers: Mapping[str, Kinds]
    objects: Mapping[str, Kinds]


@cache
def types() -> Types:
    """Return the documented types."""
    path = Path(__file__).with_name("documented_types.yaml")
    found = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return msgspec.convert(found, Types)


@cache
def absent() -> Mapping[str, str]:
    """Return why a field is never answered, by its path below the trade or refund that would have it."""
    path = Path(__file__).with_name("absent.yaml")
    found = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {name: reason for reason, names in found.items() for name in names}


def explained(path: str) -> str:
    """Return why the field at *path* of an answer is never answered; empty: there is no reason."""
    parts = path.split(".")[1:]
    heads = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return next((absent()[head] for head in heads if head in absent()), "")


def lacking(method: Method, found: Surface) -> list[str]:
    """Return the documented fields that *method* never answers; what a field holds is compared as far as it is told."""
    about = documented().get(method.name)
    if about is None:
        return []
    ours = answered(method.answer, found)
    whole = {path[:end] for path in ours for end in range(len(path) + 1) if path[end : end + 1] in ("", ".")}
    return sorted(path for path in about.fields if path not in whole)
