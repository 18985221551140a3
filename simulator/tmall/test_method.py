"""The API surface: what `api/*.yaml` promises, and that a contradictory entry is named at start-up."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from simulator.faults.messages import POSTED
from simulator.faults.plan import CALLS
from simulator.tmall import method
from simulator.tmall.method import SurfaceError, surface
from simulator.tmall.methods.table import HANDLERS

DOCUMENT: dict[str, Any] = method.merged((Path(method.__file__).parent / "api").glob("*.yaml"))


def test_every_method_that_is_built_has_a_handler_and_a_name_for_faults() -> None:
    assert surface().methods.keys() == HANDLERS.keys()
    assert {built.alias for built in surface().methods.values()} == {
        name for name in CALLS if name.startswith("tmall.") and name not in ("tmall.*", POSTED)
    }


def test_the_root_of_an_answer_is_the_methods_name_without_taobao() -> None:
    roots = [surface().methods[name].root for name in ("taobao.refunds.receive.get", "taobao.rp.refunds.agree")]

    assert roots == ["refunds_receive_get_response", "rp_refunds_agree_response"]


def test_a_prefix_other_than_taobao_stays_in_the_root() -> None:
    document = deepcopy(DOCUMENT)
    document["methods"]["tmall.hour.get"] = document["methods"]["taobao.time.get"] | {"alias": "tmall.hour"}

    assert method.read(document).methods["tmall.hour.get"].root == "tmall_hour_get_response"


def test_lists_carry_the_names_of_their_items() -> None:
    shapes = {name: built.shape for name, built in surface().methods.items()}

    assert shapes["taobao.refunds.receive.get"] == {"refunds": ("refund", {})}
    assert shapes["taobao.rp.refunds.agree"] == {"results": ("refund_mapping_result", {})}
    _, trade = shapes["taobao.trade.fullinfo.get"]["trade"]
    assert trade["orders"] == ("order", {})
    assert trade["service_tags"] == (
        "logistics_tag",
        {"logistic_service_tag_list": ("logistic_service_tag", {})},
    )
    assert shapes["taobao.refund.get"] == {}


def _entry(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["methods"][name]
    return found


_CONTRADICTIONS: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (
        lambda d: _entry(d, "taobao.refund.get")["parameters"]["refund_id"].update(type="numbr"),
        "taobao.refund.get: refund_id: there is no parameter type numbr",
    ),
    (
        lambda d: _entry(d, "taobao.refund.get")["parameters"]["refund_id"].update(default=1),
        "taobao.refund.get: refund_id: it is required, so it can have neither a default",
    ),
    (
        lambda d: _entry(d, "taobao.refunds.receive.get")["parameters"]["page_size"].update(min=200),
        "page_size: min 200 is above max 100",
    ),
    (
        lambda d: _entry(d, "taobao.refunds.receive.get")["parameters"]["status"].update(default="OPEN"),
        "status: default OPEN is none of its own values",
    ),
    (
        lambda d: _entry(d, "taobao.refunds.receive.get")["parameters"]["status"].update(enum=["SUCCESS"]),
        "status does not know every status of a refund",
    ),
    (
        lambda d: _entry(d, "taobao.refund.refuse")["parameters"]["refund_phase"].update({"for": "T"}),
        "refund_phase: shops are B and C, not T",
    ),
    (
        lambda d: _entry(d, "taobao.refund.refuse")["parameters"]["tid"].update(max_list=3),
        "tid: max_list is for fields only",
    ),
    (
        lambda d: _entry(d, "taobao.refund.refuse")["parameters"]["tid"].update(maximum=3),
        "taobao.refund.refuse: .*maximum",
    ),
    (
        lambda d: _entry(d, "taobao.time.get").update(behaviours={"sure": ["It is so."]}),
        "taobao.time.get: behaviours are documented, observed, assumed, not sure",
    ),
    (
        lambda d: _entry(d, "taobao.time.get")["answer"].update(time="date"),
        "taobao.time.get: answer.time: there is no field type date",
    ),
    (
        lambda d: _entry(d, "taobao.refund.get")["answer"]["refund"].update(object="Refnd"),
        "answer.refund: there is no object Refnd",
    ),
    (
        lambda d: _entry(d, "taobao.refund.get")["answer"]["refund"]["only"].append("refund_fe"),
        "answer.refund: Refund has no refund_fe",
    ),
    (lambda d: d["objects"]["Trade"].update(orders={"list": "order"}), "objects.Trade.orders: it needs either a type"),
    (
        lambda d: d["objects"]["Trade"].update(orders={"type": "string", "list": "order"}),
        "objects.Trade.orders: a list needs the object of its items",
    ),
    (lambda d: _entry(d, "taobao.time.get").update(alias="tmall.list"), "has the alias tmall.list already"),
    (lambda d: d["known"].update({"taobao.time.get": "why"}), "taobao.time.get: it is built, and yet listed"),
    (lambda d: d["objects"]["PicUrl"].update(url={"typ": "string"}), "objects.PicUrl.url: .*typ"),
]


@pytest.mark.parametrize(("spoil", "message"), _CONTRADICTIONS, ids=[message for _, message in _CONTRADICTIONS])
def test_a_contradictory_entry_is_named(spoil: Callable[[dict[str, Any]], Any], message: str) -> None:
    document = deepcopy(DOCUMENT)
    spoil(document)

    with pytest.raises(SurfaceError, match=message):
        method.read(document)
