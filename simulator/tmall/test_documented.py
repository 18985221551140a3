"""The methods beside what is documented of them, parameter by parameter and field by field."""

import msgspec
import pytest

from simulator.tmall.documented import answered, documented, lacking
from simulator.tmall.method import surface

EXPLAINED = {"taobao.refund.get": "refund.combine_item_info."}
"""Of a complete method, the field that is never answered, since nothing here has it: no goods are bundles."""

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
def test_a_complete_method_answers_every_documented_field(name: str) -> None:
    method = SURFACE.methods[name]
    gaps = lacking(method, SURFACE)

    if method.state == "complete":
        assert [path for path in gaps if not path.startswith(EXPLAINED.get(name, "-"))] == []


def test_a_field_that_is_taken_away_is_missed() -> None:
    method = SURFACE.methods["taobao.rp.refunds.agree"]
    assert lacking(method, SURFACE) == []
    taken = dict(method.answer)
    taken.pop("succ")

    assert lacking(msgspec.structs.replace(method, answer=taken), SURFACE) == ["succ"]
    assert "succ" not in answered(taken, SURFACE)
