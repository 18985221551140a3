"""Requests in the shape in which the official demos send them (github.com/jiandaoyun/api-demo), with our own data.

Each demo has its own escapes, order of keys, nulls, stray keys and versions of paths; whole bodies are kept as bytes.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import urllib3

from simulator.erp.caller import Got, Wanted
from simulator.erp.jiandaoyun.client import upload
from simulator.erp.side import Side
from simulator.test_client import Served

APP, ENTRY = "5f0000000000000000000001", "5f0000000000000000000002"
JSON_TYPE = (b"content-type", b"application/json;charset=utf-8")


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


PLACE = f"app/{APP}/entry/{ENTRY}"
WHERE = f'"app_id": "{APP}", "entry_id": "{ENTRY}"'
PYTHON = [  # the parameters' own attributes, so that app and form stand in the body as well as in the path
    ("/v4/PLACE/data_create", '{WHERE, "data": {"num": {"value": 321}, "created_at": {"value": 1654876800000}}}'),
    ("/v4/PLACE/data_retrieve", '{"data_id": "ID"}'),
    ("/v4/PLACE/data_update", '{WHERE, "data": {"num": {"value": 234}}, "data_id": "ID"}'),
    ("/v1/PLACE/data_delete", '{WHERE, "data_id": "ID"}'),
    ("/v1/PLACE/data_batch_create", '{WHERE, "data_list": [{"num": {"value": 1}}, {"num": {"value": 1}}]}'),
    ("/v1/PLACE/data_batch_update", '{WHERE, "data_ids": IDS, "data": {"num": {"value": 2}}}'),
    (
        "/v1/PLACE/data",
        '{WHERE, "data_id": "ID", "limit": 10, "fields": ["num"], "filter": {"rel": "and", "cond": []}}',
    ),
    ("/v1/PLACE/data_batch_delete", '{"data_ids": IDS}'),
]
NODE = [  # what is undefined is left out; its test creates empty rows
    ("/v4/PLACE/data_create", '{"data":{}}'),
    ("/v4/PLACE/data_retrieve", '{"data_id":"ID"}'),
    ("/v4/PLACE/data_update", '{"data_id":"ID","data":{}}'),
    ("/v1/PLACE/data_delete", '{"data_id":"ID"}'),
    ("/v1/PLACE/data_batch_create", '{"data_list":[{},{}]}'),
    ("/v1/PLACE/data", '{"limit":2}'),
    ("/v1/PLACE/data_batch_update", '{"data_ids":IDS,"data":{}}'),
    ("/v1/PLACE/data_batch_delete", '{"data_ids":IDS}'),
]
JAVA = [  # every property of the parameters, null or not, and what its getters compute
    (
        "/v5/app/entry/data/create",
        '{WHERE, "data":{"num":{"value":1}},"data_creator":null,"is_start_workflow":null,"is_start_trigger":null,'
        '"transaction_id":null,"valid":true}',
    ),
    ("/v5/app/entry/data/get", '{"data_id":"ID",WHERE}'),
    (
        "/v5/app/entry/data/update",
        '{WHERE,"data_id":"ID","data":{"num":{"value":2}},"is_start_trigger":null,"transaction_id":null,"valid":true}',
    ),
    ("/v5/app/entry/data/delete", '{WHERE,"data_id":"ID","is_start_trigger":null,"valid":true}'),
    (
        "/v5/app/entry/data/batch_create",
        '{WHERE,"data_list":[{},{}],"is_start_workflow":null,"transaction_id":null,"valid":true}',
    ),
    ("/v5/app/entry/data/batch_delete", '{"data_ids":IDS,WHERE,"valid":true}'),
]


@pytest.mark.parametrize("calls", [PYTHON, NODE, JAVA], ids=["python", "node", "java"])
def test_a_demo_walks_through_its_calls(erp: Side, calls: list[tuple[str, str]]) -> None:
    ident, idents, answers = "", "[]", []

    for path, template in calls:
        text = template.replace("WHERE", WHERE).replace("IDS", idents).replace("ID", ident)
        answer = _post(erp, path.replace("PLACE", PLACE), text.encode())
        assert answer.status == 200, (path, answer.content)
        answers.append(answer.json())
        if isinstance(answers[-1].get("data"), dict):
            ident = answers[-1]["data"]["_id"]
        if "success_ids" in answers[-1]:
            idents = msgspec.json.encode(answers[-1]["success_ids"]).decode()
            ident = answers[-1]["success_ids"][0]

    created, got, updated, deleted = answers[:4]
    assert created["data"]["_id"] == got["data"]["_id"] == updated["data"]["_id"]
    assert deleted == {"status": "success"}
    batches = [answer["success_count"] for answer in answers[4:] if "success_count" in answer]
    assert batches == [2] * sum("batch" in path for path, _ in calls)


def test_the_java_demo_names_the_values_of_a_batch_wrongly_and_is_told_so(erp: Side) -> None:
    ids = msgspec.json.encode([_row(_post(erp, f"/v4/{PLACE}/data_create", b'{"data":{}}'))["_id"]]).decode()
    text = f'{{{WHERE},"data_ids":{ids},"data_list":{{"num":{{"value":2}}}},"transaction_id":null,"valid":true}}'

    answer = _post(erp, "/v5/app/entry/data/batch_update", text.encode())

    assert (answer.status, answer.json()["code"]) == (400, 3005)


def test_an_upload_goes_through_a_token_of_its_transaction(erp: Side) -> None:
    place = {"app_id": APP, "entry_id": ENTRY}
    asked = msgspec.json.encode({**place, "transaction_id": "t-1"})
    token = _post(erp, "/v5/app/entry/file/get_upload_token", asked).json()["token_and_url_list"][0]
    key = erp.ask(upload(token["token"], b"PNG")).json()["key"]
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


def test_the_node_demo_uploads_in_chunks_and_by_the_old_path(tmp_path: Path) -> None:
    served = Served(tmp_path / "run", "jiandaoyun")
    try:
        base, http = served.endpoints["erp"], urllib3.PoolManager()
        key = {"Authorization": f"Bearer {served.endpoints['erp_key']}", "Content-Type": "application/json"}
        asked = {"transaction_id": "t-1"}
        listed = http.request("POST", f"{base}/v1/{PLACE}/file/get_upload_token", headers=key, json=asked).json()
        place = listed["token_and_url_list"][0]
        form = upload(place["token"], b"x" * 10_000)
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        pieces = iter([form.body[:5_000], form.body[5_000:]])
        uploaded = http.request("POST", place["url"], body=pieces, headers=kind, chunked=True)
        data = {"data": {"files": {"value": [uploaded.json()["key"]]}}, "transaction_id": "t-1"}
        row = http.request("POST", f"{base}/v4/{PLACE}/data_create", headers=key, json=data).json()["data"]

        (file,) = row["files"]
        assert file["size"] == 10_000
        assert http.request("GET", file["url"]).data == b"x" * 10_000
    finally:
        served.stop()
