"""Proof pictures: real, small PNG files that follow from the seed and the refund, so that runs repeat."""

import base64
import hashlib
import struct
import zlib

from simulator.chance import chance
from simulator.world import Put, World

SIDE = 48
"""Width and height in pixels."""


def photo(seed: int, refund_id: str) -> bytes:
    """Return a PNG of coloured squares; another refund gives another picture."""
    draw = chance(seed, "proof", refund_id)
    colours = [bytes(draw.randrange(256) for _ in range(3)) for _ in range(36)]
    rows = b"".join(
        b"\0" + b"".join(colours[y // 8 * 6 + x // 8] for x in range(SIDE))  # each row begins with its filter, 0
        for y in range(SIDE)
    )
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def row(picture: bytes) -> Put:
    """Return the row that keeps *picture*, under its digest."""
    return "proof", hashlib.sha256(picture).hexdigest(), base64.b64encode(picture).decode()


def picture_of(world: World, sha256: str) -> bytes | None:
    """Return the picture with that digest, or None if no decision ever had it."""
    kept = world.state.plain.get("proof", {}).get(sha256)
    return None if kept is None else base64.b64decode(kept)
