"""Saying no: `taobao.refund.refuse` and `taobao.rp.returngoods.refuse`, both with a proof picture."""

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.phrase import Phrase
from simulator.tmall import platform
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.errors import (
    BAD_PROOF,
    BAD_REASON,
    CANNOT_REFUSE,
    NO_REASON,
    NO_SUCH_REFUND,
    TMALL_ONLY_RETURN,
    UNSHIPPED,
    WRONG_STATE,
    Refused,
)
from simulator.tmall.methods.refunds import reasons_for
from simulator.tmall.parameters import File
from simulator.tmall.refund import Refund
from simulator.tmall.refund_fields import text_of
from simulator.tmall.transition import Impossible, choose

_PICTURES = frozenset({"png", "jpg", "gif"})
_WHY = {"guard.unshipped": UNSHIPPED, "guard.no_reason": NO_REASON}
"""What is told of a guard that failed, by the id of its reason; of any other, that the state is wrong."""


def refuse(context: Context) -> Answer:
    """Answer `taobao.refund.refuse`."""
    args = context.args
    refund = context.refund_to_change()
    if args.get("tid", refund.tid) != refund.tid or args.get("oid", refund.oid) != refund.oid:
        raise Refused(NO_SUCH_REFUND)
    _check(context, refund, "refuse")
    after = platform.refuse(
        context.world,
        refund,
        args["refuse_message"],
        str(args.get("refuse_reason_id", "")),
        _proof(args.get("refuse_proof")),
        actor=INTEGRATION,
        cause=context.call.seq,
    )
    row = {"refund_id": after.refund_id, "status": after.status, "modified": text_of(after.modified)}
    return _done({"is_success": True, "refund": row}, after, ("refund_id", "status", "modified"))


def refuse_return(context: Context) -> Answer:
    """Answer `taobao.rp.returngoods.refuse`."""
    if not context.is_tmall:
        raise Refused(TMALL_ONLY_RETURN)
    args = context.args
    refund = context.refund_to_change()
    _check(context, refund, "refuse_return")
    after = platform.refuse_return(
        context.world,
        refund,
        "",
        str(args.get("refuse_reason_id", "")),
        _proof(args["refuse_proof"]),
        actor=INTEGRATION,
        cause=context.call.seq,
    )
    return _done({"result": True}, after, ("status",))


def _done(data: dict[str, object], after: Refund, fields: tuple[str, ...]) -> Answer:
    return Answer(data=data, body=data, effect=True, told=[Told(after.refund_id, after.change)], fields=fields)


def _check(context: Context, refund: Refund, action: str) -> None:
    """Raise what keeps *refund* from being refused: constraint, state, picture, reason, in this order."""
    context.check_writable(refund)
    if refund.constraint == "cannot_refuse":
        raise Refused(CANNOT_REFUSE)
    try:
        choose(context.world, refund, INTEGRATION, action)
    except Impossible as impossible:
        why = impossible.why.key if isinstance(impossible.why, Phrase) else ""
        raise Refused(_WHY.get(why, WRONG_STATE)) from None
    proof: File | None = context.args.get("refuse_proof")
    if proof is not None:
        most = context.method.parameters["refuse_proof"].max
        if proof.type() not in _PICTURES or (most is not None and len(proof.content) > most):
            raise Refused(BAD_PROOF)
    reason = context.args.get("refuse_reason_id")
    shipped = bool(context.world.state.orders[refund.oid].consigned)
    if reason is not None and all(reason != number for number, _, _ in reasons_for(refund, shipped=shipped)):
        raise Refused(BAD_REASON)


def _proof(file: File | None) -> str:
    return file.upload().sha256 if file is not None else ""
