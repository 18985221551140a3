"""The alphabet of generated stories: who can do what, and where the life-cycle table leads to then."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.tmall.lifecycle import find
from simulator.tmall.refund import WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS


class Move(msgspec.Struct, frozen=True):
    """One thing that somebody can do about a refund, as the generator sees it."""

    name: str
    act: str
    action: str
    """What the life cycle calls it, or, for a decision in the ERP, what the integration does because of it (empty:
    nothing)."""
    actor: str = "integration"
    weight: int = 2
    """How often it is chosen, relative to the others that are possible."""
    only: str = ""
    """The one state in which the ERP can decide so; empty: wherever the table has a row."""
    before: tuple[str, ...] = ()
    """Acts that lead up to it, in the same breath: while staff (小二) have a case no integration can do anything."""
    after: tuple[str, ...] = ()
    """Acts that undo it, in the same breath."""
    args: Mapping[str, Any] = {}
    """Arguments that never differ."""

    @property
    def decides(self) -> bool:
        """Whether it is a decision in the ERP, which the integration then carries out."""
        return self.actor == "integration"


CALLED = ("buyer.call_staff", "staff.step_in")
_GOODS_FIRST = {"for": "buyer", "return": True}

MOVES: Mapping[str, Move] = {
    move.name: move
    for move in (
        Move("raise", "buyer.modify", "modify", "buyer", 3),
        Move("lower", "buyer.modify", "modify", "buyer", 3),
        Move("switch", "buyer.modify", "modify", "buyer", 2),
        Move("withdraw", "buyer.withdraw", "withdraw", "buyer", 1),
        Move("ship_back", "buyer.ship_back", "ship_back", "buyer", 18),
        Move("correct_waybill", "buyer.correct_waybill", "correct_waybill", "buyer", 12),
        Move("agent_agree", "agent.agree", "agree", "agent", 1),
        Move("agent_agree_return", "agent.agree_return", "agree_return", "agent", 3),
        Move("agent_refuse", "agent.refuse", "refuse", "agent", 2),
        Move("agent_ship", "agent.ship", "ship", "agent", 1),
        Move("timer", "platform.timer", "timeout", "timer", 1),
        Move("extend", "platform.extend", "extend", "platform", 1, args={"hours": 24}),
        Move("remind", "platform.remind", "remind", "timer", 1),
        Move("complain", "buyer.complain", "complain", "buyer", 1, after=("buyer.withdraw_complaint",)),
        Move("staff_pay", "staff.rule", "rule_for_buyer", "staff", 1, before=CALLED, args={"for": "buyer"}),
        Move("staff_close", "staff.rule", "rule_for_seller", "staff", 1, before=CALLED, args={"for": "seller"}),
        Move("staff_return", "staff.rule", "rule_return", "staff", 1, before=CALLED, args=_GOODS_FIRST),
        Move("approve", "reviewer.approve", "agree", weight=4, only=WAIT_SELLER_AGREE),
        Move("refuse", "reviewer.refuse", "refuse", weight=3, only=WAIT_SELLER_AGREE),
        Move("approve_return", "reviewer.approve_return", "agree_return", weight=8, only=WAIT_SELLER_AGREE),
        Move("receive", "warehouse.receive", "agree", weight=14, only=WAIT_SELLER_CONFIRM_GOODS),
        Move("refuse_goods", "warehouse.refuse", "refuse_return", weight=6, only=WAIT_SELLER_CONFIRM_GOODS),
    )
}


def leads_to(move: Move, status: str, kind: str, *, shipped: bool) -> str:
    """Return the status that *move* leads to from *status*, or nothing if it is impossible there.

    *kind* is the refund's, *shipped* whether its goods have left. What else the table's guards ask (a waybill, a
    review, an amount within bounds) the generator and a correct integration see to.
    """
    if move.only not in ("", status):
        return ""
    for row in find(status, move.actor, move.action):
        if _fits(row.guard, kind, shipped=shipped):
            return row.to_from(status)
    return ""


def _fits(guard: str, kind: str, *, shipped: bool) -> bool:
    match guard:
        case "may_pay" | "refund_only":
            return kind == "refund_only"
        case "returns_goods":
            return kind == "return_refund"
        case "unshipped":
            return kind == "refund_only" and not shipped
        case "may_refuse" | "staff_returns":
            return shipped
        case "early_money":  # a setting that is off by default
            return False
        case _:
            return True
