"""The generic ERP's API: what it accepts, what it refuses and how, and that it is as its description says."""

from pathlib import Path
from typing import Any

import pytest

from simulator.conftest import Described
from simulator.erp.generic import BODY_LIMIT, create_app
from simulator.world import World

NEW = {"shop": "一号店", "refund_id": "318273645091827364", "type": "refund_only", "amount": "8.35"}
DOCUMENT = "/generic/v1/documents/TM-1"
LIST = "/generic/v1/documents"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.open(tmp_path)


@pytest.fixture
def erp(world: World) -> Described:
    return Described(create_app(world), {"Authorization": f"Bearer {world.erp_key}"}, "/generic/v1/openapi.json")


def _error(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()["error"]
    return found


def test_the_description_is_valid_and_names_every_route(erp: Described) -> None:
    assert list(erp.flaws()) == []
    assert {(template, verb) for template, verb, _ in erp.operations()} == erp.routes()


def test_a_document_is_created_and_read_back_with_what_was_written(erp: Described) -> None:
    line = {"oid": "77", "sku": "MUG", "quantity": 1, "amount": "8.35"}
    more = {"tid": "77", "oid": "77", "quantity": 1, "lines": [line], "hold": True, "version": 1795313707201}
    created = erp("put", DOCUMENT, NEW | more | {"reason": "商品破损"})

    read = erp("get", DOCUMENT)

    assert created.status_code == 201
    assert read.get_json() == created.get_json()
    assert read.headers["ETag"] == '"1"'
    assert read.get_json().items() >= (NEW | more | {"status": "pending", "revision": 1, "decision": None}).items()


def test_an_absent_key_keeps_its_value(erp: Described) -> None:
    erp("put", DOCUMENT, NEW | {"waybill": "SF1"})

    changed = erp("put", DOCUMENT, {"status": "waiting_receipt"})

    assert (changed.status_code, changed.get_json()["waybill"]) == (200, "SF1")
    assert changed.get_json()["revision"] == 2


def test_writing_what_is_there_already_changes_nothing(erp: Described, world: World) -> None:
    erp("put", DOCUMENT, NEW)
    before = world.book.seq

    again = erp("put", DOCUMENT, NEW | {"amount": 8.35})

    assert (again.status_code, again.get_json()["revision"]) == (200, 1)
    assert world.book.seq == before


def test_an_answer_can_be_sent_back(erp: Described) -> None:
    created = erp("put", DOCUMENT, NEW | {"lines": [{"oid": "1", "amount": "8.35"}]}).get_json()

    assert erp("put", DOCUMENT, created).get_json() == created


def test_refunded_is_booked_and_closed_is_cancelled(erp: Described) -> None:
    booked = erp("put", DOCUMENT, NEW | {"status": "refunded"}).get_json()
    cancelled = erp("put", f"{LIST}/TM-2", NEW | {"status": "closed"}).get_json()

    assert (booked["booked"], booked["cancelled"]) == (True, False)
    assert (cancelled["booked"], cancelled["cancelled"]) == (False, True)


def test_a_patch_needs_the_revision_it_is_based_on(erp: Described) -> None:
    erp("put", DOCUMENT, NEW)
    key = erp.headers

    blind = erp("patch", DOCUMENT, {"hold": True})
    stale = erp("patch", DOCUMENT, {"hold": True}, headers=key | {"If-Match": '"7"'})
    right = erp("patch", DOCUMENT, {"hold": True}, headers=key | {"If-Match": '"1"'})

    assert blind.status_code == 428
    assert (stale.status_code, _error(stale)["code"], _error(stale)["revision"]) == (409, "stale_revision", 1)
    assert (right.status_code, right.headers["ETag"]) == (200, '"2"')


def test_a_put_heeds_the_revision_if_it_names_one(erp: Described) -> None:
    erp("put", DOCUMENT, NEW)

    stale = erp("put", DOCUMENT, {"hold": True}, headers=erp.headers | {"If-Match": '"2"'})
    absent = erp("put", f"{LIST}/TM-2", NEW, headers=erp.headers | {"If-Match": '"1"'})
    empty = erp("put", DOCUMENT, {"hold": True}, headers=erp.headers | {"If-Match": ""})

    assert (stale.status_code, absent.status_code, empty.status_code) == (409, 409, 409)
    assert _error(absent)["revision"] is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "8.355"}, "amount"),
        ({"amount": 8.355}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": "1e2"}, "amount"),
        ({"amount": "١"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 1e300}, "amount"),
        ({"amount": None}, "amount"),
        ({"status": "done"}, "status"),
        ({"type": "repair"}, "type"),
        ({"kind": "credit"}, "kind"),
        ({"intercept": "stopped"}, "intercept"),
        ({"status": "shipped"}, "status"),
        ({"kind": "inbound", "quantity": 1, "status": "refunded"}, "status"),
        ({"refund_id": ""}, "refund_id"),
        ({"refund_id": 1.5}, "refund_id"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 2**80}, "quantity"),
        ({"hold": "true"}, "hold"),
        ({"lines": [{"oid": "1", "price": "1"}]}, "lines[0]"),
        ({"lines": [{"oid": "1"}, {"amount": "x"}]}, "lines[1].amount"),
        ({"external": "TM-9"}, "external"),
        ({"amont": "8.35"}, "amont"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_found_and_expected(
    erp: Described, world: World, wrong: dict[str, Any], field: str
) -> None:
    answer = erp("put", DOCUMENT, NEW | wrong)

    error = _error(answer)
    assert (answer.status_code, error["field"]) == (400, field)
    assert error["expected"]
    assert "found" in error
    assert world.state.documents.rows == {}


def test_a_misspelt_field_is_answered_with_the_right_one(erp: Described) -> None:
    assert "Did you mean amount?" in _error(erp("put", DOCUMENT, NEW | {"amont": "8.35"}))["message"]


@pytest.mark.parametrize("name", ["shop", "refund_id", "type", "amount"])
def test_a_new_document_needs_to_say_what_it_is_about(erp: Described, name: str) -> None:
    answer = erp("put", DOCUMENT, {key: value for key, value in NEW.items() if key != name})

    assert (answer.status_code, _error(answer)["field"]) == (400, name)


def test_an_amount_is_exact_however_it_is_written(erp: Described) -> None:
    written: list[Any] = ["19.99", 19.99, 20, 0.1, "0.07", "7", 1e2]

    read = [
        erp("put", f"{LIST}/A{number}", {**NEW, "amount": amount}).get_json()["amount"]
        for number, amount in enumerate(written)
    ]

    assert read == ["19.99", "19.99", "20.00", "0.10", "0.07", "7.00", "100.00"]


def test_an_id_may_come_as_a_number(erp: Described) -> None:
    assert erp("put", DOCUMENT, NEW | {"refund_id": 318273645091827364}).get_json()["refund_id"] == NEW["refund_id"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"NaN", b"\xff\xfe", b'{"shop": "\\ud800 "}', b"[" * 5000])
def test_a_body_that_is_no_json_object_is_refused(erp: Described, body: bytes) -> None:
    answer = erp("put", DOCUMENT, data=body, content_type="application/json")

    assert (answer.status_code, answer.mimetype) == (400, "application/json")


def test_other_content_and_too_much_of_it_are_refused(erp: Described) -> None:
    form = erp("put", DOCUMENT, data=b"shop=1", content_type="application/x-www-form-urlencoded")
    large = erp("put", DOCUMENT, data=b" " * (BODY_LIMIT + 1), content_type="application/json")

    assert (form.status_code, large.status_code) == (415, 413)


def test_without_the_key_nothing_is_told(erp: Described) -> None:
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer ключ"}):
        answer = erp("get", LIST, headers=headers)
        assert (answer.status_code, _error(answer)["code"]) == (401, "unauthorized")


def test_what_is_not_there_is_said_in_json(erp: Described) -> None:
    client = erp.app.test_client()

    unknown = client.get("/generic/v2", headers=erp.headers)
    verb = client.post(DOCUMENT, headers=erp.headers)

    assert erp("get", DOCUMENT).status_code == 404
    assert erp("patch", DOCUMENT, {"hold": True}, headers=erp.headers | {"If-Match": '"1"'}).status_code == 404
    assert erp("get", f"/generic/v1/proofs/{'0' * 64}").status_code == 404
    assert (unknown.status_code, _error(unknown)["code"]) == (404, "not_found")
    assert (verb.status_code, _error(verb)["code"]) == (405, "method_not_allowed")
    assert "PUT" in verb.headers["Allow"]


def test_the_list_gives_each_document_once_in_the_order_of_updates(erp: Described) -> None:
    for number in range(5):
        erp("put", f"{LIST}/A{number}", NEW)
    erp("put", f"{LIST}/A1", {"hold": True})

    seen, after, more = [], 0, True
    while more:
        page = erp("get", f"{LIST}?after={after}&limit=2").get_json()
        seen += [row["external"] for row in page["documents"]]
        after, more = page["next"], page["more"]

    assert seen == ["A0", "A2", "A3", "A4", "A1"]
    assert erp("get", f"{LIST}?after={after}").get_json() == {"documents": [], "next": after, "more": False}


def test_the_list_can_be_narrowed_and_moves_past_what_it_left_out(erp: Described) -> None:
    erp("put", f"{LIST}/A", NEW)
    erp("put", f"{LIST}/B", NEW | {"shop": "二号店"})

    page = erp("get", f"{LIST}?shop=一号店").get_json()

    assert [row["external"] for row in page["documents"]] == ["A"]
    assert page["next"] == 2
    assert erp("get", f"{LIST}?refund_id=1").get_json()["documents"] == []
    both = erp("get", f"{LIST}?refund_id={NEW['refund_id']}").get_json()
    assert [row["external"] for row in both["documents"]] == ["A", "B"]
    assert erp("get", f"{LIST}?refund_id={NEW['refund_id']}&shop=二号店&after=2").get_json()["documents"] == []


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=201", "limit=1.5", "shops=1"])
def test_a_wrong_parameter_of_the_list_is_named(erp: Described, query: str) -> None:
    answer = erp("get", f"{LIST}?{query}")

    assert (answer.status_code, _error(answer)["field"]) == (400, query.partition("=")[0])
