"""A world whose message channel listens, for tests that connect to it over sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Entry
from simulator.ledger.replay import read
from simulator.listeners import bind
from simulator.tmall.caller import Caller
from simulator.tmall.tmc_caller import TmcCaller
from simulator.tmall.tmc_server import TmcListener

E = TypeVar("E", bound=Entry)
T = TypeVar("T")


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
async def _scene(caller: Caller) -> AsyncIterator[Scene]:
    plan = FaultPlan(caller.world)
    listener = TmcListener(caller.world, plan, bind("tmc", "127.0.0.1", 0))
    await listener.listen()
    try:
        yield Scene(caller, plan, listener)
    finally:
        await listener.close()


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
"""What the simulator runs on, best first; they disagree about when bytes leave."""

if find_spec("uvloop") is not None:  # there is none on Windows
    LOOPS = {"uvloop": import_module("uvloop").new_event_loop, **LOOPS}


def play(folder: Path, scene: Play, *, loop: str = "", **settings: Any) -> None:
    """Play *scene* on a world in *folder* with *settings* of its own, for at most 20 s."""
    play_with(Caller.open(folder, **settings), scene, loop=loop)


def play_with(caller: Caller, scene: Callable[[Scene], Awaitable[T]], *, loop: str = "") -> T:
    """Play *scene* on the world of *caller*, for at most 20 s, and return what it does; an empty *loop* is the best."""

    async def whole() -> T:
        async with asyncio.timeout(20), _scene(caller) as found:
            return await scene(found)

    with asyncio.Runner(loop_factory=LOOPS[loop or next(iter(LOOPS))]) as runner:
        return runner.run(whole())


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until it is *true*."""
    while not true():
        await asyncio.sleep(0.001)
