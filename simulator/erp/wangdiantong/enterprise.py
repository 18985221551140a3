"""企业版: forms to `/openapi2/NAME.php`, `code` 0 is success, statuses are Tmall's in lower case, types are its own."""

import hmac
from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Any

from flask import Flask, Response, request

from simulator.erp import form, pictures
from simulator.erp.profile import Operation, admitted, as_json, sent
from simulator.erp.wangdiantong import base, enterprise_calls, signing, store
from simulator.erp.wangdiantong.enterprise_client import EnterpriseClient
from simulator.erp.wangdiantong.errors import PARAMETER, TIME, Refusal
from simulator.erp.wangdiantong.errors import as_json as answered
from simulator.erp.wangdiantong.limits import Limit
from simulator.ledger.mapping import Mapped, Mapping
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

BASE = "/openapi2"
SKEW = 300
"""Seconds a timestamp may be off."""
FIELDS = {
    **dict.fromkeys((*enterprise_calls.TEXTS, "oid", "remark", "flag_name"), "text"),
    **dict.fromkeys(("platform_id", "type", "refund_fee", "num"), "number"),
}
"""What a mapping can name. `oid` and `num` are those of the order list: the first one's, and the sum."""
MEANING = Mapping(
    fields={
        "shop": Mapped("shop_no"),
        "refund_id": Mapped("refund_no"),
        "tid": Mapped("tid"),
        "oid": Mapped("oid"),
        "type": Mapped("type", values=enterprise_calls.TYPES),
        "status": Mapped("status", values=enterprise_calls.STATUSES),
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
CALLS: Dict[str, Callable[[World, Dict[str, str]], dict[str, Any] | enterprise_calls.Page]] = {
    f"{BASE}/sales_refund_push.php": enterprise_calls.push,
    f"{BASE}/refund_query.php": enterprise_calls.query,
    f"{BASE}/vip_api_refund_query.php": enterprise_calls.query_raw,
    f"{BASE}/stockin_refund_push.php": enterprise_calls.push_stock_in,
    f"{BASE}/stockin_order_query_refund.php": enterprise_calls.query_stock_ins,
}
_PUSH, _STOCK_IN = f"{BASE}/sales_refund_push.php", f"{BASE}/stockin_refund_push.php"
_LISTED = ("api_refund_list", "stockin_refund_info")
"""Fields that hold JSON."""


class Enterprise(base.Wangdiantong):
    """企业版."""

    name = "wangdiantong-enterprise"
    told = say("profile.wangdiantong_enterprise", "Wangdiantong 企业版: refund push and query")
    base = BASE
    key_names = ("sid", "appkey")
    code = "code"
    meaning = MEANING
    named = FIELDS
    client = EnterpriseClient

    def create_app(self, world: World) -> Flask:
        """Return the API."""
        app = Flask("wangdiantong-enterprise", static_folder=None)
        app.config["PROPAGATE_EXCEPTIONS"] = True

        look, limit = store.Look(world, enterprise_calls.shown), Limit(world)
        pictures.serve(app, world, BASE)

        @app.route("/<path:_path>", methods=["GET", "POST", "PUT", "DELETE"])
        def call(_path: str) -> Response:
            return _answer(world, sent(), limit, look)

        return app

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return the business fields, what is pushed among them as JSON."""
        fields: dict[str, Any] = {name: value for name, value in form.fields(raw.body).items() if name not in _SYSTEM}
        return fields | {name: as_json(fields[name].encode()) for name in _LISTED if name in fields}

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Ask for sign and time."""
        if raw.path.startswith(f"{BASE}/files/"):
            return True
        try:
            _check(world, form.fields(raw.body), raw.client)
        except Refusal:
            return False
        return True

    def keys(self, world: World) -> Dict[str, str]:
        """Return account and app key; `${erp.key}` is the app's secret."""
        return {"sid": base.sid(world), "appkey": base.app_key(world)}

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read the call, and the refunds that it names."""
        fields = body if isinstance(body, dict) else {}
        if raw.path == _PUSH:
            pushed = fields.get("api_refund_list")
            rows = [row for row in pushed if isinstance(row, dict)] if isinstance(pushed, list) else []
            numbers = [str(row["refund_no"]) for row in rows if row.get("refund_no")]
            return base.about(world, str(rows[0].get("shop_no", "")) if rows else "", numbers, len(rows))
        if raw.path == _STOCK_IN:
            order = fields.get("stockin_refund_info")
            named = order if isinstance(order, dict) else {}
            return base.stocked(world, named.get("refund_no"), str(named.get("outer_no") or ""))
        if raw.path not in CALLS:
            return Operation("other")
        one = str(fields.get("src_refund_no") or "")
        return Operation("read", refunds=(one,)) if one else Operation("list")


_SYSTEM = ("sid", "appkey", "timestamp", "sign")


def _check(world: World, fields: Dict[str, str], client: str) -> None:
    if fields.get("sid") != base.sid(world):
        raise Refusal(PARAMETER, "sid不存在")
    right = signing.enterprise_sign(world.erp_key, fields)
    if fields.get("appkey") != base.app_key(world) or not hmac.compare_digest(
        fields.get("sign", "").encode(), right.encode()
    ):
        raise Refusal(PARAMETER, "签名验证失败")
    base.check_address(world, client)
    stamp = fields.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(int(stamp) - world.clock.seconds()) > SKEW:
        raise Refusal(TIME, "时间戳与服务器时间相差超过5分钟")


def _answer(world: World, raw: RawRequest, limit: Limit, look: store.Look) -> Response:
    fields = form.fields(raw.body)
    try:
        if not admitted():
            _check(world, fields, raw.client)
        limit.check()
        call = CALLS.get(raw.path)
        if call is None:
            raise Refusal(PARAMETER, "接口不存在")
        found = call(world, fields)
        if isinstance(found, enterprise_calls.Page):
            host = f"http://{request.environ.get('HTTP_HOST', '127.0.0.1')}{BASE}"
            found = {**found.total, "refunds": [look(row, host) for row in found.rows]}
        return answered({"code": 0, "message": "", **found})
    except Refusal as refusal:
        return answered(refusal.told("code"))
