"""The server that is measured: a whole simulator with N refunds, and beside it the same HTTP server, constant bytes.

Run as a process by `benchmarks.gateway`; prints one line of JSON when it is ready, and with `--sample` another one at
its end: where its time went.
"""

import argparse
import asyncio
import resource
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from benchmarks import limit
from benchmarks.costs import sampled
from benchmarks.cpu import until_closed
from simulator import actors
from simulator.connection import Connection
from simulator.exchange import Answer
from simulator.listeners import Listener, bind
from simulator.request import RawRequest
from simulator.serving import Options, Simulator
from simulator.tmall.trades import create_trade

CONSTANT = b'{"refund_get_response":{"refund":{"refund_id":"181784773340365852"},"request_id":"16kksr4el1bs0"}}'


class Constant:
    """Answers the same bytes to every request, on the connections of the fakes."""

    def take(self, raw: RawRequest, connection: Connection) -> None:
        """Answer at once."""
        connection.answer(Answer(content=CONSTANT))


async def constant(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer the same bytes to every request, as an ASGI app."""
    length = (b"content-length", b"%d" % len(CONSTANT))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": CONSTANT})


async def uvicorn_port() -> int:
    """Let uvicorn serve the constant app on a free port and return it."""
    config = Config(constant, log_level="critical", access_log=False, server_header=False, lifespan="off", ws="none")
    config.load()
    state = ServerState()
    state.default_headers = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpToolsProtocol(config, state, {}), "127.0.0.1", 0)
    return int(server.sockets[0].getsockname()[1])


def fill(simulator: Simulator, count: int) -> list[dict[str, Any]]:
    """Open *count* refunds in the first shop and return the newest rows, enough for every request measured."""
    world = simulator.world
    shop = next(iter(world.state.shops))
    for number in range(count):
        spec = {"shop": shop, "orders": [{"price": "19.99"}], "buyer": f"买家{number % max(1, count // 50)}"}
        trade = create_trade(world, spec)
        actors.perform(world, "buyer.apply", {"tid": trade.tid, "amount": "8.35"})
    rows = list(world.state.refunds.values())[-20_000:]
    return [{"refund_id": row.refund_id, "version": row.version, "modified": row.modified} for row in rows]


async def run(data: Path, count: int, *, sample: bool) -> None:
    """Serve until the parent closes our input."""
    simulator = Simulator(Options(data=data, port=0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = fill(simulator, count)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    await simulator.start()
    bare = Listener("bare", Constant(), bind("bare", "127.0.0.1", 0))
    await bare.listen()
    raw = await limit.serve(simulator.world.apps, simulator.world.state.refunds)
    ports = {"constant": await uvicorn_port(), "bare": bare.port, "limit": raw}
    ready = {"endpoints": simulator.endpoints(), **ports, "rows": rows, "grown_kb": grown}
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()
    with sampled() if sample else nullcontext() as costs:
        await until_closed()
    if costs is not None:
        sys.stdout.buffer.write(msgspec.json.encode(costs.shares()) + b"\n")
        sys.stdout.buffer.flush()
    await simulator.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--sample", action="store_true")
    chosen = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(chosen.data, chosen.count, sample=chosen.sample))
