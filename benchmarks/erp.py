"""The rate of every ERP profile beside constant bytes through the same Flask adapter, in the same run.

    uv run python -m benchmarks.erp [--rounds 5] [--rows 2000] [--documents 100000] [PROFILE...]

Server on one core, client on another where there are two. Measured are an upsert (the document of a refund written
again with new content) and a page of 50 documents, with the ledger on. With `--documents` it says besides what calls
cost over so many documents (`benchmarks/documents.py`).
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import uvloop
from flask import Flask, Response

from benchmarks.cpu import spent, until_closed
from benchmarks.crowd import rate
from benchmarks.documents import UNLIMITED, flatness
from simulator.connection import Connection
from simulator.erp import registry
from simulator.erp.caller import Wanted
from simulator.erp.side import Side
from simulator.exchange import Answer
from simulator.inline_wsgi import environ_of, run
from simulator.listeners import Listener, bind
from simulator.request import RawRequest
from simulator.serving import Options, Simulator


class Measured(NamedTuple):
    """How requests are answered."""

    rate: float
    """Requests a second."""
    cpu: float
    """Seconds of the server's CPU time for one."""


CONSTANT = b'{"data":{"_id":"6561b1e2f0c3a4d5e6f70819","refund_id":"192837465019283746","refund_fee":88.8}}'
PAGE = 50


class Constant:
    """Answers the same bytes to every request, by a Flask app through the adapter that the ERP uses."""

    def __init__(self) -> None:
        """Make the app."""
        self._app = Flask("constant", static_folder=None)

        @self._app.route("/<path:_path>", methods=["GET", "POST", "PUT"])
        def answer(_path: str) -> Response:
            return Response(CONSTANT, mimetype="application/json")

    def take(self, raw: RawRequest, connection: Connection) -> None:
        """Answer at once."""
        status, headers, body = run(self._app, environ_of(raw))
        connection.answer(Answer(content=body, status=status, headers=headers))


def _as_bytes(wanted: Wanted) -> bytes:
    query = b"?" + wanted.query if wanted.query else b""
    lines = [f"{wanted.method} ".encode() + wanted.path.encode() + query + b" HTTP/1.1", b"host: 127.0.0.1"]
    lines += [name + b": " + value for name, value in wanted.headers]
    lines += [b"content-length: %d" % len(wanted.body), b"", wanted.body]
    return b"\r\n".join(lines)


async def serve(data: Path, profile: str, count: int) -> None:
    """Serve *count* documents in *profile*, and constant bytes beside it, until the parent closes our input."""
    simulator = Simulator(Options(data=data, port=0, profile=profile, settings=UNLIMITED))
    side = Side(simulator.world)
    content = [side.brought()[0] for _ in range(count)]
    seen = [side.found(each) for each in content]
    upserts = [
        _as_bytes(side.caller.update(each, said | {"amount": 1 + (number + turn) % 19000, "note": f"{turn}"}))
        for turn in range(2)
        for number, (each, said) in enumerate(zip(seen, content, strict=True))
    ]
    first = side.caller.page(PAGE, None)
    assert first is not None
    second = side.caller.page(PAGE, side.ask(first))
    pages = [_as_bytes(page) for page in (first, second) if page is not None]
    await simulator.start()

    plain = Listener("constant", Constant(), bind("constant", "127.0.0.1", 0))
    await plain.listen()
    ready = {"constant": plain.port, "erp": simulator.listeners["erp"].port, "upserts": upserts, "pages": pages}
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()
    await until_closed()
    await simulator.stop()


def measure(profile: str, rounds: int, count: int) -> dict[str, Measured]:
    """Return what constant bytes, upserts and pages are answered at: medians of *rounds*."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "benchmarks.erp", "--serve", folder, "--rows", str(count), profile]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(process.pid, {0})
            os.sched_setaffinity(0, set(range(1, os.cpu_count() or 2)))
        assert process.stdin is not None
        assert process.stdout is not None
        found: dict[str, list[Measured]] = {"constant bytes": [], "upsert": [], f"page of {PAGE}": []}
        try:
            ready = msgspec.json.decode(process.stdout.readline(), type=dict[str, Any])
            upserts = [_decoded(each) for each in ready["upserts"]]
            pages = [_decoded(each) for each in ready["pages"]]
            for number in range(rounds):
                part = upserts[(number % 2) * count : (number % 2 + 1) * count]
                found["constant bytes"].append(_measured(process, ready["constant"], part, b'"data"'))
                found["upsert"].append(_measured(process, ready["erp"], part, b'"'))
                found[f"page of {PAGE}"].append(_measured(process, ready["erp"], pages * 400, b"["))
        finally:
            process.stdin.close()
            process.wait(30)
    return {name: Measured(*map(statistics.median, zip(*rates, strict=True))) for name, rates in found.items()}


def _decoded(text: str) -> bytes:
    return msgspec.convert(text, bytes, strict=False)


def _measured(server: "subprocess.Popen[bytes]", port: int, requests: list[bytes], expect: bytes) -> Measured:
    before = spent(server)
    rate_of = uvloop.run(rate(port, requests, expect))
    return Measured(rate_of, (spent(server) - before) / len(requests))


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--documents", type=int, default=0)
    parser.add_argument("--serve", type=Path)
    chosen = parser.parse_args()
    if chosen.serve:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(chosen.serve, chosen.profiles[0], chosen.rows))
        return
    for profile in chosen.profiles or registry.names():
        found = measure(profile, chosen.rounds, chosen.rows)
        base = found["constant bytes"]
        for name, middle in found.items():
            print(
                f"{profile:22} {name:14} {middle.rate:8.0f}/s   {middle.rate / base.rate:5.2f} of constant bytes"
                f"   {base.cpu / middle.cpu:5.2f} by the server's CPU time ({middle.cpu * 1e6:.0f} µs)"
            )
        if chosen.documents:
            flatness(profile, chosen.documents)


if __name__ == "__main__":
    main()
