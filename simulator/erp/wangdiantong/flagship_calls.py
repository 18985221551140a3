"""The calls of 旗舰版: raw refunds are uploaded and searched, documents are searched; arguments have places."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator.clock import to_text
from simulator.erp import canonical, refusals
from simulator.erp.changes import Found, Listed
from simulator.erp.document import Document
from simulator.erp.profile import note_rows, refusal_of
from simulator.erp.wangdiantong import store
from simulator.erp.wangdiantong.errors import APPLICATION, PARAMETER, TEXTS, UNKNOWN_FIELD, Refusal
from simulator.erp.wangdiantong.flagship_params import Pager, params, sized
from simulator.ledger.values import RowResult
from simulator.world import World

TYPES = {"0": "refund_only", "1": "refund_only", "2": "return_refund", "3": "exchange", "4": "refund_only"}
"""0 the whole order before shipping, 1 before shipping, 2 with return, 3 exchange, 4 without return."""
STATUSES = {
    "2": "pending",
    "3": "waiting_buyer",
    "4": "waiting_receipt",
    "7": "refused",
    "5": "refunded",
    "1": "closed",
}
MOST_ROWS = 100
_NEEDED = (
    *("refund_no", "tid", "oid", "num", "type", "status", "refund_version", "refund_amount"),
    *("actual_refund_amount", "title", "buyer_nick", "is_aftersale", "reason"),
)
_MAY = (
    *("logistics_name", "logistics_no", "refund_time", "current_phase_timeout", "price", "total_amount"),
    *("pay_account", "pay_no", "remark", "spec_no", "spec_id", "goods_no", "goods_id", "modify_flag"),
)
_KNOWN = frozenset({*_NEEDED, *_MAY})
_LONGEST = {"refund_no": 40, "tid": 40, "oid": 40, "title": 255, "reason": 255, "buyer_nick": 100}
_TIMES: Mapping[str, Callable[[Document], int | None]] = {
    "modified": lambda row: row.updated,
    "agree": lambda row: row.decision["at"] if row.decision.get("kind") in ("approve", "approve_return") else None,
    "settle": lambda row: row.updated if row.booked else None,
    "current_phase_timeout": lambda row: store.moment(row.raw.get("current_phase_timeout")),
}
"""Times by which documents are searched, each with its beginning (`_from`) and end (`_to`), in ms."""
_SEARCHED_BY = {
    *(f"{name}_{end}" for name in _TIMES for end in ("from", "to")),
    *("shop_nos", "trade_no", "tid", "refund_no", "raw_refund_nos", "status", "stockin_status"),
    *("type", "rr_status", "order_type", "return_logistics_no"),
}
_RAW_SEARCHED_BY = {
    *("start_time", "end_time", "time_type", "refund_no", "tid", "oid", "platform_id", "shop_no", "logistics_no"),
}


class Page(NamedTuple):
    """A page of documents."""

    total: dict[str, int]
    """`total_count`, if it was asked for."""
    rows: list[Document]


def upload(world: World, args: list[Any], _pager: Pager) -> dict[str, Any]:
    """Take raw refunds of a shop; one that is wrong fails all of them."""
    return {"data": _taken(world, args)[0]}


def upload2(world: World, args: list[Any], _pager: Pager) -> dict[str, Any]:
    """Take raw refunds of a shop; the answer is a success and lists those that failed."""
    data, errors = _taken(world, args, one_by_one=True)
    return {"data": {**data, "error_list": errors}}


def _taken(world: World, args: list[Any], *, one_by_one: bool = False) -> tuple[dict[str, int], list[dict[str, str]]]:
    if len(args) != 2 or not isinstance(args[0], str) or not isinstance(args[1], list):
        raise Refusal(PARAMETER, "参数个数或类型不匹配: shop_no, order_list")
    shop_no, rows = args
    if not 0 < len(rows) <= MOST_ROWS:
        raise Refusal(APPLICATION, f"order_list须包含1-{MOST_ROWS}条")
    saved: list[str] = []
    refused: list[RowResult] = []
    errors: list[dict[str, str]] = []
    entries = []
    for row in rows:
        try:
            store.check_shop(world, shop_no)
            entry = _entry(world, shop_no, row)
            if why := refusal_of(entry.refund_no):
                raise Refusal(APPLICATION, TEXTS[why], why)
            entries.append(store.checked(world, entry))
            if one_by_one:
                saved.append(store.save(world, entry))
                if why := refusal_of(entry.refund_no, written=True):
                    saved.pop()
                    raise Refusal(APPLICATION, TEXTS[why], why)
        except Refusal as refusal:
            if not one_by_one or refusal.number != APPLICATION:
                raise
            errors.append({"no": str(row.get("refund_no", "")), "error": str(refusal)})
            refused.append(refusals.row(errors[-1]["no"], str(refusal), refusal.why))
    note_rows(refused, [str(row.get("refund_no", "")) for row in rows if isinstance(row, dict)])
    if not one_by_one:
        saved = [store.save(world, entry) for entry in entries]
    return store.counted(world, saved), errors


def _entry(world: World, shop_no: str, row: Any) -> store.Entry:
    """Return an uploaded row if it is as it has to be; absent texts are to be empty, not null."""
    if not isinstance(row, dict):
        raise Refusal(PARAMETER, "order_list的元素类型不匹配")
    unknown = row.keys() - _KNOWN
    if unknown:
        raise Refusal(UNKNOWN_FIELD, f"{min(unknown)}不是有效参数")
    named: dict[str, Any] = {name: row.get(name) for name in _NEEDED} | row
    for name, value in named.items():
        if value is None:
            raise Refusal(APPLICATION, f"{name}must not be null")
        if len(value if isinstance(value, str) else str(value)) > _LONGEST.get(name, 255):
            raise Refusal(APPLICATION, f"Data truncation: Data too long for column '{name}'")
    status = str(row["status"])
    if str(row["type"]) not in TYPES or status not in STATUSES:
        raise Refusal(APPLICATION, f"type或status无效: {row['type']} {status}")
    if status == "7" and not world.settings["wdt_takes_refused"]:
        raise Refusal(APPLICATION, "status无效: 7")
    for name in ("refund_amount", "num"):
        if row[name] != 0 and (canonical.fen(row[name], "yuan") or -1) < 0:
            raise Refusal(APPLICATION, "数量不合法")
    raw = {name: value for name, value in named.items() if name not in ("remark", "modify_flag")}
    raw |= {name: str(row[name]) for name in ("refund_no", "tid", "oid", "type", "status", "refund_version")}
    store.check_order(world, raw["tid"], raw["oid"])
    return store.Entry(shop_no, raw["refund_no"], raw | {"shop_no": shop_no})


def search_raw(world: World, args: list[Any], pager: Pager) -> Page:
    """Return raw refunds as they were uploaded, the ERP's view beside them."""
    asked = params(args, _RAW_SEARCHED_BY)
    kind = str(asked.get("time_type") or 1)
    if kind not in ("1", "2"):
        raise Refusal(APPLICATION, f"time_type无效: {kind}")
    if asked.get("refund_no"):
        found: Found = Listed(store.named(world, [str(asked["refund_no"])]))
    elif asked.get("logistics_no") or (asked.get("platform_id") and asked.get("tid")):
        found = Listed(world.state.documents.rows.values())
    elif kind == "2":
        found = store.asked_between(world, asked.get("start_time"), asked.get("end_time"))
    else:
        found = store.between(world, asked.get("start_time"), asked.get("end_time"), str(asked.get("shop_no") or ""))
    names = [name for name in ("refund_no", "tid", "oid", "shop_no", "logistics_no") if asked.get(name)]
    if names and names != ["shop_no"]:
        found = Listed(row for row in found if all(str(asked[n]) == str(row.raw.get(n)) for n in names))
    if str(asked.get("platform_id") or store.OWN) != str(store.OWN):
        found = Listed()  # nothing is told of other platforms' shops
    return _page(world, found, pager)


def search(world: World, args: list[Any], pager: Pager) -> Page:
    """Return documents by time: of change, agreement, settlement or success, one of which has to be said."""
    asked = params(args, _SEARCHED_BY)
    numbers = [each for each in str(asked.get("raw_refund_nos") or "").split(",") if each]
    among = store.named(world, numbers) if numbers else None
    shops = str(asked.get("shop_nos") or "")
    shop = shops if "," not in shops else ""
    times = {name: (asked.get(f"{name}_from"), asked.get(f"{name}_to")) for name in _TIMES}
    others = {name: store.window(world, *time) for name, time in times.items() if name != "modified" and any(time)}
    by_change = not others or any(times["modified"])
    if by_change:
        found = store.between(world, *times["modified"], shop, among)
    else:
        found = Listed(world.state.documents.rows.values() if among is None else among)
    for name, (since, until) in others.items():
        found = Listed(row for row in found if since * 1000 <= (_TIMES[name](row) or 0) < (until + 1) * 1000)
    wanted = {name: {each for each in _text(asked.get(name)).split(",") if each} for name in _LISTS}
    known = {"shop_nos"} if shop and among is None and by_change else set()
    if {name for name, some in wanted.items() if some} - known:
        found = Listed(row for row in found if all(not some or _LISTS[n](row) in some for n, some in wanted.items()))
    return _page(world, Listed(list(found)[::-1]) if asked.get("order_type") == 1 else found, pager)


def search_history(world: World, args: list[Any], pager: Pager) -> Page:
    """Search what was archived, by all that the other search takes; the sandbox archives nothing."""
    total = search(world, args, pager).total
    return _page(world, Listed(), pager)._replace(total=dict.fromkeys(total, 0))


def search_raw_history(world: World, args: list[Any], pager: Pager) -> Page:
    """Search raw refunds that were archived; the sandbox archives nothing."""
    total = search_raw(world, args, pager).total
    return _page(world, Listed(), pager)._replace(total=dict.fromkeys(total, 0))


def _text(found: Any) -> str:
    """Return a value to search by as text; a number can be 0."""
    return "" if found is None else str(found)


def _page(world: World, found: Found, pager: Pager) -> Page:
    number, size = sized(pager)
    every = store.shown(world, found)
    rows = store.page(every, number, size)
    return Page({"total_count": len(every)} if pager.get("calc_total") else {}, rows)


def _came(document: Document) -> int:
    """Return how much came back: 0 nothing is to, 1 nothing did, 2 part of it, 3 all."""
    if TYPES[document.raw["type"]] == "refund_only":
        return 0
    return 1 if not document.received else 2 if document.received < document.quantity else 3


def _doc_type(document: Document) -> int:
    return max(int(document.raw["type"]), 1)  # before shipping there is one type


def _rr_status(document: Document) -> int:
    """Return the platform's status; a refusal is none of its numbers."""
    return 2 if document.raw["status"] == "7" else int(document.raw["status"])


_LISTS: Mapping[str, Callable[[Document], str]] = {
    "shop_nos": lambda row: row.raw["shop_no"],
    "raw_refund_nos": lambda row: row.raw["refund_no"],
    "tid": lambda row: row.raw["tid"],
    "trade_no": store.trade_no,
    "refund_no": lambda row: f"TK{store.own_number(row)}",
    "return_logistics_no": lambda row: str(row.raw.get("logistics_no", "")),
    "status": lambda row: str(store.flagship_status(row)),
    "stockin_status": lambda row: str(_came(row)),
    "type": lambda row: str(_doc_type(row)),
    "rr_status": lambda row: str(_rr_status(row)),
}
"""What a search chooses by, and what each is of a document; commas part what may be."""


def raw_row(document: Document) -> dict[str, Any]:
    """Return a raw refund; blank texts are a single blank, as in the official sample."""
    raw = document.raw
    done = {store.TO_REVIEW: 15, store.DONE: 40}.get(int(raw["process_status"]), 15)
    return {
        **{name: raw.get(name) or " " for name in ("refund_no", "tid", "oid", "reason", "title", "logistics_no")},
        **{name: raw.get(name, 0) for name in ("refund_amount", "actual_refund_amount", "num")},
        "logistics_name": raw.get("logistics_name") or " ",
        "refund_id": store.own_number(document),
        "platform_id": store.OWN,
        "shop_no": raw["shop_no"],
        "type": int(raw["type"]),
        "status": int(raw["status"]),
        "process_status": done,
        "is_aftersale": bool(raw["is_aftersale"]),
        "is_reject": raw["process_status"] == store.REFUSED,
        "refund_version": raw["refund_version"],
        "buyer_nick": raw["buyer_nick"],
        "remark": raw.get("remark") or " ",
        "refund_time": raw.get("refund_time") or " ",
        "current_phase_timeout": raw.get("current_phase_timeout") or " ",
        "price": raw.get("price", 0),
        "total_amount": raw.get("total_amount", 0),
        **{name: raw.get(name) or " " for name in ("spec_no", "spec_id", "goods_no", "goods_id")},
        "detail_list": [],
        "discount_list": [],
        "modified": to_text(document.updated // 1000),
        "created": to_text(document.created // 1000),
    }


def row(document: Document) -> dict[str, Any]:
    """Return a document; `created` and `modified` are milliseconds while other times are text, as in the sample.

    That a refusal is a document that was cancelled, with `is_reject` as raw refunds have it, is assumed.
    """
    raw, ident = document.raw, store.own_number(document)
    detail = {
        "rec_id": ident,
        "platform_id": store.OWN,
        "oid": raw["oid"],
        "tid": raw["tid"],
        "trade_no": store.trade_no(document),
        "raw_refund_no": raw["refund_no"],
        "refund_num": float(document.quantity),
        "stockin_num": float(document.received),
        "refund_amount": document.amount / 100,
        "spec_no": raw.get("spec_no", ""),
    }
    return {
        "refund_id": ident,
        "refund_no": f"TK{ident}",
        "raw_refund_nos": raw["refund_no"],
        "src_tids": raw["tid"],
        "tid_list": raw["tid"],
        "trade_no_list": store.trade_no(document),
        "from_type": 0,
        "shop_no": raw["shop_no"],
        "platform_id": str(store.OWN),
        "type": _doc_type(document),
        "status": store.flagship_status(document),
        "stockin_status": _came(document),
        "rr_status": _rr_status(document),
        "is_reject": raw["process_status"] == store.REFUSED,
        "guarantee_refund_amount": document.amount / 100,
        "actual_refund_amount": document.amount / 100,
        "remark": raw.get("remark", ""),
        "flag_name": raw.get("flag_name", ""),
        "reason_name": raw.get("reason", ""),
        "refund_version": raw["refund_version"],
        "return_logistics_no": raw.get("logistics_no", ""),
        "return_logistics_name": raw.get("logistics_name", ""),
        "refund_time": raw.get("refund_time", ""),
        "check_time": _at(document, "agree"),
        "settle_time": _at(document, "settle"),
        "modified_date": to_text(document.updated // 1000),
        "created": document.created,
        "modified": document.updated,
        "detail_list": [detail],
        "amount_detail_list": [],
    }


def _at(document: Document, name: str) -> str:
    """Return a time of a document as text, an empty one if that has not come."""
    at = _TIMES[name](document)
    return to_text(at // 1000) if at else ""
