"""What can be done about a refund besides yes and no: stopping the parcel on its way, and offering a return instead.

As in `simulator.tmall.platform`, each operation writes one entry, and an impossible one raises `ActRefused`.
"""

from simulator.tmall.platform import said_by
from simulator.tmall.refund import INTERCEPT_APPLY, INTERCEPT_FAILED, INTERCEPT_SUCCESS, Refund
from simulator.tmall.shop import Address
from simulator.tmall.transition import step
from simulator.world import World


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
    actor: str = "integration",
    cause: int = 0,
) -> Refund:
    """Offer the buyer *amount* fen for the goods sent back to *address*; *text* is told as a message."""
    said = said_by(world, refund, actor, text) if text else None
    offer = {"offer_amount": amount, "offer_address": address.contact_id}
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
        offer_amount=0,
        offer_address=0,
    )


def decline_offer(world: World, refund: Refund, text: str = "", *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Decline the seller's offer, perhaps with a message: the refund is as it was."""
    said = said_by(world, refund, actor, text) if text and refund.offer_amount else None
    return step(world, refund, actor, "decline_offer", cause=cause, said=said, offer_amount=0, offer_address=0)
