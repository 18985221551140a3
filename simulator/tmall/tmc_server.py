"""Listens for the message channel, on a port of its own."""

import asyncio
import socket

from simulator.faults.plan import FaultPlan
from simulator.listeners import bind
from simulator.tmall.tmc_channel import Channel
from simulator.tmall.tmc_link import Link
from simulator.world import World


class TmcListener:
    """The message channel behind one socket. `refuse` closes it, `listen` opens it again on the same port."""

    def __init__(self, world: World, plan: FaultPlan, sock: socket.socket) -> None:
        """Prepare; `listen` starts it."""
        self.name = "tmc"
        self.host, self.port = sock.getsockname()[:2]
        self._sock: socket.socket | None = sock
        self._channel = Channel(world, plan)
        self._world, self._folder = world, world.folder
        world.heeds.append(self._heed)
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        """Accept connections."""
        sock = self._sock or bind(self.name, self.host, self.port)
        self._sock = None
        self._server = await asyncio.get_running_loop().create_server(self._link, sock=sock, backlog=1024)

    def _heed(self, name: str) -> None:
        """Let whoever is connected come again if the world began again: its new ledger knows no connection."""
        if self._world.folder != self._folder:
            self._folder = self._world.folder
            for link in list(self._links):
                link.end("closed", "the sandbox began again")
        self._channel.heed(name)

    def _link(self) -> Link:
        return Link(self._channel, self._links)

    async def refuse(self) -> None:
        """Close the socket and every connection: whoever comes now is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in list(self._links):
            link.end("closed", "the listener refuses")

    async def close(self) -> None:
        """Stop accepting and close, whatever is still unsent."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in list(self._links):
            link.end("closed", "the simulator stops")
            link.abort()
