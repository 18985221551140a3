"""What the settings about time limits and staff change: a probe each, for the test that every setting matters."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.errors import ActRefused
from simulator.tmall import exchanges, negotiation, platform, shipping, staff, timers
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY, HOUR
from simulator.tmall.exchange import Exchange
from simulator.tmall.refund import Refund

Probe = Callable[[Caller], Any]


def _later(caller: Caller, milliseconds: int) -> None:
    caller.world.clock.now += milliseconds  # type: ignore[attr-defined]  # a clock that stands still until it is set


def _late(caller: Caller) -> bool:
    """Apply an hour after the fifteenth day."""
    order = caller.order(shipped=True)
    shipping.finish(caller.world, caller.world.state.trades[order.tid])
    _later(caller, 15 * DAY + HOUR)
    try:
        platform.apply(caller.world, caller.world.state.orders[order.oid], "refund_only", 100)
    except ActRefused:
        return False
    return True


def _old_trade(caller: Caller) -> Any:
    """Read a trade of four months ago."""
    order = caller.order()
    _later(caller, 120 * DAY)
    return caller.call("taobao.trade.get", tid=order.tid, fields="tid")


def _due(reach: Callable[[Caller], Refund | Exchange]) -> Probe:
    return lambda caller: reach(caller).due


def _agreed(caller: Caller) -> Refund:
    return platform.agree_return(caller.world, caller.refund(returns=True))


def _sent(caller: Caller) -> Refund:
    return platform.ship_back(caller.world, _agreed(caller), "顺丰速运", "SF1")


def _refused(caller: Caller, **trade: Any) -> Refund:
    caller.world.set("refuse_unshipped", True, origin="test")
    return platform.refuse(caller.world, caller.refund(**trade), "no", actor="agent")


def _exchange(caller: Caller, *steps: str) -> Exchange:
    """Return an exchange after *steps* of seller and buyer."""
    world = caller.world
    found = exchanges.apply(world, caller.order(shipped=True), "颜色:蓝")
    for action in steps:
        if action == "agree":
            found = exchanges.agree(world, found, actor="agent")
        elif action == "ship_back":
            found = exchanges.ship_back(world, found, "顺丰速运", "SF1")
        else:
            parcel: dict[str, Any] = {"seller_company": "顺丰速运", "seller_waybill": "SF2"} if action == "ship" else {}
            found = exchanges.step(world, found, "agent", action, **parcel)
    return found


def _reship(caller: Caller, *steps: str) -> Exchange:
    """Return a re-send after *steps* of the seller."""
    found = exchanges.apply_reship(caller.world, caller.order(shipped=True))
    for action in steps:
        parcel: dict[str, Any] = {"seller_company": "顺丰速运", "seller_waybill": "SF3"} if action == "ship" else {}
        found = exchanges.step(caller.world, found, "agent", action, **parcel)
    return found


def _repair(caller: Caller, *steps: str) -> Exchange:
    """Return a repair after *steps* of both parties."""
    found = exchanges.apply_repair(caller.world, caller.order(shipped=True))
    for action in steps:
        if action == "agree":
            found = exchanges.agree(caller.world, found, actor="agent")
        elif action == "ship_back":
            found = exchanges.ship_back(caller.world, found, "顺丰速运", "SF4")
        else:
            parcel: dict[str, Any] = {"seller_company": "顺丰速运", "seller_waybill": "SF5"} if action == "ship" else {}
            found = exchanges.step(caller.world, found, "agent", action, **parcel)
    return found


def _listed_repairs(caller: Caller) -> Any:
    _repair(caller)
    return caller.call("taobao.refunds.receive.get", fields="dispute_type", use_has_next="true")


def _listed_reships(caller: Caller) -> Any:
    _reship(caller)
    return caller.call("taobao.refunds.receive.get", fields="dispute_type", use_has_next="true")


def _sent_again(caller: Caller) -> str:
    """Return the re-send's status after its parcel was reported to AG."""
    reship = _reship(caller)
    told = {"tid": reship.tid, "source_id": reship.dispute_id, "status": 1, "msg": "补寄", "mail_no": "SF3"}
    told |= {"company_name": "顺丰速运", "goods_item_list": [{"num": 1, "goods_id": "1"}]}
    caller.call("taobao.rdc.aligenius.warehouse.resend.logistics.msg.post", param0=json.dumps(told))
    return caller.world.state.exchanges.rows[reship.dispute_id].status


def _reminded(caller: Caller) -> list[bool]:
    """Tell whether parties were reminded 11 hours and 5 hours before the end."""
    refund, watch = caller.refund(), timers.Timers(caller.world)
    watch.heed("remind_hours")
    found = []
    for hours in (13, 6):
        _later(caller, hours * HOUR)
        watch.pass_due()
        found.append(caller.now(refund).reminded > 0)
    return found


def _bumps(do: Callable[[Caller, Refund], Refund]) -> Probe:
    def probe(caller: Caller) -> int:
        before = caller.refund()
        _later(caller, 5)
        return do(caller, before).version - before.version

    return probe


def _touched(caller: Caller) -> int:
    before = caller.refund()
    _later(caller, 5000)
    return platform.message(caller.world, before, "hello").modified - before.modified


def _intercepted(caller: Caller) -> int:
    before = caller.refund(shipped=True)
    _later(caller, 5)
    return negotiation.intercept(caller.world, before).version - before.version


def _return_refused(caller: Caller) -> str:
    return platform.refuse_return(caller.world, _sent(caller), "no", actor="agent").status


def _applied(caller: Caller) -> list[bool]:
    """Tell whether a refund and an exchange can be applied for."""
    found = []
    for apply in (
        lambda order: platform.apply(caller.world, order, "refund_only"),
        lambda order: exchanges.apply(caller.world, order, "颜色:蓝"),
    ):
        try:
            apply(caller.order(shipped=True))
            found.append(True)
        except ActRefused:
            found.append(False)
    return found


def _withdrawn_case(caller: Caller) -> int:
    refund = caller.refund()
    _later(caller, HOUR)
    refund = staff.call(caller.world, refund)
    return staff.withdraw_complaint(caller.world, refund).due


def _review_while_proof_is_collected(caller: Caller) -> Any:
    world = caller.world
    refund = staff.ask_proof(world, staff.step_in(world, staff.call(world, caller.refund())))
    about = {"refund_id": refund.refund_id, "refund_phase": refund.phase, "refund_version": refund.version}
    return caller.call("taobao.rp.refund.review", operator="x", message="x", result="true", **about)


def _after_ruling(caller: Caller) -> Any:
    world = caller.world
    refund = staff.rule(world, staff.step_in(world, staff.call(world, caller.refund())), buyer=True)
    return caller.call("taobao.refund.get", refund_id=refund.refund_id, fields="cs_status")["refund"]


LIFE_PROBES: Mapping[str, Probe] = {
    "aftersale_end": _late,
    "kept_days": _old_trade,
    "limit_profile": _due(lambda caller: caller.refund()),
    "hours_seller_unshipped": _due(lambda caller: caller.refund()),
    "hours_seller_refund_only": _due(lambda caller: caller.refund(shipped=True)),
    "hours_seller_intercept": _due(lambda caller: negotiation.intercept(caller.world, caller.refund(shipped=True))),
    "hours_seller_return": _due(lambda caller: caller.refund(returns=True)),
    "hours_buyer_return": _due(_agreed),
    "hours_seller_confirm": _due(_sent),
    "hours_buyer_refused_unshipped": _due(_refused),
    "hours_buyer_refused": _due(lambda caller: _refused(caller, shipped=True)),
    "hours_trade_receipt": lambda caller: caller.order(shipped=True).due,
    "hours_exchange_seller": _due(_exchange),
    "hours_exchange_buyer_return": _due(lambda caller: _exchange(caller, "agree")),
    "hours_exchange_seller_receipt": _due(lambda caller: _exchange(caller, "agree", "ship_back")),
    "hours_exchange_buyer_modify": _due(lambda caller: _exchange(caller, "refuse")),
    "hours_exchange_seller_ship": _due(lambda caller: _exchange(caller, "agree", "ship_back", "receive")),
    "hours_exchange_buyer_receipt": _due(lambda caller: _exchange(caller, "agree", "ship_back", "receive", "ship")),
    "hours_reship_seller": _due(_reship),
    "hours_reship_buyer_modify": _due(lambda caller: _reship(caller, "refuse")),
    "hours_reship_seller_ship": _due(lambda caller: _reship(caller, "agree")),
    "hours_reship_buyer_receipt": _due(lambda caller: _reship(caller, "ship")),
    "hours_repair_seller": _due(_repair),
    "hours_repair_buyer_return": _due(lambda caller: _repair(caller, "agree")),
    "hours_repair_seller_ship": _due(lambda caller: _repair(caller, "agree", "ship_back")),
    "hours_repair_buyer_modify": _due(lambda caller: _repair(caller, "refuse")),
    "hours_repair_buyer_receipt": _due(lambda caller: _repair(caller, "agree", "ship_back", "ship")),
    "list_reships": _listed_reships,
    "list_repairs": _listed_repairs,
    "exchange_exception": lambda caller: caller.call(
        "tmall.exchange.refusereason.get", dispute_id="1", fields="reason_id"
    ),
    "ag_resend": _sent_again,
    "remind_hours": _reminded,
    "message_touches_modified": _touched,
    "intercept_bumps_version": _intercepted,
    "refused_return_stays": _return_refused,
    "applying_blocked": _applied,
    "extend_bumps_version": _bumps(lambda caller, refund: timers.extend(caller.world, refund, 1)),
    "staff_bumps_version": _bumps(lambda caller, refund: staff.call(caller.world, refund)),
    "staff_keeps_countdown": _withdrawn_case,
    "staff_proof_stops": _review_while_proof_is_collected,
    "cs_after_ruling": _after_ruling,
}
"""By setting: something that the sandbox says, in a new world with a clock that stands still."""
