"""旗舰版: one URL, the method a parameter, arguments a JSON array, `status` 0 is success, time counted from 2012."""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Any

import msgspec

from simulator.chance import token as chance
from simulator.erp import form
from simulator.erp.profile import Operation, as_json, asked_host, noted
from simulator.erp.wangdiantong import base, flagship_calls, flagship_stockin, signing, store
from simulator.erp.wangdiantong.errors import CODES, PARAMETER, TIME, VERSION, Refusal
from simulator.erp.wangdiantong.flagship_client import FlagshipClient
from simulator.ledger.mapping import Mapped, Mapping
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

URL = "/openapi"
SKEW = 120
"""Seconds a timestamp may be off."""
FIELDS = {
    **dict.fromkeys(("shop_no", "refund_no", "tid", "oid", "refund_version", "title", "reason", "remark"), "text"),
    **dict.fromkeys(("logistics_name", "logistics_no", "buyer_nick", "refund_time", "flag_name", "spec_no"), "text"),
    **dict.fromkeys(("type", "status", "num", "refund_amount", "actual_refund_amount", "price"), "number"),
}
"""What a mapping can name."""
_KINDS = {word: "exchange" if kind == "exchange" else "refund" for word, kind in flagship_calls.TYPES.items()}
MEANING = Mapping(
    fields={
        "shop": Mapped("shop_no"),
        "refund_id": Mapped("refund_no"),
        "tid": Mapped("tid"),
        "oid": Mapped("oid"),
        "kind": Mapped("type", values=_KINDS),
        "type": Mapped("type", values=flagship_calls.TYPES),
        "status": Mapped("status", values=flagship_calls.STATUSES),
        "amount": Mapped("refund_amount", "yuan"),
        "quantity": Mapped("num"),
        "waybill": Mapped("logistics_no"),
        "company": Mapped("logistics_name"),
        "version": Mapped("refund_version"),
        "reason": Mapped("reason"),
        "note": Mapped("remark"),
    }
)
_RAW = "aftersales.refund.RawRefund."
CALLS: Dict[str, Callable[[World, list[Any], dict[str, int]], dict[str, Any] | flagship_calls.Page]] = {
    f"{_RAW}upload": flagship_calls.upload,
    f"{_RAW}upload2": flagship_calls.upload2,
    f"{_RAW}search": flagship_calls.search_raw,
    f"{_RAW}searchHistory": flagship_calls.search_raw_history,
    "aftersales.refund.Refund.search": flagship_calls.search,
    "aftersales.refund.Refund.searchHistory": flagship_calls.search_history,
    "wms.stockin.Refund.createOrder": flagship_stockin.create,
    "wms.stockin.Refund.queryWithDetail": flagship_stockin.search,
    "wms.stockin.SmartRefund.upload": flagship_stockin.smart,
}


class Flagship(base.Wangdiantong):
    """旗舰版."""

    name = "wangdiantong"
    rows_apart = True
    told = say("profile.wangdiantong", "Wangdiantong 旗舰版: raw refunds uploaded, documents searched")
    base = ""
    key_names = ("sid", "app_key", "salt")
    code = "status"
    door = URL
    meaning = MEANING
    named = FIELDS
    client = FlagshipClient

    def calls(self, world: World) -> Callable[[RawRequest], Dict[str, Any]]:
        """Return what does a call."""
        raw_look, look = store.Look(world, flagship_calls.raw_row), store.Look(world, flagship_calls.row)
        looks = {name: raw_look if name.startswith(_RAW) else look for name in CALLS}
        return lambda raw: _done(world, raw, looks)

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return method and arguments."""
        params = form.fields(raw.query)
        return {"method": params.get("method", ""), "args": as_json(raw.body)}

    def check(self, world: World, raw: RawRequest) -> None:
        """Check account, sign, address, version and time."""
        params = form.fields(raw.query)
        right = signing.flagship_sign(world.erp_key, params, raw.body.decode("utf-8", "replace"))
        base.check_caller(world, params, "key", right, raw.client)
        if params.get("salt") != salt(world):
            raise Refusal(PARAMETER, "验证失败")
        if params.get("v") != "1.0":
            raise Refusal(VERSION, CODES[VERSION])
        stamp = params.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 10:
            raise Refusal(PARAMETER, f'For input string: "{stamp}"')
        if abs(int(stamp) + signing.EPOCH - world.clock.seconds()) > SKEW:
            raise Refusal(TIME, "时间戳与服务器时间相差超过2分钟")

    def keys(self, world: World) -> Dict[str, str]:
        """Return account, app key and salt; `${erp.key}` is the secret (an app secret is written `secret:salt`)."""
        return {"sid": base.sid(world), "app_key": base.app_key(world), "salt": salt(world)}

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read the call, and the refunds that it names."""
        asked = body if isinstance(body, dict) else {}
        method, args = str(asked.get("method", "")), asked.get("args")
        first = args[0] if isinstance(args, list) and args else None
        if method.startswith(f"{_RAW}upload"):
            pushed = args[1] if isinstance(args, list) and len(args) > 1 and isinstance(args[1], list) else []
            rows = [row for row in pushed if isinstance(row, dict)]
            numbers = [str(row["refund_no"]) for row in rows if row.get("refund_no")]
            return base.about(world, str(first or ""), numbers, len(rows))
        if method not in CALLS:
            return Operation("other")
        named = first if isinstance(first, dict) else {}
        if method == "wms.stockin.Refund.createOrder":
            return base.stocked(world, named.get("refund_no"), str(named.get("out_stockin_no") or ""))
        if method == "wms.stockin.SmartRefund.upload":
            return Operation("update", document=f"tid {named.get('tid')}")
        one = str(named.get("raw_refund_nos") or (named.get("refund_no") if method.startswith(_RAW) else "") or "")
        return Operation("read", refunds=(one,)) if one and "," not in one else Operation("list")


def salt(world: World) -> str:
    """Return the salt that every request names."""
    return chance(world.seed, "wangdiantong salt")[:16]


def _done(world: World, raw: RawRequest, looks: Dict[str, store.Look]) -> dict[str, Any]:
    """Do the call, and return its answer but for the status."""
    params = form.fields(raw.query)
    call = CALLS.get(params.get("method", ""))
    if call is None:
        raise Refusal(PARAMETER, "method不存在")
    try:
        args = msgspec.json.decode(raw.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refusal(PARAMETER, "参数不是合法的JSON") from error
    if not isinstance(args, list):
        raise Refusal(PARAMETER, "参数须为数组")
    found = call(world, args, _pager(params))
    if isinstance(found, flagship_calls.Page):
        host, look = asked_host(), looks[params["method"]]
        return {"data": {**found.total, "order": look(found.rows, host)}}
    failed = found["data"].get("error_list") if isinstance(found["data"], dict) else None
    if failed and not any(row.succ for row in noted().results):
        noted().error = {"code": "error_list", "message": failed[0]["error"]}
    return found


def _pager(params: Dict[str, str]) -> dict[str, int]:
    found = {}
    for name in ("page_size", "page_no", "calc_total"):
        if name in params:
            if not (params[name].isascii() and params[name].isdigit()) or len(params[name]) > 9:
                raise Refusal(PARAMETER, f'For input string: "{params[name]}"')
            found[name] = int(params[name])
    if not 1 <= found.get("page_size", 1) <= flagship_calls.MOST_ROWS:
        raise Refusal(PARAMETER, f"page_size须在1-{flagship_calls.MOST_ROWS}之间")
    return found
