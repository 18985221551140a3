"""企业版: forms to `/openapi2/NAME.php`, `code` 0 is success, statuses are Tmall's in lower case, types are its own."""

import hmac
from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Any

import msgspec
from flask import Flask, Response, request

from simulator.clock import to_text
from simulator.erp import canonical, form, pictures
from simulator.erp.caller import Caller
from simulator.erp.changes import Found, Listed
from simulator.erp.document import Document
from simulator.erp.profile import Operation, admitted, as_json, noted, sent
from simulator.erp.wangdiantong import base, signing, store
from simulator.erp.wangdiantong.enterprise_client import EnterpriseClient
from simulator.erp.wangdiantong.errors import APPLICATION, PARAMETER, TIME, Refusal
from simulator.erp.wangdiantong.errors import as_json as answered
from simulator.ledger.mapping import Mapped, Mapping
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

BASE = "/openapi2"
SKEW = 300
"""Seconds a timestamp may be off."""
MOST_ROWS = 100
_TYPES = {"1": "refund_only", "2": "refund_only", "3": "return_refund"}
"""1 before shipping, 2 without return, 3 with return."""
_STATUSES = {
    "wait_seller_agree": "pending",
    "wait_buyer_return_goods": "waiting_buyer",
    "wait_seller_confirm_goods": "waiting_receipt",
    "seller_refuse_buyer": "refused",
    "success": "refunded",
    "closed": "closed",
}
"""Two are confirmed by samples, the others follow from them (assumed)."""
FIELDS = {
    **dict.fromkeys(("shop_no", "tid", "refund_no", "status", "buyer_nick", "refund_time", "reason", "desc"), "text"),
    **dict.fromkeys(("logistics_no", "logistics_name", "oid", "remark", "flag_name"), "text"),
    **dict.fromkeys(("platform_id", "type", "refund_fee", "num"), "number"),
}
"""What a mapping can name. `oid` and `num` are those of the order list: the first one's, and the sum."""
MEANING = Mapping(
    fields={
        "shop": Mapped("shop_no"),
        "refund_id": Mapped("refund_no"),
        "tid": Mapped("tid"),
        "oid": Mapped("oid"),
        "type": Mapped("type", values=_TYPES),
        "status": Mapped("status", values=_STATUSES),
        "amount": Mapped("refund_fee", "yuan"),
        "quantity": Mapped("num"),
        "waybill": Mapped("logistics_no"),
        "company": Mapped("logistics_name"),
        "version": Mapped("desc"),
        "reason": Mapped("reason"),
        "note": Mapped("remark"),
    }
)
"""The fields' meaning. No field is there for the platform's version: the free text `desc` has it (our choice)."""
_NEEDED = ("platform_id", "shop_no", "tid", "refund_no", "type", "status", "refund_fee", "order_list")
_TEXTS = tuple(name for name, kind in FIELDS.items() if kind == "text" and name not in ("oid", "remark", "flag_name"))


class Enterprise(base.Wangdiantong):
    """企业版."""

    name = "wangdiantong-enterprise"
    told = say("profile.wangdiantong_enterprise", "Wangdiantong 企业版: refund push and query")
    base = BASE
    key_names = ("sid", "appkey")
    code = "code"

    def create_app(self, world: World) -> Flask:
        """Return the API."""
        app = Flask("wangdiantong-enterprise", static_folder=None)
        app.config["PROPAGATE_EXCEPTIONS"] = True

        look = store.Look(world, _shown)

        pictures.serve(app, world, BASE)

        @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
        def call(path: str) -> Response:
            return _answer(world, "/" + path, form.fields(sent().body), look)

        return app

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return the business fields, the pushed list among them as JSON."""
        fields = {name: value for name, value in form.fields(raw.body).items() if name not in _SYSTEM}
        pushed = fields.get("api_refund_list")
        return fields if pushed is None else {**fields, "api_refund_list": as_json(pushed.encode())}

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Ask for sign and time."""
        if raw.path.startswith(f"{BASE}/files/"):
            return True
        try:
            _check(world, form.fields(raw.body))
        except Refusal:
            return False
        return True

    def keys(self, world: World) -> Dict[str, str]:
        """Return account and app key; `${erp.key}` is the app's secret."""
        return {"sid": base.sid(world), "appkey": base.app_key(world)}

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read the call, and the refunds that it names."""
        fields = body if isinstance(body, dict) else {}
        if raw.path == f"{BASE}/sales_refund_push.php":
            pushed = fields.get("api_refund_list")
            rows = [row for row in pushed if isinstance(row, dict)] if isinstance(pushed, list) else []
            numbers = [str(row["refund_no"]) for row in rows if row.get("refund_no")]
            return base.about(world, str(rows[0].get("shop_no", "")) if rows else "", numbers, len(rows))
        if raw.path not in (f"{BASE}/refund_query.php", f"{BASE}/vip_api_refund_query.php"):
            return Operation("other")
        one = str(fields.get("src_refund_no") or "")
        return Operation("read", refunds=(one,)) if one else Operation("list")

    def mapping(self) -> Mapping:
        """Return the meaning of the fields."""
        return MEANING

    def fields(self, mapping: Mapping) -> Dict[str, str] | None:
        """Return the fields that can mean something."""
        return FIELDS

    def caller(self, world: World, key: str) -> Caller:
        """Return a client."""
        return EnterpriseClient(world, key, self.keys(world))


_SYSTEM = ("sid", "appkey", "timestamp", "sign")


def _check(world: World, fields: Dict[str, str]) -> None:
    if fields.get("sid") != base.sid(world):
        raise Refusal(PARAMETER, "sid不存在")
    right = signing.enterprise_sign(world.erp_key, fields)
    if fields.get("appkey") != base.app_key(world) or not hmac.compare_digest(
        fields.get("sign", "").encode(), right.encode()
    ):
        raise Refusal(PARAMETER, "签名验证失败")
    stamp = fields.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(int(stamp) - world.clock.seconds()) > SKEW:
        raise Refusal(TIME, "时间戳与服务器时间相差超过5分钟")


def _answer(world: World, path: str, fields: Dict[str, str], look: store.Look) -> Response:
    try:
        if not admitted():
            _check(world, fields)
        calls: Dict[str, Callable[[], dict[str, Any]]] = {
            "sales_refund_push": lambda: _push(world, fields),
            "refund_query": lambda: _query(world, fields, look),
            "vip_api_refund_query": lambda: _query_raw(world, fields),
        }
        call = calls.get(path.removeprefix(f"{BASE}/").removesuffix(".php"))
        if call is None:
            raise Refusal(PARAMETER, "接口不存在")
        return answered({"code": 0, "message": "", **call()})
    except Refusal as refusal:
        noted().error = {"code": refusal.number, "message": str(refusal)}
        return answered({"code": refusal.number, "message": str(refusal)})


def _push(world: World, fields: Dict[str, str]) -> dict[str, Any]:
    """Take refunds: all of them, or none if one is wrong (assumed; the answer has no place for single errors)."""
    try:
        pushed = msgspec.json.decode(fields.get("api_refund_list", ""))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(PARAMETER, "api_refund_list不是合法的JSON") from error
    if not isinstance(pushed, list) or not 0 < len(pushed) <= MOST_ROWS:
        raise Refusal(PARAMETER, f"api_refund_list须包含1-{MOST_ROWS}条")
    entries = [store.checked(world, _entry(world, row)) for row in pushed]
    return store.counted(world, [store.save(world, entry) for entry in entries])


def _entry(world: World, row: Any) -> store.Entry:
    """Return a pushed row if it is as it has to be."""
    if not isinstance(row, dict):
        raise Refusal(PARAMETER, "api_refund_list的元素不是对象")
    for name in _NEEDED:
        if row.get(name) in (None, ""):
            raise Refusal(APPLICATION, f"{name}不能为空")
    if str(row["platform_id"]) != str(store.OWN):
        raise Refusal(APPLICATION, "店铺平台不是自有平台")
    store.check_shop(world, str(row["shop_no"]))
    if str(row["type"]) not in _TYPES or str(row["status"]) not in _STATUSES:
        raise Refusal(APPLICATION, f"type或status的值无效: {row['type']} {row['status']}")
    amount = canonical.fen(row["refund_fee"], "yuan")
    if amount is None or amount < 0:
        raise Refusal(APPLICATION, f"refund_fee的值无效: {row['refund_fee']}")
    lines = row["order_list"]
    if not isinstance(lines, list) or not lines or not all(map(_is_line, lines)):
        raise Refusal(APPLICATION, "order_list无效")
    count = sum((canonical.fen(line.get("num"), "fen") or 0) for line in lines)
    raw: dict[str, Any] = {name: str(row[name]) for name in _TEXTS if row.get(name) is not None}
    raw |= {"type": str(row["type"]), "refund_fee": row["refund_fee"], "order_list": lines}
    return store.Entry(raw["shop_no"], raw["refund_no"], raw | {"oid": str(lines[0]["oid"]), "num": count})


def _is_line(line: Any) -> bool:
    return isinstance(line, dict) and bool(line.get("oid"))


def _asked(world: World, fields: Dict[str, str]) -> tuple[list[Document], dict[str, Any]]:
    """Return a page of the documents that were asked for, and on the first one the number of all."""
    number, size = _whole(fields, "page_no", 0), _whole(fields, "page_size", 40)
    if not 1 <= size <= MOST_ROWS:
        raise Refusal(PARAMETER, "page_size须在1-100之间")
    lacking = [name for name in _IGNORED if fields.get(name)]
    if lacking or fields.get("time_type", "0") not in ("", "0"):
        raise Refusal(PARAMETER, f"{(*lacking, 'time_type')[0]}: 沙箱不支持")
    one = fields.get("src_refund_no")
    if one:
        found: Found = Listed(store.named(world, [one]))
    else:
        found = store.between(world, fields.get("start_time"), fields.get("end_time"), fields.get("shop_no", ""))
    found = store.shown(world, found)
    if one or any(fields.get(name) for name in _CHOSEN_BY):
        found = Listed(row for row in found if _fits(row, fields))
    return store.page(found, number, size), {} if number else {"total_count": len(found)}


_CHOSEN_BY = ("process_status", "tid", "status", "refund_no")
"""Besides the shop, which times of change are looked up by."""
_IGNORED = ("trade_no",)
"""Documented, and about what the sandbox's ERP does not have: refused, rather than a list that only looks chosen."""


def _fits(document: Document, fields: Dict[str, str]) -> bool:
    raw = document.raw | {"refund_no": f"TK{store.own_number(document)}"}
    return all(fields.get(name) in (None, "", str(raw.get(name))) for name in (*_CHOSEN_BY, "shop_no"))


def _query(world: World, fields: Dict[str, str], look: store.Look) -> dict[str, Any]:
    """Return documents; numbers are text in this answer."""
    rows, count = _asked(world, fields)
    host = f"http://{request.environ.get('HTTP_HOST', '127.0.0.1')}{BASE}"
    return {**count, "refunds": [look(row, host) for row in rows]}


def _shown(document: Document) -> dict[str, Any]:
    raw, ident = document.raw, store.own_number(document)
    return {
        "refund_id": str(ident),
        "refund_no": f"TK{ident}",
        "src_no": raw["refund_no"],
        "tid": raw["tid"],
        "shop_no": raw["shop_no"],
        "platform_id": str(store.OWN),
        "type": raw["type"],
        "process_status": str(raw["process_status"]),
        "status": raw["status"],
        "refund_amount": store.money(document.amount),
        "remark": raw.get("remark", ""),
        "flag_name": raw.get("flag_name", ""),
        "reason": raw.get("reason", ""),
        "desc": raw.get("desc", ""),
        "logistics_no": raw.get("logistics_no", ""),
        "logistics_name": raw.get("logistics_name", ""),
        "created": to_text(document.created // 1000),
        "modified": to_text(document.updated // 1000),
        "refund_order_list": [
            {
                "oid": str(line["oid"]),
                "num": f"{line.get('num', 0)}.0000",
                "stockin_num": f"{document.received}.0000" if at == 0 else "0.0000",
            }
            for at, line in enumerate(raw["order_list"])
        ],
    }


def _query_raw(world: World, fields: Dict[str, str]) -> dict[str, Any]:
    """Return the refunds as they were pushed."""
    rows, count = _asked(world, fields)
    names = (*_TEXTS, "type", "refund_fee", "order_list")
    return {**count, "refund_list": [{name: row.raw[name] for name in names if name in row.raw} for row in rows]}


def _whole(fields: Dict[str, str], name: str, default: int) -> int:
    found = fields.get(name) or str(default)
    if not (found.isascii() and found.isdigit()):
        raise Refusal(PARAMETER, f"{name}不是数字")
    return int(found)
