"""The gateway's methods as data: parameters, answers and objects, read from `api/*.yaml` and checked at start-up."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from simulator.tmall.refund import OPEN, TERMINAL

PARAMETER_TYPES = frozenset({"fields", "string", "number", "boolean", "datetime", "file"})
MARKS = ("documented", "observed", "assumed")
"""How sure a behaviour is: the platform's text, seen in the field, or inferred."""
_PLAIN = ("string", "number")
"""Items of a list that are no objects."""
FIELD_TYPES = frozenset({"string", "number", "boolean", "datetime", "money"})

Shape = Mapping[str, tuple[str, "Shape"]]
"""Composite fields of an answer: item name (empty for a plain object) and the shape of what is inside."""


class SurfaceError(ValueError):
    """An entry of `api/*.yaml` contradicts itself or another one; the message names it."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A business parameter. `min` and `max` bound a number, a text's length, or a file's bytes."""

    type: str
    required: bool = False
    min: int | None = None
    max: int | None = None
    max_list: int | None = None
    enum: tuple[str, ...] = ()
    default: str | int | bool | None = None
    shops: str = msgspec.field(name="for", default="")
    """Types of shop (B, C) that must send it although the method calls it optional."""


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of an answer or object: of a plain type, an object, or a list of objects."""

    type: str = ""
    object: str = ""
    list: str = ""
    """Name of one item of a list."""
    only: tuple[str, ...] = ()
    """The object's fields that this answer can have; empty: all of them."""


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """One method: how it is called and what it answers."""

    name: str
    alias: str
    """Its name in faults, hooks and stories, such as `tmall.agree`."""
    text: str
    session: bool
    write: bool
    parameters: Mapping[str, Parameter]
    answer: Mapping[str, Field]
    shape: Shape
    """What the JSON and XML shaping must know: lists are wrapped in their item's name."""
    root: str
    """The answer's root: `taobao.refund.get` has `refund_get_response`."""
    required: tuple[str, ...]
    defaults: Mapping[str, Any]
    duties: tuple[tuple[str, str], ...]
    """Parameters that some shops must send although they are optional, and the types of those shops."""
    missing: str
    """What the platform's method does and this one does not; empty: it is complete."""
    behaviours: Mapping[str, tuple[str, ...]]
    """What it does beyond its parameters and fields, by how sure that is (`MARKS`)."""

    @property
    def state(self) -> str:
        """Return complete or partial."""
        return "partial" if self.missing else "complete"


class Surface(msgspec.Struct, frozen=True):
    """All of it: methods built, objects, and the names of methods that are known but not built."""

    methods: Mapping[str, Method]
    objects: Mapping[str, Mapping[str, Field]]
    known: Mapping[str, str]
    """Methods that are refused, and why they are not built."""


class _Entry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    alias: str
    text: str
    session: bool
    write: bool = False
    parameters: dict[str, Parameter]
    answer: dict[str, Field | str]
    missing: str = ""
    behaviours: dict[str, tuple[str, ...]] = {}


@cache
def surface() -> Surface:
    """Return the API surface of this version."""
    return read(merged(sorted((Path(__file__).parent / "api").glob("*.yaml"))))


@cache
def field_names(method: str) -> frozenset[str]:
    """Return the names that the parameter `fields` of *method* can hold: those of its answer, and of what is in it."""
    found = surface()
    answer = found.methods[method].answer
    inner = (field.only or found.objects[field.object] for field in answer.values() if field.object)
    return frozenset(answer).union(*inner)


def merged(paths: Iterable[Path]) -> dict[str, Any]:
    """Return the documents at *paths* as one.

    Raises:
        SurfaceError: if two of them describe the same method or object.
    """
    document: dict[str, Any] = {"methods": {}, "objects": {}, "known": {}}
    for path in paths:
        part = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for section in ("methods", "objects"):
            twice = document[section].keys() & part.get(section, {}).keys()
            if twice:
                raise SurfaceError(f"{min(twice)}: {path.name} describes it a second time")
            document[section] |= part.get(section, {})
        document["known"] |= part.get("known", {})
    return document


def read(document: Mapping[str, Any]) -> Surface:
    """Return the surface that *document* describes.

    Raises:
        SurfaceError: if an entry is contradictory.
    """
    objects = {
        name: {key: _field(f"objects.{name}.{key}", value) for key, value in fields.items()}
        for name, fields in document["objects"].items()
    }
    for name, fields in objects.items():
        for key, found in fields.items():
            _check_field(f"objects.{name}.{key}", found, objects)
    methods = {name: _method(name, entry, objects) for name, entry in document["methods"].items()}
    known: dict[str, str] = document["known"]
    _check_names(methods, known)
    return Surface(methods, objects, known)


def _method(name: str, document: Any, objects: Mapping[str, Mapping[str, Field]]) -> Method:
    try:
        entry = msgspec.convert(document, _Entry)
    except msgspec.ValidationError as error:
        raise SurfaceError(f"{name}: {error}") from error
    answer = {key: _field(f"{name}: answer.{key}", value) for key, value in entry.answer.items()}
    strange = entry.behaviours.keys() - set(MARKS)
    if strange:
        raise SurfaceError(f"{name}: behaviours are {', '.join(MARKS)}, not {min(strange)}")
    for key, parameter in entry.parameters.items():
        _check_parameter(f"{name}: {key}", parameter)
    for key, found in answer.items():
        _check_field(f"{name}: answer.{key}", found, objects)
    return Method(
        name=name,
        alias=entry.alias,
        text=entry.text,
        session=entry.session,
        write=entry.write,
        parameters=entry.parameters,
        answer=answer,
        shape=_shape(answer, objects),
        root=name.removeprefix("taobao.").replace(".", "_") + "_response",
        required=tuple(key for key, parameter in entry.parameters.items() if parameter.required),
        defaults={key: found.default for key, found in entry.parameters.items() if found.default is not None},
        duties=tuple((key, found.shops) for key, found in entry.parameters.items() if found.shops),
        missing=entry.missing,
        behaviours=entry.behaviours,
    )


def _field(where: str, value: Any) -> Field:
    try:
        return (
            value
            if isinstance(value, Field)
            else msgspec.convert({"type": value} if isinstance(value, str) else value, Field)
        )
    except msgspec.ValidationError as error:
        raise SurfaceError(f"{where}: {error}") from error


def _shape(fields: Mapping[str, Field], objects: Mapping[str, Mapping[str, Field]]) -> Shape:
    # Only what must be wrapped is kept, so that the commonest answers need no walk at all.
    found = {}
    for name, field in fields.items():
        inner = _shape(objects[field.object], objects) if field.object else {}
        if field.list or inner:
            found[name] = (field.list, inner)
    return found


def _check_parameter(where: str, parameter: Parameter) -> None:
    if parameter.type not in PARAMETER_TYPES:
        raise SurfaceError(f"{where}: there is no parameter type {parameter.type}")
    if parameter.required and (parameter.default is not None or parameter.shops):
        raise SurfaceError(f"{where}: it is required, so it can have neither a default nor shops that need it")
    if parameter.min is not None and parameter.max is not None and parameter.min > parameter.max:
        raise SurfaceError(f"{where}: min {parameter.min} is above max {parameter.max}")
    if not set(parameter.shops) <= {"B", "C"}:
        raise SurfaceError(f"{where}: shops are B and C, not {parameter.shops}")
    if parameter.enum and parameter.default is not None and parameter.default not in parameter.enum:
        raise SurfaceError(f"{where}: default {parameter.default} is none of its own values")
    if parameter.max_list is not None and parameter.type != "fields":
        raise SurfaceError(f"{where}: max_list is for fields only")


def _check_field(where: str, field: Field, objects: Mapping[str, Mapping[str, Field]]) -> None:
    if bool(field.type) == bool(field.object):
        raise SurfaceError(f"{where}: it needs either a type or an object")
    if field.type and field.type not in FIELD_TYPES:
        raise SurfaceError(f"{where}: there is no field type {field.type}")
    if field.object and field.object not in objects:
        raise SurfaceError(f"{where}: there is no object {field.object}")
    if field.list and not field.object and field.list not in _PLAIN:
        raise SurfaceError(f"{where}: a list needs the object of its items")
    strange = [name for name in field.only if name not in objects[field.object]]
    if strange:
        raise SurfaceError(f"{where}: {field.object} has no {', '.join(strange)}")


def _check_names(methods: Mapping[str, Method], known: Mapping[str, str]) -> None:
    both = known.keys() & methods.keys()
    if both:
        raise SurfaceError(f"{min(both)}: it is built, and yet listed among the methods that are not")
    aliases: dict[str, str] = {}
    for name, method in methods.items():
        if method.alias in aliases:
            raise SurfaceError(f"{name}: {aliases[method.alias]} has the alias {method.alias} already")
        aliases[method.alias] = name
    status = methods["taobao.refunds.receive.get"].parameters["status"].enum if methods else ()
    if methods and not set(status) >= (OPEN | TERMINAL):
        raise SurfaceError("taobao.refunds.receive.get: status does not know every status of a refund")
