"""Files: upload tokens, what was uploaded, and the pictures of decisions. A key is good in its own transaction.

What was uploaded lies in the data folder, under its digest; state and ledger know name, size, type and digest.
"""

import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Any, TypeGuard

from flask import Flask, Response, request

from simulator.erp import proof
from simulator.erp.dialect_app import Json
from simulator.erp.jiandaoyun.errors import UPLOAD_FAILED, Refusal, as_json
from simulator.erp.profile import noted, sent
from simulator.world import World

KEPT = "erp_record"
"""Entity of what a profile keeps besides documents."""
TOKENS = 100
"""Tokens that one request gives; each is good for one file (page 13287)."""
_TEMPLATE = re.compile(r"\$[{(]\w*[})]")
"""What a transaction_id may not contain (page 13287)."""


def is_transaction(found: Any) -> TypeGuard[str]:
    """Tell whether *found* can be the id of a transaction; a UUID is recommended, not demanded."""
    return isinstance(found, str) and bool(found) and not _TEMPLATE.search(found)


def tokens(world: World, transaction: str, host: str) -> list[dict[str, str]]:
    """Return the URLs and tokens with which the files of *transaction* can be uploaded."""
    begun = seal(world, transaction)
    return [{"url": f"{host}/upload", "token": _token(world, f"{begun}.{number}")} for number in range(TOKENS)]


def seal(world: World, transaction: str) -> str:
    """Return what begins every token of *transaction*."""
    return hashlib.sha256(f"{world.erp_key}:{transaction}".encode()).hexdigest()[:24]


def _token(world: World, name: str) -> str:
    mac = hmac.new(world.erp_key.encode(), name.encode(), hashlib.sha256).hexdigest()[:16]
    return f"{name}.{mac}"


def upload(world: World) -> Json:
    """Take a file under one of the tokens; the request needs no key."""
    file, token = request.files.get("file"), request.form.get("token", "")
    name = token.rpartition(".")[0]
    if sent().too_long:
        raise Refusal(3005, "file: size", status=UPLOAD_FAILED)
    if file is None or not name or not hmac.compare_digest(token.encode(), _token(world, name).encode()):
        raise Refusal(3005, "token, file", status=UPLOAD_FAILED)
    content = file.read()
    if not 0 < len(content) <= world.settings["jdy_upload_bytes"]:
        raise Refusal(3005, "file: size", status=UPLOAD_FAILED)
    key = hashlib.sha256(token.encode()).hexdigest()[:32]
    if uploaded(world, key) is not None:
        raise Refusal(3005, "token: used", status=UPLOAD_FAILED)
    _keep(world, key, name.partition(".")[0], file.filename or "file", file.mimetype, content)
    noted().effect = True
    return as_json({"key": key})


def _keep(world: World, key: str, sealed: str, name: str, mime: str, content: bytes) -> None:
    """Keep an uploaded file; the ledger holds its digest alone."""
    digest = hashlib.sha256(content).hexdigest()
    path = _place(world, digest)
    path.parent.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    row = {"key": key, "seal": sealed, "name": name, "size": len(content), "mime": mime, "sha256": digest}
    world.change([(KEPT, f"file:{key}", row)], actor="integration", action="upload", side="erp")


def _place(world: World, sha256: str) -> Path:
    return world.folder / "uploads" / sha256


def uploaded(world: World, key: str) -> dict[str, Any] | None:
    """Return the file with that *key* as a field keeps it."""
    found = world.state.plain.get(KEPT, {}).get(f"file:{key}")
    return None if found is None else dict(found)


def picture(world: World, sha256: str, refund_id: str) -> list[dict[str, Any]]:
    """Return the picture of a decision as a field keeps it."""
    content = proof.picture_of(world, sha256) or b""
    return [{"name": f"proof-{refund_id}.png", "size": len(content), "mime": "image/png", "sha256": sha256}]


def shown(row: dict[str, Any], host: str) -> dict[str, Any]:
    """Return a file as the API shows it, with a URL to read it from."""
    path = row.get("key", row["sha256"])
    return {**{name: row[name] for name in ("name", "size", "mime")}, "url": f"{host}/files/{path}"}


def serve(app: Flask, world: World, base: str) -> None:
    """Answer `GET base/files/NAME` with a file, to whoever has its name: the key of an upload, a picture's digest."""

    @app.route(f"{base}/files/<name>")
    def file(name: str) -> Response:
        found = uploaded(world, name)
        if found is None:
            picture = proof.picture_of(world, name)
            return Response("", 404) if picture is None else Response(picture, mimetype="image/png")
        return Response(_place(world, found["sha256"]).read_bytes(), mimetype=found["mime"])
