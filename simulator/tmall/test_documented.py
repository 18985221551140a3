"""The methods beside what is documented of them, parameter by parameter and field by field."""

from collections.abc import Mapping

import msgspec
import pytest

from simulator.tmall.documented import NOT_PUBLIC, Kinds, absent, answered, documented, explained, lacking, types
from simulator.tmall.method import Field, surface

SURFACE = surface()
METHODS = sorted(documented().keys() & SURFACE.methods.keys())


def test_what_is_documented_is_built() -> None:
    assert documented().keys() <= SURFACE.methods.keys()
    assert len(METHODS) > 50


@pytest.mark.parametrize("name", METHODS)
def test_a_method_takes_the_documented_parameters_and_requires_the_same(name: str) -> None:
    method, about = SURFACE.methods[name], documented()[name]

    assert set(method.parameters) == {parameter.rstrip("*") for parameter in about.parameters}
    assert set(method.required) == {parameter[:-1] for parameter in about.parameters if parameter.endswith("*")}


@pytest.mark.parametrize("name", METHODS)
def test_a_documented_field_is_answered_or_has_a_reason_why_not(name: str) -> None:
    method = SURFACE.methods[name]
    reasons = {path: explained(path) for path in lacking(method, SURFACE)}
    unexplained = [path for path, reason in reasons.items() if not reason]

    assert [path for path in unexplained if path.rpartition(".")[2] not in method.missing] == []
    if method.state == "complete":
        assert unexplained == []
        assert NOT_PUBLIC not in reasons.values()


@pytest.mark.parametrize("name", types().parameters)
def test_parameters_have_the_documented_types_and_limits(name: str) -> None:
    method, about = SURFACE.methods[name], types().parameters[name]

    for parameter, ours in method.parameters.items():
        limits = {"type": "string", **about.get(parameter, {})}
        found = {limit: getattr(ours, limit) for limit in limits}
        assert found == {k: tuple(v) if isinstance(v, list) else v for k, v in limits.items()}, parameter


KINDS = [
    *((name, SURFACE.methods[name].answer, kinds) for name, kinds in types().answers.items()),
    *((name, SURFACE.objects[name], kinds) for name, kinds in types().objects.items()),
]


@pytest.mark.parametrize(("fields", "kinds"), [pytest.param(*row[1:], id=row[0]) for row in KINDS])
def test_fields_have_the_documented_types_and_items(fields: Mapping[str, Field], kinds: Kinds) -> None:
    assert {*kinds.number, *kinds.boolean, *kinds.datetime, *kinds.list} <= fields.keys()
    assert {name: field.list for name, field in fields.items() if field.list} == kinds.list
    for name, field in fields.items():
        if field.list:
            continue
        if field.type in ("number", "boolean"):
            assert field.type == kinds.of(name), name
        elif field.type:
            assert kinds.of(name) in ("string", "datetime"), name
            assert kinds.of(name) != "datetime" or field.type == "datetime", name


def test_no_reason_is_given_for_a_field_that_is_answered_or_not_documented() -> None:
    gaps = [path.partition(".")[2] for name in METHODS for path in lacking(SURFACE.methods[name], SURFACE)]
    idle = [name for name in absent() if not any(gap == name or gap.startswith(f"{name}.") for gap in gaps)]

    assert idle == []
    assert NOT_PUBLIC in absent().values()


def test_a_field_that_is_taken_away_is_missed() -> None:
    method = SURFACE.methods["taobao.rp.refunds.agree"]
    assert lacking(method, SURFACE) == []
    taken = dict(method.answer)
    taken.pop("succ")

    assert lacking(msgspec.structs.replace(method, answer=taken), SURFACE) == ["succ"]
    assert "succ" not in answered(taken, SURFACE)
