"""The dialogue of the message channel without I/O: what a client said becomes a step for the server to take.

A client says CONNECT, signed with its app's secret, and is acknowledged under a token that every later message of
either side carries. Then messages are pushed to it, it pulls, confirms, and says which ones it failed to handle.
"""

from collections.abc import Callable, Mapping

import msgspec

from simulator.chance import token
from simulator.ledger.entry import Pushed
from simulator.tmall.errors import (
    INVALID_APP_KEY,
    INVALID_SIGNATURE,
    INVALID_TIMESTAMP,
    MISSING_APP_KEY,
    MISSING_SIGNATURE,
    MISSING_TIMESTAMP,
    TopError,
    invalid,
)
from simulator.tmall.permit import DEFAULT_GROUP
from simulator.tmall.queue import Message
from simulator.tmall.signing import sign
from simulator.tmall.tmc_frames import (
    BYTE,
    CONNECT,
    CONNECT_ACK,
    DATE,
    INT32,
    INT64,
    SEND,
    SEND_ACK,
    TEXT,
    Frame,
    FrameError,
    Value,
    decode,
)

PULL, CONFIRM, DATA, FAILED = 1, 2, 3, 20
"""What `__kind` says of a message."""

_SIGNED = ("app_key", "group_name", "timestamp")
_TOKEN_LENGTHS = {"short": 8, "long": 120}


class Rules(msgspec.Struct, frozen=True):
    """Who may connect."""

    secrets: Mapping[str, str]
    """By app key."""
    groups: frozenset[tuple[str, str]]
    """App key and name of the groups that exist besides the default one."""
    skew: float = 0
    """Seconds that a timestamp may be off; 0: it is not looked at, as .NET sends its tick count."""


class Greeted(msgspec.Struct, frozen=True):
    """It is an app that we know: acknowledge it."""

    app_key: str
    group: str
    flag: int


class Refused(msgspec.Struct, frozen=True):
    """It may not connect: say why, and close."""

    status: int
    phrase: str
    flag: int
    app_key: str = ""
    group: str = ""


class Pulled(msgspec.Struct, frozen=True):
    """It asks for whatever is due."""


class Settled(msgspec.Struct, frozen=True):
    """It confirmed a message, or failed to handle it."""

    number: str
    failed: bool = False
    reason: str = ""


class Reply(msgspec.Struct, frozen=True):
    """It wants an answer."""

    frame: Frame


class Broken(msgspec.Struct, frozen=True):
    """It said something that has no place here: close."""

    reason: str


class Nothing(msgspec.Struct, frozen=True):
    """It said something that asks for nothing."""


Step = Greeted | Refused | Pulled | Settled | Reply | Broken | Nothing


def uuid(seed: int, *about: object) -> str:
    """Return the text of 36 characters, such as the platform's tokens are, that follows from (seed, *about*)."""
    text = token(seed, *about)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def token_of(form: str, seed: int, *about: object) -> str:
    """Return a token of the *form* that setting `tmc_token` names: uuid, short, or as long as Node's buffer bears."""
    if form == "uuid":
        return uuid(seed, *about)
    return token(seed, *about, length=_TOKEN_LENGTHS[form])


def acknowledge(step: Greeted, given: str) -> Frame:
    """Return the answer to CONNECT: the client's own flag, if it sent one, and the token *given*."""
    return Frame(kind=CONNECT_ACK, flag=step.flag, token=given)


def refuse(step: Refused, form: str = "both", status: int = 0) -> Frame:
    """Return the answer to a CONNECT that is refused: of *form* both, status or phrase, as setting `tmc_refusal` says.

    A *status* but 0 takes the place of the gateway's code.
    """
    told = step if not status else msgspec.structs.replace(step, status=status)
    return Frame(
        kind=CONNECT_ACK,
        status=told.status if form != "phrase" else 0,
        phrase=told.phrase if form != "status" else "",
        flag=step.flag,
    )


def data(message: Message, pushed: Pushed, given: str, now: int) -> Frame:
    """Return *message* as it is pushed at *now* (ms since 1970) under the token *given*. It never has a flag.

    Java casts: a number of another width than these makes it lose the message.
    """
    values = {
        "__kind": Value(BYTE, DATA),
        "id": Value(INT64, message.id),
        "topic": Value(TEXT, message.topic),
        "content": Value(TEXT, pushed.altered or message.content),
        "time": Value(DATE, message.published),
        "publisher": Value(TEXT, message.app_key),
        "nick": Value(TEXT, message.nick),
        "userid": Value(INT64, message.user_id),
        "outtime": Value(DATE, now),
        "dataid": Value(INT64, int(message.refunds[0]) if message.refunds else message.id),
        "retried": Value(INT32, pushed.attempt - 1),
    }
    return Frame(kind=SEND, token=given, values=values)


def read(payload: bytes, given: str, rules: Callable[[], Rules], now: int) -> Step:
    """Return what a client's message asks for. *given* is the token that it was given; empty: none yet."""
    try:
        frame = decode(payload)
    except FrameError as error:
        return Broken(f"no message: {error}")
    if frame.kind == CONNECT:
        return Broken("CONNECT said twice") if given else _connect(frame, rules(), now)
    if not given:
        # npm taobao-sdk may pull before it was acknowledged, without a token.
        pulls = frame.kind == SEND and frame.number("__kind") == PULL
        return Nothing() if pulls else Broken("said before CONNECT")
    if frame.token != given:
        return Broken("unknown message from another token")
    if frame.kind not in (SEND, SEND_ACK):
        return Broken("CONNECTACK from a client")
    return _sent(frame)


def _sent(frame: Frame) -> Step:
    """Return what a message of a client that is connected asks for."""
    kind, number = frame.number("__kind"), frame.number("id")
    if kind == PULL:
        return Pulled()
    if kind in (CONFIRM, FAILED):
        if number is None:
            return Broken("a confirmation without a number")
        failed = kind == FAILED
        return Settled(str(number), failed=failed, reason=frame.text("msg")[:128] if failed else "")
    if kind == DATA and frame.flag:
        phrase = "messages cannot be produced over this channel; call taobao.tmc.message.produce"
        return Reply(Frame(kind=SEND_ACK, status=15, phrase=phrase, flag=frame.flag, token=frame.token))
    return Nothing()  # Java answers a message that it could not read with a SENDACK and a phrase


def _connect(frame: Frame, rules: Rules, now: int) -> Step:
    app_key, group = frame.text("app_key"), frame.text("group_name") or DEFAULT_GROUP
    error = _error(frame, rules, now)
    if error is None and group != DEFAULT_GROUP and (app_key, group) not in rules.groups:
        error = invalid("group_name")
    if error is None:
        return Greeted(app_key, group, frame.flag)
    return Refused(error.code, error.msg, frame.flag, app_key, group)


def _error(frame: Frame, rules: Rules, now: int) -> TopError | None:
    # The real channel's codes and phrases are not known; these are the gateway's.
    said = {name: text for name in _SIGNED if (text := frame.text(name))}
    if "app_key" not in said:
        return MISSING_APP_KEY
    secret = rules.secrets.get(said["app_key"])
    if secret is None:
        return INVALID_APP_KEY
    if not frame.text("sign"):
        return MISSING_SIGNATURE
    if "timestamp" not in said:
        return MISSING_TIMESTAMP
    if frame.text("sign") != sign(said, secret):
        return INVALID_SIGNATURE
    return INVALID_TIMESTAMP if rules.skew and not _near(said["timestamp"], now, rules.skew) else None


def _near(timestamp: str, now: int, seconds: float) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20):
        return False
    return abs(int(timestamp) - now) <= seconds * 1000
