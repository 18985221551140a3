"""The connector's own port: `GET /health` tells whether it is alive, `POST /erp` takes what the ERP has to say."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Taker = Callable[[Mapping[str, str], bytes], int]
"""Takes headers and content of a callback, and returns the HTTP status of the answer."""

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
            known = take is not None and self.path == "/erp"
            status = take(dict(self.headers), content) if take and known and sound else 400 if known else 404
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the interface's name)
            """Say nothing: someone may ask every second."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
