"""Files: upload tokens, what was uploaded, and the pictures of decisions. A key is good in its own transaction."""

import hashlib
from typing import Any

from simulator.erp import proof
from simulator.world import World

KEPT = "erp_record"
"""Entity of what a profile keeps besides documents."""
TOKENS = 100
"""Tokens that one request gives."""


def tokens(world: World, transaction: str, host: str) -> list[dict[str, str]]:
    """Return the URLs and tokens with which the files of *transaction* can be uploaded."""
    return [{"url": f"{host}/upload", "token": f"{seal(world, transaction)}.{number}"} for number in range(TOKENS)]


def seal(world: World, transaction: str) -> str:
    """Return what begins every token of *transaction*."""
    return hashlib.sha256(f"{world.erp_key}:{transaction}".encode()).hexdigest()[:24]


def keep(world: World, token: str, name: str, mime: str, content: bytes) -> str:
    """Keep an uploaded file and return its key; the ledger holds its digest alone."""
    key = hashlib.sha256(token.encode() + content).hexdigest()[:32]
    row = {
        "seal": token.partition(".")[0],
        "name": name,
        "size": len(content),
        "mime": mime,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    world.change([(KEPT, f"file:{key}", row)], actor="integration", action="upload", side="erp")
    return key


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
    return {**{name: row[name] for name in ("name", "size", "mime")}, "url": f"{host}/files/{row['sha256']}"}
