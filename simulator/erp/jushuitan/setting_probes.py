"""What the settings of this profile change: a probe each, for the test that every setting matters."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.actors import perform
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


JST_PROBES: Mapping[str, Probe] = {
    "jst_rate_limits": _limited,
    "jst_clock_tolerance": _late,
    "jst_change_confirmed": _confirmed,
    "jst_intercept_orders": _whole_order,
}
