"""Runs a WSGI app (Flask) on the loop itself, between two other events: its views must not block."""

import io
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from simulator.exchange import Headers
from simulator.request import RawRequest

_SAID = (b"content-length", b"transfer-encoding")
"""Headers that say how long the body is, which is read: with the second one an app would not look at it."""


def environ_of(request: RawRequest, extra: dict[str, Any] | None = None) -> WSGIEnvironment:
    """Return the WSGI environment of *request*, with *extra* keys for the app."""
    host, _, port = request.header(b"host").decode("latin-1").partition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": host or "127.0.0.1",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(request.too_long or len(request.body)),
        **(extra or {}),
    }
    for name, value in request.headers:
        text = value.decode("latin-1")
        if name == b"content-type":
            environ["CONTENT_TYPE"] = text
        elif name not in _SAID:
            environ["HTTP_" + name.decode("latin-1").upper().replace("-", "_")] = text
    return environ


def run(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[int, Headers, bytes]:
    """Call *app* and return status, headers (its length aside, which whoever sends it knows) and body."""
    began: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        lower = ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers)
        began[:] = [int(status[:3]), tuple(header for header in lower if header[0] != b"content-length")]
        return lambda _data: None

    start: StartResponse = start_response
    parts = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return began[0], began[1], body
