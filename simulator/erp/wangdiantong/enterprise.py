"""企业版: forms to `/openapi2/NAME.php`, `code` 0 is success, statuses are Tmall's in lower case, types are its own."""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Any

from simulator.erp import form
from simulator.erp.profile import Operation, as_json, asked_host
from simulator.erp.wangdiantong import base, enterprise_calls, signing, store
from simulator.erp.wangdiantong.enterprise_client import EnterpriseClient
from simulator.erp.wangdiantong.errors import PARAMETER, TIME, Refusal
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
_SYSTEM = ("sid", "appkey", "timestamp", "sign")
_LISTED = ("api_refund_list", "stockin_refund_info")
"""Fields that hold JSON."""


class Enterprise(base.Wangdiantong):
    """企业版."""

    name = "wangdiantong-enterprise"
    told = say("profile.wangdiantong_enterprise", "Wangdiantong 企业版: refund push and query")
    base = BASE
    key_names = ("sid", "appkey")
    code = "code"
    door = "/<path:_path>"
    meaning = MEANING
    named = FIELDS
    client = EnterpriseClient

    def calls(self, world: World) -> Callable[[RawRequest], Dict[str, Any]]:
        """Return what does a call."""
        look = store.Look(world, enterprise_calls.shown)

        def done(raw: RawRequest) -> Dict[str, Any]:
            call = CALLS.get(raw.path)
            if call is None:
                raise Refusal(PARAMETER, "接口不存在")
            found = call(world, form.fields(raw.body))
            if isinstance(found, enterprise_calls.Page):
                host = asked_host() + BASE
                found = {**found.total, "refunds": look(found.rows, host)}
            return {"message": "", **found}

        return done

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return the business fields, what is pushed among them as JSON."""
        fields: dict[str, Any] = {name: value for name, value in form.fields(raw.body).items() if name not in _SYSTEM}
        return fields | {name: as_json(fields[name].encode()) for name in _LISTED if name in fields}

    def check(self, world: World, raw: RawRequest) -> None:
        """Check account, sign, address and time."""
        fields = form.fields(raw.body)
        base.check_caller(world, fields, "appkey", signing.enterprise_sign(world.erp_key, fields), raw.client)
        stamp = fields.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()) or abs(int(stamp) - world.clock.seconds()) > SKEW:
            raise Refusal(TIME, "时间戳与服务器时间相差超过5分钟")

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
