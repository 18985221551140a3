"""Authorisation: codes, sessions, refreshing, ending. One `Changed` entry each; raw secrets are only handed back.

What the public documents say of lifetimes stands in `LIFETIMES`; how refreshing treats what was before is a setting.
"""

from typing import Any
from urllib.parse import quote

import msgspec

from simulator.chance import token
from simulator.settings import AnySettings
from simulator.tmall.account import App, AuthCode, Session
from simulator.tmall.shop import Shop
from simulator.world import World

LIFETIMES: dict[str, dict[str, int]] = {
    "long": {"": 12_960_000, "re": 15_552_000, "r1": 12_960_000, "r2": 259_200, "w1": 12_960_000, "w2": 1800},
    "month": {"": 2_592_000, "re": 2_592_000, "r1": 2_592_000, "r2": 86_400, "w1": 2_592_000, "w2": 300},
    "final": {"": 7_776_000, "re": 0, "r1": 7_776_000, "r2": 259_200, "w1": 7_776_000, "w2": 1800},
}
"""Combinations seen in public captures, in seconds; `re` 0: cannot be refreshed."""

_TIMES = ("expires", "r2", "w2", "refresh_expires")
"""Fields of a session that say when something of it ends."""

_ABSOLUTE = {"": "expire_time", "re": "refresh_token_valid_time"} | {
    level: f"{level}_valid" for level in ("r1", "r2", "w1", "w2")
}


_CONTAINER = {"code expired": "100", "code not in cache": "101", "client_id is missing": "103"}
"""Numbers of the old container login by description, as far as they are public; its list is incomplete."""


class AuthError(Exception):
    """What was asked for is not given: *error* is a word of RFC 6749, *description* the platform's."""

    def __init__(self, error: str, description: str) -> None:
        """Keep the two."""
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}")

    def word(self, errors: str) -> str:
        """Return what stands under `error`, as setting `oauth_errors` says: a word, or the old container's number."""
        return _CONTAINER.get(self.description, self.error) if errors == "container" else self.error


def new_code(world: World, app: App, shop: Shop, role: str, redirect: str, *, cause: int = 0) -> str:
    """Return a code for a session of *shop* as main or sub account."""
    raw = token(world.seed, "code", world.book.seq, length=26)
    code = AuthCode(
        id=world.vault.token(raw),
        app_key=app.app_key,
        shop=shop.nick,
        role=role,
        redirect=redirect,
        expires=world.clock.wall() + round(world.settings.of(shop.nick)["auth_code_seconds"] * 1000),
    )
    world.change([("auth_code", code.id, code)], actor="agent", action="authorize", cause=cause, shop=shop.nick)
    return raw


def redeem(world: World, app: App, raw: str, redirect: str | None = None, *, cause: int = 0) -> dict[str, Any]:
    """Return the token answer for code *raw*, which is used up by that.

    Raises:
        AuthError: if there is no such code, it is too old, another app's, or was given to another *redirect*.
    """
    code = world.state.codes.get(world.vault.token(raw))
    if code is None or code.app_key != app.app_key:
        raise AuthError("invalid_grant", "code not in cache")
    if world.clock.wall() >= code.expires:
        raise AuthError("invalid_grant", "code expired")
    if redirect is not None and redirect != code.redirect:
        raise AuthError("invalid_grant", "redirect_uri does not match")
    shop = world.state.shops[code.shop]
    return grant(world, app, shop, code.role, cause=cause, gone=[("auth_code", code.id, None)])


def grant(
    world: World,
    app: App,
    shop: Shop,
    role: str = "main",
    *,
    packages: tuple[str, ...] | None = None,
    seconds: float | None = None,
    of: str = "",
    action: str = "grant_session",
    cause: int = 0,
    gone: list[tuple[str, str, Any]] | None = None,
) -> dict[str, Any]:
    """Give out a session of *shop* and return the token answer, secrets included.

    It lives *seconds* (None: as the settings say) and belongs to authorisation *of* (empty: a new one); rows *gone*
    change with it.
    """
    start = "6200" if role == "main" else "6201"
    raw = f"{start}{token(world.seed, 'session', world.book.seq, length=24)}ZZ{shop.user_id}"
    raw_refresh = f"{start}{token(world.seed, 'refresh', world.book.seq, length=24)}ZZ{shop.user_id}"
    now = world.clock.wall()
    lives = _lives(world.settings.of(shop.nick), app, seconds)
    ident = world.vault.token(raw)
    session = Session(
        id=ident,
        app_key=app.app_key,
        shop=shop.nick,
        role=role,
        grant=of or ident,
        created=now,
        expires=now + lives[""],
        r2=now + lives["r2"],
        w2=now + lives["w2"],
        refresh=world.vault.token(raw_refresh),
        refresh_expires=now + lives["re"],
        packages=packages,
    )
    rows = [("session", ident, session), *(gone or [])]
    world.change(rows, actor="platform", action=action, cause=cause, shop=shop.nick)
    return _answer(shop, role, raw, raw_refresh, now, lives)


def refresh(world: World, app: App, raw: str, *, cause: int = 0) -> dict[str, Any]:
    """Return the token answer for refresh token *raw*; the sessions of that authorisation before it may end by that.

    Raises:
        AuthError: if there is no such token, it is too old or used, another app's, or nothing may be refreshed.
    """
    state = world.state
    given = world.vault.token(raw)
    old = state.sessions.get(state.by_refresh.get(given, ""))
    if old is None or old.app_key != app.app_key or old.ended == "revoked":
        raise AuthError("invalid_grant", "refresh token not exists")
    if not app.refreshable or old.refresh_expires == old.created:
        raise AuthError("invalid_grant", "refresh token is not supported by this app")
    if old.refresh_expires and world.clock.wall() >= old.refresh_expires:
        raise AuthError("invalid_grant", "refresh token expired")
    settings = world.settings.of(old.shop)
    if old.refresh != given or (old.ended == "replaced" and not settings["refresh_token_reuse"]):
        raise AuthError("invalid_grant", "refresh token is used already")
    replaced: list[tuple[str, str, Any]] = []
    if settings["refresh_ends_session"]:
        replaced = [
            ("session", one.id, msgspec.structs.replace(one, ended="replaced"))
            for one in state.sessions.values()
            if one.grant == old.grant and not one.ended
        ]
    elif not settings["refresh_token_reuse"]:
        replaced = [("session", old.id, msgspec.structs.replace(old, refresh=""))]
    return grant(
        world,
        app,
        state.shops[old.shop],
        old.role,
        packages=old.packages,
        of=old.grant,
        action="refresh_session",
        cause=cause,
        gone=replaced,
    )


def end(world: World, shop: str, role: str, app_key: str, how: str, *, cause: int = 0) -> int:
    """End the living sessions of *shop* (of a role, of an app; empty: any) and return how many: expired or revoked."""
    now = world.clock.wall()
    ended = [
        ("session", one.id, msgspec.structs.replace(one, ended=how))
        for one in world.state.sessions.values()
        if one.shop == shop and role in ("", one.role) and app_key in ("", one.app_key) and not one.dead(now)
    ]
    if ended:
        actor = "agent" if how == "revoked" else "platform"
        world.change(
            ended,
            actor=actor,
            action="revoke_session" if how == "revoked" else "expire_session",
            cause=cause,
            shop=shop,
        )
    return len(ended)


def live_on(world: World, by: int, *, cause: int = 0) -> None:
    """Let living sessions live *by* ms longer, as the time was moved on by so much.

    In the years that a story leaps over shops would have been authorised again. That sessions die is an act of its own.
    """
    before = world.clock.wall() - by
    living = []
    for one in world.state.sessions.values():
        later = {name: at + by for name in _TIMES if (at := getattr(one, name))}
        if later and not one.dead(before):
            living.append(("session", one.id, msgspec.structs.replace(one, **later)))
    if living:
        world.change(living, actor="harness", action="live_on", cause=cause)


def _lives(settings: AnySettings, app: App, seconds: float | None) -> dict[str, int]:
    """Return the lifetimes of a new session in ms, each cut to *seconds* (or the setting's) if those are fewer."""
    lives = LIFETIMES[settings["token_lifetimes"]]
    most = settings["session_seconds"] if seconds is None else seconds
    found = {
        name: round(min(life, most) * 1000) if most and name != "re" else life * 1000 for name, life in lives.items()
    }
    return found if app.refreshable else {**found, "re": 0}


def _answer(shop: Shop, role: str, raw: str, raw_refresh: str, now: int, lives: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "access_token": raw,
        "token_type": "Bearer",
        "expires_in": lives[""] // 1000,
        "refresh_token": raw_refresh,
    }
    found |= {f"{name}_expires_in": life // 1000 for name, life in lives.items() if name}
    found |= {name: now + lives[level] for level, name in _ABSOLUTE.items()}
    found |= {
        "taobao_user_id": str(shop.user_id),
        "taobao_user_nick": quote(shop.nick, safe=""),
        "taobao_open_uid": f"AAE{token(shop.user_id, 'open_uid', length=21)}",
    }
    if role == "sub":
        found |= {
            "sub_taobao_user_id": str(shop.user_id * 10 + 1),
            "sub_taobao_user_nick": quote(f"{shop.nick}:售后", safe=""),
        }
    return found
