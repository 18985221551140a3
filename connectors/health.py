"""The connector's own port: `GET /health` tells whether it is alive, `POST /erp` takes what the ERP has to say."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.callbacks import Arrived, Reply

Taker = Callable[[Arrived], Reply]
"""Takes a callback, and returns the answer."""

LONGEST = 1 << 20
"""Bytes of a callback."""


def serve(port: int, alive: Callable[[], bool], take: Taker | None = None) -> ThreadingHTTPServer:
    """Answer on 127.0.0.1:*port* from now on: 200 as long as *alive*, else 503; let *take* have the ERP's callbacks."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = alive()
            body = json.dumps({"ok": well}).encode()
            self.send_response(404 if self.path != "/health" else 200 if well else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            sound = length.isdigit() and int(length) <= LONGEST
            content = self.rfile.read(int(length)) if sound else b""
            told = urlsplit(self.path)
            if take is None or told.path != "/erp":
                self._reply(Reply(404))
            elif not sound:
                self._reply(Reply(400))
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._reply(take(Arrived(headers, dict(parse_qsl(told.query, keep_blank_values=True)), content)))

        def _reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the interface's name)
            """Say nothing: someone may ask every second."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
