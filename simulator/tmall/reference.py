"""Writes `docs/methods.md`, the reference of the gateway's methods: python -m simulator.tmall.reference."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from simulator.tmall.documented import absent, explained, lacking
from simulator.tmall.method import Field, Method, Parameter, Surface, surface

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"
_HEAD = """# The gateway's methods

This page is generated from `simulator/tmall/api/*.yaml` by `python -m simulator.tmall.reference`; change those instead.

A method is *complete*, *partial* (with what is missing), or known and refused (`isv.sandbox-method-not-built`). A
behaviour is *documented* by the platform, *observed* in the field, or *assumed*. The name in brackets is the one by
which faults and hooks call it. A parameter in **bold** is required; one marked B or C, of a Tmall or Taobao shop.
"""


def page(found: Surface) -> str:
    """Return the reference page of *found*, in Markdown."""
    methods = sorted(found.methods.values(), key=lambda method: method.name)
    complete = sum(method.state == "complete" for method in methods)
    parts = [_HEAD, f"{complete} complete, {len(methods) - complete} partial, {len(found.known)} refused.\n"]
    parts += ["| method | state | |", "| --- | --- | --- |"]
    parts += [f"| [`{method.name}`](#{_anchor(method.name)}) | {method.state} | {method.text} |" for method in methods]
    for method in methods:
        parts += ["", *_section(method)]
    parts += ["", *_absences()]
    parts += ["", "## Known and refused", "", *(f"* `{name}`: {why}" for name, why in sorted(found.known.items())), ""]
    return "\n".join(parts)


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _section(method: Method) -> Iterator[str]:
    yield f"## {method.name}"
    yield ""
    who = "with a session" if method.session else "without a session"
    yield f"{method.text} ({method.alias}; {'writes' if method.write else 'reads'}, {who}; {method.state})"
    yield ""
    if method.missing:
        yield f"* *missing*: {method.missing}"
    yield from _gaps(lacking(method, surface()))
    for mark, behaviours in method.behaviours.items():
        yield from (f"* *{mark}*: {text}" for text in behaviours)
    if method.parameters:
        yield "* parameters: " + ", ".join(_parameter(name, found) for name, found in method.parameters.items())
    if method.answer:
        yield "* answer: " + ", ".join(_field(name, found) for name, found in method.answer.items())


def _gaps(paths: Iterable[str]) -> Iterator[str]:
    known = [path for path in paths if explained(path)]
    if known:
        where = "[these reasons](#fields-that-are-never-answered)"
        yield f"* *documented and never answered*: {len(known)} fields, for {where}"


def _absences() -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for name, reason in absent().items():
        by_reason.setdefault(reason, []).append(name)
    yield "## Fields that are never answered"
    yield ""
    yield "Documented fields that no trade or refund here has, by the reason; a name stands for all that is in it."
    yield ""
    yield from (f"* {reason} {', '.join(names)}" for reason, names in by_reason.items())


def _parameter(name: str, parameter: Parameter) -> str:
    said = [parameter.type]
    if parameter.min is not None:
        said.append(f"from {parameter.min}")
    if parameter.max is not None:
        said.append(f"to {parameter.max}")
    if parameter.max_list is not None:
        said.append(f"at most {parameter.max_list}")
    if parameter.enum:
        said.append(" or ".join(parameter.enum))
    if parameter.default is not None:
        said.append(f"else {str(parameter.default).lower()}")
    if parameter.shops:
        said.append(" and ".join(parameter.shops))
    return f"{f'**{name}**' if parameter.required else name} ({', '.join(said)})"


def _field(name: str, field: Field) -> str:
    if not field.object:
        if field.list:
            return f"{name} (list of {field.list})"
        return f"{name} ({field.type})"
    kind = f"list of {field.list}" if field.list else "object"
    return f"{name} ({kind} {field.object}{': ' + ' '.join(field.only) if field.only else ''})"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(surface()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
