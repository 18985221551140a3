"""The acts about a case with 小二 (staff): of those who call them, and their own."""

from typing import Any

from simulator.act import ActSpec
from simulator.errors import ActRefused
from simulator.tmall import act_arguments as of
from simulator.tmall import exchange_staff, staff
from simulator.tmall.act_arguments import ON, Args
from simulator.tmall.exchange import Exchange
from simulator.tmall.exchange_acts import told, turned
from simulator.words import say
from simulator.world import World


def _exchange(world: World, args: Args) -> Exchange | None:
    """Return the exchange or re-send that *args* name, if it is one."""
    return world.state.exchanges.rows.get(str(args["refund"]))


def _call(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask staff (小二) to step in; the seller's countdown stands still from now on."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.call(world, exchange, of.text(args, "text"), cause=cause))
    return of.told(staff.call(world, of.refund(world, args), of.text(args, "text"), cause=cause))


def _call_as_seller(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask staff (小二) to step in, by hand on the seller's web page."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.call(world, exchange, of.text(args, "text"), actor="agent", cause=cause))
    return of.told(staff.call(world, of.refund(world, args), of.text(args, "text"), actor="agent", cause=cause))


def _complain(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Complain about the seller; staff may step in."""
    return of.told(staff.complain(world, of.refund(world, args), of.text(args, "text"), cause=cause))


def _withdraw(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw the complaint, or what staff were called for; the countdown goes on."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.withdraw_complaint(world, exchange, cause=cause))
    return of.told(staff.withdraw_complaint(world, of.refund(world, args), cause=cause))


def _withdraw_as_seller(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Withdraw what the seller called staff for."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.withdraw_complaint(world, exchange, actor="agent", cause=cause))
    return of.told(staff.withdraw_complaint(world, of.refund(world, args), actor="agent", cause=cause))


def _step_in(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Step in where staff were called."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.step_in(world, exchange, of.text(args, "text"), cause=cause))
    return of.told(staff.step_in(world, of.refund(world, args), of.text(args, "text"), cause=cause))


def _ask_proof(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Ask both parties for proof."""
    if (exchange := _exchange(world, args)) is not None:
        return told(exchange_staff.ask_proof(world, exchange, of.text(args, "text"), cause=cause))
    return of.told(staff.ask_proof(world, of.refund(world, args), of.text(args, "text"), cause=cause))


def _review(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Finish the first review; a supervisor may not let it stand."""
    passed = of.flag(args, "passed")
    return of.told(staff.first_review(world, of.refund(world, args), passed is not False, cause=cause))


def _rule(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Rule for the buyer, who is paid (after the goods came back, if they must), or for the seller."""
    side = of.text(args, "for")
    if side not in ("buyer", "seller"):
        raise ActRefused(say("ruling.for", "staff rule for buyer or seller, not for {value}", value=repr(side)))
    goods_first = of.flag(args, "return") or False
    if goods_first and side == "seller":
        raise ActRefused(say("ruling.return", "a ruling for the seller brings no goods back"))
    text = of.text(args, "text")
    if (exchange := _exchange(world, args)) is not None:
        if goods_first:
            raise ActRefused(say("ruling.goods", "goods of an exchange or re-send go the way of their refund, if any"))
        return turned(world, exchange_staff.rule(world, exchange, side == "buyer", text, cause=cause))
    refund = of.refund(world, args)
    return of.told(staff.rule(world, refund, side == "buyer", text, goods_first=goods_first, cause=cause))


def _reverse(world: World, args: Args, cause: int) -> dict[str, Any]:
    """Take back a refund that was paid (assumed: no public document tells of it)."""
    return of.told(staff.reverse(world, of.refund(world, args), of.text(args, "text"), cause=cause))


_SAID = {"text": "what is said with it, as a message"}

STAFF_ACTS: tuple[ActSpec, ...] = (
    ActSpec(name="buyer.call_staff", needs=ON, takes=_SAID, do=_call),
    ActSpec(name="buyer.complain", needs=ON, takes=_SAID, do=_complain),
    ActSpec(name="buyer.withdraw_complaint", needs=ON, do=_withdraw),
    ActSpec(name="agent.call_staff", needs=ON, takes=_SAID, do=_call_as_seller),
    ActSpec(name="agent.withdraw_complaint", needs=ON, do=_withdraw_as_seller),
    ActSpec(name="staff.step_in", needs=ON, takes=_SAID, do=_step_in),
    ActSpec(name="staff.ask_proof", needs=ON, takes=_SAID, do=_ask_proof),
    ActSpec(name="staff.review", needs=ON, takes={"passed": "false: the supervisor does not let it stand"}, do=_review),
    ActSpec(
        name="staff.rule",
        needs={**ON, "for": "buyer or seller"},
        takes={"return": "true: the goods must come back first", **_SAID},
        do=_rule,
    ),
    ActSpec(name="staff.reverse", needs=ON, takes=_SAID, do=_reverse),
)
