"""Listening sockets: one for each side, so that each can die alone, all on one loop."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from simulator.errors import UserError
from simulator.wire import LendingProtocol
from simulator.words import say

DEFAULT_PORTS = {"tmall": 8810, "tmc": 8811, "erp": 8820, "control": 8800}
"""Offsets from the control port are kept when another first port is asked for."""
_KEEP_ALIVE = 75
"""Seconds that a connection may be idle, nginx's own: within fewer, whoever polls every few seconds meets the end."""


def is_loopback(host: str) -> bool:
    """Tell whether *host* is an address (or name) of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(name: str, host: str, port: int) -> socket.socket:
    """Return a socket bound to *host*:*port* (0: a free one).

    Raises:
        UserError: if the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    # Windows takes SO_REUSEADDR for leave to listen beside another program, and frees a closed port at once.
    alone = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    found.setsockopt(socket.SOL_SOCKET, alone, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise UserError(
            say(
                "port.taken",
                "port {port} on {host} cannot be used for {name}: {reason}.",
                port=port,
                host=host,
                name=name,
                reason=error.strerror,
            ),
            expected=say("port.free", "Stop what listens there, or use --port 0 for free ports."),
        ) from error
    found.set_inheritable(False)
    return found


class Listener:
    """One side's app behind one socket. `refuse` closes it, `listen` opens it again on the same port."""

    def __init__(
        self, name: str, app: Callable[..., Any], sock: socket.socket, tls: ssl.SSLContext | None = None
    ) -> None:
        """Prepare; `listen` starts it, with *tls* as https."""
        self._tls = tls
        self.name = name
        self.host, self.port = sock.getsockname()[:2]
        self._sock: socket.socket | None = sock
        # Nobody is believed who says for whom he asks (X-Forwarded-For): addresses may be what lets an app in.
        config = Config(
            app,
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
        )
        config.load()
        self._state = ServerState()
        self._state.default_headers = []
        self._protocol = partial(LendingProtocol, config=config, server_state=self._state, app_state={})
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        """Accept connections."""
        sock = self._sock or bind(self.name, self.host, self.port)
        self._sock = None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=sock, backlog=1024, ssl=self._tls)

    def refuse(self) -> None:
        """Close the socket and every connection: whoever comes now is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.close()

    async def close(self, seconds: float = 1.0) -> None:
        """Stop accepting, let exchanges under way end for *seconds*, and close."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(list(self._state.tasks), timeout=seconds)
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
