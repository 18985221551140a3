"""The life of tokens: given for a code or for a refresh token, until they expire or a later one ends them."""

from collections.abc import Mapping
from typing import Any

from simulator.erp.jushuitan import signing
from simulator.erp.jushuitan.errors import Refusal
from simulator.world import World

KEPT, ROW = "erp_record", "jushuitan tokens"
"""Where the number of the newest generation of tokens is kept, if refreshing ends those before."""
FIRST, OF_PROVIDERS, REFRESH = "/openWeb/auth/getInitToken", "/openWeb/auth/accessToken", "/openWeb/auth/refreshToken"
CODE = 6
"""Signs of the code that an app of one's own shops makes up (docId=23)."""


def current(world: World) -> dict[str, str]:
    """Return the access token and the refresh token that would be given now."""
    return _made(world, _end(world), _generation(world))


def is_good(world: World, kind: str, given: str) -> bool:
    """Tell whether *given* is a living token of *kind* (access or refresh)."""
    return signing.is_good(world.erp_key, kind, given, world.clock.seconds(), _generation(world))


def give(world: World, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Give tokens for what *fields* say.

    Raises:
        Refusal: 190 or 150 if an app of this kind has no use of the call, 130 or 100 if code or token are no good.
    """
    ours = world.settings["jst_app"] == "own"
    if path == REFRESH:
        if not ours:
            raise Refusal(150)
        if fields.get("grant_type") != "refresh_token":
            raise Refusal(130, "grant_type")
        if not is_good(world, "refresh", fields.get("refresh_token", "")):
            raise Refusal(100)
        if world.settings["jst_refresh_ends"]:
            row = (KEPT, ROW, _generation(world) + 1)
            world.change([row], actor="integration", action="refresh_token", side="erp")
    else:
        if path == FIRST and not ours:
            raise Refusal(190, path)
        if fields.get("grant_type") != "authorization_code":
            raise Refusal(130, "grant_type")
        code = fields.get("code", "")
        if not code or (path == FIRST and len(code) != CODE):
            raise Refusal(130, "code")
    end = _end(world)
    return {**_made(world, end, _generation(world)), "expires_in": end - world.clock.seconds(), "scope": "all"}


def _end(world: World) -> int:
    return signing.expiry(world.clock.seconds(), int(world.settings["jst_token_life"]))


def _generation(world: World) -> int:
    return int(world.state.plain.get(KEPT, {}).get(ROW, 0))


def _made(world: World, end: int, generation: int) -> dict[str, str]:
    return {f"{kind}_token": signing.token(world.erp_key, kind, end, generation) for kind in ("access", "refresh")}
