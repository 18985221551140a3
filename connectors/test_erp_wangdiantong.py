"""The adapters for 旺店通: each signs and numbers as its dialect, and overlooks no row that moves while it pages."""

import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
import urllib3

from connectors import erp_wangdiantong_enterprise as enterprise
from connectors import erp_wangdiantong_flagship as flagship
from connectors.clock import Clock, seconds, text
from connectors.erp_wangdiantong import LONGEST, OVERLAP, Dialect
from connectors.errors import Later, Refused, Trouble, Unknown

JSON = dict[str, Any]

NOW = 1_795_313_700
KEYS = {"sid": "wdt1", "app": "wdt1-api", "secret": "s", "salt": "t"}
BODY: JSON = {
    "shop": "一号店",
    "refund_id": "192837465019283746",
    "kind": "refund",
    "tid": "2837465091827364501",
    "oid": "2837465091827364502",
    "type": "refund_only",
    "status": "pending",
    "amount": "88.80",
    "quantity": 2,
    "lines": [{"oid": "2837465091827364502", "sku": "A", "quantity": 2, "amount": "88.80"}],
    "hold": True,
    "waybill": "",
    "company": "",
    "version": 1_795_313_700_123,
    "reason": "拍错了",
}
NUMBER = "TM-192837465019283746"


class Answer:
    """An answer of urllib3, as far as the adapters look at it."""

    def __init__(self, data: JSON | bytes, status: int = 200) -> None:
        self.status = status
        self.data = data if isinstance(data, bytes) else json.dumps(data).encode()


class StoppedClock(Clock):
    """A clock that stands still."""

    def now(self) -> float:
        return float(NOW)


class Pool:
    """Answers what it was told to, in order, and keeps what it was asked; else says that all is well."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[Answer | Exception] = []

    def request(self, _verb: str, url: str, *, body: bytes = b"", **_more: Any) -> Answer:
        parts = urlsplit(url)
        self.asked.append((parts.path, dict(parse_qsl(parts.query)), body))
        answer = self.answers.pop(0) if self.answers else Answer({"status": 0, "code": 0, "data": {"order": []}})
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def form(self) -> dict[str, str]:
        """Return the last form."""
        return dict(parse_qsl(self.asked[-1][2].decode()))


def _of(dialect: type[Dialect], pool: Pool, keys: Mapping[str, str] = KEYS) -> Dialect:
    http = cast(urllib3.PoolManager, pool)
    return dialect("http://erp", keys, {"一号店": "TM01"}, StoppedClock(), http)


@pytest.fixture
def pool() -> Pool:
    return Pool()


BOTH = pytest.mark.parametrize("dialect", [flagship.Erp, enterprise.Erp], ids=["flagship", "enterprise"])


def test_the_flagship_is_pushed_numbers_and_signs_query_and_body(pool: Pool) -> None:
    _of(flagship.Erp, pool).put(NUMBER, BODY)

    ((path, params, body),) = pool.asked
    shop, (row,) = json.loads(body)
    assert (path, shop, params["method"]) == ("/openapi", "TM01", "aftersales.refund.RawRefund.upload2")
    assert params["timestamp"] == str(NOW - 1_325_347_200)
    assert params["sign"] == flagship.sign("s", params, body.decode())
    assert (row["type"], row["status"], row["refund_amount"], row["num"]) == (1, 2, 88.8, 2)
    assert (row["refund_version"], row["title"]) == ("1795313700123", "")


def test_the_enterprise_edition_is_pushed_words_in_a_form(pool: Pool) -> None:
    pool.answers = [Answer({"code": "0", "message": "", "new_count": 1, "chg_count": 0})]
    _of(enterprise.Erp, pool).put(NUMBER, BODY)

    form = pool.form
    (row,) = json.loads(form["api_refund_list"])
    assert pool.asked[0][0] == "/sales_refund_push.php"
    assert form["sign"] == enterprise.sign("s", form)
    assert (row["type"], row["status"], row["refund_fee"]) == (1, "wait_seller_agree", "88.80")
    assert (row["platform_id"], row["desc"]) == (127, "1795313700123")


def test_signs_are_those_of_the_documentation() -> None:
    fields = {
        "appkey": "test2-xx", "page_no": "0", "end_time": "2016-08-01 13:00:00", "sid": "test2",
        "start_time": "2016-08-01 12:00:00", "page_size": "40", "timestamp": "1470042310",
    }  # fmt: skip
    assert enterprise.sign("12345", fields) == "ad4e6fe037ea6e3ba4768317be9d1309"
    params = {
        "sid": "wdtapi3", "key": "wdtapi3-test", "salt": "testsalt", "timestamp": "374652800", "v": "1.0",
        "method": "aftersales.refund.Refund.search", "page_no": "0", "page_size": "50", "calc_total": "1",
    }  # fmt: skip
    body = '[{"modified_from":"2023-11-15 00:00:00","modified_to":"2023-11-15 23:59:59"}]'
    assert flagship.sign("testsecret", params, body) == "c0095686fb0eb9bcb07e884b13e54fad"


@pytest.mark.parametrize(
    ("dialect", "numbers"),
    [(flagship.Erp, (1, 1, 4, 2)), (enterprise.Erp, (1, 1, 2, 3))],
    ids=["flagship", "enterprise"],
)
def test_a_refund_keeps_the_type_that_it_began_with(dialect: type[Dialect], numbers: tuple[int, ...]) -> None:
    pool = Pool()
    erp = _of(dialect, pool)
    other = {**BODY, "refund_id": "2", "hold": False}
    for external, body in (
        (NUMBER, BODY), (NUMBER, {**BODY, "hold": False, "status": "closed"}), ("TM-2", other),
        ("TM-2", {**other, "type": "return_refund"}),
    ):  # fmt: skip
        erp.put(external, body)

    rows = [
        json.loads(body)[1][0]
        if path == "/openapi"
        else json.loads(dict(parse_qsl(body.decode()))["api_refund_list"])[0]
        for path, _, body in pool.asked
    ]
    assert tuple(row["type"] for row in rows) == numbers


@BOTH
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer({"status": 7, "code": 7, "message": "时间戳"}), Later),
        (Answer({"status": 100, "code": 100, "message": "超过每分钟最大调用频率限制，请稍后重试"}), Later),
        (Answer({"status": 100, "code": 100, "message": "未找到符合条件的订单"}), Later),
        (Answer({"status": 100, "code": 100, "message": "单据已被修改，请刷新后重试"}), Unknown),
        (Answer({"status": 100, "code": 100, "message": "店铺平台不是自有平台"}), Refused),
        (Answer({"status": 1, "code": "1", "message": "验证失败"}), Refused),
        (Answer(b"<html>", 502), Unknown),
        (Answer(b"<html>", 503), Later),
        (Answer(b"[]"), Unknown),
    ],
)
def test_refusals_are_told_apart_by_their_text(
    dialect: type[Dialect], pool: Pool, answer: Answer, trouble: type[Trouble]
) -> None:
    pool.answers = [answer]
    with pytest.raises(trouble):
        _of(dialect, pool).put(NUMBER, BODY)


def test_a_row_that_failed_in_a_success_has_failed(pool: Pool) -> None:
    errors = [{"no": BODY["refund_id"], "error": "店铺权限不足"}]
    pool.answers = [Answer({"status": 0, "data": {"new_count": 0, "chg_count": 0, "error_list": errors}})]
    with pytest.raises(Refused, match="店铺权限不足"):
        _of(flagship.Erp, pool).put(NUMBER, BODY)


@BOTH
def test_what_nobody_said_is_refused_here(dialect: type[Dialect], pool: Pool) -> None:
    with pytest.raises(Refused, match="exchange"):
        _of(dialect, pool).put(NUMBER, {**BODY, "kind": "exchange"})
    with pytest.raises(Refused, match="二号店"):
        _of(dialect, pool).put(NUMBER, {**BODY, "shop": "二号店"})
    with pytest.raises(Refused, match="ERP_SALT"):
        _of(flagship.Erp, pool, {**KEYS, "salt": ""}).put(NUMBER, BODY)


def _flagship_row(changed: int, **more: Any) -> JSON:
    detail = {"oid": "2", "refund_num": 2.0, "stockin_num": 0.0}
    row: JSON = {"raw_refund_nos": "9", "src_tids": "1", "type": 1, "status": 20, "stockin_status": 0, "rr_status": 2}
    row |= {"guarantee_refund_amount": 88.8, "modified": changed * 1000, "detail_list": [detail]}
    return {**row, "refund_version": "7", "is_reject": False, "flag_name": " ", **more}


def _enterprise_row(changed: int, **more: Any) -> JSON:
    line = {"oid": "2", "num": "2.0000", "stockin_num": "0.0000"}
    row: JSON = {
        "src_no": "9",
        "tid": "1",
        "type": "1",
        "process_status": "20",
        "status": "wait_seller_agree",
        "desc": "7",
    }
    row |= {"refund_amount": "88.8000", "modified": text(changed), "refund_order_list": [line]}
    return {**row, **more}


def _page(*rows: JSON) -> Answer:
    return Answer({"status": 0, "code": 0, "data": {"order": list(rows)}, "refunds": list(rows)})


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, ""),
        ({"status": 30}, "approve"),
        ({"status": 30, "type": 2}, "approve_return"),
        ({"status": 10, "is_reject": True}, "refuse"),
        ({"status": 10}, ""),
        ({"status": 30, "type": 2, "stockin_status": 2}, "receive"),
    ],
)
def test_a_flagship_documents_statuses_are_decisions(pool: Pool, more: JSON, kind: str) -> None:
    pool.answers = [_page(_flagship_row(NOW, **more))]
    ((document,), _, _) = _of(flagship.Erp, pool).documents("一号店", "")
    assert (document["decision"] or {}).get("kind", "") == kind
    assert (document["amount"], document["quantity"], document["version"]) == ("88.80", 2, 7)
    assert (document["status"], document["shop"], document["external"]) == ("pending", "一号店", "TM-9")


@pytest.mark.parametrize(
    ("status", "kind"), [("20", ""), ("30", "approve"), ("40", "refuse"), ("60", "approve_return"), ("80", "receive")]
)
def test_an_enterprise_documents_status_is_a_decision(pool: Pool, status: str, kind: str) -> None:
    pool.answers = [_page(_enterprise_row(NOW, process_status=status, flag_name="http://p/1.png"))]
    ((document,), _, _) = _of(enterprise.Erp, pool).documents("一号店", "")
    decision = document["decision"] or {}
    assert decision.get("kind", "") == kind
    assert (document["amount"], document["quantity"], document["version"]) == ("88.80", 2, 7)
    assert not kind or decision["proof"] == {"sha256": "http://p/1.png", "filename": "1.png"}


def test_the_next_page_begins_where_the_last_row_changed(pool: Pool) -> None:
    erp = _of(enterprise.Erp, pool)
    pool.answers = [_page(_enterprise_row(NOW - 9), _enterprise_row(NOW - 5))]
    _, cursor, more = erp.documents("一号店", f"{NOW - 20}/0", limit=2)
    assert (cursor, more) == (f"{NOW - 5}/0", True)

    pool.answers = [_page(_enterprise_row(NOW - 5), _enterprise_row(NOW - 5))]
    _, cursor, more = erp.documents("一号店", cursor, limit=2)
    assert (cursor, more) == (f"{NOW - 5}/1", True)  # all of one second: only pages tell them apart
    assert pool.form["start_time"] == text(NOW - 5)

    pool.answers = [_page(_enterprise_row(NOW - 5))]
    _, cursor, more = erp.documents("一号店", cursor, limit=2)
    assert (cursor, more) == (f"{NOW - 5}/0", False)
    assert pool.form["page_no"] == "1"

    pool.answers = [_page(_enterprise_row(NOW))]
    assert erp.documents("一号店", cursor, limit=2)[1] == f"{NOW - OVERLAP}/0"


def test_a_long_silence_is_read_in_pieces_that_the_erp_takes(pool: Pool) -> None:
    erp, cursor, pieces = _of(enterprise.Erp, pool), f"{NOW - 70 * 86_400}/0", 0
    more = True
    while more:
        pool.answers = [_page()]
        _, cursor, more = erp.documents("一号店", cursor)
        pieces += 1
        assert seconds(pool.form["end_time"]) - seconds(pool.form["start_time"]) <= LONGEST
    assert pieces == 3


@BOTH
def test_one_refunds_document_is_found_or_is_none(dialect: type[Dialect], pool: Pool) -> None:
    row = _flagship_row(NOW) if dialect is flagship.Erp else _enterprise_row(NOW)
    pool.answers = [_page(row), _page()]
    erp = _of(dialect, pool)

    found = erp.get("TM-9")
    assert found is not None
    assert found["refund_id"] == "9"
    assert erp.get("TM-9") is None
