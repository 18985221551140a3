"""Measures how fast messages are delivered over one websocket, each confirmed, beside a bare echo of the same bytes.

`python -m benchmarks.messages [--count 20000] [--rounds 5]`. The server (a whole simulator, its ledger on, and an echo
server of asyncio) runs in a process of its own; the client reads and confirms as fast as it can.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvloop

from simulator.serving import Options, Simulator
from simulator.tmall import messages
from simulator.tmall.message_content import content
from simulator.tmall.platform import apply
from simulator.tmall.tmc_caller import TmcCaller
from simulator.tmall.tmc_frames import SEND
from simulator.tmall.trades import create_trade

TOPIC = "taobao_refund_RefundCreated"


class Echo(asyncio.Protocol):
    """Sends back what it gets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Send it back."""
        self.transport.write(data)


async def serve(data: Path) -> None:
    """Serve, and publish as many messages as each line of our input says, until it ends."""
    simulator = Simulator(Options(data=data, port=0))
    world = simulator.world
    shop = next(iter(world.state.shops.values()))
    trade = create_trade(world, {"shop": shop.nick, "orders": [{"price": "19.99"}]})
    refund = apply(world, world.state.orders[trade.oids[0]], "refund_only", 835)
    for row in list(world.state.queues.rows.values()):
        messages.drop(world, row)
    text = msgspec.json.encode(content(refund)).decode()
    await simulator.start()
    loop = asyncio.get_running_loop()
    echo = await loop.create_server(Echo, "127.0.0.1", 0)
    ready = {"endpoints": simulator.endpoints(), "echo": echo.sockets[0].getsockname()[1]}
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        left = len(world.state.queues)
        for _ in range(int(line)):
            messages.publish(world, shop, TOPIC, text)
        sys.stdout.buffer.write(b"%d\n" % left)
        sys.stdout.buffer.flush()
    echo.close()
    await simulator.stop()


class Server:
    """The measured process, pinned to the first core."""

    def __init__(self) -> None:
        """Start it."""
        self._folder = tempfile.TemporaryDirectory()
        arguments = [sys.executable, "-m", "benchmarks.messages", "--serve", self._folder.name]
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(self._process.pid, {0})
            os.sched_setaffinity(0, set(range(1, os.cpu_count() or 2)))
        self.ready: dict[str, Any] = msgspec.json.decode(self._line())

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def publish(self, count: int) -> None:
        """Put *count* messages into the queue, which is empty: all that was there before is confirmed."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d\n" % count)
        self._process.stdin.flush()
        left = int(self._line())
        assert left == 0, f"{left} messages are not confirmed"

    def close(self) -> None:
        """Stop it and throw its data away."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._folder.cleanup()


async def delivered(server: Server, count: int) -> tuple[float, int]:
    """Return messages per second, from CONNECT to the last one confirmed, and the bytes of one."""
    endpoints = server.ready["endpoints"]
    began = time.perf_counter()
    client = await TmcCaller.connected(urlsplit(endpoints["tmc"]).port or 0, endpoints["shops"][0])
    size = 0
    for _ in range(count):
        frame = await client.receive()
        assert frame.kind == SEND
        client.confirm(frame.number("id") or 0)
        size = size or len(frame.text("content")) + 300
    client.writer.write_eof()  # whatever was sent is read before the server sees the end, and closes
    await client.ended()
    seconds = time.perf_counter() - began
    await client.close()
    return count / seconds, size


async def echoed(port: int, count: int, size: int) -> float:
    """Return how often per second *size* bytes come back, with as many under way as a message channel has."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    block, ahead = b"x" * size, 32
    began = time.perf_counter()
    for number in range(count + ahead):
        if number < count:
            writer.write(block)
        if number >= ahead:
            await reader.readexactly(size)
    seconds = time.perf_counter() - began
    writer.close()
    await writer.wait_closed()
    return count / seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", type=Path, help="Be the measured server, with its ledger in that folder.")
    chosen = parser.parse_args()
    if chosen.serve:
        uvloop.run(serve(chosen.serve))
        return
    server = Server()
    rates: list[float] = []
    bare: list[float] = []
    for _ in range(chosen.rounds):
        server.publish(chosen.count)
        rate, size = uvloop.run(delivered(server, chosen.count))
        rates.append(rate)
        bare.append(uvloop.run(echoed(server.ready["echo"], chosen.count, size)))
    server.publish(0)
    server.close()
    rate, base = statistics.median(rates), statistics.median(bare)
    print(
        f"delivered and confirmed over one websocket {rate:9.0f}/s   {rate / base:5.2f} of a bare echo ({base:.0f}/s)"
    )


if __name__ == "__main__":
    main()
