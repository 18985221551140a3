"""Every act of every actor, by name, and how one is performed: recorded before, done or refused, recorded after."""

from collections.abc import Mapping
from typing import Any

from simulator.act import ActSpec, check
from simulator.erp.acts import ERP_ACTS
from simulator.errors import ActRefused, unknown_name
from simulator.ledger.entry import Act
from simulator.phrase import Phrase, zh
from simulator.tmall.acts import TMALL_ACTS
from simulator.tmall.refusals import error_of
from simulator.words import say
from simulator.world import World

ACTS: Mapping[str, ActSpec] = {spec.name: spec for spec in (*TMALL_ACTS, *ERP_ACTS)}


def perform(world: World, name: str, args: Mapping[str, Any], *, play: str = "", hook: str = "") -> dict[str, Any]:
    """Do act *name* and return {accepted, reason, seq, result}; impossible ones are recorded, never an exception.

    Raises:
        UserError: if there is no such act, or its arguments are not the act's.
    """
    spec = ACTS.get(name)
    if spec is None:
        raise unknown_name(say("what.act", "act"), name, ACTS)
    check(spec, args)
    refunds, plays = _about(world, args, play)
    side = "erp" if spec.actor in {"reviewer", "warehouse", "stranger"} else "tmall"
    shop = _of(world, refunds[0]).shop if refunds else str(args.get("shop", ""))
    seen = dict(args)

    def record(*, accepted: bool, reason: str, started: bool, about: tuple[str, ...], error: str = "") -> int:
        return world.note(
            Act(
                act=name,
                args=seen,
                accepted=accepted,
                reason=str(reason),
                reason_zh=zh(reason) if isinstance(reason, Phrase) else "",
                error=error,
                hook=hook,
                started=started,
                refunds=about,
                plays=plays or world.plays_of(about),
                side=side,
                shop=shop,
            )
        )

    seq = record(accepted=True, reason="", started=True, about=refunds)
    result: dict[str, Any] = {}
    reason, error = "", None
    try:
        result = spec.do(world, args, seq)
    except ActRefused as refused:
        reason = refused.reason
        error = error_of(refused) if side == "tmall" else None
    made = result.get("refund_id")
    sub_code = error.sub_code if error is not None else ""
    record(accepted=not reason, reason=reason, started=False, about=(made,) if made else refunds, error=sub_code)
    answer: dict[str, Any] = {"accepted": not reason, "reason": str(reason), "seq": seq, "result": result}
    if error is not None:
        answer["error"] = error.as_answer()
    return answer | {"reason_zh": zh(reason)} if isinstance(reason, Phrase) else answer


def _about(world: World, args: Mapping[str, Any], play: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the refund ids that *args* name, and the plays the act belongs to."""
    refund = str(args.get("refund") or args.get("exchange") or args.get("reship") or args.get("repair") or "")
    if refund:
        refunds = (refund,) if _of(world, refund) is not None else ()
        return refunds, (play,) if play else world.plays_of(refunds)
    if play:
        return (), (play,)
    tid = str(args.get("tid", ""))
    order = world.state.orders.get(int(args["oid"])) if str(args.get("oid", "")).isdigit() else None
    found = world.state.plays.get(str(order.tid) if order else tid, "")
    return (), (found,) if found else ()


def _of(world: World, number: str) -> Any:
    """Return the refund or exchange of that number, or None."""
    return world.state.refunds.get(number) or world.state.exchanges.rows.get(number)
