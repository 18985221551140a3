"""A Flask app that answers the calls an integration makes all day before Flask: that saves half of what a call costs.

Flask routes everything else, and its handlers say what every error looks like.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request

from simulator.inline_wsgi import environ_of
from simulator.request import RawRequest

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_VARIABLE = re.compile(r"<(path:)?(\w+)>")
_VALUES = {None: "[^/]+", "path:": "[^/].*"}
"""What a variable of a route can be, by its converter."""
_under_way: list[WSGIEnvironment] = []
"""Views do not block: there is one request under way at most, but for one that a view makes itself."""


def environ_here() -> WSGIEnvironment:
    """Return the environment of the current request, as `flask.request` does in a tenth of the time.

    Of a call that is answered directly it has the keys of `simulator.erp.profile` alone.
    """
    return _under_way[-1] if _under_way else request.environ


class Json:
    """A JSON answer that is whole already: a WSGI app that says it, as views of Flask may return one."""

    __slots__ = ("content", "headers", "status")

    def __init__(self, content: bytes, status: int, content_type: bytes, *more: tuple[bytes, bytes]) -> None:
        """Keep what is to be said, with *more* headers; their names are lower case."""
        self.content, self.status = content, status
        self.headers = ((b"content-type", content_type), *more)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Say it; who asks for the HEAD gets no more."""
        line = _STATUS_LINES.get(self.status) or f"{self.status} UNKNOWN"
        start_response(line, [(name.decode().title(), value.decode("latin-1")) for name, value in self.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.content]


class DialectApp(Flask):
    """The app of a profile."""

    def __init__(self, name: str) -> None:
        """Serve the profile of that *name*."""
        super().__init__(name, static_folder=None)
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self._direct: dict[str, list[tuple[re.Pattern[str], Callable[..., Json]]]] = {}

    def direct(self, rule: str, *methods: str) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
        """Route *rule* to a view that needs nothing of Flask, and is called without it: see `answer`.

        It asks `sent`, `noted` and their like in `simulator.erp.profile`; so do the handlers of errors that it raises,
        which return `Json` as well.
        """
        pattern = re.compile(_VARIABLE.sub(lambda found: f"(?P<{found[2]}>{_VALUES[found[1]]})", re.escape(rule)))

        def added(view: Callable[..., Json]) -> Callable[..., Json]:
            for method in methods:
                self._direct.setdefault(method, []).append((pattern, view))
            self.route(rule, methods=methods)(view)
            return view

        return added

    def answer(self, raw: RawRequest, told: dict[str, Any]) -> Json | None:
        """Answer *raw* directly; None: there is no such route, and Flask has to look. *told* is the environment."""
        for pattern, view in self._direct.get(raw.method, ()):
            found = pattern.fullmatch(raw.path)
            if found is None:
                continue
            _under_way.append(told)
            try:
                return view(**found.groupdict())
            except Exception as error:
                with self.request_context(environ_of(raw, told)):
                    said = self.handle_user_exception(error)
                assert isinstance(said, Json)
                return said
            finally:
                _under_way.pop()
        return None
