"""What the platform pays or agrees to by itself, and what becomes of money that it paid in advance (先行垫付).

As in `simulator.tmall.platform`, each operation writes one entry, and an impossible one raises `ActRefused`.
`advance_status` tells how far an advance is; the refund itself stays as it is, and nothing more is paid.
"""

from simulator.tmall.platform import default_address, said_by
from simulator.tmall.refund import (
    ADVANCE_ASKED,
    ADVANCE_CLOSED,
    ADVANCE_PAID,
    ADVANCE_REFUSED,
    ADVANCE_SETTLED,
    Refund,
)
from simulator.tmall.transition import step
from simulator.world import World


def ask(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Ask the platform to pay before the seller agrees."""
    return step(world, refund, "buyer", "ask_advance", cause=cause, advance_status=ADVANCE_ASKED)


def advance(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Let the platform pay the buyer in advance (极速退款), without the seller."""
    return step(world, refund, "platform", "advance", cause=cause, advance_status=ADVANCE_PAID, auto=True)


def agree_at_once(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Let the platform agree at once to what was just applied for: it pays, or takes the goods back (闪电退货)."""
    if refund.kind == "refund_only":
        return advance(world, refund, cause=cause)
    address = default_address(world, refund.shop)
    said = said_by(world, refund, "platform", address.text, kind="RETURN_GOODS_APPROVED")
    values = {"address": address.text, "address_id": address.contact_id}
    return step(world, refund, "platform", "agree_return", cause=cause, said=said, auto=True, **values)


def settle(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Let the seller make good what the platform paid in advance."""
    return step(world, refund, "platform", "settle_advance", cause=cause, advance_status=ADVANCE_SETTLED)


def refuse(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Note that the seller refused the goods for which the platform paid in advance; the buyer keeps the money."""
    return step(world, refund, "platform", "refuse_advance", cause=cause, advance_status=ADVANCE_REFUSED)


def close(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Close an advance: what was asked for is not paid, or what was paid is not asked back of the seller."""
    return step(world, refund, "platform", "close_advance", cause=cause, advance_status=ADVANCE_CLOSED)
