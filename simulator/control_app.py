"""What the control listener serves: what waits is native (the ledger's long poll), the rest is Flask, inline."""

import asyncio

from flask import Flask

from simulator.connection import Connection
from simulator.exchange import Answer
from simulator.inline_wsgi import environ_of, run
from simulator.ledger_poll import ledger_poll
from simulator.request import RawRequest
from simulator.world import World


class ControlApp:
    """Sends a request to the long poll or to Flask."""

    def __init__(self, world: World, flask: Flask) -> None:
        """Serve *flask* over *world*."""
        self._world = world
        self._flask = flask

    def take(self, raw: RawRequest, connection: Connection) -> None:
        """Serve *raw* as soon as it can be."""
        connection.later(self._serve(raw, connection))

    async def _serve(self, raw: RawRequest, connection: Connection) -> None:
        if raw.path == "/v1/ledger" and raw.method == "GET":
            status, headers, body = await ledger_poll(self._world, raw)
        else:
            status, headers, body = run(self._flask, environ_of(raw))
            await asyncio.sleep(0)  # a side that it opens again listens before its caller hears of it
        self._world.book.flush()
        answer = Answer(status=status, headers=headers, content=body)
        if not connection.answer(answer, head_only=raw.method == "HEAD"):
            await connection.accepted()
