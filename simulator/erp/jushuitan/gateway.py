"""Reads a request of either gateway: which call it is, what it asks, and whether it is signed by who it says."""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from simulator.chance import token as chance
from simulator.erp import addresses, form
from simulator.erp.jushuitan import signing, tokens
from simulator.erp.jushuitan.errors import Refusal
from simulator.world import World

OLD = "/api/open/query.aspx"
AUTH = dict.fromkeys((tokens.FIRST, tokens.OF_PROVIDERS, tokens.REFRESH), "token")
CALLS = {
    "/open/aftersale/upload": "upload",
    "/open/aftersale/noinfo/upload": "parcels",
    "/open/refund/single/query": "query",
    "/open/aftersale/received/query": "received",
    "/open/webapi/aftersaleapi/pay/payqueryasmodified": "payments",
    "/open/shops/query": "shops",
    "/open/webapi/aftersaleapi/open/confirm": "confirm",
    "/open/webapi/aftersaleapi/open/unconfirm": "unconfirm",
    "/open/webapi/aftersaleapi/confirmgoods": "confirm_goods",
}
OLD_CALLS = {"aftersale.upload": "upload", "refund.single.query": "query", "shops.query": "shops"}


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    fields: Mapping[str, str]
    """The form of the present gateway, the query of the older."""
    biz: str
    """What is asked, as text."""
    call: str
    """Name of the call, or an empty text."""

    @property
    def old(self) -> bool:
        """Tell whether it came to the older gateway."""
        return self.path == OLD

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
        fields = form.fields(query)
        return Asked(path, fields, body.decode("utf-8", "replace"), OLD_CALLS.get(fields.get("method", ""), ""))
    fields = form.fields(body)
    return Asked(path, fields, fields.get("biz", ""), CALLS.get(path) or AUTH.get(path, ""))


def check(world: World, asked: Asked, client: str = "") -> None:
    """Check sign, address of the *client*, time and token.

    Raises:
        Refusal: 10, 110, 140, 130 or 100.
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
    if not addresses.lets_in(world, client):
        raise Refusal(110, client)
    tolerance = 60 * int(world.settings["jst_clock_tolerance"])
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) != 10 or abs(int(stamp) - now) > tolerance:
        raise Refusal(140)
    _check_form(asked)
    if asked.path not in AUTH and not tokens.is_good(world, "access", token):
        raise Refusal(100)


def _check_form(asked: Asked) -> None:
    """Raise Refusal if a field is missing that always has to be there (docId=30); the older gateway has none."""
    if asked.old:
        return
    if asked.fields.get("charset", "").lower() != "utf-8":
        raise Refusal(130, "charset")
    if asked.path not in AUTH and asked.fields.get("version") != "2":
        raise Refusal(130, "version")
