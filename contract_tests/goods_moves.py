"""The alphabet of generated stories about exchanges and re-sends: who can do what, and where their tables lead then."""

from collections.abc import Mapping

from contract_tests.moves import CALLED, Move
from simulator.tmall.dispute_cycles import find
from simulator.tmall.exchange import EXCHANGE, PENDING, RESHIP, RETURNED, WAIT_SELLER_SHIP

_ASKED = ("buyer.call_staff",)


def _by_name(*moves: Move) -> Mapping[str, Move]:
    return {move.name: move for move in moves}


_STAFF = (
    Move("complain", "buyer.withdraw_complaint", "withdraw_complaint", "buyer", 1, before=_ASKED),
    Move("staff_buyer", "staff.rule", "rule_for_buyer", "staff", 1, before=CALLED, args={"for": "buyer"}),
    Move("staff_seller", "staff.rule", "rule_for_seller", "staff", 1, before=CALLED, args={"for": "seller"}),
)

GOODS_MOVES: Mapping[str, Mapping[str, Move]] = {
    EXCHANGE: _by_name(
        Move("modify", "buyer.modify_exchange", "modify", "buyer", 24),
        Move("withdraw", "buyer.withdraw_exchange", "withdraw", "buyer", 2),
        Move("ship_back", "buyer.ship_back_exchange", "ship_back", "buyer", 34),
        Move("confirm", "buyer.confirm_exchange", "confirm", "buyer", 30),
        Move("message", "buyer.message_exchange", "message", "buyer", 2, args={"content": "请尽快处理"}),
        Move("agent_agree", "agent.agree_exchange", "agree", "agent", 4),
        Move("agent_refuse", "agent.refuse_exchange", "refuse", "agent", 5),
        Move("agent_refuse_goods", "agent.refuse_exchange", "refuse_return", "agent", 3),
        Move("agent_receive", "agent.receive_exchange", "receive", "agent", 14),
        Move("agent_ship", "agent.ship_exchange", "ship", "agent", 14),
        Move("agent_receive_and_ship", "agent.ship_exchange", "receive_and_ship", "agent", 6),
        Move("timer", "platform.timer", "timeout", "timer", 1),
        *_STAFF,
        Move("approve", "reviewer.approve_exchange", "agree", weight=30, only=PENDING),
        Move("refuse", "reviewer.refuse_exchange", "refuse", weight=6, only=PENDING),
        Move("receive", "warehouse.receive", "receive", weight=22, only=RETURNED),
        Move("refuse_goods", "warehouse.refuse", "refuse_return", weight=3, only=RETURNED),
        Move("ship", "warehouse.ship_exchange", "ship", weight=30, only=WAIT_SELLER_SHIP),
    ),
    RESHIP: _by_name(
        Move("modify", "buyer.modify_reship", "modify", "buyer", 4),
        Move("withdraw", "buyer.withdraw_reship", "withdraw", "buyer", 2),
        Move("confirm", "buyer.confirm_reship", "confirm", "buyer", 14),
        Move("message", "buyer.message_reship", "message", "buyer", 2, args={"content": "请尽快处理"}),
        Move("agent_agree", "agent.agree_reship", "agree", "agent", 3),
        Move("agent_refuse", "agent.refuse_reship", "refuse", "agent", 3),
        Move("agent_ship", "agent.ship_reship", "ship", "agent", 3),
        Move("timer", "platform.timer", "timeout", "timer", 1),
        *_STAFF,
        Move("approve", "reviewer.approve_reship", "", weight=12, only=PENDING),
        Move("refuse", "reviewer.refuse_reship", "refuse", weight=3),
        Move("ship", "warehouse.ship_reship", "ship", weight=18),
    ),
}
"""By kind. No call agrees to a re-send, so an approval leads nowhere by itself: the parcel says it."""


def goods_lead_to(move: Move, kind: str, status: str) -> str:
    """Return the status that *move* leads to from *status* of an exchange or re-send, or nothing if it is impossible.

    What the tables' guards ask (an address, a parcel, other wishes) the generator and a correct integration see to.
    """
    if move.only not in ("", status):
        return ""
    if not move.action:
        return status
    row = find(kind, status, move.actor, move.action)
    return row.to_from(status) if row is not None else ""
