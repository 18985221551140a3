"""The routes of the control API that make things happen: trades, acts, faults, hooks."""

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, Response, request

from simulator import act
from simulator.actors import ACTS, perform
from simulator.clock import to_text
from simulator.control_body import ActBody, ClockBody, Refused, ShopBody, answer, body
from simulator.erp import registry
from simulator.errors import UserError, unknown_name
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.moments import coming
from simulator.tmall import accounts
from simulator.tmall.trades import create_trade
from simulator.words import say
from simulator.world import DEFAULT_APP, World

MOST = 1000
"""How many trades or acts one request may hold: the loop does nothing else meanwhile."""

Object = dict[str, Any]


def add_routes(app: Flask, world: World, plan: FaultPlan, hooks: Hooks) -> None:
    """Add the routes to *app*."""

    @app.post("/v1/shops")
    def post_shops() -> Response:
        asked = body(ShopBody)
        if asked.type not in {"B", "C"}:
            raise UserError(
                say("shop.type", "type {type} is no type of shop.", type=asked.type),
                expected=say("shop.types", "B is Tmall, C is Taobao."),
            )
        shop = world.add_shop(asked.nick, kind=asked.type, app_key=asked.app_key or DEFAULT_APP, ag=asked.ag)
        return answer(registry.shop_keys(world, shop.nick), 201)

    @app.post("/v1/trades")
    def post_trades() -> Response:
        return _one_or_many(body(Any, exact=True), "trades", lambda spec: _trade(world, spec))

    @app.post("/v1/acts")
    def post_acts() -> Response:
        asked = body(ActBody | list[ActBody], exact=True)  # type: ignore[arg-type]
        for number, one in enumerate(asked if isinstance(asked, list) else [asked]):
            _check(one, f"acts[{number}]" if isinstance(asked, list) else "")
        return _one_or_many(asked, "acts", lambda one: perform(world, one.act, one.args, play=one.play))

    @app.get("/v1/clock")
    def get_clock() -> Response:
        now, shift = to_text(world.clock.seconds()), world.clock.shift / 1000
        return answer({"now": now, "shift": shift, "apps": world.beliefs.listed()})

    @app.post("/v1/clock")
    def post_clock() -> Response:
        asked = body(ClockBody)
        if bool(asked.to) == bool(asked.by):
            raise UserError(
                say("clock.which", "the clock is told neither by how much nor to when, or both."),
                expected=say("clock.body", "Write {by: SECONDS}, or {to: MOMENT}."),
            )
        now = world.clock.wall()
        by = coming(asked.to, now // 1000) * 1000 - now if asked.to else round(asked.by * 1000)
        seq = world.move_on(by, play=asked.play)
        accounts.live_on(world, by, cause=seq)
        shift = world.clock.shift
        return answer({"seq": seq, "by": by / 1000, "shift": shift / 1000, "now": to_text(world.clock.seconds())})

    _fault_routes(app, plan)
    _hook_routes(app, hooks)


def _trade(world: World, spec: Any) -> Object:
    if not isinstance(spec, dict):
        raise UserError(
            say("trade.no_object", "a trade is no object."),
            expected=say("trade.has", "It has orders: [{price, num}], and perhaps shop and play."),
        )
    trade = create_trade(world, spec, play=str(spec.get("play") or ""))
    # As text: 19 digits are more than a number of JavaScript holds.
    return {"tid": str(trade.tid), "oids": [str(oid) for oid in trade.oids], "shop": trade.shop}


def _check(asked: ActBody, where: str) -> None:
    """Refuse a list with a mistake in it as a whole: half of it done would help nobody."""
    spec = ACTS.get(asked.act)
    if spec is None:
        raise unknown_name(say("what.act", "act"), asked.act, ACTS, where=where)
    try:
        act.check(spec, asked.args)
    except UserError as error:
        raise UserError(error.message, where=where, expected=error.expected) from error


def _one_or_many(asked: Any, what: str, do: Callable[[Any], Object]) -> Response:
    if not isinstance(asked, list):
        return answer(do(asked))
    if len(asked) > MOST:
        raise UserError(
            say("request.many", "{count} {what} are too many for one request.", count=len(asked), what=what),
            expected=say("request.most", "Send at most {most}.", most=MOST),
        )
    return answer([do(one) for one in asked])


def _fault_routes(app: Flask, plan: FaultPlan) -> None:
    @app.get("/v1/faults")
    def get_faults() -> Response:
        return answer(msgspec.to_builtins(list(plan.armed.values())))

    @app.post("/v1/faults")
    def post_faults() -> Response:
        return answer({"fault": plan.arm(body(Object))}, 201)

    @app.delete("/v1/faults")
    def delete_faults() -> Response:
        return answer({"lifted": plan.lift(play=request.args.get("play", ""))})

    @app.delete("/v1/faults/<ident>")
    def delete_fault(ident: str) -> Response:
        if ident not in plan.armed:
            raise Refused(404, say("fault.not_armed", "fault {id} is not armed", id=ident), sorted(plan.armed))
        return answer({"lifted": plan.lift(ident)})


def _hook_routes(app: Flask, hooks: Hooks) -> None:
    @app.get("/v1/hooks")
    def get_hooks() -> Response:
        return answer(msgspec.to_builtins(list(hooks.waiting.values())))

    @app.post("/v1/hooks")
    def post_hooks() -> Response:
        return answer({"hook": hooks.hang(body(Object, exact=True))}, 201)

    @app.delete("/v1/hooks")
    def delete_hooks() -> Response:
        return answer({"dropped": hooks.drop(play=request.args.get("play", ""))})

    @app.delete("/v1/hooks/<ident>")
    def delete_hook(ident: str) -> Response:
        if ident not in hooks.waiting:
            raise Refused(404, say("hook.gone", "hook {id} does not hang (any more)", id=ident), sorted(hooks.waiting))
        return answer({"dropped": hooks.drop(ident)})
