"""The adapter for Jiandaoyun: no second row, no stale approval, nothing new overlooked, errors read by their code."""

import json
from typing import Any, cast

import pytest
import urllib3

from connectors.erp_jiandaoyun import Erp
from connectors.errors import Later, Refused, Unknown
from connectors.pace import Pace

JSON = dict[str, Any]

BODY: JSON = {
    "shop": "一号店",
    "refund_id": "192837465019283746",
    "kind": "refund",
    "tid": "1",
    "oid": "2",
    "type": "refund_only",
    "status": "pending",
    "amount": "88.80",
    "quantity": 1,
    "lines": [{"oid": "2", "sku": "A", "quantity": 1, "amount": "88.80"}],
    "hold": True,
    "intercept": "requested",
    "version": 7,
}
NUMBER = "TM-192837465019283746"


class Answer:
    """An answer of urllib3, as far as the adapter looks at it."""

    def __init__(self, status: int, data: bytes) -> None:
        self.status, self.data = status, data


class Form:
    """A form with its rows, in place of the connection pool; trouble comes as asked for."""

    def __init__(self) -> None:
        self.rows: list[JSON] = []
        self.calls: list[tuple[str, JSON]] = []
        self.transactions: dict[str, str] = {}
        """Id of the row that each has made."""
        self.next: list[Any] = []
        """What the next calls are answered in place of the truth: an Answer, or an error after the deed."""

    def request(self, _verb: str, url: str, *, body: bytes, **_more: Any) -> Answer:
        name, asked = url.rpartition("/")[2], json.loads(body)
        self.calls.append((name, asked))
        trouble = self.next.pop(0) if self.next else None
        if isinstance(trouble, Answer):
            return trouble
        found = getattr(self, f"do_{name}")(asked)
        if trouble is not None:
            raise trouble
        return Answer(200, json.dumps(found).encode())

    def do_list(self, asked: JSON) -> JSON:
        wanted = {each["field"]: each["value"] for each in asked["filter"]["cond"]}
        after, since = asked.get("data_id", ""), wanted.pop("updateTime", [""])[0]
        rows = [row for row in self.rows if all(row.get(name) in values for name, values in wanted.items())]
        return {"data": [row for row in rows if row["_id"] > after and row["updateTime"] >= since][: asked["limit"]]}

    def do_batch_create(self, asked: JSON) -> JSON:
        if asked["transaction_id"] not in self.transactions:
            self.rows.append({"_id": f"{len(self.rows) + 1:024x}"} | self._plain(asked["data_list"][0]))
            self.transactions[asked["transaction_id"]] = self.rows[-1]["_id"]
        return {"status": "success", "success_count": 1, "success_ids": [self.transactions[asked["transaction_id"]]]}

    def do_update(self, asked: JSON) -> JSON:
        row = next(row for row in self.rows if row["_id"] == asked["data_id"])
        row |= self._plain(asked["data"])
        return {"data": row}

    def _plain(self, data: JSON) -> JSON:
        time = f"2026-11-22T02:00:{len(self.calls):02d}.000Z"
        return {name: wrapped["value"] for name, wrapped in data.items()} | {"updateTime": time}

    def asked(self, name: str) -> list[JSON]:
        return [asked for called, asked in self.calls if called == name]


@pytest.fixture
def form() -> Form:
    return Form()


@pytest.fixture
def erp(form: Form) -> Erp:
    return Erp("http://erp/api", "key", cast(urllib3.PoolManager, form))


def test_a_row_is_looked_for_before_it_is_created(erp: Erp, form: Form) -> None:
    document = erp.put(NUMBER, BODY)

    assert [name for name, _ in form.calls] == ["list", "batch_create"]
    assert (form.rows[0]["refund_fee"], form.rows[0]["status"], form.rows[0]["intercept"]) == (88.8, "待审核", "请拦截")
    assert (document["amount"], document["status"], document["hold"]) == ("88.80", "pending", True)


def test_a_creation_of_unknown_outcome_is_repeated_under_the_same_transaction(erp: Erp, form: Form) -> None:
    form.next = [None, urllib3.exceptions.ReadTimeoutError(cast(Any, None), "", "late")]
    with pytest.raises(Unknown):
        erp.put(NUMBER, BODY)
    form.next = [Answer(200, b'{"data": []}')]  # the look that follows does not show it yet
    erp.put(NUMBER, BODY)

    first, again = form.asked("batch_create")
    assert first["transaction_id"] == again["transaction_id"]
    assert len(form.rows) == 1


def test_an_approval_is_cleared_with_the_content_it_was_about_and_not_otherwise(erp: Erp, form: Form) -> None:
    erp.put(NUMBER, BODY)
    form.rows[0]["approve"] = "同意"

    erp.put(NUMBER, BODY | {"status": "refunded"})
    assert form.asked("update")[-1]["data"] == {"status": {"value": "已退款"}}
    erp.put(NUMBER, BODY | {"status": "refunded", "amount": "60.00"})
    assert form.asked("update")[-1]["data"]["approve"] == {"value": ""}


def test_the_warehouses_answer_is_not_written_over(erp: Erp, form: Form) -> None:
    erp.put(NUMBER, BODY)
    form.rows[0] |= {"intercept": "已拦截", "intercept_time": "2026-11-22T02:00:00.000Z"}
    erp.put(NUMBER, BODY | {"version": 8})

    document = erp.get(NUMBER)

    assert document is not None
    assert document["intercept"]["result"] == "stopped"


def test_a_decision_is_read_with_the_time_it_was_taken_at(erp: Erp, form: Form) -> None:
    erp.put(NUMBER, BODY)
    form.rows[0] |= {
        "approve": "拒绝",
        "approve_text": "无",
        "approve_fee": 88.8,
        "approve_time": "2026-11-22T02:00:00.005Z",
    }
    form.rows[0]["approve_proof"] = [{"name": "a.png", "url": "http://erp/api/files/1"}]

    document = erp.get(NUMBER)

    assert document is not None
    decision = document["decision"]
    assert (decision["kind"], decision["text"], decision["amount"]) == ("refuse", "无", "88.80")
    assert decision["revision"] % 4 == 0
    assert decision["revision"] // 4 % 1000 == 5
    assert decision["proof"] == {"sha256": "http://erp/api/files/1", "filename": "a.png"}


def test_the_look_for_changes_goes_through_all_pages_and_then_reaches_back(erp: Erp, form: Form) -> None:
    for number in range(5):
        erp.put(f"TM-10000{number}", BODY | {"refund_id": f"10000{number}"})

    seen: list[str] = []
    cursor, more = "0", True
    while more:
        documents, cursor, more = erp.documents("一号店", cursor, limit=2)
        seen += [document["refund_id"] for document in documents]

    newest = max(row["updateTime"] for row in form.rows)
    assert seen == [f"10000{number}" for number in range(5)]
    assert cursor < newest
    assert [document["refund_id"] for document in erp.documents("一号店", cursor)[0]][-1] == "100004"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"code":8303,"msg":"x"}', Later),
        (429, b"", Later),
        (503, b"", Later),
        (400, b'{"code":3005,"msg":"x"}', Refused),
        (400, b'{"code":4001,"msg":"x"}', Refused),
        (502, b"<html>", Unknown),
        (200, b"<html>", Unknown),
    ],
)
def test_an_error_is_read_by_its_code(erp: Erp, form: Form, status: int, body: bytes, kind: type[Exception]) -> None:
    form.next = [Answer(status, body)]

    with pytest.raises(kind):
        erp.get(NUMBER)


def test_the_pace_lets_no_more_through_in_a_second_than_it_may() -> None:
    pace = Pace({"": 5, "list": 2})

    assert [pace._take("list") for _ in range(2)] == [0.0, 0.0]
    assert pace._take("list") > 0.5
    assert [pace._take("get") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace._take("get") > 0.5
