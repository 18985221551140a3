"""Repairs (维修): handled by hand, shown among the refunds without money, and beyond the reach of every call."""

from pathlib import Path
from typing import Any

import pytest

from simulator.actors import perform
from simulator.ledger.entry import Changed, Published
from simulator.ledger.replay import read
from simulator.tmall import repair_lifecycle as cycle
from simulator.tmall import reships
from simulator.tmall.caller import Caller
from simulator.tmall.dispute_cycles import find
from simulator.tmall.exchange import OPEN, REPAIR, TERMINAL
from simulator.tmall.exchange_guards import PREDICATES

FIELDS = "refund_id,dispute_type,status,refund_fee,refund_version,refund_phase,has_good_return"


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path)


def _act(caller: Caller, name: str, **args: Any) -> dict[str, Any]:
    return perform(caller.world, name, args)


def _applied(caller: Caller) -> str:
    order = caller.order(shipped=True)
    done = _act(caller, "buyer.apply_repair", oid=str(order.oid), reason="不通电", desc="按键没有反应")
    assert done["accepted"], done
    return str(done["result"]["dispute_id"])


def _go(caller: Caller, number: str, *steps: str) -> str:
    """Let each of *steps* (`agent.agree`, `timer`) happen, and return the status then."""
    parcel = {"company": "顺丰速运", "waybill": "SF1"}
    for step in steps:
        name = "platform.timer" if step == "timer" else f"{step}_repair"
        args: dict[str, Any] = {"refund" if step == "timer" else "repair": number}
        done = _act(caller, name, **args, **(parcel if "ship" in step else {}))
        assert done["accepted"], done
    return caller.world.state.exchanges.rows[number].status


OUT = ("agent.agree", "buyer.ship_back")
WAYS = [
    pytest.param((), "1", id="applied"),
    pytest.param(("agent.agree",), "2", id="agreed"),
    pytest.param(("timer",), "2", id="who is silent agrees"),
    pytest.param(OUT, "3", id="sent to the seller"),
    pytest.param((*OUT, "agent.ship"), "7", id="sent back mended"),
    pytest.param((*OUT, "agent.ship", "buyer.confirm"), "5", id="received"),
    pytest.param((*OUT, "agent.ship", "timer"), "5", id="received by itself"),
    pytest.param((*OUT, "timer"), "14", id="never sent back"),
    pytest.param(("agent.refuse",), "6", id="refused"),
    pytest.param(("agent.refuse", "buyer.modify"), "1", id="submitted again"),
    pytest.param(("agent.refuse", "timer"), "4", id="left alone"),
    pytest.param(("buyer.withdraw",), "4", id="withdrawn"),
    pytest.param(("agent.agree", "timer"), "4", id="never sent"),
]


@pytest.mark.parametrize(("steps", "status"), WAYS)
def test_a_repair_goes_its_way_by_hand(caller: Caller, steps: tuple[str, ...], status: str) -> None:
    assert _go(caller, _applied(caller), *steps) == status


def test_every_state_is_reached_and_every_open_one_ends_by_itself() -> None:
    assert {param.values[1] for param in WAYS} == {row.to for row in cycle.TABLE if row.to} == set(cycle.STATES)
    assert not any(state in row.from_ for row in cycle.TABLE for state in TERMINAL)
    assert all(find(REPAIR, state, "timer", "timeout") for state in OPEN & set(cycle.STATES))
    assert {row.guard for row in cycle.TABLE} - {""} == set(cycle.GUARDS) <= set(PREDICATES)
    assert set(reships.NAMES) >= set(cycle.STATES)


def test_who_is_silent_agrees_to_the_default_address(caller: Caller) -> None:
    number = _applied(caller)
    _go(caller, number, "timer")

    default = next(address for address in caller.shop.addresses if address.cancel_def)
    assert caller.world.state.exchanges.rows[number].address_id == default.contact_id


def test_goods_that_are_never_sent_back_are_paid_back(caller: Caller) -> None:
    number = _applied(caller)
    _go(caller, number, *OUT)

    became = _act(caller, "platform.timer", refund=number)["result"]["became"]

    refund = caller.world.state.refunds[became]
    assert (refund.kind, refund.status, refund.amount) == ("refund_only", "WAIT_SELLER_AGREE", 1999)


def test_a_repair_stands_among_the_refunds_without_money(caller: Caller) -> None:
    number = _applied(caller)
    _go(caller, number, *OUT)

    (row,) = caller.call("taobao.refunds.receive.get", fields=FIELDS, use_has_next="true")["refunds"]["refund"]
    detail = caller.call("taobao.refund.get", refund_id=number, fields=FIELDS)["refund"]

    assert row["dispute_type"] == detail["dispute_type"] == "REPAIR"
    assert (row["status"], detail["refund_fee"]) == ("WAIT_SELLER_CONFIRM_GOODS", "0.00")
    assert detail["has_good_return"] is True


def test_repairs_and_re_sends_are_listed_together_or_apart(caller: Caller) -> None:
    _applied(caller)
    _act(caller, "buyer.apply_reship", oid=str(caller.order(shipped=True).oid))

    def listed() -> list[str]:
        found = caller.call("taobao.refunds.receive.get", fields="dispute_type", use_has_next="true")
        return sorted(row["dispute_type"] for row in found.get("refunds", {}).get("refund", ()))

    assert listed() == ["REPAIR", "RESHIPPING"]
    caller.world.set("list_reships", False, origin="test")
    assert listed() == ["REPAIR"]
    caller.world.set("list_repairs", False, origin="test")
    assert listed() == []


@pytest.mark.parametrize("method", ["taobao.rp.refund.review", "taobao.rp.returngoods.refuse", "tmall.exchange.get"])
def test_no_call_writes_to_a_repair(caller: Caller, method: str) -> None:
    number = _applied(caller)
    _go(caller, number, *OUT)
    params: dict[str, Any] = {
        "refund_id": number,
        "dispute_id": number,
        "fields": "status",
        "refund_phase": "onsale",
        "result": "true",
    }
    params |= {"refund_version": caller.world.state.exchanges.rows[number].version, "operator": "x", "message": "好的"}

    caller.call(method, **params)

    assert caller.world.state.exchanges.rows[number].status == "3"
    assert number not in caller.world.state.refunds


def test_what_was_called_for_staff_is_ruled_for_the_buyer(caller: Caller) -> None:
    number = _applied(caller)
    for name in ("buyer.call_staff", "staff.step_in"):
        assert _act(caller, name, refund=number)["accepted"]

    ruled = _act(caller, "staff.rule", refund=number, **{"for": "buyer"})["result"]

    assert ruled["status"] == "14"
    assert caller.world.state.refunds[ruled["became"]].kind == "return_refund"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("buyer.withdraw_repair", "is 3: withdraw is impossible; buyer could: message, call_staff, withdraw_complaint"),
        ("agent.agree_repair", "is 3: agree is impossible"),
        ("buyer.confirm_repair", "is 3: confirm is impossible"),
    ],
)
def test_an_act_that_is_impossible_now_is_refused_with_the_reason(caller: Caller, name: str, reason: str) -> None:
    number = _applied(caller)
    _go(caller, number, *OUT)

    assert reason in _act(caller, name, repair=number)["reason"]


def test_nothing_else_can_be_asked_for_while_goods_are_mended(caller: Caller) -> None:
    number = _applied(caller)
    order = caller.world.state.exchanges.rows[number].oid

    refused = [
        _act(caller, name, oid=str(order), **more)["reason"]
        for name, more in (("buyer.apply", {"kind": "refund_only"}), ("buyer.apply_repair", {}))
    ]
    assert all(f"has an open repair: {number}, 1" in reason for reason in refused)
    unshipped = _act(caller, "buyer.apply_repair", oid=str(caller.order().oid))["reason"]
    assert unshipped.endswith("is not shipped: there is nothing to mend")


def test_no_message_tells_of_a_repair(caller: Caller, tmp_path: Path) -> None:
    number = _applied(caller)
    _go(caller, number, *OUT, "agent.ship", "buyer.confirm")

    entries = [entry for entry in read(tmp_path / "ledger.jsonl") if number in entry.refunds]
    assert any(isinstance(entry, Changed) for entry in entries)
    assert not any(isinstance(entry, Published) for entry in entries)
