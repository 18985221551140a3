"""What a session and an app may do: codes 26, 27, 53, then 11 and 12."""

from collections.abc import Mapping
from typing import Any

from simulator.tmall.account import App, Session, package_of
from simulator.tmall.errors import (
    EXPIRED_SESSION,
    FOREIGN_ADDRESS,
    INVALID_SESSION,
    MISSING_SESSION,
    NO_PACKAGE,
    NO_SESSION,
    NOT_PERMITTED,
    PACKAGE_LIMIT,
    REVOKED_SESSION,
    SECURITY_LEVEL,
    USER_NOT_PERMITTED,
    WIDGET_ONLY,
    TopError,
    foreign_session,
)
from simulator.tmall.method import Method
from simulator.world import World

_HELD = {"granted": None, "limited": PACKAGE_LIMIT, "widget": WIDGET_ONLY}


def permission(
    world: World, method: Method | None, values: Mapping[str, str], session: Session | None, now: int, client: str
) -> TopError | None:
    """Return why a call at *now* (ms since 1970) from address *client* is not let in; methods not built are."""
    if method is None:
        return None
    app, settings = world.state.apps[values["app_key"]], world.settings.values
    early = settings["check_order"] == "permission_first"
    error = _forbidden(settings, app, method, client) if early else None
    if error is None and method.session:
        error = _wrong_session(world, method, values.get("session", ""), app, session, now)
    if error is None and not early:
        error = _forbidden(settings, app, method, client)
    if error is not None:
        return error
    if session is not None and session.packages is not None and method.session:
        package = package_of(method.name)
        if package and package not in session.packages:
            return USER_NOT_PERMITTED
    return None


def _wrong_session(
    world: World, method: Method, given: str, app: App, session: Session | None, now: int
) -> TopError | None:
    if session is None:
        if not given:
            return MISSING_SESSION
        return INVALID_SESSION if world.settings.values["invalid_session_text"] == "short" else REVOKED_SESSION
    if session.app_key != app.app_key:
        return foreign_session(app.app_key)
    dead = session.dead(now)
    if dead:
        if dead == "expired":
            return EXPIRED_SESSION
        revoked = world.settings.of(session.shop)["revoked_session"]
        return NO_SESSION if revoked == "session-not-exist" else REVOKED_SESSION
    if session.w2 and now >= session.w2 and method.alias == "tmall.agree":
        return SECURITY_LEVEL if world.settings.of(session.shop)["agree_security_level"] == 2 else None
    return None


def _forbidden(settings: Mapping[str, Any], app: App, method: Method, client: str) -> TopError | None:
    for listed in (settings["ip_whitelist"], settings["jushita_addresses"] if method.alias == "tmall.agree" else ""):
        if listed and client not in {address.strip() for address in listed.split(",")}:
            return FOREIGN_ADDRESS
    if app.ips and client not in app.ips:
        return FOREIGN_ADDRESS
    package = package_of(method.name) if app.packages is not None else ""
    if app.packages is None or not package:
        return None
    if not app.packages:
        return NO_PACKAGE
    held = app.packages.get(package)
    return NOT_PERMITTED if held is None else _HELD[held]
