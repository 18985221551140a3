"""The gateway's own checks, in the platform's order: who calls, what, when, and is it signed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from simulator.tmall.account import Session
from simulator.tmall.arguments import read_time
from simulator.tmall.errors import (
    ACTION_NOT_ALLOWED,
    INVALID_APP_KEY,
    INVALID_FORMAT,
    INVALID_METHOD,
    INVALID_SIGNATURE,
    INVALID_TIMESTAMP,
    INVALID_VERSION,
    MISSING_APP_KEY,
    MISSING_METHOD,
    MISSING_SIGNATURE,
    MISSING_TIMESTAMP,
    MISSING_VERSION,
    REPLAYED,
    UNSUPPORTED_VERSION,
    TopError,
)
from simulator.tmall.flow import limit
from simulator.tmall.method import Method, surface
from simulator.tmall.parameters import Parameters
from simulator.tmall.permission import permission
from simulator.tmall.signing import is_signed
from simulator.usage import replays_for
from simulator.world import World

_VERSION = "2.0"
_GMT8 = 8 * 3_600_000
_MOVING = 5_000_000
"""Microseconds for which the time before counts as well after a story moved it on."""
_LONGEST = 19
"""Characters of the longest timestamp."""
_SECONDS = 11
"""Digits up to which a number is one of seconds; longer ones are ms."""
_FORMATS = ("", "json", "xml")


class Admission(msgspec.Struct):
    """What the gateway found out about a call, whether or not it lets it in."""

    name: str
    """The method as it was asked for."""
    method: Method | None
    """The method, if it is one that is built."""
    shop: str
    """Nick of the shop whose session it is, or nothing."""
    role: str
    signed: bool | None
    skew: int | None
    now: int
    """When it came, in ms since 1970."""
    error: TopError | None = None
    """Why it is not let in."""


def admit(world: World, verb: str, found: Parameters, client: str = "") -> Admission:
    """Check what came (*found*, by HTTP *verb* from address *client*) up to code 12; methods not built pass."""
    values = found.values
    now = world.clock.wall()
    session = world.session(values.get("session", ""))
    admission = _identified(world, found, session, now)
    if verb not in ("GET", "POST"):
        admission.error = ACTION_NOT_ALLOWED
    elif found.problem is not None:
        admission.error = found.problem.error
    else:
        late = world.settings.values["check_order"] != "limits_first"
        admission.error = (
            _wrong_method(admission)
            or (None if late else _wrong_app(world, values) or _limited(world, values, admission, now))
            or _wrong_system(world, values, admission)
            or (_limited(world, values, admission, now) if late else None)
            or permission(world, admission.method, values, session, now, client)
        )
    return admission


def admit_batch(world: World, verb: str, found: Parameters) -> Admission:
    """Check what the items of a batch have in common: app, time, version, format and signature."""
    admission = _identified(world, found, None, world.clock.wall())
    if verb != "POST":
        admission.error = ACTION_NOT_ALLOWED
    elif found.problem is not None:
        admission.error = found.problem.error
    else:
        admission.error = _wrong_system(world, found.values, admission)
    return admission


def admit_item(world: World, whole: Admission, values: dict[str, str], client: str = "") -> Admission:
    """Check one item of the batch *whole*, which is let in: its method, flow control, and what it may do."""
    now = world.clock.wall()
    session = world.session(values.get("session", ""))
    name = values.get("method", "")
    admission = Admission(
        name=name,
        method=surface().methods.get(name),
        shop=session.shop if session else "",
        role=session.role if session else "",
        signed=whole.signed,
        skew=whole.skew,
        now=now,
    )
    admission.error = (
        _wrong_method(admission)
        or limit(world, values["app_key"], name, now)
        or permission(world, admission.method, values, session, now, client)
    )
    return admission


def _identified(world: World, found: Parameters, session: Session | None, now: int) -> Admission:
    """Return who calls what, and whether it is signed; nothing is refused yet."""
    values = found.values
    name = values.get("method", "")
    secret = world.apps.get(values.get("app_key", ""))
    signed = None
    if secret is not None and values.get("sign"):
        settings = world.settings.values
        signed = is_signed(
            values,
            secret,
            body=found.body,
            empty_signed=settings["accept_empty_signed"],
            empty_unsigned=settings["accept_empty_unsigned"],
            legacy=settings["legacy_signing"],
            any_case=settings["lowercase_sign"],
        )
    return Admission(
        name=name,
        method=surface().methods.get(name),
        shop=session.shop if session else "",
        role=session.role if session else "",
        signed=signed,
        skew=_lenient(_skew(values.get("timestamp", ""), now, world.settings.values), world),
        now=now,
    )


def _wrong_method(found: Admission) -> TopError | None:
    if found.method is None:
        if not found.name:
            return MISSING_METHOD
        if found.name not in surface().known:
            return INVALID_METHOD
    return None


def _wrong_system(world: World, values: dict[str, str], found: Admission) -> TopError | None:
    """Return the first error among those of app, time, version, format and signature, in that order."""
    return (
        _wrong_app(world, values)
        or _wrong_time(found.skew, world, given=bool(values.get("timestamp")))
        or _wrong_version(values.get("v", ""))
        or (None if values.get("format", "") in _FORMATS else INVALID_FORMAT)
        or _wrong_signature(found.signed)
        or (_replayed(world, values["sign"]) if world.settings.values["refuse_replays"] else None)
    )


def _limited(world: World, values: Mapping[str, str], found: Admission, now: int) -> TopError | None:
    return limit(world, values["app_key"], found.name, now, counts=bool(found.signed))


def _wrong_app(world: World, values: Mapping[str, str]) -> TopError | None:
    app = values.get("app_key", "")
    if app in world.apps:
        return None
    return INVALID_APP_KEY if app else MISSING_APP_KEY


def _wrong_time(skew: int | None, world: World, *, given: bool) -> TopError | None:
    if not given:
        return MISSING_TIMESTAMP
    sub_code = world.settings.values["timestamp_sub_code"]
    wrong = msgspec.structs.replace(INVALID_TIMESTAMP, sub_code=sub_code) if sub_code else INVALID_TIMESTAMP
    if skew is None:
        return wrong
    allowed = world.settings.values["timestamp_skew"] * 1000
    if not allowed or abs(skew) <= allowed:
        return None
    if world.settings["timestamp_utc"] and abs(skew + _GMT8) <= allowed:
        return None
    return wrong


def _replayed(world: World, signature: str) -> TopError | None:
    again = world.usage.is_replay(signature, world.clock.wall(), replays_for(world.settings))
    return REPLAYED if again else None


def _wrong_version(version: str) -> TopError | None:
    if version == _VERSION:
        return None
    if not version:
        return MISSING_VERSION
    return UNSUPPORTED_VERSION if version == "1.0" else INVALID_VERSION


def _wrong_signature(signed: bool | None) -> TopError | None:
    if signed:
        return None
    return MISSING_SIGNATURE if signed is None else INVALID_SIGNATURE


def _skew(timestamp: str, now: int, settings: Mapping[str, Any]) -> int | None:
    if timestamp.isdigit() and not settings["timestamp_ms" if len(timestamp) > _SECONDS else "timestamp_seconds"]:
        return None
    sent = read_timestamp(timestamp) if 0 < len(timestamp) <= _LONGEST else None
    return None if sent is None else sent - now


def _lenient(skew: int | None, world: World) -> int | None:
    """Return *skew*; for a moment after a story moved the time on, by the time before if that is nearer.

    The integration's clock is moved a little later than ours, and must not be accused of it.
    """
    when, by = world.stepped
    if not by or skew is None or world.clock.mono() - when > _MOVING:
        return skew
    return min(skew, skew + by, key=abs)


@lru_cache(maxsize=1024)
def read_timestamp(text: str) -> int | None:
    """Return a public timestamp as ms since 1970, or None: GMT+8 text, epoch seconds or epoch milliseconds."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) > _SECONDS else int(text) * 1000
    try:
        return read_time(text) * 1000
    except ValueError:
        return None
