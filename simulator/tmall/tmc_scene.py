"""A world whose message channel listens, for tests that connect to it over sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Entry
from simulator.ledger.replay import read
from simulator.listeners import bind
from simulator.tmall.caller import Caller
from simulator.tmall.tmc_caller import TmcCaller
from simulator.tmall.tmc_server import TmcListener

E = TypeVar("E", bound=Entry)


class Scene:
    """A world whose message channel listens, and its app."""

    def __init__(self, caller: Caller, plan: FaultPlan, listener: TmcListener) -> None:
        """Keep what tests look at."""
        self.caller = caller
        self.world = caller.world
        self.plan = plan
        self.listener = listener

    async def client(self, **said: Any) -> TmcCaller:
        """Return a client that is connected, having *said* more or else than usual."""
        return await TmcCaller.connected(self.listener.port, self.caller.keys, **said)

    def told(self, kind: type[E]) -> list[E]:
        """Return the ledger's entries of one kind."""
        self.world.book.flush()
        return [entry for entry in read(self.world.book.path) if isinstance(entry, kind)]


Play = Callable[[Scene], Awaitable[None]]


@asynccontextmanager
async def _scene(folder: Path, **settings: Any) -> AsyncIterator[Scene]:
    caller = Caller.open(folder, **settings)
    plan = FaultPlan(caller.world)
    listener = TmcListener(caller.world, plan, bind("tmc", "127.0.0.1", 0))
    await listener.listen()
    try:
        yield Scene(caller, plan, listener)
    finally:
        await listener.close()


LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}
"""What the simulator runs on, and on Windows; they disagree about when bytes leave."""


def play(folder: Path, scene: Play, *, loop: str = "uvloop", **settings: Any) -> None:
    """Play *scene* on a world in *folder* with *settings* of its own, for at most 20 s."""

    async def whole() -> None:
        async with asyncio.timeout(20), _scene(folder, **settings) as found:
            await scene(found)

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(whole())


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until it is *true*."""
    while not true():
        await asyncio.sleep(0.001)
