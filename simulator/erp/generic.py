"""The generic profile: a small REST API over the store of documents, with a bearer key, revisions and cursors."""

import hashlib
import hmac
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from simulator.clock import to_iso
from simulator.erp import generic_json, proof, writing
from simulator.erp.caller import Caller
from simulator.erp.dialect_app import DialectApp, environ_here
from simulator.erp.document import STATUSES, Document
from simulator.erp.generic_caller import GenericCaller
from simulator.erp.profile import BODY, Operation, Profile, Push, cause, noted
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
        key = request.headers.get("Authorization", "").encode()
        if request.path != f"{BASE}/openapi.json" and not _right_key(world, key):
            raise ApiError(401, "unauthorized", "the Authorization header needs the ERP's key: Bearer KEY")

    @app.errorhandler(ApiError)
    def failed(error: ApiError) -> Response:
        answer = _json({"error": error.error}, error.status)
        noted().error = {key: error.error[key] for key in ("code", "message")}
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.errorhandler(HTTPException)
    def not_served(error: HTTPException) -> Response:
        answer = failed(ApiError(error.code or 500, error.name.lower().replace(" ", "_"), error.description or ""))
        for name, value in error.get_headers():
            if name == "Allow":
                answer.headers[name] = value
        return answer

    @app.put(f"{BASE}/documents/<external>")
    def put(external: str) -> Response:
        body, content = _content(external)
        found = world.state.documents.external(external)
        if request.headers.get("If-Match") is not None:
            _check_revision(found)
        return _write(world, external, found, body, content)

    @app.patch(f"{BASE}/documents/<external>")
    def patch(external: str) -> Response:
        found = _found(world, external)
        body, content = _content(external)
        if request.headers.get("If-Match") is None:
            raise ApiError(428, "if_match_required", 'PATCH needs If-Match: "REVISION"', revision=found.revision)
        _check_revision(found)
        return _write(world, external, found, body, content)

    @app.get(f"{BASE}/documents/<external>")
    def get(external: str) -> Response:
        return _single(_found(world, external), 200)

    @app.get(f"{BASE}/documents")
    def get_list() -> Response:
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


def _json(values: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(values), status, mimetype="application/json")


def _found(world: World, external: str) -> Document:
    found = world.state.documents.external(external)
    if found is None:
        raise ApiError(404, "not_found", f"there is no document {external}")
    return found


def _content(external: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the request's body as it came, and the canonical fields that it sets."""
    if len(external) > 64:
        raise ApiError(400, "invalid_field", "an external number has at most 64 characters", field="external")
    if (request.content_length or 0) > BODY_LIMIT:
        raise ApiError(413, "content_too_large", f"a body has at most {BODY_LIMIT} bytes")
    if not request.is_json:
        found = request.headers.get("Content-Type", "")
        raise ApiError(415, "unsupported_media_type", "Content-Type has to be application/json", found=found)
    try:
        body = environ_here().get(BODY)  # read already for the ledger
        if body is None or (isinstance(body, dict) and "unreadable" in body):
            body = _decoder.decode(request.get_data())
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


def _check_revision(found: Document | None) -> None:
    """Refuse a write that is based on another revision than the newest."""
    current = found.revision if found else None
    if found is None or not request.if_match.contains(str(current)):
        message = f"the document has revision {current} now" if found else "there is no such document yet"
        raise ApiError(409, "stale_revision", message, revision=current)


def _write(
    world: World, external: str, found: Document | None, body: dict[str, Any], content: dict[str, Any]
) -> Response:
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


def _single(document: Document, status: int) -> Response:
    shown = generic_json.show(document)
    answer = noted()
    answer.told = [_told(document)]
    answer.fields = ("*",)
    answer.body = shown
    response = _json(shown, status)
    response.headers["ETag"] = f'"{document.revision}"'
    return response


def _list(world: World, shown: Shown) -> Response:
    after = _number("after", 0, 0, 2**63)
    limit = _number("limit", 100, 1, MOST_ROWS)
    wanted = {name: request.args[name] for name in ("shop", "refund_id") if name in request.args}
    for name in request.args:
        if name not in {"after", "limit", *wanted}:
            message = f"{name} is no parameter of the list"
            expected = "after, limit, shop, refund_id"
            raise ApiError(400, "unknown_parameter", message, field=name, found=request.args[name], expected=expected)
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
    return _json({"documents": [shown(row) for row in rows], "next": reached, "more": more})


def _number(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text) <= most):
        expected = f"a whole number from {least}" + (f" to {most}" if most < 2**63 else "")
        raise ApiError(
            400, "invalid_parameter", f"{name}: expected {expected}", field=name, found=text, expected=expected
        )
    return int(text)
