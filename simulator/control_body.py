"""What comes into the control API and goes out of it: strict bodies, JSON answers, refusals."""

from typing import Any, TypeVar

import msgspec
from flask import Response, request

from simulator.errors import UserError
from simulator.phrase import Phrase


class Refused(Exception):
    """The API answers with *status* and *message*; *known* lists what would have been found."""

    def __init__(self, status: int, message: str, known: list[str] | None = None) -> None:
        """Keep the parts of the answer."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.known = known or []


class ShopBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/shops`."""

    nick: str = ""
    type: str = "B"
    app_key: str = ""
    ag: bool = False


class ActBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/acts`, or one of its list."""

    act: str
    args: dict[str, Any] = {}
    play: str = ""


class ValueBody(msgspec.Struct, forbid_unknown_fields=True):
    """`PUT /v1/settings/NAME`."""

    value: Any


class ClockBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/clock`."""

    by: float = 0.0
    """Seconds."""
    to: str = ""
    play: str = ""


class MarkBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/marks`."""

    name: str
    detail: dict[str, Any] = {}
    refunds: tuple[str, ...] = ()
    play: str = ""
    side: str = "harness"


class LifeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/life`."""

    who: str
    event: str
    detail: dict[str, Any] = {}


class UrlBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/callback-url`."""

    url: str


Body = TypeVar("Body")


def body(kind: type[Body], *, exact: bool = False) -> Body:
    """Return the request's JSON as *kind*; *exact* keeps decimal fractions as the text they were written in.

    Raises:
        UserError: if it is no JSON, or not of that shape.
    """
    decoder = msgspec.json.Decoder(kind, float_hook=str if exact else None)
    try:
        return decoder.decode(request.get_data())
    except (msgspec.DecodeError, RecursionError) as error:
        message, _, where = str(error).partition(" - at `")
        raise UserError(message, where=f"{request.path} {where.rstrip('`')}".rstrip()) from error


def answer(values: Any, status: int = 200) -> Response:
    """Return *values* as JSON."""
    return Response(msgspec.json.encode(values), status, mimetype="application/json")


def error(status: int, message: str, **more: Any) -> Response:
    """Return an error: its message, and what of *where*, *expected* and *known* is to be said; Chinese as `…_zh`."""
    said: dict[str, Any] = {}
    for name, value in {"message": message, **more}.items():
        if isinstance(value, Phrase):
            said |= {name: str(value), f"{name}_zh": value.zh}
        elif value:
            said[name] = value
    return answer({"error": said}, status)
