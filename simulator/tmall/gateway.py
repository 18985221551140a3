"""The TOP gateway: turns bytes into a call, checks it in the platform's order, runs its handler, shapes the answer."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from simulator.exchange import Answer, Call, Received
from simulator.ledger.entry import Asked
from simulator.request import RawRequest
from simulator.tmall import batch, envelope, messages, parameters
from simulator.tmall.admission import Admission, admit, admit_batch, admit_item
from simulator.tmall.arguments import read_arguments
from simulator.tmall.context import Context
from simulator.tmall.envelope import Wish
from simulator.tmall.errors import Refused, not_built, titled
from simulator.tmall.method import Method, SurfaceError, surface
from simulator.tmall.methods.table import HANDLERS, Handler
from simulator.tmall.oauth import PATHS as OAUTH_PATHS
from simulator.tmall.oauth import OAuth
from simulator.tmall.parameters import Parameters
from simulator.tmall.permit import DEFAULT_GROUP
from simulator.tmall.shop import Shop
from simulator.world import World

PATHS = frozenset({"/router/rest", "/top/router/rest"})
_NOBODY = Shop(nick="", user_id=0, type="")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = tuple(a + b for a in _BASE36 for b in _BASE36)
_SPREAD = 2_971_215_073_769_420_137
"""Prime to 36, so that neighbouring entries get request ids that look unrelated and yet never repeat."""


_SOURCE = re.compile(r'"source_id"\s*:\s*"([0-9]{18})"')
"""Where AG's reports of goods sent again name the re-send."""
_IN_TEXT = re.compile(r'"refund_id"\s*:\s*"?([0-9]{1,19})\b')
"""The refund's number in the JSON text of an AG report."""


class Gateway:
    """The Tmall side as the wire knows it."""

    def __init__(self, world: World) -> None:
        """Speak for *world*."""
        self._world = world
        self._oauth = OAuth(world)
        self._methods, self._known = surface().methods, surface().known
        lacking = self._methods.keys() ^ HANDLERS.keys()
        if lacking:
            raise SurfaceError(f"{min(lacking)}: it has an entry or a handler, and not both")

    def receive(self, raw: RawRequest) -> Received:
        """Read and check *raw*; do nothing yet."""
        if raw.path not in PATHS:
            return self._elsewhere(raw)
        world = self._world
        settings = world.settings.values
        found = parameters.read(
            raw,
            parts=settings["upload_parts"],
            size=settings["upload_bytes"],
            whole=settings["body_bytes"],
            query_wins=settings["given_twice"] == "query",
        )
        admission = admit(world, raw.method, found, raw.client)
        return self._received(raw, found, admission, _wish(raw, found.values), len(raw.body))

    def _received(self, raw: RawRequest, found: Parameters, admission: Admission, wish: Wish, size: int) -> Received:
        """Return what is to be noted and done of a call of *size* bytes, *found* in *raw*."""
        world = self._world
        values = found.values
        refunds = _refunds(values)
        asked = Asked(
            side="tmall",
            shop=admission.shop,
            refunds=refunds,
            plays=self._plays(refunds, values),
            method=admission.name,
            params=world.vault.redacted(values),
            files=tuple(file.upload() for file in found.files.values()) if found.files else (),
            session=admission.role,
            signed=admission.signed,
            skew=admission.skew,
            began=raw.began,
            bytes=size,
        )
        world.beliefs.hear(asked, admission.now)
        method = admission.method
        render = partial(self._render, asked, wish, method)
        if admission.error is not None:
            asked.limited = admission.error.code == 7
            return Received(asked, render, refusal=Answer(error=admission.error.as_answer()))
        if method is None:
            why = (
                f"{admission.name} is a method of the platform that this sandbox refuses. {self._known[admission.name]}"
            )
            return Received(asked, render, refusal=Answer(error=not_built(admission.name).as_answer(), understood=why))
        shop = world.state.shops[admission.shop] if admission.shop else _NOBODY
        settings = world.settings.of(shop.nick).values
        try:
            args = read_arguments(
                method,
                values,
                found.files,
                shop.type,
                clamps=settings["page_size_range"] == "clamped",
                known_only=settings["unknown_fields"] == "refused",
            )
        except Refused as refused:
            return Received(asked, render, refusal=Answer(error=refused.error.as_answer()))
        about = _confirmed(world, values["app_key"], args) if method.alias == "tmall.messages_confirm" else refunds
        call = Call(
            side="tmall",
            alias=method.alias,
            method=method.name,
            shop=shop.nick,
            refunds=about,
            plays=asked.plays if about is refunds else world.plays_of(about),
            app=values["app_key"],
            page=args["page_no"] if method.alias == "tmall.list" else 0,
        )
        context = Context(world, method, call, args, shop, admission.role, raw.client)
        return Received(asked, render, call, partial(_perform, HANDLERS[method.name], context))

    def _batch(self, raw: RawRequest) -> Received:
        """Read and check a request that holds several calls; refused as a whole, it is one call without a name."""
        world = self._world
        query = parameters.read_form(raw.query)
        found = Parameters(query, problem=parameters.too_long(raw, world.settings["body_bytes"]))
        if found.problem is None:
            found.body = raw.body.decode("utf-8", "replace")
        admission = admit_batch(world, raw.method, found)
        separator = raw.header(b"top-api-separator").decode("latin-1")
        wish = _wish(raw, query)
        items: list[dict[str, str]] = []
        if admission.error is None:
            try:
                items = batch.read_items(query, found.body, separator, world.settings["batch_max_items"])
            except Refused as refused:
                admission.error = refused.error
        if admission.error is not None:
            return self._received(raw, found, admission, wish, len(raw.body))
        plain = msgspec.structs.replace(wish, gzip=False)
        received = [
            self._received(raw, Parameters(values), admit_item(world, admission, values, raw.client), plain, 0)
            for values in items
        ]

        def join(answers: list[Answer]) -> Answer:
            whole = Answer(content=batch.joined([answer.content for answer in answers], separator))
            self._dress(whole, wish)
            return whole

        return Received(received[0].asked, received[0].render, items=tuple(received), join=join)

    def _plays(self, refunds: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
        world = self._world
        if not world.state.plays:
            return ()
        if refunds:
            return world.plays_of(refunds)
        play = world.state.plays.get(values.get("tid", ""))
        return (play,) if play else ()

    def _render(self, asked: Asked, wish: Wish, method: Method | None, answer: Answer) -> None:
        settings = self._world.settings.of(asked.shop).values
        request_id = self._request_id(asked.seq) if settings["request_ids"] else ""
        if answer.error or method is None:
            error = answer.error
            if settings["error_text"] == "documented":
                error = {**error, "msg": titled(error.get("msg", ""))}
            if not settings["argument_sub_codes"] and error.get("code") in (40, 41):
                error = {name: text for name, text in error.items() if name != "sub_code"}
            content = envelope.failure(wish, error, request_id)
        else:
            data: Mapping[str, Any] = answer.data
            if settings["refund_id_type"] == "number":
                data = envelope.numbered(data)
            if settings["json_numbers"] == "text" and wish.json:
                data = envelope.texts(data)
            if settings["buyer_fields"] == "masked":
                data = envelope.masked(data)
            if settings["empty_list"] == "absent":
                data = envelope.without_empty_lists(data)
            content = envelope.success(wish, method.root, method.shape, data, request_id)
        if not wish.json and not settings["xml_list_attribute"]:
            content = envelope.without_list_attribute(content)
        answer.content = content
        self._dress(answer, wish)

    def _dress(self, answer: Answer, wish: Wish) -> None:
        settings, seconds = self._world.settings.values, self._world.clock.seconds()
        answer.content, answer.headers = envelope.dressed(wish, answer.content, settings, seconds)

    def _request_id(self, seq: int) -> str:
        high, low = divmod((seq * _SPREAD + self._world.block) % 36**12, 36**6)
        a, b, c = _PAIRS[high // 36**4], _PAIRS[high // 36**2 % 36**2], _PAIRS[high % 36**2]
        d, e, f = _PAIRS[low // 36**4], _PAIRS[low // 36**2 % 36**2], _PAIRS[low % 36**2]
        return f"1{a}{b}{c}{d}{e}{f}"

    def _elsewhere(self, raw: RawRequest) -> Received:
        """Hand a request to OAuth, which shares the listener, or answer that there is nothing."""
        if raw.path == batch.PATH:
            return self._batch(raw)
        if raw.path in OAUTH_PATHS:
            return self._oauth.receive(raw)
        asked = Asked(side="tmall", params={"path": raw.path}, began=raw.began, bytes=len(raw.body))
        return Received(asked, _not_found, refusal=Answer(status=404))


def _wish(raw: RawRequest, values: Mapping[str, str]) -> Wish:
    json = values.get("format") == "json"
    return Wish(
        json=json,
        simplify=json and values.get("simplify", "").lower() == "true",
        gzip=envelope.wants_gzip(raw.header(b"accept-encoding")),
    )


def _perform(handler: Handler, context: Context) -> Answer:
    try:
        return handler(context)
    except Refused as refused:
        return Answer(error=refused.error.as_answer())


def _not_found(answer: Answer) -> None:
    answer.content = b"Not found. The gateway is at /router/rest.\n"
    answer.headers = ((b"content-type", b"text/plain;charset=UTF-8"),)


def _confirmed(world: World, app: str, args: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the refunds that the messages which a call confirms are about: it names none, but a fault may mean one."""
    group = str(args.get("group_name") or DEFAULT_GROUP)
    numbers = [number.strip() for number in str(args.get("s_message_ids") or "").split(",")]
    return messages.named(world, (app, group), numbers)


def _refunds(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the numbers of refunds (or of an exchange or re-send) that the parameters name, each once."""
    named = values.get("refund_id", "") or values.get("dispute_id", "")
    if named:
        return (named,) if named.isascii() and named.isdigit() else ()
    infos = values.get("refund_infos")
    if not infos:
        reported = _IN_TEXT.search(values["param"]) if values.get("param") else None
        if reported is None and "source_id" in values.get("param0", ""):
            reported = _SOURCE.search(values["param0"])
        return (reported[1],) if reported else ()
    ids = (row.partition("|")[0].strip() for row in infos.split(","))
    return tuple(dict.fromkeys(found for found in ids if found.isascii() and found.isdigit()))
