"""Listening sockets: one for each side, so that each can die alone, all on one loop."""

import asyncio
import ipaddress
import socket
import ssl

from simulator.connection import Connection, Taker
from simulator.errors import UserError
from simulator.words import say

DEFAULT_PORTS = {"tmall": 8810, "tmc": 8811, "erp": 8820, "control": 8800}
"""Offsets from the control port are kept when another first port is asked for."""


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
    """One side behind one socket. `refuse` closes it, `listen` opens it again on the same port."""

    def __init__(self, name: str, taker: Taker, sock: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        """Prepare; `listen` starts it, with *tls* as https."""
        self._tls = tls
        self.name = name
        self.host, self.port = sock.getsockname()[:2]
        self._sock: socket.socket | None = sock
        self._taker = taker
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def _connected(self) -> Connection:
        return Connection(self._taker, self._connections, self._tasks)

    async def listen(self) -> None:
        """Accept connections."""
        sock = self._sock or bind(self.name, self.host, self.port)
        self._sock = None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connected, sock=sock, backlog=1024, ssl=self._tls)

    def refuse(self) -> None:
        """Close the socket and every connection: whoever comes now is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.transport.close()

    async def close(self, seconds: float = 1.0) -> None:
        """Stop accepting, let exchanges under way end for *seconds*, and close."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.shutdown()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=seconds)
        for connection in list(self._connections):
            connection.transport.abort()
