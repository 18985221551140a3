"""The alphabet of generated stories: who can do what, and where the life-cycle table leads to then."""

from collections.abc import Mapping

import msgspec

from simulator.tmall.refund import (
    CLOSED,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
)


class Move(msgspec.Struct, frozen=True):
    """One thing that somebody can do about a refund, as the generator sees it."""

    name: str
    act: str
    action: str
    """What the life cycle calls it, or, for a decision in the ERP, what the integration does because of it."""
    actor: str = "integration"
    weight: int = 2
    """How often it is chosen, relative to the others that are possible."""

    @property
    def decides(self) -> bool:
        """Whether it is a decision in the ERP, which the integration then carries out."""
        return self.actor == "integration"


MOVES: Mapping[str, Move] = {
    move.name: move
    for move in (
        Move("raise", "buyer.modify", "modify", "buyer", 3),
        Move("lower", "buyer.modify", "modify", "buyer", 3),
        Move("switch", "buyer.modify", "modify", "buyer", 2),
        Move("withdraw", "buyer.withdraw", "withdraw", "buyer", 1),
        Move("ship_back", "buyer.ship_back", "ship_back", "buyer", 6),
        Move("correct_waybill", "buyer.correct_waybill", "correct_waybill", "buyer", 2),
        Move("agent_agree", "agent.agree", "agree", "agent", 1),
        Move("agent_agree_return", "agent.agree_return", "agree_return", "agent", 1),
        Move("agent_refuse", "agent.refuse", "refuse", "agent", 1),
        Move("agent_ship", "agent.ship", "ship", "agent", 1),
        Move("timer", "platform.timer", "timeout", "timer", 1),
        Move("approve", "reviewer.approve", "agree", weight=4),
        Move("refuse", "reviewer.refuse", "refuse", weight=3),
        Move("approve_return", "reviewer.approve_return", "agree_return", weight=6),
        Move("receive", "warehouse.receive", "agree", weight=6),
        Move("refuse_goods", "warehouse.refuse", "refuse_return", weight=2),
    )
}

ALPHABET = ("buyer.apply", *dict.fromkeys(move.act for move in MOVES.values()))
"""Every act that generated stories hold."""


_ROWS: Mapping[tuple[str, str, str], str] = {
    (WAIT_SELLER_AGREE, "buyer", "modify"): WAIT_SELLER_AGREE,
    (SELLER_REFUSE_BUYER, "buyer", "modify"): WAIT_SELLER_AGREE,
    (WAIT_SELLER_AGREE, "buyer", "withdraw"): CLOSED,
    (WAIT_BUYER_RETURN_GOODS, "buyer", "withdraw"): CLOSED,
    (SELLER_REFUSE_BUYER, "buyer", "withdraw"): CLOSED,
    (WAIT_BUYER_RETURN_GOODS, "buyer", "ship_back"): WAIT_SELLER_CONFIRM_GOODS,
    (WAIT_SELLER_CONFIRM_GOODS, "buyer", "correct_waybill"): WAIT_SELLER_CONFIRM_GOODS,
    (WAIT_SELLER_CONFIRM_GOODS, "integration", "agree"): SUCCESS,
    (WAIT_SELLER_CONFIRM_GOODS, "integration", "refuse_return"): SELLER_REFUSE_BUYER,
    (WAIT_BUYER_RETURN_GOODS, "timer", "timeout"): CLOSED,
    (WAIT_SELLER_CONFIRM_GOODS, "timer", "timeout"): SUCCESS,
    (SELLER_REFUSE_BUYER, "timer", "timeout"): CLOSED,
}


def leads_to(move: Move, status: str, kind: str, *, shipped: bool) -> str:
    """Return the status that *move* leads to from *status*, or nothing if it is impossible there."""
    actor = "integration" if move.actor == "agent" else move.actor
    if status == WAIT_SELLER_AGREE:
        if move.action == "refuse" and shipped:
            return SELLER_REFUSE_BUYER
        if move.action == "ship" and not shipped:
            return CLOSED
        if move.action == "agree" and kind == "refund_only" and move.name != "receive":
            return SUCCESS
        if move.action == "agree_return" and kind == "return_refund":
            return WAIT_BUYER_RETURN_GOODS
        if move.action == "timeout":
            return SUCCESS if kind == "refund_only" else WAIT_BUYER_RETURN_GOODS
    if move.name == "approve":
        return ""
    return _ROWS.get((status, actor, move.action), "")
