"""The ERP's side: a form of Jiandaoyun (简道云) over its open API, where a document is a row and nothing is unique.

Three things are not as in an ERP. A row is created as often as it is asked for: so we look first, and create through a
batch of one, which alone can be repeated, under an id that follows from our number. A row has no revisions: so what a
reviewer wrote is cleared with the content it was about. And a list has no order but that of creation: so what is new is
found by `updateTime`, some seconds twice.
"""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import urllib3

from connectors.erp_http import picture, request
from connectors.errors import Later, Refused, Unknown
from connectors.pace import Pace

APP, ENTRY = "5f0000000000000000000001", "5f0000000000000000000002"
OVERLAP = 5.0
"""Seconds that each look for changes reaches back before the newest row of the last: a list is no snapshot."""
MOST_ROWS = 100
KEPT = 50_000
"""How many rows' ids and content are kept at hand."""

JSON = dict[str, Any]

log = logging.getLogger("connector")

_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {"refund": "退款", "exchange": "换货", "reship": "补寄", "inbound": "退货入库"},
    "refund_type": {"refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货", "reship": "补寄"},
    "status": {
        "pending": "待审核",
        "waiting_buyer": "待买家退货",
        "waiting_receipt": "待收货",
        "waiting_ship": "待发货",
        "shipped": "已发货",
        "refused": "已拒绝",
        "refunded": "已退款",
        "done": "已完成",
        "closed": "已关闭",
    },
    "hold": {"True": "是", "False": "否"},
    "intercept": {"requested": "请拦截", "stopped": "已拦截", "gone": "拦截失败"},
    "approve": {
        "approve": "同意",
        "refuse": "拒绝",
        "approve_return": "同意退货",
        "receive": "确认收货",
        "refuse_return": "拒收退货",
        "approve_exchange": "同意换货",
        "refuse_exchange": "拒绝换货",
        "approve_reship": "同意补寄",
        "refuse_reship": "拒绝补寄",
    },
}
"""Our words to the form's, by widget."""
_WORDS_BACK = {field: {theirs: ours for ours, theirs in words.items()} for field, words in _WORDS.items()}

_FIELDS = {
    "shop": "shop",
    "refund_id": "refund_id",
    "kind": "kind",
    "tid": "tid",
    "oid": "oid",
    "type": "refund_type",
    "status": "status",
    "amount": "refund_fee",
    "quantity": "num",
    "waybill": "sid",
    "company": "company_name",
    "wanted": "wanted",
    "hold": "hold",
    "version": "refund_version",
    "reason": "reason",
}
"""Our names to the form's."""
_DIGITS = re.compile(r"\d{6,}")
_DECIDED_UPON = ("refund_fee", "refund_type", "wanted")


class Erp:
    """The rows of the form. Every failure is one of the three in `connectors.errors`."""

    def __init__(self, url: str, key: str, http: urllib3.PoolManager) -> None:
        """Speak to the platform at *url* with its *key*."""
        self._url = url
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json;charset=utf-8"}
        self._pace = Pace.of(url, {"": 45, "list": 27, "get": 27, "batch_create": 9, "update": 18})
        self._rows: dict[str, JSON] = {}

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update the row with our number *external*; return it as it is now."""
        row = self._rows.get(external) or self._row(external)
        data = _data(body)
        try:
            if row is None:
                row = self._create(external, data | {"number": external})
            else:
                data = _changes(row, data)
                row = self._call("update", data_id=row["_id"], data=_wrapped(data))["data"] if data else row
        except (Unknown, Later):
            self._rows.pop(external, None)  # look again before the next write
            raise
        self._keep(external, row)
        return document_of(row)

    def get(self, external: str) -> JSON | None:
        """Return the row with our number *external*, or None if there is none."""
        row = self._row(external)
        return None if row is None else document_of(row)

    def documents(self, shop: str, after: str, limit: int = MOST_ROWS) -> tuple[list[JSON], str, bool]:
        """Return rows of *shop* updated after a cursor (since/last row/newest), the next one, and whether more are."""
        since, last, newest = (*after.split("/"), "", "")[:3]
        conditions: list[JSON] = [{"field": "shop", "type": "text", "method": "eq", "value": [shop]}]
        if since not in ("", "0"):
            conditions.append({"field": "updateTime", "method": "range", "value": [since, None]})
        extra = {"data_id": last} if last else {}
        found = self._list(conditions, min(limit, MOST_ROWS), **extra)
        newest = max([newest, *(str(row["updateTime"]) for row in found)])
        more = len(found) >= min(limit, MOST_ROWS)
        if more:
            cursor = f"{since}/{found[-1]['_id']}/{newest}"
        else:
            cursor = _before(newest, OVERLAP) if newest else since or "0"
        return [document_of(row) for row in found], cursor, more

    def proof(self, sha256: str) -> bytes:
        """Return the picture at the URL that a row names (it stands in the place of a digest)."""
        return picture(self._http, sha256)

    def _row(self, external: str) -> JSON | None:
        conditions = [{"field": "number", "type": "text", "method": "eq", "value": [external]}]
        if refund := _DIGITS.search(external):  # our number holds the refund's, which people look for as well
            conditions.append({"field": "refund_id", "type": "text", "method": "eq", "value": [refund[0]]})
        found = self._list(conditions, MOST_ROWS)
        if len(found) > 1:
            log.warning("erp: %d rows have the number %s; the first one counts", len(found), external)
        return found[0] if found else None

    def _list(self, conditions: list[JSON], limit: int, **more: Any) -> list[JSON]:
        answer = self._call("list", limit=limit, filter={"rel": "and", "cond": conditions}, **more)
        rows: list[JSON] = answer["data"]
        return rows

    def _create(self, external: str, data: JSON) -> JSON:
        transaction = str(uuid.uuid5(uuid.NAMESPACE_URL, f"tm:{external}"))
        answer = self._call(
            "batch_create", data_list=[_wrapped(data)], transaction_id=transaction, is_start_workflow=True
        )
        ids = answer.get("success_ids") or []
        if len(ids) != 1:
            raise Unknown(f"erp batch_create: {answer.get('success_count')} rows")
        return {**data, "_id": ids[0], "updateTime": ""}

    def _keep(self, external: str, row: JSON) -> None:
        self._rows[external] = row
        if len(self._rows) > KEPT:
            self._rows.pop(next(iter(self._rows)))

    def _call(self, name: str, **body: Any) -> JSON:
        """Make a call of the data API; all of them are POST."""
        self._pace.wait(name)
        content = json.dumps({"app_id": APP, "entry_id": ENTRY, **body}, ensure_ascii=False).encode()
        url = f"{self._url}/v5/app/entry/data/{name}"
        answer = request(self._http, "POST", url, name, body=content, headers=self._headers)
        found = _json(answer.data)
        if answer.status == 200 and found is not None and not found.get("code"):
            return found
        raise _failure(name, answer.status, found or {})


_PASSING = ("订单尚未导入", "已被他人修改")
"""What our form's submit checks (校验提示) say when the same may go well later."""


_THERE_ALREADY = "编号已存在"


def _failure(name: str, status: int, found: JSON) -> Refused | Later | Unknown:
    """Return what an answer means: nearly every error is HTTP 400, only its code tells which can pass."""
    text = f"erp {name}: HTTP {status} {found.get('code', '')} {found.get('msg', '')}".rstrip()
    if found.get("code") == 8303 or status in (408, 425, 429):
        return Later(text, 1.0)
    if found.get("code") == 4000 and any(passing in text for passing in _PASSING):
        return Later(text)
    if found.get("code") == 4000 and _THERE_ALREADY in text:
        return Unknown(text)  # it says that the row is there: only a look tells
    if status == 503:
        return Later(text)
    if status >= 500 or not found:
        return Unknown(text)  # a server that breaks down, or whatever stands before it, may have done it before
    return Refused(text)


def _json(data: bytes) -> JSON | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _data(body: Mapping[str, Any]) -> JSON:
    """Return what *body* says, in the form's fields; money as a number of at most two decimals."""
    data: JSON = {}
    for ours, field in _FIELDS.items():
        if ours not in body:
            continue
        value = body[ours]
        if field in _WORDS:
            value = _WORDS[field][str(value)]
        elif field == "refund_fee":
            value = float(Decimal(str(value)))
        elif field != "num":
            value = str(value)
        data[field] = value
    if "intercept" in body:
        data["intercept"] = _WORDS["intercept"].get(str(body["intercept"]), "")
    if "lines" in body:
        data["lines"] = [
            {
                "oid": str(line["oid"]),
                "sku": line["sku"],
                "num": line["quantity"],
                "amount": float(Decimal(line["amount"])),
            }
            for line in body["lines"]
        ]
    return data


def _changes(row: Mapping[str, Any], data: JSON) -> JSON:
    """Return what of *data* the row does not say yet, and an empty decision if it was about other content."""
    found = {name: value for name, value in data.items() if name != "lines" and row.get(name) != value}
    if found.keys() & {"refund_fee", "num"} and "lines" in data:
        found["lines"] = data["lines"]
    if "intercept" in found and row.get("intercept") in (_WORDS["intercept"]["stopped"], _WORDS["intercept"]["gone"]):
        del found["intercept"]  # the warehouse has answered already
    reopened = found.get("status") == _WORDS["status"]["pending"]
    if reopened or any(name in found for name in _DECIDED_UPON):
        found["approve"] = ""
    return found


def _wrapped(data: Mapping[str, Any]) -> JSON:
    """Return *data* as the API takes it: every value is wrapped, also those of a subform's rows."""
    return {
        name: {"value": [_wrapped(line) for line in value] if name == "lines" else value}
        for name, value in data.items()
    }


def document_of(row: Mapping[str, Any]) -> JSON:
    """Return a row as one of our documents."""
    found: JSON = {ours: row.get(field) for ours, field in _FIELDS.items()}
    for ours, field in _FIELDS.items():
        if field in _WORDS:
            found[ours] = _WORDS_BACK[field].get(str(row.get(field) or ""), "")
    found["hold"] = found["hold"] == "True"
    found["amount"] = f"{Decimal(str(row.get('refund_fee') or 0)):.2f}"
    found["quantity"] = int(row.get("num") or 0)
    found["external"] = row.get("number")
    found["revision"] = _ms(row.get("updateTime"))
    found["received"] = int(row.get("received") or 0)
    found["decision"] = _decision(row)
    parcel = _WORDS_BACK["intercept"].get(str(row.get("intercept") or ""))
    found["intercept"] = {"result": parcel, "revision": 4 * _ms(row.get("intercept_time")) + 1} if parcel else None
    found["shipped"] = None
    if row.get("shipped_waybill"):
        found["shipped"] = {
            "company": row.get("shipped_company"),
            "waybill": row["shipped_waybill"],
            "revision": 4 * _ms(row.get("shipped_time")) + 2,
        }
    return found


def _decision(row: Mapping[str, Any]) -> JSON | None:
    """Return what the reviewer or the warehouse decided; its number is the time at which that was."""
    kind = _WORDS_BACK["approve"].get(str(row.get("approve") or ""))
    if kind is None:
        return None
    pictures = row.get("approve_proof") or []
    return {
        "kind": kind,
        "revision": 4 * _ms(row.get("approve_time")),
        "by": row.get("approve_by") or "",
        "text": row.get("approve_text") or "",
        "reason_code": row.get("approve_reason") or "",
        "amount": f"{Decimal(str(row.get('approve_fee') or 0)):.2f}",
        "type": _WORDS_BACK["refund_type"].get(str(row.get("approve_type") or ""), ""),
        "quantity": int(row.get("received" if kind == "receive" else "num") or 0),
        "address": row.get("approve_address") or None,
        "proof": {"sha256": pictures[0]["url"], "filename": pictures[0]["name"]} if pictures else None,
    }


def _ms(text: Any) -> int:
    """Return a UTC time of the API as ms; 0 if there is none."""
    return round(datetime.fromisoformat(str(text)).timestamp() * 1000) if text else 0


def _before(text: str, seconds: float) -> str:
    """Return the moment *seconds* before *text*."""
    moment = datetime.fromtimestamp(_ms(text) / 1000 - seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
