"""Requests in the shape in which the official demos send them (github.com/jiandaoyun/api-demo), with our own data.

Each demo has its own escapes, order of keys, nulls, stray keys and versions of paths; whole bodies are kept as bytes.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.erp.caller import Got, Wanted
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.world import World

APP, ENTRY = "5f0000000000000000000001", "5f0000000000000000000002"
JSON_TYPE = (b"content-type", b"application/json;charset=utf-8")


@pytest.fixture
def erp(tmp_path: Path) -> Side:
    return Side(World.open(tmp_path, declaration=Declaration(profile="jiandaoyun")))


def _post(erp: Side, path: str, body: bytes, *headers: tuple[bytes, bytes]) -> Got:
    key = (b"authorization", f"Bearer {erp.world.erp_key}".encode())
    return erp.ask(Wanted("POST", f"/api{path}", body, [key, *(headers or (JSON_TYPE,))]))


def _row(answer: Got) -> dict[str, Any]:
    assert answer.status == 200
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_the_python_demo_sends_spaces_and_escapes(erp: Side) -> None:
    body = (
        b'{"app_id": "5f0000000000000000000001", "entry_id": "5f0000000000000000000002", "data": {"refund_id": '
        b'{"value": "192837465019283746"}, "refund_fee": {"value": 88.8}, "status": {"value": '
        b'"\\u5f85\\u5ba1\\u6838"}}, "is_start_workflow": true, "is_start_trigger": false}'
    )
    row = _row(_post(erp, "/v5/app/entry/data/create", body))
    listed = _post(
        erp,
        "/v5/app/entry/data/list",
        b'{"app_id": "5f0000000000000000000001", "entry_id": "5f0000000000000000000002", "fields": '
        b'["refund_id", "status"], "filter": {"rel": "and", "cond": [{"field": "refund_id", "type": "text", "method": '
        b'"eq", "value": ["192837465019283746"]}]}, "limit": 100}',
    )

    assert (row["refund_fee"], row["status"], row["refund_id"]) == (88.8, "待审核", "192837465019283746")
    assert [found["_id"] for found in listed.json()["data"]] == [row["_id"]]
    assert erp.operation == "erp.read"  # a list of one refund is a look at that refund
    assert "refund_fee" not in listed.json()["data"][0]


def test_the_node_demo_sends_compact_utf8_and_leaves_undefined_keys_out(erp: Side) -> None:
    text = (
        '{"app_id":"5f0000000000000000000001","entry_id":"5f0000000000000000000002",'
        '"data":{"refund_id":{"value":"1"},"note":{"value":"换个颜色😀"},"num":{"value":2}}}'
    )
    row = _row(_post(erp, "/v5/app/entry/data/create", text.encode()))
    got = f'{{"app_id":"{APP}","entry_id":"{ENTRY}","data_id":"{row["_id"]}"}}'
    updated = f'{{"app_id":"{APP}","entry_id":"{ENTRY}","data_id":"{row["_id"]}","data":{{"num":{{"value":3}}}}}}'

    assert _row(_post(erp, "/v5/app/entry/data/get", got.encode()))["note"] == "换个颜色😀"
    assert _row(_post(erp, "/v5/app/entry/data/update", updated.encode()))["num"] == 3
    deleted = _post(erp, "/v5/app/entry/data/delete", got.encode())
    assert deleted.json() == {"status": "success"}
    assert _post(erp, "/v5/app/entry/data/get", got.encode()).json()["code"] == 4001


def test_the_java_demo_sends_nulls_and_stray_keys(erp: Side) -> None:
    text = (
        '{"app_id":"5f0000000000000000000001","entry_id":"5f0000000000000000000002","data_list":[{"refund_id":'
        '{"value":"1"}},{"refund_id":{"value":"2"}}],"data_creator":null,"is_start_workflow":null,"transaction_id":null,'
        '"valid":true}'
    )
    created = _post(erp, "/v5/app/entry/data/batch_create", text.encode())
    listed = _post(
        erp,
        "/v5/app/entry/data/list",
        b'{"app_id":"5f0000000000000000000001","entry_id":"5f0000000000000000000002","data_id":null,"limit":null,'
        b'"fields":null,"filter":null,"valid":true,"singleQueryValid":true}',
    )

    assert created.json()["success_count"] == 2
    assert [row["refund_id"] for row in listed.json()["data"]] == ["1", "2"]


def test_the_go_demo_speaks_v4_with_the_ids_in_the_path(erp: Side) -> None:
    place = f"/app/{APP}/entry/{ENTRY}"
    row = _row(_post(erp, f"/v4{place}/data_create", b'{"data":{"note":{"value":"a \\u0026 b"}}}'))
    data_id = f'{{"data_id":"{row["_id"]}"'.encode()

    assert _row(_post(erp, f"/v4{place}/data_retrieve", data_id + b"}"))["note"] == "a & b"
    assert _row(_post(erp, f"/v4{place}/data_update", data_id + b',"data":{"num":{"value":1}}}'))["num"] == 1
    assert len(_post(erp, f"/v1{place}/data", b'{"limit":100}').json()["data"]) == 1
    ids = f'{{"data_ids":["{row["_id"]}"]'.encode()
    comments = _post(erp, f"/v1{place}/data/{row['_id']}/approval_comments", b'{"skip":0}')
    assert comments.json()["code"] == 4001  # no flow was started
    assert (
        _post(erp, f"/v1{place}/data_batch_update", ids + b',"data":{"num":{"value":2}}}').json()["success_count"] == 1
    )
    assert _post(erp, f"/v1{place}/data_batch_delete", ids + b"}").json()["success_count"] == 1
    assert _post(erp, f"/v3{place}/data", b"{}").status == 404
    assert _post(erp, f"/v4{place}/widgets", b"{}").json()["widgets"][1]["name"] == "shop"


def test_an_upload_goes_through_a_token_of_its_transaction(erp: Side) -> None:
    place = {"app_id": APP, "entry_id": ENTRY}
    asked = msgspec.json.encode({**place, "transaction_id": "t-1"})
    token = _post(erp, "/v5/app/entry/file/get_upload_token", asked).json()["token_and_url_list"][0]
    bound = b"--x\r\nContent-Disposition: form-data; name="
    form = bound + b'"token"\r\n\r\n' + token["token"].encode() + b"\r\n" + bound
    form += b'"file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--x--\r\n'
    key = _post(erp, "/upload", form, (b"content-type", b"multipart/form-data; boundary=x")).json()["key"]
    data = {**place, "data": {"files": {"value": [key]}}}

    stranger = _post(erp, "/v5/app/entry/data/create", msgspec.json.encode(data | {"transaction_id": "t-2"}))
    row = _row(_post(erp, "/v5/app/entry/data/create", msgspec.json.encode(data | {"transaction_id": "t-1"})))

    assert len(_post(erp, "/v5/app/entry/file/get_upload_token", asked).json()["token_and_url_list"]) == 100
    assert token["url"].endswith("/api/upload")
    assert stranger.json()["code"] == 17025
    assert {name: row["files"][0][name] for name in ("name", "size", "mime")} == {
        "name": "a.png",
        "size": 3,
        "mime": "image/png",
    }
