"""The profile itself: what the ERP's endpoint, its people and the harness ask of it."""

from collections.abc import Collection
from collections.abc import Mapping as Dict
from typing import Any

import msgspec

from simulator.clock import to_text
from simulator.erp import canonical, registry
from simulator.erp.caller import Caller
from simulator.erp.document import Document
from simulator.erp.jushuitan import api, gateway, pushes, rows, tokens
from simulator.erp.jushuitan.client import Client
from simulator.erp.jushuitan.errors import ROW_TEXTS, TEXTS, Refusal
from simulator.erp.profile import Operation, Profile, Push, as_json
from simulator.erp.refusals import refused
from simulator.exchange import Answer
from simulator.ledger.mapping import Mapping
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

_CONFIRMS = frozenset({"approve", "approve_return", "approve_exchange", "approve_reship"})
"""Decisions that confirming the document tells; of exchanges and re-sends it makes the order of the goods to send."""
_NATIVE = _CONFIRMS | {"receive"}


class Jushuitan(Profile):
    """聚水潭, the present gateway and the older one."""

    name = "jushuitan"
    rows_apart = True
    errors = TEXTS
    error_status = 200
    thanks = pushes.THANKS
    told = say("profile.jushuitan", "Jushuitan open platform: after-sale upload and query on both gateways")
    base = ""
    key_names = ("app_key", "access_token", "refresh_token")

    def create_app(self, world: World) -> Any:
        """Return the API."""
        return api.create_app(world)

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return what is asked, without sign and tokens."""
        asked = _asked(raw)
        return as_json(asked.biz.encode()) if asked.biz else None

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Ask for sign, time and token."""
        try:
            gateway.check(world, _asked(raw), raw.client)
        except Refusal:
            return False
        return True

    def keys(self, world: World) -> Dict[str, str]:
        """Return the app's key and its tokens; `${erp.key}` is the app's secret (partnerkey)."""
        return {"app_key": gateway.app_key(world), **tokens.current(world)}

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read the call, and the refunds that it names."""
        call = _asked(raw).call
        if call == "upload" and isinstance(body, list):
            return _upload(world, [row for row in body if isinstance(row, dict)])
        if call == "confirm_goods":
            said = [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []
            numbers = [row.get("as_id") for row in said]
            return Operation("update", refunds=_refunds(world, numbers), document=str(numbers))
        if not isinstance(body, dict) or call not in _READ:
            return Operation("other")
        refunds = _refunds(world, body.get("as_ids"))
        if call in ("confirm", "unconfirm"):
            return Operation("update", refunds=refunds, document=str(body.get("as_ids")))
        return Operation("read", refunds=refunds) if len(refunds) == 1 else Operation("list")

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return an error in the platform's shape; a proxy that breaks down answers in HTML."""
        if answer.error:
            error = {"code": answer.error.get("code", 1), "msg": answer.error.get("msg", "")}
            return msgspec.json.encode(error), b"application/json; charset=utf-8"
        return b"<html><head><title>502 Bad Gateway</title></head><body></body></html>", b"text/html"

    def shop(self, world: World, nick: str) -> str:
        """Return the platform's number of a shop."""
        return rows.shop_number(world, nick)

    def refusal(self, why: str, refunds: Collection[str]) -> Answer:
        """Refuse the row, while the call goes well (docId=41)."""
        text = ROW_TEXTS[why]
        row = {"as_id": 0, "issuccess": False, "msg": text, "so_id": None, "o_id": 0, "id": 0}
        row["outer_as_id"] = next(iter(refunds), None)
        body = {"code": 0, "msg": "执行成功", "data": {"datas": [row]}}
        kind = (b"content-type", b"application/json; charset=utf-8")
        return Answer(content=msgspec.json.encode(body), headers=(kind,), error=refused(why, "row", msg=text))

    def mapping(self) -> Mapping:
        """Return the documented meaning of the fields."""
        return rows.MEANING

    def fields(self, mapping: Mapping) -> Dict[str, str] | None:
        """Return the fields that can mean something."""
        return rows.FIELDS

    def cannot(self, mapping: Mapping, decision: str) -> str:
        """Tell agreement and goods by status; everything else needs a field of the target's mapping."""
        if decision in _NATIVE and not mapping.field("decision"):
            return ""
        return canonical.cannot(mapping, decision)

    def expressed(self, world: World, document: Document) -> Dict[str, Any]:
        """Confirm the document, mark goods as received, and fill the fields that are mapped."""
        found = canonical.expressed(document, registry.mapping_of(world))
        kind = document.decision.get("kind")
        if kind in _CONFIRMS:
            found |= {"status": "Confirmed", "confirm_date": to_text(world.clock.seconds())}
        if kind == "receive":
            found["good_status"] = rows.goods_back(document)
        return found

    def push(self, world: World, document: Document, event: str, delivery: str) -> Push | None:
        """Push what people moved on."""
        return pushes.push(world, document, event)

    def took(self, status: int, content: bytes) -> bool:
        """Look at the code in the answer."""
        return pushes.took(status, content)

    def caller(self, world: World, key: str) -> Caller:
        """Return a client of the present gateway."""
        return Client(world, key, self.keys(world))


_READ = frozenset({"query", "received", "payments", "confirm", "unconfirm"})
"""Calls that name documents by their numbers, or look for them."""


def _refunds(world: World, numbers: Any) -> tuple[str, ...]:
    """Return the refunds of the documents with those *numbers* (as_id)."""
    found = [rows.of_number(world, each) for each in (numbers if isinstance(numbers, list) else ())]
    return tuple(dict.fromkeys(row.refund_id for row in found if row is not None and row.refund_id))


def _asked(raw: RawRequest) -> gateway.Asked:
    return gateway.read(raw.path, raw.query, raw.body)


def _upload(world: World, uploaded: list[dict[str, Any]]) -> Operation:
    """Return what an upload is about: an update if all of its documents are known."""
    known = [world.state.documents.external(rows.external(row)) for row in uploaded]
    refunds = tuple(dict.fromkeys(str(row["outer_as_id"]) for row in uploaded if row.get("outer_as_id")))
    shop = rows.nick(world, str(uploaded[0].get("shop_id"))) if uploaded else ""
    document = rows.external(uploaded[0]) if len(uploaded) == 1 else ""
    return Operation("update" if known and all(known) else "create", shop, refunds, document)
