"""A Flask app without what no dialect has: sessions, hosts to choose a route by, signals, work after a request.

That is a third of what Flask does for a request. Routes, the request and the handlers of errors are as everywhere.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Request, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

_PATHS = 1000
"""Paths whose view is kept."""
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_under_way: list[WSGIEnvironment] = []
"""Views do not block: there is one request under way at most, but for one that a view makes itself."""


def environ_here() -> WSGIEnvironment:
    """Return the environment of the current request, as `flask.request` does in a tenth of the time."""
    return _under_way[-1] if _under_way else request.environ


class Json:
    """A JSON answer that is whole already: a WSGI app that says it, as views of Flask may return one."""

    __slots__ = ("_status", "_type", "content")

    def __init__(self, content: bytes, status: int, content_type: str) -> None:
        """Keep what is to be said."""
        self.content, self._status, self._type = content, status, content_type

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Say it; who asks for the HEAD gets no more."""
        line = _STATUS_LINES.get(self._status) or f"{self._status} UNKNOWN"
        start_response(line, [("Content-Type", self._type)])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.content]


class _NoSessions(SessionInterface):
    """Nobody who calls an API has a session."""

    _session = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """Return the one that holds nothing."""
        return self._session


class _Routes(MapAdapter):
    """Finds the view of a request. Of the paths of most dialects there are few, so what was found is kept."""

    known: dict[tuple[str, str], Any]
    """What was found by method and path; the app's."""

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """Return the rule (with *return_rule*, as Flask asks) and what it takes from the path."""
        key = self.default_method, self.path_info
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= _PATHS:
                self.known.clear()
            found = self.known[key] = super().match(*args, **kwargs)
        rule, taken = found
        return rule, dict(taken)


class DialectApp(Flask):
    """The app of a profile."""

    session_interface = _NoSessions()

    def __init__(self, name: str) -> None:
        """Serve the profile of that *name*."""
        super().__init__(name, static_folder=None)
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self._known: dict[tuple[str, str], Any] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Choose routes by path and method alone."""
        if request is None:
            return None
        routes = _Routes(
            self.url_map,
            server_name=request.environ.get("HTTP_HOST", "127.0.0.1"),
            script_name="/",
            subdomain="",
            url_scheme=request.environ["wsgi.url_scheme"],
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("latin-1"),
        )
        routes.known = self._known
        return routes

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return *func* as it is: no view of a dialect is a coroutine."""
        return func

    def do_teardown_request(self, exc: Any = None) -> None:
        """Do nothing: there is no work after a request."""

    def do_teardown_appcontext(self, exc: Any = None) -> None:
        """Do nothing, as after a request."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        _under_way.append(environ)
        try:
            with self.request_context(environ):
                try:
                    answer = self.preprocess_request() if self.before_request_funcs else None
                    if answer is None:
                        answer = self.dispatch_request()
                except Exception as error:
                    answer = self.handle_user_exception(error)
                said = answer if isinstance(answer, Json) else self.make_response(answer)
                return said(environ, start_response)
        finally:
            _under_way.pop()
