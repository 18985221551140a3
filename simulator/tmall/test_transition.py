"""Every row of the table can be performed, and does exactly what it says."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.act import yuan
from simulator.clock import Clock
from simulator.tmall import advances, platform, staff
from simulator.tmall.amounts import open_refund
from simulator.tmall.lifecycle import TABLE
from simulator.tmall.lifecycle_row import NONE, Transition
from simulator.tmall.refund import (
    APPEAL,
    CALLED,
    COLLECTING_PROOF,
    FIRST_REVIEW,
    FOR_BUYER,
    FOR_SELLER,
    OPEN,
    SELLER_REFUSE_BUYER,
    STEPPED_IN,
    SUCCESS,
    TERMINAL,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
    WITHDRAWN,
    Refund,
)
from simulator.tmall.trades import create_trade
from simulator.tmall.transition import step
from simulator.world import World

ALWAYS = {"status", "change", "version", "modified", "due", "left"}
ACTORS = {"seller": "agent", "anyone": "buyer"}
VALUES: dict[str, dict[str, Any]] = {
    "review": {"reviewed": True},
    "agree_return": {"address": "浙江省嘉兴市", "address_id": 810012},
    "agree_virtual_return": {
        "address": "浙江省嘉兴市", "address_id": 810012, "returned": 1, "good_status": "BUYER_RETURNED_GOODS",
    },
    "timeout": {"address": "浙江省嘉兴市", "address_id": 810012},
    "ship_back": {
        "company": "顺丰速运", "waybill": "SF1", "returned": 1, "good_status": "BUYER_RETURNED_GOODS",
    },
    "refill": {"company": "圆通速递", "waybill": "YT1", "returned": 1, "good_status": "BUYER_RETURNED_GOODS"},
    "correct_waybill": {"waybill": "SF2"},
    "intercept": {"intercept": "INTERCEPT_APPLY"},
    "intercept_success": {"intercept": "INTERCEPT_SUCCESS"},
    "intercept_failure": {"intercept": "INTERCEPT_FAILED"},
    "negotiate": {"offer_amount": 900, "offer_address": 810012},
    "refuse_with_offer": {"offer_amount": 900, "offer_address": 810012},
    "accept_offer": {
        "kind": "return_refund", "amount": 900, "address_id": 810012, "offer_amount": 0, "offer_address": 0,
    },
    "decline_offer": {"offer_amount": 0, "offer_address": 0},
    "modify": {"amount": 500, "reviewed": False},
    "cancel_failed": {"intercept": "INTERCEPT_FAILED"},
    "call_staff": {"cs_status": CALLED, "case_of": "buyer"},
    "complain": {"cs_status": APPEAL, "case_of": "buyer"},
    "step_in": {"cs_status": STEPPED_IN},
    "ask_proof": {"cs_status": COLLECTING_PROOF},
    "first_review": {"cs_status": FIRST_REVIEW},
    "rule_for_buyer": {"cs_status": FOR_BUYER, "case_of": ""},
    "rule_return": {"cs_status": FOR_BUYER, "case_of": "", "address": "浙江省嘉兴市", "address_id": 810012},
    "rule_for_seller": {"cs_status": FOR_SELLER, "case_of": ""},
    "withdraw_complaint": {"cs_status": WITHDRAWN, "case_of": ""},
    "advance": {"advance_status": 2, "auto": True},
    "ask_advance": {"advance_status": 1},
    "close_advance": {"advance_status": 4},
    "refuse_advance": {"advance_status": 3},
    "settle_advance": {"advance_status": 5},
    "change_address": {"address": "浙江省杭州市", "address_id": 810011},
    "extend": {"due": 1 << 45},
    "remind": {"reminded": 1},
    "constrain": {"constraint": "cannot_refuse"},
}  # fmt: skip
"""What an actor brings along, by action."""

PERFORMED = [(row, state) for row in TABLE for state in row.from_ if state != NONE]


class Ahead(Clock):
    """A clock that can be set later than it is, by some ms."""

    ahead = 0

    def wall(self) -> int:
        return super().wall() + self.ahead


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
def world(tmp_path: Path, clock: Ahead) -> World:
    world = World.open(tmp_path, seed=7, chosen={"agree_in_wait_buyer_return": True}, clock=clock)
    world.add_shop(ag=True)
    return world


def _in(world: World, state: str, row: Transition) -> Refund:
    """Bring a refund into *state*, of the kind that *row* is for."""
    unshipped = row.guard in ("unshipped", "ag_unshipped", "ag_not_stopped")
    unshipped |= row.guard in ("may_advance", "may_ask_advance", "advance_asked") and state == WAIT_SELLER_AGREE
    returns = not unshipped and row.guard not in ("may_pay", "refund_only", "may_intercept", "intercepting")
    trade = create_trade(world, {"orders": [{"price": yuan(1999)}], "shipped": not unshipped})
    refund = platform.apply(world, world.state.orders[trade.tid], "return_refund" if returns else "refund_only")
    if row.guard == "intercepting":
        refund = step(world, refund, "agent", "intercept", **VALUES["intercept"])
    if row.guard in ("offered", "may_decline"):
        action = "refuse_with_offer" if state == SELLER_REFUSE_BUYER else "negotiate"
        refund = step(world, refund, "agent", action, **VALUES["negotiate"])
    if state in (WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_CONFIRM_GOODS):
        refund = platform.agree_return(world, refund)
    if state == WAIT_SELLER_CONFIRM_GOODS:
        refund = platform.ship_back(world, refund, "圆通速递", "YT1")
    if state == SELLER_REFUSE_BUYER and refund.status != state:
        refund = platform.refuse(world, refund, "请先退货")
    if state == SUCCESS:
        refund = platform.ship_back(world, platform.agree_return(world, refund), "圆通", "YT1")
        advanced = row.guard in ("advance_paid", "advance_goods")
        refund = advances.advance(world, refund) if advanced else platform.agree(world, refund, actor="agent")
    if row.guard == "advance_asked":
        refund = advances.ask(world, refund)
    if row.guard in ("staff_called", "staff_in", "staff_returns", "own_complaint"):
        refund = staff.call(world, refund)
    if row.guard in ("staff_in", "staff_returns"):
        refund = staff.step_in(world, refund)
    assert refund.status == state
    return refund


@pytest.mark.parametrize(("row", "state"), PERFORMED, ids=[f"{row.id} from {state}" for row, state in PERFORMED])
def test_a_row_leads_where_it_says_and_changes_what_it_says(
    world: World, clock: Ahead, row: Transition, state: str
) -> None:
    refund = _in(world, state, row)
    clock.ahead = 60_000
    values = VALUES.get(row.action, {})
    if row.action == "timeout" and row.guard != "returns_goods":
        values = {}
    trade = world.state.trades[refund.tid]
    after = step(world, refund, ACTORS.get(row.actor, row.actor), row.action, **values)

    assert after.status == row.to_from(state)
    old, new = msgspec.structs.asdict(refund), msgspec.structs.asdict(after)
    changed = {name for name, value in new.items() if value != old[name]}
    assert changed <= ALWAYS | set(row.changes) | ({"round"} if row.round else set())
    assert after.change == refund.change + 1
    assert (after.version > refund.version) == (row.bumps is True)
    assert (after.modified > refund.modified) == (row.bumps is True or row.visible is True)
    _check_countdown(row, refund, after)
    assert (after.round > refund.round) == row.round
    assert (world.state.trades[refund.tid] is trade) == (not row.follows)
    assert bool(after.left) == (after.status in OPEN and after.cs_status in (CALLED, STEPPED_IN, FIRST_REVIEW, 10))
    order = world.state.orders[refund.oid]
    assert (order.refund_id, order.refund_status) == (after.refund_id, after.status)
    assert world.state.refunds[refund.refund_id] is after


def _check_countdown(row: Transition, refund: Refund, after: Refund) -> None:
    """While staff have the case it stands still; else it goes on or begins anew, as the row says."""
    if after.status in TERMINAL or after.left:
        assert after.due == 0
    elif refund.left:
        assert after.due > refund.modified
    elif row.action == "extend":
        assert after.due == VALUES["extend"]["due"]
    else:
        assert (after.due == refund.due) == row.keeps_countdown


def test_the_first_row_opens_a_refund(world: World) -> None:
    order = world.state.orders[create_trade(world, {}).tid]
    refund = platform.apply(world, order, "refund_only")
    assert refund.status == WAIT_SELLER_AGREE == TABLE[0].to
    assert open_refund(world.state, order.oid) is refund
