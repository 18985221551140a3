"""The adapter for Jushuitan: signed as documented, rows read one by one, errors by their code, labels as decisions."""

import json
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
import urllib3

from connectors.clock import Clock
from connectors.erp_jushuitan import Erp
from connectors.erp_jushuitan_gateway import sign
from connectors.errors import Later, Refused, Trouble, Unknown

JSON = dict[str, Any]

NOW = 1_795_313_700.0
DAY = 86_400
BODY: JSON = {
    "shop": "一号店",
    "refund_id": "192837465019283746",
    "kind": "refund",
    "tid": "2837465091827364501",
    "oid": "2837465091827364502",
    "type": "refund_only",
    "status": "pending",
    "amount": "88.80",
    "quantity": 1,
    "lines": [{"oid": "2837465091827364502", "sku": "A", "quantity": 1, "amount": "88.80"}],
    "hold": False,
    "waybill": "",
    "company": "",
    "version": 1_795_313_700_123,
    "reason": "拍错了",
}
NUMBER = "TM-192837465019283746"
UPLOAD, QUERY = "/open/aftersale/upload", "/open/refund/single/query"


class Answer:
    """An answer of urllib3, as far as the adapter looks at it."""

    def __init__(self, data: JSON | bytes, status: int = 200) -> None:
        self.status = status
        self.data = data if isinstance(data, bytes) else json.dumps(data).encode()


class StoppedClock(Clock):
    """A clock that moves when it is told to."""

    at = NOW

    def now(self) -> float:
        return self.at


class Platform:
    """The documents, in place of the connection pool; trouble comes as asked for."""

    def __init__(self) -> None:
        self.rows: dict[str, JSON] = {}
        self.calls: list[tuple[str, Any]] = []
        self.forms: list[dict[str, str]] = []
        self.next: list[Answer | Exception] = []
        """What the next calls (but for tokens) are answered in place of the truth, or how they fail after the deed."""
        self.asked: list[str] = []
        """Calls for tokens."""
        self.ended: set[str] = set()
        """Refresh tokens that are good no more."""
        self.life = 30 * DAY

    def request(self, _verb: str, url: str, *, body: str = "", **_more: Any) -> Answer:
        path = url.removeprefix("http://erp")
        form = dict(parse_qsl(body))
        self.forms.append(form)
        if path.startswith("/openWeb/auth/"):
            self.asked.append(path.rpartition("/")[2])
            if path.endswith("refreshToken") and form["refresh_token"] in self.ended:
                return Answer({"code": 100, "msg": "access_token无效或已过期"})
            names = {name: f"{name}-{len(self.asked)}" for name in ("access_token", "refresh_token")}
            return Answer({"code": 0, "msg": "", "data": {**names, "expires_in": self.life}})
        biz = json.loads(form["biz"])
        self.calls.append((path, biz))
        trouble = self.next.pop(0) if self.next else None
        if isinstance(trouble, Answer):
            return trouble
        found = self._done(path, biz)
        if trouble is not None:
            raise trouble
        return Answer({"code": 0, "msg": "执行成功", "data": found})

    def _done(self, path: str, biz: Any) -> JSON:
        if path == UPLOAD:
            (row,) = biz
            known = self.rows.setdefault(row["outer_as_id"], {"status": "WaitConfirm"})
            known |= row | {"ts": 10_000_000_000 + len(self.calls)}
            return {"datas": [{"issuccess": True, "msg": "", "outer_as_id": row["outer_as_id"]}]}
        if path == QUERY:
            trades = biz.get("so_ids")
            rows = [row for row in self.rows.values() if not trades or row["so_id"] in trades]
            rows = [row for row in rows if row["ts"] > biz.get("start_ts", 0)]
            return {"datas": sorted(rows, key=lambda row: int(row["ts"])), "has_next": False}
        return {"datas": [{"shop_id": 10001, "nick": "一号店"}]}


def _row_fails(text: str) -> Answer:
    return Answer({"code": 0, "msg": "执行成功", "data": {"datas": [{"issuccess": False, "msg": text}]}})


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def erp(platform: Platform, clock: StoppedClock) -> Erp:
    return Erp("http://erp", ("app", "secret"), clock, cast(urllib3.PoolManager, platform))


def test_it_signs_as_the_documentations_own_example() -> None:
    fields = {
        "app_key": "5b53060f23d84ddf9703056e84fa5a2d",
        "access_token": "d7b01bf0842a4742a9450e21ffd95f60",
        "timestamp": "1639128407",
        "version": "2",
        "charset": "utf-8",
        "biz": '{"page_index":"1","page_size":"100","nicks":["老板"]}',
    }
    assert sign("e9c5ca33fecb404b8e6cdbd0ef4a6d25", fields) == "395f5a78b446be465ac03a02491296c7"


def test_a_document_is_uploaded_with_what_the_platform_needs_and_every_call_is_signed(
    erp: Erp, platform: Platform
) -> None:
    erp.put(NUMBER, BODY)

    (row,) = platform.calls[-1][1]
    assert (row["shop_id"], row["outer_as_id"], row["so_id"]) == (10001, BODY["refund_id"], BODY["tid"])
    assert (row["type"], row["shop_status"], row["refund"]) == ("仅退款", "WAIT_SELLER_AGREE", 88.8)
    assert row["items"][0]["outer_oi_id"] == BODY["oid"]
    assert all(form["sign"] == sign("secret", form) for form in platform.forms)
    assert all(form["timestamp"] == str(int(NOW)) for form in platform.forms)


def test_an_update_says_what_is_new_and_nothing_if_nothing_is(erp: Erp, platform: Platform) -> None:
    erp.put(NUMBER, BODY)
    erp.put(NUMBER, {**BODY, "status": "refunded"})
    written = len(platform.calls)
    erp.put(NUMBER, {**BODY, "status": "refunded"})

    (row,) = platform.calls[-1][1]
    assert row == {"shop_id": 10001, "outer_as_id": BODY["refund_id"], "shop_status": "SUCCESS"}
    assert len(platform.calls) == written


def test_a_label_goes_with_the_content_it_was_put_on(erp: Erp, platform: Platform) -> None:
    erp.put(NUMBER, BODY)
    erp.put(NUMBER, {**BODY, "amount": "60.00"})
    assert platform.calls[-1][1][0]["labels"] == ""
    assert platform.calls[-1][1][0]["refund"] == 60.0

    erp.put(NUMBER, {**BODY, "amount": "60.00", "status": "refused"})
    assert "labels" not in platform.calls[-1][1][0]
    erp.put(NUMBER, {**BODY, "amount": "60.00"})
    assert platform.calls[-1][1][0]["labels"] == ""


def test_what_the_warehouse_received_is_not_taken_back(platform: Platform, clock: StoppedClock) -> None:
    goods = {**BODY, "type": "return_refund", "status": "waiting_receipt", "waybill": "SF1", "company": "顺丰速运"}
    first = Erp("http://erp", ("app", "secret"), clock, cast(urllib3.PoolManager, platform))
    first.put(NUMBER, goods)
    platform.rows[BODY["refund_id"]]["good_status"] = "SELLER_RECEIVED"

    other = Erp("http://erp", ("app", "secret"), clock, cast(urllib3.PoolManager, platform))  # after a restart
    other.put(NUMBER, {**goods, "status": "refunded", "waybill": "SF2"})

    assert platform.calls[-1][1][0].keys() == {"shop_id", "outer_as_id", "shop_status"}


@pytest.mark.parametrize(
    ("label", "status", "kind"),
    [
        ("同意退款", "Confirmed", "approve"),
        ("拒绝退款", "WaitConfirm", "refuse"),
        ("", "Confirmed", "approve"),
        ("", "WaitConfirm", ""),
        ("加急", "WaitConfirm", ""),
    ],
)
def test_labels_and_confirmation_are_decisions_each_with_a_number_of_its_own(
    erp: Erp, platform: Platform, label: str, status: str, kind: str
) -> None:
    erp.put(NUMBER, BODY)
    platform.rows[BODY["refund_id"]] |= {
        "labels": label,
        "status": status,
        "remark": "请提供照片",
        "result": "http://p/1",
    }

    (document,), cursor, more = erp.documents("一号店", "0")
    decision = document["decision"] or {}

    assert (decision.get("kind", ""), more) == (kind, False)
    assert erp.documents("一号店", cursor)[0] == []
    if kind:
        assert (decision["amount"], decision["type"]) == ("88.80", "refund_only")
        assert (decision["text"], decision["proof"]["sha256"]) == ("请提供照片", "http://p/1")
        platform.rows[BODY["refund_id"]]["ts"] += 1  # any write
        assert erp.documents("一号店", "0")[0][0]["decision"]["revision"] == decision["revision"]
        platform.rows[BODY["refund_id"]]["labels"] = "拒收退货"
        assert erp.documents("一号店", "0")[0][0]["decision"]["revision"] != decision["revision"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer({"code": 199, "msg": "每秒"}), Later),
        (Answer({"code": 200, "msg": "每分钟"}), Later),
        (Answer({"code": 140, "msg": "timestamp"}), Later),
        (Answer({"code": 10, "msg": "sign"}), Refused),
        (Answer(b"<html>", 503), Later),
        (Answer(b"<html>", 502), Unknown),
        (Answer(b"<html>"), Unknown),
        (_row_fails("未找到对应的订单"), Later),
        (_row_fails("商品编码不存在"), Refused),
        (_row_fails("售后单已被修改，请重试"), Unknown),
    ],
)
def test_errors_are_read_by_code_and_row(erp: Erp, platform: Platform, answer: Answer, trouble: type[Trouble]) -> None:
    erp.put(NUMBER, BODY)
    platform.next = [answer]

    with pytest.raises(trouble):
        erp.put(NUMBER, {**BODY, "amount": "1.00"})


def test_after_a_lost_answer_it_looks_before_it_writes(erp: Erp, platform: Platform) -> None:
    erp.put(NUMBER, BODY)
    platform.next = [urllib3.exceptions.ReadTimeoutError(cast(Any, None), "", "")]
    with pytest.raises(Unknown):
        erp.put(NUMBER, {**BODY, "amount": "60.00"})

    found = erp.get(NUMBER)
    assert found is not None
    assert found["amount"] == "60.00"
    erp.put(NUMBER, {**BODY, "amount": "60.00"})
    assert platform.calls[-1][0] == QUERY


def test_a_dead_token_is_renewed_once_and_an_old_one_in_time(erp: Erp, platform: Platform, clock: StoppedClock) -> None:
    erp.put(NUMBER, BODY)
    platform.next = [Answer({"code": 100, "msg": "access_token无效或已过期"})]
    erp.put(NUMBER, {**BODY, "amount": "60.00"})
    assert platform.asked == ["getInitToken", "refreshToken"]

    platform.next = [Answer({"code": 100, "msg": ""}), Answer({"code": 100, "msg": ""})]
    with pytest.raises(Later):
        erp.put(NUMBER, {**BODY, "amount": "70.00"})
    clock.at += 29 * DAY + 1
    erp.put(NUMBER, {**BODY, "amount": "70.00"})
    assert platform.asked == ["getInitToken", *["refreshToken"] * 3]
    assert platform.forms[-1]["access_token"] == "access_token-4"


def test_where_refreshing_is_over_the_first_token_is_asked_for_anew(
    erp: Erp, platform: Platform, clock: StoppedClock
) -> None:
    erp.put(NUMBER, BODY)
    platform.ended = {"refresh_token-1"}
    clock.at += 30 * DAY

    erp.put(NUMBER, {**BODY, "amount": "60.00"})

    assert platform.asked == ["getInitToken", "refreshToken", "getInitToken"]


def test_a_token_of_a_short_life_is_used_for_most_of_it(erp: Erp, platform: Platform, clock: StoppedClock) -> None:
    platform.life = 3600
    for amount in ("10.00", "20.00", "30.00"):
        erp.put(NUMBER, {**BODY, "amount": amount})
        clock.at += 1500

    assert platform.asked == ["getInitToken"]
    clock.at += 1500
    erp.put(NUMBER, BODY)
    assert platform.asked == ["getInitToken", "refreshToken"]


def test_who_finds_a_token_dead_that_another_has_renewed_takes_that(erp: Erp, platform: Platform) -> None:
    erp.put(NUMBER, BODY)
    gateway = erp._gateway
    old = gateway._access()
    new = gateway._access(dead=old)

    assert gateway._access(dead=old) == new != old
    assert len(platform.asked) == 2
