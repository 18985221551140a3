"""What is peculiar to Jiandaoyun: values of widgets, filters, batches, and limits."""

from typing import Any

import pytest

from simulator.actors import perform
from simulator.erp.caller import Wanted
from simulator.erp.jiandaoyun import values
from simulator.erp.jiandaoyun.conftest import ask, create
from simulator.erp.jiandaoyun.errors import Refusal
from simulator.erp.jiandaoyun.form import TYPES, Widget, checked, form, form_of
from simulator.erp.side import Side
from simulator.ledger.mapping import Mapping

VALUES = [
    ("text", "a", "a"),
    ("text", 7, "7"),
    ("textarea", "a\nb", "a\nb"),
    ("number", 88.80, 88.8),
    ("number", "8.35", 8.35),
    ("number", 12.0, 12),
    ("number", 192837465019283746, 192837465019283744),
    ("datetime", 1654876800000, "2022-06-10T16:00:00.000Z"),
    ("datetime", "2023-11-15T06:13:20+08:00", "2023-11-14T22:13:20.000Z"),
    ("datetime", "2023-11-15T06:13:20.005Z", "2023-11-15T06:13:20.005Z"),
    ("radiogroup", "同意", "同意"),
    ("combo", "no such option", "no such option"),
    ("checkboxgroup", ["a", "b"], ["a", "b"]),
    ("combocheck", ["a"], ["a"]),
    (
        "address",
        {"province": "浙江省", "city": "杭州市"},
        {"province": "浙江省", "city": "杭州市", "district": "", "detail": ""},
    ),
    (
        "location",
        {"province": "浙江省", "detail": "文一西路", "lnglatXY": [120.03, 30.28]},
        {"province": "浙江省", "city": "", "district": "", "detail": "文一西路", "lnglatXY": [120.03, 30.28]},
    ),
    ("subform", [], []),
    ("usergroup", [], []),
    ("linkdata", "5f01", {"id": "5f01", "key": "5f01"}),
    ("linkdata", {"data_id": "5f01"}, {"id": "5f01", "key": "5f01"}),
    ("phone", {"phone": "13800000000"}, {"phone": "13800000000", "verified": False}),
    ("dept", 3, {"dept_no": 3, "name": "部门3", "parent_no": 1, "type": 0, "status": 1}),
]


@pytest.mark.parametrize(("kind", "written", "read"), VALUES)
def test_a_value_is_shown_as_its_widget_shows_it(erp: Side, kind: str, written: Any, read: Any) -> None:
    found = values.stored(erp.world, Widget("w", kind), written)

    assert found == read
    assert type(found) is type(read)


def test_members_and_their_groups_are_objects(erp: Side) -> None:
    one = values.stored(erp.world, Widget("w", "user"), "reviewer")
    many = values.stored(erp.world, Widget("w", "usergroup"), ["reviewer", "warehouse"])

    assert (one["username"], one["name"]) == ("reviewer", "审核员")
    assert [each["username"] for each in many] == ["reviewer", "warehouse"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", {"city": 7}),
        ("location", {"lnglatXY": [120.03]}),
        ("location", {"lnglatXY": ["120.03", "30.28"]}),
        ("user", "nobody"),
        ("usergroup", ["reviewer", "nobody"]),
        ("dept", "3"),
        ("deptgroup", [1, "3"]),
        ("phone", {"phone": 138}),
        ("datetime", "soon"),
        ("datetime", -1),
        ("number", float("nan")),
        ("number", "many"),
        ("checkboxgroup", ["a", 1]),
        ("subform", [1]),
        ("upload", [{"key": "x"}]),
    ],
)
def test_a_value_that_is_nearly_right_is_refused(erp: Side, kind: str, value: Any) -> None:
    with pytest.raises(Refusal):
        values.stored(erp.world, Widget("w", kind), value)


def test_departments_are_objects_and_so_are_their_groups(erp: Side) -> None:
    one = values.stored(erp.world, Widget("w", "dept"), 3)

    assert values.stored(erp.world, Widget("w", "deptgroup"), [3]) == [one]


@pytest.mark.parametrize("kind", sorted(values.READ_ONLY))
def test_a_field_that_cannot_be_written_keeps_what_it_has(erp: Side, kind: str) -> None:
    form = {"widgets": [{"name": "w", "type": kind}, {"name": "note"}]}
    fields = form_of(Mapping(form=checked(form)))

    assert values.read(erp.world, fields, {"w": {"value": "9"}, "note": {"value": "x"}}) == {"note": "x"}


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in values.READ_ONLY])
def test_what_no_widget_of_that_type_takes_is_refused(erp: Side, kind: str) -> None:
    with pytest.raises(Exception, match="请求参数不合法"):
        values.stored(erp.world, Widget("w", kind), True)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_field_reads_as_its_type_does(erp: Side, empty: Any) -> None:
    row = create(erp, refund_id=empty, num=empty, files=empty, created_at=empty, handler=empty)

    assert [row[name] for name in ("refund_id", "num", "files", "created_at", "handler")] == ["", None, [], None, None]


def test_a_subform_is_replaced_and_its_rows_keep_their_ids(erp: Side) -> None:
    lines = [{"sku": {"value": "A"}, "num": {"value": 1}}, {"sku": {"value": "B"}}]
    row = create(erp, lines=lines)
    first = row["lines"][0]["_id"]
    again = [{"_id": {"value": first}, "num": {"value": 2}}, {"sku": {"value": "C"}}]

    updated = ask(erp, "update", data_id=row["_id"], data={"lines": {"value": again}}).json()["data"]

    assert [(line["sku"], line["num"]) for line in updated["lines"]] == [("A", 2), ("C", None)]
    assert updated["lines"][0]["_id"] == first
    assert len({line["_id"] for line in updated["lines"]}) == 2


def test_a_serial_number_and_system_fields_cannot_be_written(erp: Side) -> None:
    row = create(erp, serial="9", _id="x", createTime="2020-01-01T00:00:00.000Z")

    assert (row["serial"], len(row["_id"])) == ("00000001", 24)
    assert not row["createTime"].startswith("2020")


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"field": "refund_id", "method": "eq", "value": ["1"]}, ["1"]),
    ({"field": "refund_id", "method": "eq", "value": ["1", "3"]}, ["1", "3"]),
    ({"field": "refund_id", "method": "in", "value": ["1", "2"]}, ["1", "2"]),
    ({"field": "refund_id", "method": "nin", "value": ["1", "2"]}, ["3"]),
    ({"field": "refund_id", "method": "ne", "value": ["1"]}, ["2", "3"]),
    ({"field": "reason", "method": "like", "value": ["质量"]}, ["2"]),
    ({"field": "reason", "method": "empty"}, ["1", "3"]),
    ({"field": "reason", "method": "not_empty"}, ["2"]),
    ({"field": "refund_fee", "method": "gt", "value": [2]}, ["3"]),
    ({"field": "refund_fee", "method": "lt", "value": [2]}, ["1"]),
    ({"field": "refund_fee", "method": "range", "value": [2, None]}, ["2", "3"]),
    ({"field": "refund_fee", "method": "range", "value": [1, 2]}, ["1", "2"]),
    ({"field": "contact", "method": "unverified"}, ["1"]),
    ({"field": "handler", "method": "in", "value": ["reviewer"]}, ["3"]),
    ({"field": "updateTime", "method": "range", "value": ["2020-01-01", None]}, ["1", "2", "3"]),
    ({"field": "updateTime", "method": "range", "value": [None, "2020-01-01"]}, []),
    ({"field": "flowState", "type": "flowstate", "method": "empty"}, ["1", "2", "3"]),
]


@pytest.mark.parametrize(("condition", "found"), FILTERS)
def test_a_filter_lets_those_rows_pass_that_it_describes(
    erp: Side, condition: dict[str, Any], found: list[str]
) -> None:
    create(erp, refund_id="1", refund_fee=1, contact={"phone": "1"})
    create(erp, refund_id="2", refund_fee=2, reason="有质量问题")
    create(erp, refund_id="3", refund_fee=3, handler="reviewer")

    answer = ask(erp, "list", limit=100, filter={"rel": "and", "cond": [condition]})

    assert [row["refund_id"] for row in answer.json()["data"]] == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"rel": "xor", "cond": []},
        {"rel": "and"},
        {"rel": "and", "cond": [{"field": "colour", "method": "eq", "value": ["x"]}]},
        {"rel": "and", "cond": [{"field": "num", "method": "about", "value": ["x"]}]},
        {"rel": "and", "cond": [{"field": "num", "method": "range", "value": [1]}]},
        {"rel": "and", "cond": [{"field": "createTime", "method": "range", "value": ["soon", None]}]},
        {"rel": "and", "cond": [{"field": "num", "method": "in", "value": list(range(201))}]},
    ],
)
def test_a_wrong_filter_is_refused(erp: Side, wrong: Any) -> None:
    answer = ask(erp, "list", filter=wrong)

    assert (answer.status, answer.json()["code"]) == (400, 3005)


@pytest.mark.parametrize(
    ("field", "method", "value", "status"),
    [
        ("refund_id", "like", ["1"], 200),
        ("refund_id", "gt", ["1"], 400),
        ("refund_fee", "range", [1, None], 200),
        ("createTime", "range", ["2020-01-01", None], 200),
        ("updateTime", "gt", ["2020-01-01"], 400),
        ("approve", "like", ["同"], 400),
        ("approve", "in", ["同意"], 200),
        ("flowState", "in", [0], 200),
    ],
)
def test_methods_are_bound_to_types_if_the_setting_says_so(
    erp: Side, field: str, method: str, value: list[Any], status: int
) -> None:
    erp.world.set("jdy_filter_methods", "typed", origin="test")
    condition = {"field": field, "method": method, "value": value}

    assert ask(erp, "list", filter={"rel": "and", "cond": [condition]}).status == status


def test_only_a_batch_with_the_same_transaction_is_not_created_twice(erp: Side) -> None:
    batch = {"data_list": [{"refund_id": {"value": "1"}}], "transaction_id": "87cd"}

    first, again = (ask(erp, "batch_create", **batch).json() for _ in range(2))
    create(erp, refund_id="1")

    assert first == again
    assert len(ask(erp, "list").json()["data"]) == 2


def test_batches_change_and_remove_what_is_there_and_tell_only_how_many(erp: Side) -> None:
    ids = [create(erp, refund_id=str(number))["_id"] for number in range(3)]

    updated = ask(erp, "batch_update", data_ids=[*ids, "5f000000000000000000dead"], data={"num": {"value": 4}})
    removed = ask(erp, "batch_delete", data_ids=ids[:2])

    assert updated.json() == {"status": "success", "success_count": 3}
    assert removed.json() == {"status": "success", "success_count": 2}
    assert [(row["_id"], row["num"]) for row in ask(erp, "list").json()["data"]] == [(ids[2], 4)]
    assert ask(erp, "batch_update", data_ids=ids, data={"lines": {"value": []}}).json()["code"] == 3005


def test_a_deleted_row_is_cancelled_for_the_rules(erp: Side) -> None:
    content, seen = erp.brought()

    ask(erp, "delete", data_id=seen.number)

    (document,) = erp.documents(content)
    assert (document.deleted, document.cancelled, document.revision) == (True, True, 2)


def test_too_many_calls_in_a_second_are_answered_with_8303(erp: Side) -> None:
    answers = [ask(erp, "create", data={}) for _ in range(21)]

    assert [answer.status for answer in answers] == [200] * 20 + [400]
    assert answers[-1].json() == {"code": 8303, "msg": "超出请求频率限制"}
    assert erp.answer.error["passing"]


def test_a_list_that_leaves_the_decision_out_does_not_tell_it(erp: Side) -> None:
    content, _ = erp.brought()
    perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]})

    ask(erp, "list", fields=["refund_id"])
    assert erp.answer.told == []
    ask(erp, "list", fields=["refund_id", "approve"])
    assert [told.refund for told in erp.answer.told] == [content["refund_id"]]


def test_the_proof_of_a_decision_is_a_picture_at_its_url(erp: Side) -> None:
    content, seen = erp.brought()
    perform(erp.world, "reviewer.refuse", {"refund": content["refund_id"], "text": "无", "proof": "photo"})

    (picture,) = ask(erp, "get", data_id=seen.number).json()["data"]["approve_proof"]

    path = picture["url"].partition("127.0.0.1")[2]
    assert erp.ask(Wanted("GET", path)).content.startswith(b"\x89PNG")
    assert picture["mime"] == "image/png"


def test_every_widget_and_system_field_is_listed(erp: Side) -> None:
    found = ask(erp, "v5/app/entry/widget/list").json()

    assert [widget["name"] for widget in found["widgets"]] == list(form(erp.world).widgets)
    assert found["widgets"][0]["widgetName"].startswith("_widget_1")
    assert "flowState" in [widget["name"] for widget in found["sysWidgets"]]
