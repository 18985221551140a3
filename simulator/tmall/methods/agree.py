"""`taobao.rp.refunds.agree`: pays refunds out, a batch a call, each row on its own, and `taobao.rp.refund.review`."""

from typing import NamedTuple

from simulator.exchange import Answer
from simulator.ledger.values import RowResult, Told
from simulator.tmall import platform
from simulator.tmall.context import INTEGRATION, Context, unwritable
from simulator.tmall.errors import (
    NO_SUCH_REFUND,
    SECOND_CHECK,
    STALE_VERSION,
    TMALL_ONLY_REVIEW,
    TOO_MANY,
    TOO_MUCH,
    WRONG_INFOS,
    WRONG_PHASE,
    WRONG_STATE,
    Refused,
)
from simulator.tmall.refund import SUCCESS, Refund
from simulator.tmall.transition import Impossible, choose

DONE = "succ"
NOT_REVIEWED = "退款单未审核"
WRONG_AMOUNT = "退款金额不一致"
ALREADY_PAID = "退款单已退款成功，请勿重复操作"
SUB_ACCOUNT_ONLY = "只允许子账号操作"
WRONG_CODE = "短信验证码错误"
SMS_SENT = "发送二次验证短信成功"
PLATFORM_FAILED = "isp.remote-service-error: 远程服务调用失败"

_SENT = "sms_code"
"""Row of the last code that a shop was sent, by nick."""
_TOP_LEVEL = {"OP_SUCC": "操作成功", "SOME_OP_SUCC": "部分退款失败", "OP_FAILURE_UE": "退款失败"}


class Limits(NamedTuple):
    """How much one call may agree to; *amount* in fen, None where there is no ceiling."""

    refunds: int
    amount: int | None


LIMITS = {
    ("legacy", "B"): Limits(30, 1_000_000),
    ("legacy", "C"): Limits(20, 600_000),
    ("current", "B"): Limits(20, None),
    ("current", "C"): Limits(20, None),
}
"""By edition and type of shop. Both texts are the platform's own, of different years."""


class Info(NamedTuple):
    """One row of refund_infos. Taobao shops send no phase."""

    refund_id: str
    amount: int
    version: int
    phase: str


def read_infos(text: str, *, is_tmall: bool) -> list[Info]:
    """Return the rows of *text*, `id|fen|version|phase` joined by commas.

    Raises:
        Refused: if a row has too few or too many parts, or a number is none.
    """
    rows = []
    for row in text.split(","):
        parts = [part.strip() for part in row.split("|")]
        numbers = parts[:3]
        if len(parts) != (4 if is_tmall else 3) or not all(n.isascii() and n.isdigit() for n in numbers):
            raise Refused(WRONG_INFOS)
        if max(map(len, numbers)) > 19:
            raise Refused(WRONG_INFOS)
        rows.append(Info(parts[0], int(parts[1]), int(parts[2]), parts[3] if is_tmall else ""))
    return rows


def agree(context: Context) -> Answer:
    """Answer `taobao.rp.refunds.agree`."""
    infos = read_infos(context.args["refund_infos"], is_tmall=context.is_tmall)
    total = sum(info.amount for info in infos)
    limits = LIMITS[(context.settings["edition"], context.shop.type)]
    if len(infos) > limits.refunds:
        raise Refused(TOO_MANY)
    if limits.amount is not None and total > limits.amount:
        raise Refused(TOO_MUCH)
    threshold = context.settings["sms_threshold"]
    asks_code = threshold and total >= threshold and not context.args["ignore_code"]
    code = context.args.get("code", "")
    if asks_code and not code:
        _send_code(context)
        if context.settings["sms_answer"] == "error":
            raise Refused(SECOND_CHECK)
        data = {"succ": False, "message": SMS_SENT}
        return Answer(data=data, body=data)
    return _batch(context, infos, WRONG_CODE if asks_code and not _is_good(context, code) else "")


def _send_code(context: Context) -> None:
    """Remember when a code was sent, where codes grow old."""
    world, nick = context.world, context.shop.nick
    if context.settings["sms_code_seconds"]:
        sent = {"sent": world.clock.wall()}
        world.change([(_SENT, nick, sent)], actor="platform", action="send_code", cause=context.call.seq, shop=nick)


def _is_good(context: Context, code: str) -> bool:
    """Tell whether *code* has the right form (which one was sent, nobody is told) and was sent lately enough."""
    if not (code.isascii() and code.isdigit() and len(code) == context.settings["sms_code_length"]):
        return False
    lasts = context.settings["sms_code_seconds"] * 1000
    sent = context.world.state.plain.get(_SENT, {}).get(context.shop.nick, {}).get("sent", 0)
    return not lasts or context.world.clock.wall() - sent <= lasts


def _batch(context: Context, infos: list[Info], refusal: str) -> Answer:
    if context.role != "sub" and context.settings["agree_needs_sub_account"]:
        refusal = SUB_ACCOUNT_ONLY
    answer = Answer()
    for info in infos:
        message = refusal or _row(context, info, answer)
        answer.results.append(RowResult(info.refund_id, message == DONE, message))
    good = sum(row.succ for row in answer.results)
    some = good not in (0, len(infos))
    msg_code = "SOME_OP_SUCC" if some else "OP_SUCC" if good else "OP_FAILURE_UE"
    answer.data = answer.body = {
        "succ": context.settings["partly_failed_succ"] if some else good > 0,
        "msg_code": msg_code,
        "message": _TOP_LEVEL[msg_code],
        "results": [{"refund_id": r.refund, "succ": r.succ, "message": r.message} for r in answer.results],
    }
    answer.fields = ("status",) if answer.told else ()
    return answer


def _row(context: Context, info: Info, answer: Answer) -> str:
    """Agree to one refund, tell the new state in *answer*, and return the row's message."""
    refund = context.world.state.refunds.get(info.refund_id)
    if refund is None or refund.shop != context.shop.nick:
        return NO_SUCH_REFUND.sub_msg
    if info.refund_id in context.call.failing:
        return PLATFORM_FAILED
    if refund.status == SUCCESS:
        if context.settings["repeated_agree"] != "success":
            return ALREADY_PAID
        answer.told.append(Told(refund.refund_id, refund.change))
        return DONE
    refusal = _refusal(context, info, refund)
    if refusal:
        return refusal
    paid = platform.agree(context.world, refund, actor=INTEGRATION, cause=context.call.seq)
    answer.effect = True
    answer.told.append(Told(paid.refund_id, paid.change))
    return DONE


def _refusal(context: Context, info: Info, refund: Refund) -> str:
    """Return why *refund* cannot be agreed as *info* asks, in the order of the platform's checks, or nothing."""
    if (info.phase and info.phase != refund.phase) or (context.is_tmall and not info.phase):
        return WRONG_PHASE.sub_msg
    if info.version != refund.version:
        return STALE_VERSION.sub_msg
    refused = unwritable(context.world, refund)
    if refused is not None:
        return refused.sub_msg
    # Twice through the table: once as if it were reviewed, so that a wrong state is told before a missing review.
    if not _possible(context, refund, reviewed=True):
        return WRONG_STATE.sub_msg
    if not _possible(context, refund):
        return NOT_REVIEWED
    return "" if info.amount == refund.amount else WRONG_AMOUNT


def _possible(context: Context, refund: Refund, **values: bool) -> bool:
    try:
        choose(context.world, refund, INTEGRATION, "agree", **values)
    except Impossible:
        return False
    return True


def review(context: Context) -> Answer:
    """Answer `taobao.rp.refund.review`: mark the refund as fit to be agreed, or take the mark back."""
    if not context.is_tmall:
        raise Refused(TMALL_ONLY_REVIEW)
    refund = context.refund_to_change()
    context.check_writable(refund)
    try:
        after = platform.review(
            context.world, refund, context.args["result"], actor=INTEGRATION, cause=context.call.seq
        )
    except Impossible:
        raise Refused(WRONG_STATE) from None
    data = {"is_success": True}
    return Answer(data=data, body=data, effect=True, told=[Told(after.refund_id, after.change)], fields=("reviewed",))
