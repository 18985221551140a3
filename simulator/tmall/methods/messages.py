"""`taobao.refund.message.add`: the seller's message on a refund or re-send, with a picture."""

from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.tmall import exchanges, platform
from simulator.tmall.context import INTEGRATION, Context
from simulator.tmall.dispute_cycles import find
from simulator.tmall.errors import ON_WEB_ONLY, WRONG_STATE, Refused, business, invalid
from simulator.tmall.parameters import File
from simulator.tmall.refund import ON_WEB
from simulator.tmall.refund_fields import text_of
from simulator.tmall.transition import Impossible, choose

PICTURE_TOO_LARGE = business("isv.invalid-parameter:image", "图片大小超过限制")
NO_PICTURE = business("isv.invalid-parameter:image", "图片格式不支持")
_PICTURES = frozenset({"png", "jpg", "gif"})


def add_message(context: Context) -> Answer:
    """Answer `taobao.refund.message.add`."""
    content: str = context.args["content"]
    if len(content.encode()) > platform.MESSAGE_BYTES:
        raise Refused(invalid("content"))
    number = str(context.args["refund_id"])
    refund = context.dispute(number)
    reship = context.world.state.exchanges.rows.get(number)
    if refund.constraint == ON_WEB:
        raise Refused(ON_WEB_ONLY)
    if reship is None:
        try:
            choose(context.world, refund, INTEGRATION, "message")
        except Impossible:
            raise Refused(WRONG_STATE) from None
    elif find(reship.kind, reship.status, INTEGRATION, "message") is None:
        raise Refused(WRONG_STATE)
    picture: File = context.args["image"]
    if len(picture.content) > (context.method.parameters["image"].max or 0):
        raise Refused(PICTURE_TOO_LARGE)
    if picture.type() not in _PICTURES:
        raise Refused(NO_PICTURE)
    cause, sha256 = context.call.seq, picture.upload().sha256
    change = (
        platform.message(context.world, refund, content, actor=INTEGRATION, cause=cause, pictures=(sha256,)).change
        if reship is None
        else exchanges.step(
            context.world, reship, INTEGRATION, "message", cause=cause, said=content, proof=sha256
        ).change
    )
    said = context.world.state.messages[number][-1]
    data = {"refund_message": {"id": said.id, "created": text_of(said.created)}}
    return Answer(data=data, body=data, effect=True, told=[Told(number, change)])
