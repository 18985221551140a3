"""The routes of the control API about apps, sessions, what apps use and have waiting, and settings of a shop."""

from typing import Any

import msgspec
from flask import Flask, Response

from simulator.control_body import Refused, ValueBody, answer, body
from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.tmall import accounts, messages
from simulator.tmall.account import GRANTS, PACKAGES, App
from simulator.words import say
from simulator.world import DEFAULT_APP, World


class AppBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`POST /v1/apps`; what is absent stays as it is, or as a new app has it."""

    app_key: str = ""
    title: str | msgspec.UnsetType = msgspec.UNSET
    callback: str | msgspec.UnsetType = msgspec.UNSET
    packages: dict[str, str] | msgspec.UnsetType | None = msgspec.UNSET
    ips: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    refreshable: bool | msgspec.UnsetType = msgspec.UNSET


class SessionBody(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/sessions`."""

    shop: str
    app_key: str = DEFAULT_APP
    role: str = "main"
    packages: tuple[str, ...] | None = None
    seconds: float | None = None


def add_routes(app: Flask, world: World) -> None:
    """Add the routes to *app*."""
    _setting_routes(app, world)

    @app.get("/v1/usage")
    def get_usage() -> Response:
        return answer(world.usage.listed(world.clock.seconds()))

    @app.get("/v1/messages")
    def get_messages() -> Response:
        messages.expire(world)
        return answer(world.state.queues.counts())

    @app.post("/v1/apps")
    def post_apps() -> Response:
        asked = body(AppBody)
        _check_packages(asked.packages or {})
        known = asked.app_key in world.state.apps
        key = asked.app_key or _free_key(world)
        if not (key.isascii() and key.isdigit()):
            raise UserError(
                say("app.no_number", "app_key {key} is no number.", key=key),
                expected=say("app.number", "It is a decimal text such as 23000002."),
            )
        values = msgspec.structs.asdict(asked)
        given = {name: value for name, value in values.items() if name != "app_key" and value is not msgspec.UNSET}
        old = world.state.apps[key] if known else App(app_key=key, title=f"应用{key}")
        found = world.add_app(msgspec.structs.replace(old, **given))
        shown = msgspec.to_builtins(found) | {"app_secret": world.apps[key]}
        shown.pop("secret")
        return answer(shown, 200 if known else 201)

    @app.post("/v1/sessions")
    def post_sessions() -> Response:
        asked = body(SessionBody)
        shop, owner = world.state.shops.get(asked.shop), world.state.apps.get(asked.app_key)
        if shop is None:
            raise unknown_name(say("what.shop", "shop"), asked.shop, world.state.shops)
        if owner is None:
            raise unknown_name(say("what.app", "app"), asked.app_key, world.state.apps)
        if asked.role not in ("main", "sub"):
            raise UserError(
                say("session.role", "role {role} is no kind of account.", role=asked.role),
                expected=say("session.roles", "It is main or sub."),
            )
        _check_packages(dict.fromkeys(asked.packages or (), "granted"))
        if asked.seconds is not None and asked.seconds <= 0:
            raise UserError(
                say("value.is", "{name} is {value}.", name="seconds", value=asked.seconds),
                expected=say("value.above_zero", "It is a number above 0."),
            )
        found = accounts.grant(world, owner, shop, asked.role, packages=asked.packages, seconds=asked.seconds)
        return answer(found, 201)


def _setting_routes(app: Flask, world: World) -> None:
    def listed(nick: str) -> dict[str, dict[str, Any]]:
        _known(nick)
        own = world.settings.of(nick)
        found = own.listed()
        return {name: value for name, value in found.items() if SETTINGS[name].per_shop}

    def _known(nick: str, name: str = "") -> None:
        if nick not in world.state.shops:
            known = world.state.shops
            raise Refused(404, unknown_name(say("what.shop", "shop"), nick, known).message, sorted(known))
        if name and name not in SETTINGS:
            raise Refused(404, unknown_name(say("what.setting", "setting"), name, SETTINGS).message, sorted(SETTINGS))

    @app.get("/v1/shops/<nick>/settings")
    def get_shop_settings(nick: str) -> Response:
        return answer(listed(nick))

    @app.put("/v1/shops/<nick>/settings/<name>")
    def put_shop_setting(nick: str, name: str) -> Response:
        _known(nick, name)
        world.set_for(nick, name, body(ValueBody).value, origin="control")
        return answer({"name": name, "shop": nick, **listed(nick)[name]})

    @app.delete("/v1/shops/<nick>/settings/<name>")
    def delete_shop_setting(nick: str, name: str) -> Response:
        _known(nick, name)
        world.set_for(nick, name, None, origin="")
        return answer({"name": name, "shop": nick, **listed(nick)[name]})


def _check_packages(packages: dict[str, str]) -> None:
    for name, held in packages.items():
        if name not in PACKAGES:
            raise unknown_name(say("what.package", "package"), name, PACKAGES)
        if held not in GRANTS:
            raise unknown_name(say("what.grant", "way to hold a package"), held, GRANTS)


def _free_key(world: World) -> str:
    return str(max(map(int, (DEFAULT_APP, *world.state.apps))) + 1)
