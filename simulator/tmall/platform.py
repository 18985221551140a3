"""What can be done about refunds: the operations behind the gateway's methods and the actors' acts.

Each operation writes exactly one `Changed` entry, the refund's row first, and returns the refund as it is then.
An impossible one raises `ActRefused` and writes nothing. *actor* is integration for calls, agent for the seller's
staff in 千牛; *cause* is the number of the `Asked` or `Act` entry behind it.
"""

from sys import intern
from typing import Any

from simulator.shared import shared
from simulator.tmall.amounts import FINISHED, ceiling_for
from simulator.tmall.lifecycle import find
from simulator.tmall.lifecycle_row import NONE
from simulator.tmall.refund import NO_CONSTRAINT, Refund, RefundMessage
from simulator.tmall.shop import Address
from simulator.tmall.trade import Order
from simulator.tmall.transition import Impossible as Impossible
from simulator.tmall.transition import outcome, why_not, write
from simulator.tmall.transition import step as step  # the general form of the operations below
from simulator.words import say
from simulator.world import World

MESSAGE_BYTES = 400
"""Longest message (留言) on a refund, in bytes of UTF-8."""

STAFF_NICK = "天猫客服"
"""Nick under which staff (小二) leave messages; assumed."""

NO_OFFER: dict[str, Any] = {"offer_amount": 0, "offer_address": 0, "offer_binds": False}
"""What a refund has once an offer of a return is answered, or overtaken."""

_ROLES = {"buyer": "1", "staff": "3"}
"""`owner_role` by actor; all others are the seller."""


def role_of(actor: str) -> str:
    """Return the `owner_role` of what *actor* says."""
    return _ROLES.get(actor, "2")


def apply(
    world: World,
    order: Order,
    kind: str,
    amount: int | None = None,
    *,
    actor: str = "buyer",
    cause: int = 0,
    reason: str = "",
    desc: str = "",
    received: bool | None = None,
    purpose: str = "",
    constraint: str = NO_CONSTRAINT,
    num: int = 0,
) -> Refund:
    """Open a refund of *amount* fen (None: all that is left) on *order*, in the phase that its trade is in.

    *num* is how many pieces of several it is about; 0: all.
    *received* says whether the buyer has the goods; None: yes for a return or a finished trade. *purpose* is what it
    is for besides the goods, and *constraint* what the platform forbids about it.

    Raises:
        Impossible: if the sub-order allows none, or kind or amount do not fit it.
    """
    state = world.state
    finished = FINISHED in (order.status, state.trades[order.tid].status)
    most = ceiling_for(state, order, purpose)
    amount = most if amount is None else amount
    if received is None:
        received = kind == "return_refund" or finished
    asked = Refund(
        refund_id=world.next_refund_id(),
        shop=order.shop,
        tid=order.tid,
        oid=order.oid,
        kind=kind,
        status=NONE,
        phase="aftersale" if finished else "onsale",
        amount=amount,
        first=amount,
        most=shared(most),
        total=order.total,
        change=0,
        num=num or order.num,
        bought=order.num if 0 < num < order.num else 0,
        good_status="BUYER_RECEIVED" if received else "BUYER_NOT_RECEIVED",
        reason=reason,
        desc=desc,
        buyer=state.trades[order.tid].buyer,
        title=order.title,
        num_iid=order.num_iid,
        price=order.price,
        sku=intern(f"{order.sku_id}|{order.sku}" if order.sku_id else order.sku),
        outer_id=order.outer_id,
        purpose=purpose,
        constraint=constraint,
    )
    row = find(NONE, actor, "apply")[0]
    if not 0 <= num <= order.num:
        raise Impossible(
            say("refund.pieces", "{num} is no number of pieces to give back: 1 to {most} are", num=num, most=order.num),
            row.guard,
        )
    reason_against = why_not(world, row, asked, actor)
    if reason_against:
        raise Impossible(reason_against, row.guard)
    new, puts = outcome(world, asked, asked, row)
    return write(world, new, puts, actor, "apply", cause, row.message)


def modify(
    world: World,
    refund: Refund,
    *,
    amount: int | None = None,
    kind: str | None = None,
    reason: str | None = None,
    desc: str | None = None,
    actor: str = "buyer",
    cause: int = 0,
) -> Refund:
    """Change the application; after a refusal this submits it again. The review mark is lost."""
    asked = {"amount": amount, "kind": kind, "reason": reason, "desc": desc}
    values: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    values |= {"reviewed": False, **NO_OFFER}
    if kind == "return_refund":
        values["good_status"] = "BUYER_RECEIVED"
    return step(world, refund, actor, "modify", cause=cause, **values)


def withdraw(world: World, refund: Refund, *, actor: str = "buyer", cause: int = 0) -> Refund:
    """Withdraw the application: the refund is closed."""
    return step(world, refund, actor, "withdraw", cause=cause)


def ship_back(
    world: World,
    refund: Refund,
    company: str,
    waybill: str,
    *,
    actor: str = "buyer",
    cause: int = 0,
    action: str = "ship_back",
) -> Refund:
    """Send the goods back with *company* under number *waybill*; action refill: the seller fills that in."""
    return step(
        world,
        refund,
        actor,
        action,
        cause=cause,
        company=company,
        waybill=waybill,
        returned=world.clock.seconds(),
        good_status="BUYER_RETURNED_GOODS",
    )


def correct_waybill(
    world: World, refund: Refund, *, company: str = "", waybill: str = "", actor: str = "buyer", cause: int = 0
) -> Refund:
    """Correct carrier or number of the parcel on its way back; what is not given stays."""
    parcel = {"company": company or refund.company, "waybill": waybill or refund.waybill}
    return step(world, refund, actor, "correct_waybill", cause=cause, said=None, **parcel)


def message(
    world: World,
    refund: Refund,
    content: str,
    *,
    actor: str = "buyer",
    cause: int = 0,
    pictures: tuple[str, ...] = (),
) -> Refund:
    """Leave a message (留言) of at most 400 bytes on an open refund.

    Raises:
        Impossible: also if there is no text, or too much of it.
    """
    size = len(content.encode())
    if not content.strip() or size > MESSAGE_BYTES:
        raise Impossible(
            say("message.size", "a message has 1 to {most} bytes, not {size}", most=MESSAGE_BYTES, size=size), "content"
        )
    return step(world, refund, actor, "message", cause=cause, said=said_by(world, refund, actor, content, pictures))


def said_by(
    world: World,
    refund: Refund,
    actor: str,
    content: str,
    pictures: tuple[str, ...] = (),
    *,
    kind: str = "NORMAL",
    reason: str = "",
) -> RefundMessage:
    """Return the message that *actor* leaves on *refund* with what it does."""
    role = role_of(actor)
    return RefundMessage(
        id=world.block * 100_000_000 + world.state.message_count + 1,
        refund_id=refund.refund_id,
        owner_role=role,
        owner_nick={"1": refund.buyer, "3": STAFF_NICK}.get(role, refund.shop),
        content=content,
        message_type=kind,
        created=world.clock.seconds(),
        pictures=pictures,
        reason=reason,
    )


def review(world: World, refund: Refund, result: bool = True, *, actor: str = "integration", cause: int = 0) -> Refund:
    """Set the review mark, or take it back."""
    return step(world, refund, actor, "review", cause=cause, reviewed=result)


def agree(world: World, refund: Refund, *, actor: str = "integration", cause: int = 0, text: str = "") -> Refund:
    """Agree to pay: the money goes back to the buyer."""
    said = said_by(world, refund, actor, text) if text else None
    return step(world, refund, actor, "agree", cause=cause, said=said)


def default_address(world: World, shop: str) -> Address:
    """Return the default return address of *shop*, or its first one."""
    addresses = world.state.shops[shop].addresses
    return next((address for address in addresses if address.cancel_def), addresses[0])


def agree_return(
    world: World,
    refund: Refund,
    address: Address | None = None,
    remark: str = "",
    *,
    actor: str = "integration",
    cause: int = 0,
    action: str = "agree_return",
) -> Refund:
    """Agree that the goods come back to *address* (None: the default one); a message to the buyer holds it.

    Action agree_virtual_return: no goods move, and so they are back at once.
    """
    address = address or default_address(world, refund.shop)
    said = said_by(world, refund, actor, f"{address.text} {remark}".rstrip(), kind="RETURN_GOODS_APPROVED")
    values: dict[str, Any] = {"address": address.text, "address_id": address.contact_id}
    if action == "agree_virtual_return":
        values |= {"returned": world.clock.seconds(), "good_status": "BUYER_RETURNED_GOODS"}
    return step(world, refund, actor, action, cause=cause, said=said, **values)


def refuse(
    world: World,
    refund: Refund,
    message: str = "",
    reason: str = "",
    proof: str = "",
    *,
    actor: str = "integration",
    cause: int = 0,
    action: str = "refuse",
) -> Refund:
    """Refuse the refund with *message* and *proof* (sha256 of the picture); *reason* is the id of the reason.

    They stand in a message of the seller's.
    """
    said = None
    if message or reason or proof:
        said = said_by(world, refund, actor, message, (proof,) if proof else (), reason=reason)
    return step(world, refund, actor, action, cause=cause, said=said, **NO_OFFER)


def refuse_return(
    world: World,
    refund: Refund,
    message: str = "",
    reason: str = "",
    proof: str = "",
    *,
    actor: str = "integration",
    cause: int = 0,
) -> Refund:
    """Refuse the goods that came back."""
    return refuse(world, refund, message, reason, proof, actor=actor, cause=cause, action="refuse_return")


def change_address(
    world: World, refund: Refund, address: Address, text: str = "", *, actor: str = "agent", cause: int = 0
) -> Refund:
    """Let the goods come back to another *address*; a message to the buyer holds it."""
    said = said_by(world, refund, actor, f"{address.text} {text}".rstrip(), kind="RETURN_GOODS_APPROVED")
    values = {"address": address.text, "address_id": address.contact_id}
    return step(world, refund, actor, "change_address", cause=cause, said=said, **values)


def constrain(world: World, refund: Refund, constraint: str, *, cause: int = 0) -> Refund:
    """Let the platform forbid (or allow again) what calls can do about *refund*."""
    return step(world, refund, "platform", "constrain", cause=cause, constraint=constraint)
