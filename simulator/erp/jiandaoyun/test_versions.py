"""Older versions: the ids stand in the path, members and subforms look otherwise."""

from typing import Any

import msgspec
import pytest

from simulator.erp.caller import Got, Wanted
from simulator.erp.jiandaoyun import values
from simulator.erp.jiandaoyun.conftest import APP, ask, create
from simulator.erp.side import Side

PLACE = f"app/{APP['app_id']}/entry/{APP['entry_id']}"


def _old(erp: Side, path: str, **body: Any) -> Got:
    key = (b"authorization", f"Bearer {erp.world.erp_key}".encode())
    return erp.ask(Wanted("POST", f"/api/{path}", msgspec.json.encode(body), [key]))


def _member(version: int) -> dict[str, Any]:
    whole = values.member("reviewer")
    if version == 1:
        return {name: whole[name] for name in ("_id", "name", "status")}
    return whole if version >= 4 else {name: value for name, value in whole.items() if name != "type"}


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_row_is_written_and_shown_as_its_version_has_it(erp: Side, version: int) -> None:
    handler = values.member("reviewer")["_id"] if version == 1 else "reviewer"
    lines = [{"sku": {"value": "A"}}]
    data = {"refund_id": {"value": "1"}, "handler": {"value": handler}, "lines": {"value": lines}}

    row = _old(erp, f"v{version}/{PLACE}/data_create", data=data).json()["data"]

    place = f"v{version}/{PLACE}"
    got = _old(erp, f"{place}/data_retrieve", data_id=row["_id"]).json()["data"]
    updated = _old(erp, f"{place}/data_update", data_id=row["_id"], data={"num": {"value": 2}}).json()["data"]
    assert got == row
    assert (updated["num"], updated["refund_id"]) == (2, "1")
    assert row["handler"] == _member(version)
    assert ("_id" in row["lines"][0]) == (version >= 3)
    assert row["lines"][0]["sku"] == "A"
    assert "type" not in row["creator"] or version >= 4
    assert ask(erp, "get", data_id=row["_id"]).json()["data"]["handler"] == _member(5)


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_list_is_shown_as_its_version_has_it(erp: Side, version: int) -> None:
    create(erp, refund_id="1", handler="reviewer", lines=[{"sku": {"value": "A"}}])

    (row,) = _old(erp, f"v{version}/{PLACE}/data", limit=100).json()["data"]

    assert row["handler"] == _member(version)
    assert _old(erp, f"v3/{PLACE}/data").status == 404


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_the_other_calls_of_old_are_there_as_well(erp: Side, version: int) -> None:
    place = f"v{version}/{PLACE}"
    created = _old(erp, f"{place}/data_batch_create", data_list=[{}, {}]).json()
    ids = created["success_ids"]

    assert created["success_count"] == 2
    assert _old(erp, f"{place}/data_batch_update", data_ids=ids, data={}).json()["success_count"] == 2
    assert _old(erp, f"{place}/data_delete", data_id=ids[0]).json() == {"status": "success"}
    assert _old(erp, f"{place}/data_batch_delete", data_ids=ids).json()["success_count"] == 1
    assert _old(erp, f"{place}/widgets").json()["widgets"][0]["name"] == "number"
    tokens = _old(erp, f"{place}/file/get_upload_token", transaction_id="t-1").json()["token_and_url_list"]
    assert len(tokens) == 100
    if version != 1:  # which takes five calls a second
        assert _old(erp, f"v{version}/app/retrieve_all", skip=0, limit=8).json()["apps"][0]["name"] == "天猫退款"
        forms = _old(erp, f"v{version}/app/{APP['app_id']}/entry_retrieve").json()["forms"]
        assert [form["entry_id"] for form in forms] == [APP["entry_id"]]


def test_v1_takes_five_calls_a_second_of_each_kind(erp: Side) -> None:
    answers = [_old(erp, f"v1/{PLACE}/widgets") for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 5 + [400]
    assert answers[-1].json()["code"] == 8303


def test_who_is_named_as_creator_is_shown_as_such(erp: Side) -> None:
    row = ask(erp, "create", data={"refund_id": {"value": "1"}}, data_creator="warehouse").json()["data"]
    ask(erp, "update", data_id=row["_id"], data={"num": {"value": 2}})

    shown = ask(erp, "get", data_id=row["_id"]).json()["data"]
    by = {"rel": "and", "cond": [{"field": "creator", "method": "eq", "value": ["warehouse"]}]}
    assert (shown["creator"]["username"], shown["updater"]["username"]) == ("warehouse", "api")
    assert [found["_id"] for found in ask(erp, "list", filter=by).json()["data"]] == [row["_id"]]
