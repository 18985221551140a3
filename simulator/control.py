"""The control API as a Flask app: who may ask, what goes wrong, and the routes that read the world and note things.

What makes things happen (trades, acts, faults, hooks) is in `simulator.control_deeds`; the ledger's long poll is
native (`simulator.ledger_poll`).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from simulator import admission, control_accounts, control_deeds
from simulator.control_body import LifeBody, MarkBody, Refused, UrlBody, ValueBody, answer, body, error
from simulator.erp import callbacks
from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import Life, Mark
from simulator.openapi import as_json
from simulator.state import ENTITIES
from simulator.words import say
from simulator.world import World

_OPENAPI = Path(__file__).with_name("control.openapi.yaml")


def create_app(
    world: World,
    plan: FaultPlan,
    hooks: Hooks,
    endpoints: Callable[[], dict[str, Any]],
    *,
    advertised: str = "127.0.0.1",
) -> Flask:
    """Return the API over *world*; *advertised* is the listener's host name besides those of this machine."""
    app = Flask("control", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    world.control_hosts = admission.own_hosts(advertised)
    _guard(app, world)
    _explain(app)
    _read_routes(app, world, endpoints)
    _state_routes(app, world)
    _note_routes(app, world)
    control_deeds.add_routes(app, world, plan, hooks)
    control_accounts.add_routes(app, world)

    @app.post("/v1/reset")
    def post_reset() -> Response:
        attached = sorted(world.state.plain.get("attached", {}))
        if attached:
            raise Refused(
                409, say("reset.attached", "{names} is attached: stop it first, then reset", names=", ".join(attached))
            )
        world.begin_again()
        plan.armed.clear()
        hooks.waiting.clear()
        return answer({"data": str(world.folder)})

    return app


def _guard(app: Flask, world: World) -> None:
    @app.before_request
    def admit() -> None:
        host = request.headers.get("Host", "")
        if request.path == "/v1/health":
            foreign = admission.foreign_host(world, host)
            refused = (403, foreign) if foreign else None
        else:
            refused = admission.refusal(world, host, request.headers.get("Authorization", ""))
        if refused is not None:
            raise Refused(*refused)


def _explain(app: Flask) -> None:
    """Answer every error as `{error: {message, where?, expected?, known?}}`."""

    @app.errorhandler(Refused)
    def refused(found: Refused) -> Response:
        return error(found.status, found.message, known=found.known)

    @app.errorhandler(UserError)
    def mistaken(found: UserError) -> Response:
        return error(400, found.message, where=found.where, expected=found.expected)

    @app.errorhandler(HTTPException)
    def not_served(found: HTTPException) -> Response:
        return error(found.code or 500, f"{request.method} {request.path}: {found.name}")


def _read_routes(app: Flask, world: World, endpoints: Callable[[], dict[str, Any]]) -> None:
    @app.get("/v1/health")
    def health() -> Response:
        return answer({"ready": True, "entries": world.book.seq})

    @app.get("/v1/endpoints")
    def get_endpoints() -> Response:
        return answer(endpoints())

    @app.get("/openapi.json")
    def openapi() -> Response:
        return Response(as_json(_OPENAPI), mimetype="application/json")

    @app.get("/v1/settings")
    def settings() -> Response:
        about = msgspec.to_builtins(dict(SETTINGS))
        return answer(
            {
                name: about[name] | {"per_shop": SETTINGS[name].per_shop} | listed
                for name, listed in world.settings.listed().items()
            }
        )

    @app.put("/v1/settings/<name>")
    def put_setting(name: str) -> Response:
        if name not in SETTINGS:
            raise Refused(404, unknown_name(say("what.setting", "setting"), name, SETTINGS).message, sorted(SETTINGS))
        world.set(name, body(ValueBody).value, origin="control")
        return answer({"name": name, **world.settings.listed()[name]})


def _state_routes(app: Flask, world: World) -> None:
    def table(entity: str) -> Mapping[str, Any]:
        known = {*ENTITIES, *world.state.plain}
        if entity not in known:
            raise Refused(404, unknown_name(say("what.entity", "entity"), entity, known).message, sorted(known))
        return world.state.table(entity)

    @app.get("/v1/state")
    def get_state() -> Response:
        return answer(world.state.tables())

    @app.get("/v1/state/<entity>")
    def get_rows(entity: str) -> Response:
        return answer(table(entity))

    @app.get("/v1/state/<entity>/<path:ident>")
    def get_row(entity: str, ident: str) -> Response:
        rows = table(entity)
        if ident not in rows:
            raise Refused(404, say("state.none", "there is no {entity} {id}", entity=entity, id=ident))
        return answer(rows[ident])


def _note_routes(app: Flask, world: World) -> None:
    @app.post("/v1/marks")
    def post_marks() -> Response:
        mark = body(MarkBody)
        plays = (mark.play,) if mark.play else ()
        noted = Mark(name=mark.name, detail=mark.detail, refunds=mark.refunds, plays=plays, side=mark.side)
        return answer({"seq": world.note(noted)})

    @app.post("/v1/life")
    def post_life() -> Response:
        life = body(LifeBody)
        seq = world.note(Life(who=life.who, event=life.event, detail=life.detail, side="harness"))
        if life.event in {"started", "attached"}:
            _attach(world, life.who, life.event)
        elif life.event in {"killed", "exited"} and life.who in world.state.plain.get("attached", {}):
            _attach(world, life.who, None)
        return answer({"seq": seq})

    @app.post("/v1/callback-url")
    def post_callback_url() -> Response:
        url = body(UrlBody).url
        callbacks.set_url(world, url)
        return answer({"url": url})


def _attach(world: World, who: str, event: str | None) -> None:
    """Remember that *who* uses this world (or, with None, does no more): a reset would pull it from under its feet."""
    world.change([("attached", who, event)], actor="harness", action="attach", side="harness")
