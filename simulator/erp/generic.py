"""The generic profile: a small REST API over the store of documents, with a bearer key, revisions and cursors."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_etags

from simulator.clock import to_iso
from simulator.erp import form, generic_json, proof, writing
from simulator.erp.caller import Caller
from simulator.erp.dialect_app import DialectApp, Json, environ_here
from simulator.erp.document import STATUSES, Document
from simulator.erp.generic_caller import GenericCaller
from simulator.erp.profile import BODY, Operation, Profile, Push, admitted, cause, noted, sent
from simulator.erp.shown import Shown
from simulator.exchange import Answer
from simulator.ledger.values import Told
from simulator.openapi import as_json
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

BASE = "/generic/v1"
BODY_LIMIT = 1 << 20
"""Bytes of a body; more is 413."""
MOST_ROWS = 200

_OPENAPI = Path(__file__).with_name("generic.openapi.yaml")
_JSON = re.compile(r"\s*application/([^;\s]+\+)?json\s*(;|$)", re.IGNORECASE)
"""A Content-Type of JSON."""
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class ApiError(Exception):
    """An error as the API answers it; *more* stands beside code and message."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        """Keep HTTP *status*, *code* and *message*."""
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, **more}


class Generic(Profile):
    """The generic profile, as the ERP's endpoint knows it."""

    name = "generic"
    told = say("profile.generic", "a documented REST API with an OpenAPI file")
    base = BASE

    def create_app(self, world: World) -> Flask:
        """Return the app."""
        return create_app(world)

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Tell whether the bearer key is right; the API's description needs none."""
        return raw.path == f"{BASE}/openapi.json" or _right_key(world, raw.header(b"authorization"))

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read path and body."""
        documents = f"{BASE}/documents"
        if raw.path == documents and raw.method == "GET":
            return Operation("list")
        external = raw.path.removeprefix(f"{documents}/")
        if external == raw.path or "/" in external or raw.method not in {"GET", "PUT", "PATCH"}:
            return Operation("other")
        found = world.state.documents.external(external)
        named = body if isinstance(body, dict) else {}
        about = {"shop": found.shop, "refund_id": found.refund_id} if found else {}
        about |= {key: str(named[key]) for key in ("shop", "refund_id") if isinstance(named.get(key), str | int)}
        refunds = (about["refund_id"],) if about.get("refund_id") else ()
        name = "read" if raw.method == "GET" else "create" if found is None and raw.method == "PUT" else "update"
        return Operation(name, about.get("shop", ""), refunds)

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return the error as JSON."""
        broke = {"code": "internal_error", "message": "the ERP is out of order"}
        error = {name: answer.error.get(name, text) for name, text in broke.items()}
        return msgspec.json.encode({"error": error}), b"application/json"

    def push(self, world: World, document: Document, event: str, delivery: str) -> Push | None:
        """Send decisions and the warehouse's reports, signed over time and body."""
        if event not in {"decision", "intercept", "ship"}:
            return None
        told = {"delivery": delivery, "event": event, "at": to_iso(document.updated)}
        content = msgspec.json.encode({**told, "document": generic_json.show(document)})
        stamp = str(world.clock.seconds())
        headers = {"Content-Type": "application/json", "X-Delivery": delivery, "X-Timestamp": stamp}
        if world.settings["erp_callbacks_signed"]:
            headers["X-Signature"] = signature(world.callback_secret, stamp, content)
        return Push(content, headers)

    def caller(self, world: World, key: str) -> Caller:
        """Return a client of the API."""
        return GenericCaller(key)


def signature(secret: str, stamp: str, content: bytes) -> str:
    """Return the hex HMAC-SHA256 of `stamp.content`, by which the receiver knows who sent it."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def create_app(world: World) -> Flask:
    """Return the API over *world*'s documents."""
    app = DialectApp("generic")
    app.url_map.redirect_defaults = False
    shown = Shown(generic_json.show)

    @app.before_request
    def authenticate() -> None:
        if sent().path != f"{BASE}/openapi.json":
            _authenticate(world)

    @app.errorhandler(ApiError)
    def failed(error: ApiError) -> Json:
        noted().error = {key: error.error[key] for key in ("code", "message")}
        asks = [(b"www-authenticate", b"Bearer")] if error.status == 401 else []
        return _json({"error": error.error}, error.status, *asks)

    @app.errorhandler(HTTPException)
    def not_served(error: HTTPException) -> Json:
        answer = failed(ApiError(error.code or 500, error.name.lower().replace(" ", "_"), error.description or ""))
        allowed = (value.encode() for name, value in error.get_headers() if name == "Allow")
        answer.headers += tuple((b"allow", value) for value in allowed)
        return answer

    @app.direct(f"{BASE}/documents/<external>", "PUT")
    def put(external: str) -> Json:
        _authenticate(world)
        body, content = _content(external)
        found = world.state.documents.external(external)
        if _is_based():
            _check_revision(found)
        return _write(world, external, found, body, content)

    @app.direct(f"{BASE}/documents/<external>", "PATCH")
    def patch(external: str) -> Json:
        _authenticate(world)
        found = _found(world, external)
        body, content = _content(external)
        if not _is_based():
            raise ApiError(428, "if_match_required", 'PATCH needs If-Match: "REVISION"', revision=found.revision)
        _check_revision(found)
        return _write(world, external, found, body, content)

    @app.direct(f"{BASE}/documents/<external>", "GET")
    def get(external: str) -> Json:
        _authenticate(world)
        return _single(_found(world, external), 200)

    @app.direct(f"{BASE}/documents", "GET")
    def get_list() -> Json:
        _authenticate(world)
        return _list(world, shown)

    @app.get(f"{BASE}/proofs/<sha256>")
    def get_proof(sha256: str) -> Response:
        picture = proof.picture_of(world, sha256)
        if picture is None:
            raise ApiError(404, "not_found", f"there is no proof {sha256}")
        return Response(picture, mimetype="image/png")

    @app.get(f"{BASE}/openapi.json")
    def openapi() -> Response:
        return Response(as_json(_OPENAPI), mimetype="application/json")

    return app


def _right_key(world: World, header: bytes) -> bool:
    return hmac.compare_digest(header, b"Bearer " + world.erp_key.encode())


def _authenticate(world: World) -> None:
    if not admitted() and not _right_key(world, sent().header(b"authorization")):
        raise ApiError(401, "unauthorized", "the Authorization header needs the ERP's key: Bearer KEY")


def _json(values: Any, status: int, *more: tuple[bytes, bytes]) -> Json:
    return Json(msgspec.json.encode(values), status, b"application/json", *more)


def _found(world: World, external: str) -> Document:
    found = world.state.documents.external(external)
    if found is None:
        raise ApiError(404, "not_found", f"there is no document {external}")
    return found


def _content(external: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the request's body as it came, and the canonical fields that it sets."""
    if len(external) > 64:
        raise ApiError(400, "invalid_field", "an external number has at most 64 characters", field="external")
    raw = sent()
    if (raw.too_long or len(raw.body)) > BODY_LIMIT:
        raise ApiError(413, "content_too_large", f"a body has at most {BODY_LIMIT} bytes")
    kind = raw.header(b"content-type").decode("latin-1")
    if not _JSON.match(kind):
        raise ApiError(415, "unsupported_media_type", "Content-Type has to be application/json", found=kind)
    try:
        body = environ_here().get(BODY)  # read already for the ledger
        if body is None or (isinstance(body, dict) and "unreadable" in body):
            body = _decoder.decode(raw.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ApiError(400, "invalid_json", f"the body is no JSON: {error}") from error
    try:
        content = generic_json.read(body)
        if body.get("external", external) != external:
            raise generic_json.Wrong("external", body["external"], f"{external}, as in the path")
    except generic_json.Wrong as wrong:
        more = {"field": wrong.field, "found": wrong.found, "expected": wrong.expected}
        raise ApiError(400, wrong.code, str(wrong), **more) from wrong
    return {name: body[name] for name in content}, content


def _is_based() -> bool:
    """Tell whether a write says on which revision it is based; one that says nothing in the header is on none."""
    return any(name == b"if-match" for name, _ in sent().headers)


def _check_revision(found: Document | None) -> None:
    """Refuse a write that is based on another revision than the newest."""
    current = found.revision if found else None
    wanted = parse_etags(sent().header(b"if-match").decode("latin-1"))
    if found is None or not wanted.contains(str(current)):
        message = f"the document has revision {current} now" if found else "there is no such document yet"
        raise ApiError(409, "stale_revision", message, revision=current)


def _write(world: World, external: str, found: Document | None, body: dict[str, Any], content: dict[str, Any]) -> Json:
    kind = found.kind if found is not None else content.get("kind", "refund")
    if content.get("kind", kind) != kind:
        message = f"kind: a document stays what it is, {kind}"
        raise ApiError(400, "invalid_field", message, field="kind", found=content["kind"], expected=kind)
    if content.get("status", STATUSES[kind][0]) not in STATUSES[kind]:
        expected = f"one of {', '.join(STATUSES[kind])} for a document of kind {kind}"
        message = f"status: expected {expected}"
        raise ApiError(400, "invalid_field", message, field="status", found=content["status"], expected=expected)
    if found is not None:
        written = writing.update(world, found, content, body, cause=cause())
        noted().effect = written is not found
        return _single(written, 200)
    required = generic_json.REQUIRED[kind]
    for name in required:
        if name not in content:
            message = f"a new document of kind {kind} needs {', '.join(required)}"
            raise ApiError(400, "missing_field", message, field=name, found=None, expected="a value")
    content = generic_json.FIRST.get(kind, {}) | content
    written = writing.create(world, external, content, body, cause=cause())
    noted().effect = True
    return _single(written, 201)


def _told(document: Document) -> Told:
    return Told(document.refund_id, document.revision, document=document.id)


def _single(document: Document, status: int) -> Json:
    shown = generic_json.show(document)
    answer = noted()
    answer.told = [_told(document)]
    answer.fields = ("*",)
    answer.body = shown
    return _json(shown, status, (b"etag", b'"%d"' % document.revision))


def _list(world: World, shown: Shown) -> Json:
    asked = form.fields(sent().query)
    after = _number(asked, "after", 0, 0, 2**63)
    limit = _number(asked, "limit", 100, 1, MOST_ROWS)
    wanted = {name: asked[name] for name in ("shop", "refund_id") if name in asked}
    for name in asked:
        if name not in {"after", "limit", *wanted}:
            message = f"{name} is no parameter of the list"
            expected = "after, limit, shop, refund_id"
            raise ApiError(400, "unknown_parameter", message, field=name, found=asked[name], expected=expected)
    store = world.state.documents
    rows = store.updated_after(after, limit + 1, **wanted)
    more = len(rows) > limit
    rows = rows[:limit]
    answer = noted()
    answer.told = [_told(row) for row in rows]
    answer.fields = ("*",)
    answer.has_next = more
    # Everything up to the newest cursor was looked at, also where a filter left it out.
    reached = rows[-1].cursor if more else max(after, store.cursor)
    return _json({"documents": [shown(row) for row in rows], "next": reached, "more": more}, 200)


def _number(asked: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text) <= most):
        expected = f"a whole number from {least}" + (f" to {most}" if most < 2**63 else "")
        raise ApiError(
            400, "invalid_parameter", f"{name}: expected {expected}", field=name, found=text, expected=expected
        )
    return int(text)
