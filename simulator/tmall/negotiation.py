"""What can be done about a refund besides yes and no: stopping the parcel on its way, and offering a return instead.

As in `simulator.tmall.platform`, each operation writes one entry, and an impossible one raises `ActRefused`.
"""

from typing import NamedTuple

from simulator.tmall.platform import NO_OFFER, said_by
from simulator.tmall.refund import INTERCEPT_APPLY, INTERCEPT_FAILED, INTERCEPT_SUCCESS, Refund
from simulator.tmall.shop import Address
from simulator.tmall.transition import step
from simulator.world import World


class Refusal(NamedTuple):
    """What an offer refuses: why, in words and as the id of a reason."""

    text: str
    reason: str


def intercept(world: World, refund: Refund, *, actor: str = "integration", cause: int = 0) -> Refund:
    """Ask the carrier to stop the parcel."""
    return step(world, refund, actor, "intercept", cause=cause, intercept=INTERCEPT_APPLY)


def intercepted(world: World, refund: Refund, success: bool, *, actor: str = "platform", cause: int = 0) -> Refund:
    """Tell how the intercept ended: after *success* the money goes back at once, else the seller must decide."""
    if success:
        return step(world, refund, actor, "intercept_success", cause=cause, intercept=INTERCEPT_SUCCESS)
    return step(world, refund, actor, "intercept_failure", cause=cause, intercept=INTERCEPT_FAILED)


def negotiate(
    world: World,
    refund: Refund,
    amount: int,
    address: Address,
    text: str = "",
    *,
    binds: bool = False,
    refusal: Refusal | None = None,
    actor: str = "integration",
    cause: int = 0,
) -> Refund:
    """Offer the buyer *amount* fen for the goods sent back to *address*; *text* is told as a message.

    With *binds* the buyer cannot decline; with a *refusal* what they asked for is refused, and the offer stands.
    """
    offer = {"offer_amount": amount, "offer_address": address.contact_id, "offer_binds": binds}
    if refusal is not None:
        words = " ".join(word for word in (refusal.text, text) if word)
        why = said_by(world, refund, actor, words, reason=refusal.reason)
        return step(world, refund, actor, "refuse_with_offer", cause=cause, said=why, **offer)
    said = said_by(world, refund, actor, text) if text else None
    return step(world, refund, actor, "negotiate", cause=cause, said=said, **offer)


def accept_offer(world: World, refund: Refund, *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Accept the seller's offer: the refund becomes a return of that amount, agreed already."""
    addresses = world.state.shops[refund.shop].addresses
    address = next((found for found in addresses if found.contact_id == refund.offer_address), None)
    return step(
        world,
        refund,
        actor,
        "accept_offer",
        cause=cause,
        amount=refund.offer_amount,
        kind="return_refund",
        good_status="BUYER_RECEIVED",
        reviewed=False,
        address=address.text if address else "",
        address_id=refund.offer_address,
        **NO_OFFER,
    )


def decline_offer(world: World, refund: Refund, text: str = "", *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Decline the seller's offer, perhaps with a message: the refund is as it was."""
    said = said_by(world, refund, actor, text) if text and refund.offer_amount else None
    return step(world, refund, actor, "decline_offer", cause=cause, said=said, **NO_OFFER)
