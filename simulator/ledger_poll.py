"""`GET /v1/ledger`: the ledger's lines after a number, waiting for the next one if there is none yet.

A native coroutine, so that any number of waiting polls cost nothing.
"""

from urllib.parse import parse_qsl

import msgspec

from simulator.admission import refusal
from simulator.exchange import Headers
from simulator.request import RawRequest
from simulator.world import World

MOST_SECONDS = 60.0
MOST_LINES = 50_000
LINES = 5_000
"""How many lines an answer has unless asked otherwise."""

Response = tuple[int, Headers, bytes]


async def ledger_poll(world: World, raw: RawRequest) -> Response:
    """Answer one poll: NDJSON lines with numbers above `after`, at most `limit`, after at most `wait` seconds."""
    host, token = (raw.header(name).decode("latin-1") for name in (b"host", b"authorization"))
    refused = refusal(world, host, token)
    if refused is not None:
        return _error(*refused)
    query = dict(parse_qsl(raw.query.decode("latin-1")))
    try:
        after = int(query.get("after", 0))
        limit = min(int(query.get("limit", LINES)), MOST_LINES)
        wait = min(float(query.get("wait", 0)), MOST_SECONDS)
        if after < 0 or limit < 1 or not wait >= 0:
            raise ValueError("negative")
    except ValueError:
        return _error(400, "after and limit are whole numbers (limit from 1), wait is a number of seconds")
    await world.book.wait(after, wait)
    lines = world.book.lines(after, limit)
    return 200, ((b"content-type", b"application/x-ndjson"),), b"".join(lines)


def _error(status: int, message: str) -> Response:
    content = msgspec.json.encode({"error": {"message": message}})
    return status, ((b"content-type", b"application/json"),), content
