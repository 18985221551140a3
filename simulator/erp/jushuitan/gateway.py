"""Reads a request of either gateway: which call it is, what it asks, and whether it is signed by who it says."""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from simulator.chance import token as chance
from simulator.erp import form
from simulator.erp.jushuitan import signing
from simulator.erp.jushuitan.errors import Refusal
from simulator.world import World

OLD = "/api/open/query.aspx"
AUTH = {
    "/openWeb/auth/getInitToken": "token",
    "/openWeb/auth/accessToken": "token",
    "/openWeb/auth/refreshToken": "refresh",
}
CALLS = {
    "/open/aftersale/upload": "upload",
    "/open/refund/single/query": "query",
    "/open/shops/query": "shops",
    "/open/webapi/aftersaleapi/open/confirm": "confirm",
    "/open/webapi/aftersaleapi/open/unconfirm": "unconfirm",
}
OLD_CALLS = {"aftersale.upload": "upload", "refund.single.query": "query", "shops.query": "shops"}


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    fields: Mapping[str, str]
    """The form of the present gateway, the query of the older."""
    biz: str
    """What is asked, as text."""

    @property
    def old(self) -> bool:
        """Tell whether it came to the older gateway."""
        return self.path == OLD

    @property
    def call(self) -> str:
        """Return the name of the call, or an empty text."""
        if self.old:
            return OLD_CALLS.get(self.fields.get("method", ""), "")
        return CALLS.get(self.path) or AUTH.get(self.path, "")

    def content(self) -> Any:
        """Return what is asked as JSON; None if it is none."""
        try:
            return msgspec.json.decode(self.biz)
        except (msgspec.DecodeError, RecursionError):
            return None


def app_key(world: World) -> str:
    """Return the app's key (partnerid, with the older gateway)."""
    return chance(world.seed, "jushuitan app")[:12]


@lru_cache(maxsize=16)
def read(path: str, query: bytes, body: bytes) -> Asked:
    """Return a request; nothing of it is checked."""
    if path == OLD:
        return Asked(path, form.fields(query), body.decode("utf-8", "replace"))
    fields = form.fields(body)
    return Asked(path, fields, fields.get("biz", ""))


def check(world: World, asked: Asked) -> None:
    """Check sign, time and token.

    Raises:
        Refusal: 10, 140 or 100.
    """
    fields, now = asked.fields, world.clock.seconds()
    if asked.old:
        names = ("method", "partnerid", "token", "ts")
        right = signing.old_sign(world.erp_key, *(fields.get(name, "") for name in names))
        owner, stamp, token = fields.get("partnerid", ""), fields.get("ts", ""), fields.get("token", "")
    else:
        right = signing.sign(world.erp_key, fields)
        owner, stamp, token = (fields.get(name, "") for name in ("app_key", "timestamp", "access_token"))
    if owner != app_key(world) or not hmac.compare_digest(fields.get("sign", "").encode(), right.encode()):
        raise Refusal(10)
    tolerance = 60 * int(world.settings["jst_clock_tolerance"])
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) != 10 or abs(int(stamp) - now) > tolerance:
        raise Refusal(140)
    if asked.path not in AUTH and not signing.is_good(world.erp_key, "access", token, now):
        raise Refusal(100)
