"""What 小二 (staff) can be called to do about an exchange or a re-send, and what they do: step in, ask for proof, rule.

Each operation writes one entry, and an impossible one raises `Impossible`. Staff who rule for the buyer turn an
exchange into a refund of the same sub-order, and let the seller of a re-send ship; for the seller, either is closed.
"""

from typing import Any

from simulator.tmall.exchange import TURNED_TO_REFUND, Exchange
from simulator.tmall.exchanges import refund_instead, step
from simulator.tmall.lifecycle_row import ROLES
from simulator.tmall.refund import CALLED, CASE_OVER, COLLECTING_PROOF, FOR_BUYER, FOR_SELLER, STEPPED_IN, WITHDRAWN
from simulator.world import World


def call(world: World, exchange: Exchange, text: str = "", *, actor: str = "buyer", cause: int = 0) -> Exchange:
    """Ask staff to step in (申请客服介入)."""
    return _move(world, exchange, actor, "call_staff", CALLED, text, cause, case_of=ROLES.get(actor, actor))


def withdraw_complaint(world: World, exchange: Exchange, *, actor: str = "buyer", cause: int = 0) -> Exchange:
    """Withdraw the case: everything goes on as before."""
    return _move(world, exchange, actor, "withdraw_complaint", WITHDRAWN, "", cause, case_of="")


def step_in(world: World, exchange: Exchange, text: str = "", *, cause: int = 0) -> Exchange:
    """Take the case."""
    return _move(world, exchange, "staff", "step_in", STEPPED_IN, text, cause)


def ask_proof(world: World, exchange: Exchange, text: str = "", *, cause: int = 0) -> Exchange:
    """Ask the parties for proof."""
    return _move(world, exchange, "staff", "ask_proof", COLLECTING_PROOF, text or "请双方在规定时间内上传凭证", cause)


def rule(world: World, exchange: Exchange, buyer: bool, text: str = "", *, cause: int = 0) -> Exchange:
    """Rule for the *buyer* or the seller."""
    stays = world.settings.of(exchange.shop)["cs_after_ruling"] == "ruled"
    status = (FOR_BUYER if buyer else FOR_SELLER) if stays else CASE_OVER
    action = "rule_for_buyer" if buyer else "rule_for_seller"
    ruled = _move(world, exchange, "staff", action, status, text, cause, case_of="")
    if ruled.status == TURNED_TO_REFUND:
        refund_instead(world, exchange, cause=cause)
    return ruled


def _move(
    world: World, exchange: Exchange, actor: str, action: str, cs_status: int, text: str, cause: int, **values: Any
) -> Exchange:
    return step(world, exchange, actor, action, cause=cause, said=text, cs_status=cs_status, **values)
