"""What the two profiles have in common: the ERP's people review in it, and nobody is called back."""

import hmac
from abc import abstractmethod
from collections.abc import Callable, Collection
from collections.abc import Mapping as Dict
from typing import Any

import msgspec
from flask import Flask

from simulator.chance import token as chance
from simulator.erp import addresses, canonical, pictures, registry
from simulator.erp.caller import Caller
from simulator.erp.dialect_app import DialectApp, Json
from simulator.erp.document import Document
from simulator.erp.profile import Operation, Profile, Push, admitted, sent
from simulator.erp.refusals import refused
from simulator.erp.wangdiantong import store
from simulator.erp.wangdiantong.client import WangdiantongClient
from simulator.erp.wangdiantong.errors import ADDRESS, APPLICATION, CODES, PARAMETER, TEXTS, Refusal, as_json
from simulator.erp.wangdiantong.limits import Limit
from simulator.exchange import Answer
from simulator.ledger.mapping import Mapping
from simulator.request import RawRequest
from simulator.world import World

NATIVE = frozenset({*store.DECIDED, "receive"})
"""Decisions that show in the document's own status."""


def sid(world: World) -> str:
    """Return the merchant's account."""
    return "wdt" + chance(world.seed, "wangdiantong sid")[:6]


def app_key(world: World) -> str:
    """Return the app's key."""
    return f"{sid(world)}-api"


class Wangdiantong(Profile):
    """Both dialects, as far as they are the same."""

    errors = CODES
    error_status = 200
    code: str
    """Name of the number in an answer that says how it went."""
    meaning: Mapping
    """What the fields mean where the target does not say."""
    named: Dict[str, str]
    """The fields that can mean something."""
    client: type[WangdiantongClient]
    """A client of the dialect."""

    def mapping(self) -> Mapping:
        """Return the meaning of the fields."""
        return self.meaning

    def fields(self, mapping: Mapping) -> Dict[str, str] | None:
        """Return the fields that can mean something."""
        return self.named

    def caller(self, world: World, key: str) -> Caller:
        """Return a client."""
        return self.client(world, key, self.keys(world))

    door: str
    """Route of all calls."""

    @abstractmethod
    def check(self, world: World, raw: RawRequest) -> None:
        """Raise Refusal unless the request comes from the account's app, now and from an address that may call."""

    @abstractmethod
    def calls(self, world: World) -> Callable[[RawRequest], Dict[str, Any]]:
        """Return what does a call of *world*'s ERP and returns its answer, or raises Refusal."""

    def create_app(self, world: World) -> Flask:
        """Return the API."""
        app = DialectApp(self.name)
        limit, done = Limit(world), self.calls(world)
        pictures.serve(app, world, self.base)

        @app.route(self.door, methods=["GET", "PUT", "DELETE"])
        @app.direct(self.door, "POST")
        def call(**_path: str) -> Json:
            raw = sent()
            try:
                if not admitted():
                    self.check(world, raw)
                limit.check()
                return as_json({self.code: 0, **done(raw)})
            except Refusal as refusal:
                return as_json(refusal.told(self.code))

        return app

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Ask for account, sign, address and time; a picture is for whoever has its name."""
        if raw.path.startswith(f"{self.base}/files/"):
            return True
        try:
            self.check(world, raw)
        except Refusal:
            return False
        return True

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return an error in the dialect's shape; a proxy that breaks down answers in HTML."""
        if not answer.error:
            return b"<html><head><title>502 Bad Gateway</title></head><body></body></html>", b"text/html"
        said = {self.code: answer.error.get("code", 99), "message": answer.error.get("message", "")}
        return msgspec.json.encode(said), b"application/json;charset=utf-8"

    def shop(self, world: World, nick: str) -> str:
        """Return the number of the shop of one's own platform that mirrors *nick*."""
        return store.number(world, nick)

    def refusal(self, why: str, refunds: Collection[str]) -> Answer:
        """Refuse the whole push: only the text tells why."""
        return Answer(error=refused(why, APPLICATION, message=TEXTS[why]))

    def cannot(self, mapping: Mapping, decision: str) -> str:
        """Tell review and goods by the document's status; everything else needs a field of the target's mapping."""
        return "" if decision in NATIVE else canonical.cannot(mapping, decision)

    def expressed(self, world: World, document: Document) -> Dict[str, Any]:
        """Move the document's own status, and fill the fields that are mapped."""
        found = canonical.expressed(document, registry.mapping_of(world))
        kind = document.decision.get("kind", "")
        if kind in store.DECIDED:
            found["process_status"] = store.DECIDED[kind]
        elif kind == "receive":
            found["process_status"] = store.PARTLY if document.received < document.quantity else store.RECEIVED
        return found

    def push(self, world: World, document: Document, event: str, delivery: str) -> Push | None:
        """Tell nobody: no push to merchants is documented, integrations poll."""
        return None


def about(world: World, shop_no: str, refund_nos: list[str], count: int) -> Operation:
    """Return what a push of *count* refunds is about: an update if all of its documents are known."""
    externals = [f"{shop_no}/{refund_no}" for refund_no in refund_nos]
    known = [world.state.documents.external(external) for external in externals]
    name = "update" if known and all(known) else "create"
    document = externals[0] if count == 1 and externals else ""
    return Operation(name, store.nick(world, shop_no), tuple(dict.fromkeys(refund_nos)), document)


def stocked(world: World, number: object, own: str) -> Operation:
    """Return what a stock-in order is about: the document with the ERP's *number*; *own* is the sender's."""
    document = store.of_number(world, number)
    if document is None:
        return Operation("update", document=f"{number} {own}")
    return Operation("update", document.shop, (document.refund_id,), f"{number} {own}")


def check_caller(world: World, given: Dict[str, str], key: str, right: str, client: str) -> None:
    """Raise Refusal unless *given* names the account, its app under the name *key*, and the *right* sign.

    An account may have a list of the addresses from which it takes calls.
    """
    if given.get("sid") != sid(world):
        raise Refusal(PARAMETER, "sid不存在")
    if given.get(key) != app_key(world) or not hmac.compare_digest(given.get("sign", "").encode(), right.encode()):
        raise Refusal(PARAMETER, "签名验证失败")
    if not addresses.lets_in(world, client):
        raise Refusal(ADDRESS, f"{CODES[ADDRESS]}: {client}")


def decision_of(status: int, *, returns: bool) -> str:
    """Return the decision that a document's own status tells, or an empty text."""
    if status == store.AGREED:
        return "approve"
    if status in (store.PARTLY, store.RECEIVED):
        return "receive"
    if status == store.REFUSED:
        return "refuse"
    return "approve_return" if status == store.TO_RECEIVE and returns else ""
