"""What 小二 (staff) can be called to do about a refund, and what they do: step in, ask for proof, rule, reverse.

As in `simulator.tmall.platform`, each operation writes one entry, and an impossible one raises `ActRefused`.
`cs_status` tells how far the case is; while staff have it the seller's countdown stands still and calls cannot write.
"""

from typing import Any

from simulator.tmall.lifecycle_row import ROLES
from simulator.tmall.platform import default_address, said_by
from simulator.tmall.refund import (
    APPEAL,
    CALLED,
    CASE_OVER,
    COLLECTING_PROOF,
    FIRST_REVIEW,
    FOR_BUYER,
    FOR_SELLER,
    REVIEW_FAILED,
    STEPPED_IN,
    WITHDRAWN,
    Refund,
)
from simulator.tmall.transition import step
from simulator.world import World


def call(world: World, refund: Refund, text: str = "", *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Ask staff to step in (申请客服介入)."""
    return _move(world, refund, actor, "call_staff", CALLED, text, cause, case_of=ROLES.get(actor, actor))


def complain(world: World, refund: Refund, text: str = "", *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Complain about the seller: nothing stops, but staff may step in."""
    return _move(world, refund, actor, "complain", APPEAL, text, cause, case_of=actor)


def withdraw_complaint(world: World, refund: Refund, *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Withdraw the case: everything goes on as before."""
    return _move(world, refund, actor, "withdraw_complaint", WITHDRAWN, "", cause, case_of="")


def step_in(world: World, refund: Refund, text: str = "", *, cause: int = 0) -> Refund:
    """Take the case."""
    return _move(world, refund, "staff", "step_in", STEPPED_IN, text, cause)


def ask_proof(world: World, refund: Refund, text: str = "", *, cause: int = 0) -> Refund:
    """Ask the parties for proof."""
    return _move(world, refund, "staff", "ask_proof", COLLECTING_PROOF, text or "请双方在规定时间内上传凭证", cause)


def first_review(world: World, refund: Refund, passed: bool = True, *, cause: int = 0) -> Refund:
    """Finish the first review; *passed* says whether the supervisor lets it stand."""
    return _move(world, refund, "staff", "first_review", FIRST_REVIEW if passed else REVIEW_FAILED, "", cause)


def rule(
    world: World, refund: Refund, buyer: bool, text: str = "", *, goods_first: bool = False, cause: int = 0
) -> Refund:
    """Rule for the *buyer* or the seller; *goods_first*: the buyer is paid once the goods are back."""
    stays = world.settings.of(refund.shop)["cs_after_ruling"] == "ruled"
    status = (FOR_BUYER if buyer else FOR_SELLER) if stays else CASE_OVER
    if not buyer:
        return _move(world, refund, "staff", "rule_for_seller", status, text, cause, case_of="")
    if not goods_first:
        return _move(world, refund, "staff", "rule_for_buyer", status, text, cause, case_of="")
    address = default_address(world, refund.shop)
    back = {"kind": "return_refund", "good_status": "BUYER_RECEIVED", "reviewed": False}
    to: dict[str, Any] = {"address": address.text, "address_id": address.contact_id}
    return _move(world, refund, "staff", "rule_return", status, text, cause, case_of="", **back, **to)


def reverse(world: World, refund: Refund, text: str = "", *, cause: int = 0) -> Refund:
    """Take back a refund that was paid: the money is the seller's again."""
    said = said_by(world, refund, "staff", text) if text else None
    return step(world, refund, "staff", "reverse", cause=cause, said=said)


def _move(
    world: World, refund: Refund, actor: str, action: str, cs_status: int, text: str, cause: int, **values: Any
) -> Refund:
    said = said_by(world, refund, actor, text) if text else None
    return step(world, refund, actor, action, cause=cause, said=said, cs_status=cs_status, **values)
