"""Tells whoever asks whether the connector is alive: `GET /health`."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def serve(port: int, alive: Callable[[], bool]) -> ThreadingHTTPServer:
    """Answer on 127.0.0.1:*port* from now on: 200 as long as *alive*, else 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = alive()
            body = json.dumps({"ok": well}).encode()
            self.send_response(404 if self.path != "/health" else 200 if well else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the interface's name)
            """Say nothing: someone may ask every second."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
