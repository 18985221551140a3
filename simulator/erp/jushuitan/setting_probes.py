"""What the settings of this profile change: a probe each, for the test that every setting matters."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.actors import perform
from simulator.erp.jushuitan import tokens
from simulator.erp.jushuitan.client import QUERY, UPLOAD, Client
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.tmall.caller import Caller

Probe = Callable[[Caller], Any]


def _side(caller: Caller) -> tuple[Side, Client]:
    caller.world.declaration = Declaration(profile="jushuitan")
    side = Side(caller.world)
    assert isinstance(side.caller, Client)
    return side, side.caller


def _limited(caller: Caller) -> Any:
    side, client = _side(caller)
    return [side.ask(client.ask(QUERY, {"as_ids": [1]})).json()["code"] for _ in range(6)][-1]


def _late(caller: Caller) -> Any:
    side, client = _side(caller)
    stamp = str(caller.world.clock.seconds() - 12 * 60)
    return side.ask(client.ask(QUERY, {"as_ids": [1]}, timestamp=stamp)).json()["code"]


def _confirmed(caller: Caller) -> Any:
    side, client = _side(caller)
    content, _ = side.brought()
    perform(caller.world, "reviewer.approve", {"refund": content["refund_id"]})
    return client.error(side.ask(client.create(content | {"amount": 600})))


def _whole_order(caller: Caller) -> Any:
    side, client = _side(caller)
    content = side.refund()
    row = client.row(content)
    del row["items"][0]["outer_oi_id"]
    side.ask(client.ask(UPLOAD, [row]))
    return side.ask(client.find(content["refund_id"], content["shop"])).json()["data"]["datas"][0]["order_status"]


def _error_of_a_call(caller: Caller) -> Any:
    side, client = _side(caller)
    return side.ask(client.ask(QUERY, {"as_ids": [1]})).json()["code"]


def _given(caller: Caller) -> Any:
    side, client = _side(caller)
    return side.ask(client.auth(tokens.REFRESH, refresh_token=side.profile.keys(side.world)["refresh_token"])).json()


def _refreshed(caller: Caller) -> Any:
    side, client = _side(caller)
    old = side.profile.keys(side.world)["refresh_token"]
    answers = [side.ask(client.auth(tokens.REFRESH, refresh_token=old)).json()["code"] for _ in range(2)]
    return [*answers, side.ask(client.ask(QUERY, {"as_ids": [1]})).json()["code"]]


def _found(caller: Caller) -> Any:
    side, client = _side(caller)
    content = side.refund()
    side.ask(client.create(content))
    return len(client.seen(side.ask(client.find(content["refund_id"], content["shop"]))))


def _many(caller: Caller) -> Any:
    side, client = _side(caller)
    return side.ask(client.ask(UPLOAD, [client.row(side.refund())] * 21)).json()["code"]


def _few_fields(caller: Caller) -> Any:
    side, client = _side(caller)
    row = client.row(side.refund())
    del row["payment"]
    return client.error(side.ask(client.ask(UPLOAD, [row])))


def _emptied(caller: Caller) -> Any:
    side, client = _side(caller)
    row = client.row(side.refund())
    for remark in ("加急", ""):
        side.ask(client.ask(UPLOAD, [{**row, "remark": remark}]))
    return side.ask(client.ask(QUERY, {"so_ids": [row["so_id"]]})).json()["data"]["datas"][0]["remark"]


def _updated(caller: Caller) -> Any:
    side, client = _side(caller)
    content, _ = side.brought()
    side.ask(client.create(content | {"amount": 600}))
    return side.found(content).amount


JST_PROBES: Mapping[str, Probe] = {
    "jst_rate_limits": _limited,
    "jst_clock_tolerance": _late,
    "jst_change_confirmed": _confirmed,
    "jst_intercept_orders": _whole_order,
    "jst_app": _given,
    "erp_ip_whitelist": _error_of_a_call,
    "jst_token_life": _given,
    "jst_refresh_ends": _refreshed,
    "jst_hides_tmall": _found,
    "jst_upload_rows": _many,
    "jst_needs_all": _few_fields,
    "jst_empty_clears": _emptied,
    "jst_updates": _updated,
}
