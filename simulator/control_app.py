"""The control listener's ASGI app: what waits is native (the ledger's long poll), the rest is Flask, inline."""

from flask import Flask

from simulator.inline_wsgi import environ_of, run
from simulator.ledger_poll import ledger_poll
from simulator.wire import Receive, Scope, Send, read_request
from simulator.world import World


class ControlApp:
    """Sends a request to the long poll or to Flask."""

    def __init__(self, world: World, flask: Flask) -> None:
        """Serve *flask* over *world*."""
        self._world = world
        self._flask = flask

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        raw = await read_request(scope, receive)
        if raw is None:
            scope["protocol"].abort()
            return
        if raw.path == "/v1/ledger" and raw.method == "GET":
            status, headers, body = await ledger_poll(self._world, raw)
        else:
            status, headers, body = run(self._flask, environ_of(raw))
        self._world.book.flush()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
