"""What the settings of these profiles change: a probe each, for the test that every setting matters."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.actors import perform
from simulator.clock import to_text
from simulator.erp.side import Side
from simulator.erp.wangdiantong.flagship_client import CREATE_STOCK_IN, SEARCH, FlagshipClient
from simulator.ledger.declaration import Declaration
from simulator.tmall.caller import Caller

Probe = Callable[[Caller], Any]


def _side(caller: Caller) -> tuple[Side, FlagshipClient]:
    caller.world.declaration = Declaration(profile="wangdiantong")
    side = Side(caller.world)
    assert isinstance(side.caller, FlagshipClient)
    return side, side.caller


def _pushed(caller: Caller) -> Any:
    side, client = _side(caller)
    return side.ask(client.create(side.refund())).json()["data"]["error_list"]


def _limited(caller: Caller) -> Any:
    side, client = _side(caller)
    return [side.ask(client.ask(SEARCH, [{}])).json()["message"] for _ in range(61)][-1]


def _unchanged(caller: Caller) -> Any:
    side, client = _side(caller)
    content, _ = side.brought()
    return side.ask(client.create(content)).json()["data"]["chg_count"]


def _processed(caller: Caller) -> Any:
    side, client = _side(caller)
    content, _ = side.brought()
    perform(caller.world, "reviewer.approve", {"refund": content["refund_id"]})
    return client.error(side.ask(client.create(content | {"amount": 600})))


def _refused(caller: Caller) -> Any:
    side, client = _side(caller)
    return client.error(side.ask(client.create(side.refund() | {"status": "refused"})))


def _wide(caller: Caller) -> Any:
    side, client = _side(caller)
    now = caller.world.clock.seconds()
    asked = {"modified_from": to_text(now - 7200), "modified_to": to_text(now)}
    return side.ask(client.ask(SEARCH, [asked], page_no="0", page_size="50")).json()["status"]


def _stored(caller: Caller) -> Any:
    side, client = _side(caller)
    order = {"refund_no": "TK1", "warehouse_no": "WH01", "detail_list": [{"spec_no": "A", "num": 1}]}
    return side.ask(client.ask(CREATE_STOCK_IN, [order])).json()["message"]


def _unknown_order(caller: Caller) -> Any:
    side, client = _side(caller)
    return client.error(side.ask(client.create(side.refund() | {"oid": "5"})))


WDT_PROBES: Mapping[str, Probe] = {
    "wdt_shops": _pushed,
    "wdt_calls_a_minute": _limited,
    "wdt_counts_unchanged": _unchanged,
    "wdt_change_processed": _processed,
    "wdt_takes_refused": _refused,
    "wdt_window": _wide,
    "wdt_warehouses": _stored,
    "wdt_checks_orders": _unknown_order,
}
