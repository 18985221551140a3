"""The gateway's rate beside constant bytes, and its flatness from 1,000 to 100,000 refunds.

The constant bytes come from uvicorn (`constant`), and from the gateway's own connections (`bare`).

    uv run python -m benchmarks.gateway [--refunds 100000] [--rounds 5] [--only-pages]

The server runs on one core, the client on another where there are two.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from benchmarks.cpu import spent
from benchmarks.crowd import rate, signed
from simulator.client import Control
from simulator.clock import to_text
from simulator.every_setting import SETTINGS

DETAIL = (
    "refund_id,tid,oid,status,refund_fee,total_fee,payment,refund_version,refund_phase,has_good_return,modified,sid"
)
NOTABLE = 0.2
"""Seconds from which on the first page of a kind is told of by itself."""
SHOWN = 12
"""Functions whose cost is printed; the first three are the largest costs left."""
PAGE_SETTINGS = ("list_aftersale", "list_ties", "list_order")
LIST = "refund_id,tid,oid,status,refund_fee,modified,refund_phase"


class Server:
    """A measured server in its own process, pinned to the first core."""

    def __init__(self, refunds: int, *, sample: bool = False) -> None:
        """Start it with that many *refunds*; with *sample* it says at its end where its time went."""
        self._folder = tempfile.TemporaryDirectory()
        arguments = [sys.executable, "-m", "benchmarks.server", self._folder.name, str(refunds)]
        arguments += ["--sample"] if sample else []
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(self._process.pid, {0})
            os.sched_setaffinity(0, set(range(1, os.cpu_count() or 2)))
        assert self._process.stdout is not None
        self.ready: dict[str, Any] = msgspec.json.decode(self._process.stdout.readline())
        self.keys = self.ready["endpoints"]["shops"][0]
        self.port = int(self.ready["endpoints"]["tmall"].split(":")[2].split("/")[0])
        self.constant, self.bare, self.limit = (self.ready[name] for name in ("constant", "bare", "limit"))
        self.ledger = Path(self._folder.name) / "ledger.jsonl"

    def choose(self, settings: dict[str, Any]) -> None:
        """Give it these *settings*, and all others that a page depends on their defaults."""
        control = Control(self.ready["endpoints"]["control"], self.ready["endpoints"]["token"])
        for name, value in ({name: SETTINGS[name].default for name in PAGE_SETTINGS} | settings).items():
            control.setting(name, value)

    def close(self) -> dict[str, float]:
        """Stop it, throw its data away, and return the share of its time by function if it took samples."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        shares = self._process.stdout.read()
        self._process.wait(30)
        self._folder.cleanup()
        return msgspec.json.decode(shares, type=dict[str, float]) if shares else {}

    def rows(self, count: int, start: int = 0) -> list[dict[str, Any]]:
        """Return *count* rows, over and over if there are fewer."""
        rows = self.ready["rows"]
        return [rows[(start + number) % len(rows)] for number in range(count)]

    def details(self, count: int) -> list[bytes]:
        """Return distinct signed reads of single refunds."""
        return [
            signed(self.keys, "taobao.refund.get", {"refund_id": row["refund_id"], "fields": DETAIL, "n": str(n)})
            for n, row in enumerate(self.rows(count))
        ]

    def pages(self, count: int, page: Callable[[int], int], **filters: str) -> list[bytes]:
        """Return distinct signed list pages of 40; *page* says which, given the number of pages."""
        newest = max(row["modified"] for row in self.ready["rows"])
        window = {"start_modified": to_text(newest - 80_000), "end_modified": to_text(newest + 60)}
        total = self.ready.get("total", 1000)
        number = str(page(max(1, total // 40)))
        fixed = {"fields": LIST, "page_size": "40", "page_no": number, **window, **filters}
        return [signed(self.keys, "taobao.refunds.receive.get", {**fixed, "n": str(n)}) for n in range(count)]

    def agrees(self, count: int, start: int) -> list[bytes]:
        """Return signed agrees of single refunds, each refund once."""
        return [
            signed(
                self.keys,
                "taobao.rp.refunds.agree",
                {"refund_infos": f"{row['refund_id']}|835|{row['version']}|onsale"},
                session="sub_session",
            )
            for row in self.rows(count, start)
        ]

    def reviews(self, count: int, start: int) -> list[bytes]:
        """Return the reviews that those agrees need."""
        return [
            signed(
                self.keys,
                "taobao.rp.refund.review",
                {
                    "refund_id": row["refund_id"],
                    "refund_version": str(row["version"]),
                    "refund_phase": "onsale",
                    "operator": "审核员",
                    "message": "同意",
                    "result": "true",
                },
            )
            for row in self.rows(count, start)
        ]

    def spent(self) -> float:
        """Return the seconds of CPU time that it has had so far."""
        return spent(self._process)


def measure(port: int, requests: list[bytes], expect: bytes) -> float:
    """Return answered requests per second."""
    return uvloop.run(rate(port, requests, expect))


def ratios(server: Server, rounds: int) -> None:
    """Print the rates of detail, page and agree beside that of constant bytes, and what each costs the server."""
    names = ("constant", "bare", "limit", "refund.get", "page of 40", "review", "agree")
    found: dict[str, list[float]] = {name: [] for name in names}
    cpu: dict[str, list[float]] = {name: [] for name in names}

    def take(name: str, port: int, requests: list[bytes], expect: bytes) -> None:
        before = server.spent()
        found[name].append(measure(port, requests, expect))
        cpu[name].append((server.spent() - before) / len(requests))

    for number in range(rounds):
        details = server.details(4000)
        take("constant", server.constant, details, b"refund_get_response")
        take("bare", server.bare, details, b"refund_get_response")
        take("limit", server.limit, details, b'"refund":{')
        take("refund.get", server.port, details, b'"refund":{')
        take("page of 40", server.port, server.pages(1000, lambda _: 1), b"total_results")
        take("review", server.port, server.reviews(1000, number * 1000), b'"is_success":true')
        take("agree", server.port, server.agrees(1000, number * 1000), b"OP_SUCC")
    rates = {name: statistics.median(every) for name, every in found.items()}
    costs = {name: statistics.median(every) for name, every in cpu.items()}
    for name in names:
        print(
            f"{name:12} {rates[name]:9.0f}/s   {rates[name] / rates['constant']:5.2f} of constant bytes"
            f"   {costs['constant'] / costs[name]:5.2f} by the server's CPU time ({costs[name] * 1e6:.0f} µs)"
        )
    print(
        f"refund.get is at {rates['refund.get'] / rates['limit']:.2f} of Python's limit (`benchmarks.limit`),"
        f" {costs['limit'] / costs['refund.get']:.2f} by CPU time"
    )


def profile(rounds: int) -> None:
    """Print the largest costs of a `refund.get`, by function."""
    server = Server(1000, sample=True)
    for _ in range(rounds):
        measure(server.port, server.details(4000), b'"refund":{')
    print("where the time of refund.get goes, by function of ours, with what it calls of others:")
    for name, share in list(server.close().items())[:SHOWN]:
        print(f"  {share:5.1%}  {name}")


def flatness(small: Server, large: Server, rounds: int) -> None:
    """Print what a page costs over many refunds, relative to few, for first and last page and every filter."""
    first, last = (lambda _: 1), (lambda pages: pages)
    waiting = {"status": "WAIT_SELLER_AGREE"}
    cases: list[tuple[str, Callable[[int], int], dict[str, str], dict[str, Any]]] = [
        ("first page", first, {}, {}),
        ("last page", last, {}, {}),
        ("status", first, waiting, {}),
        ("type", first, {"type": "guarantee_trade,tmall_i18n,fixed"}, {}),
        ("buyer_nick", first, {"buyer_nick": "买家7"}, {}),
        ("status, last", last, waiting, {}),
        ("all, second", (lambda _: 2), {**waiting, "buyer_nick": "买家7", "use_has_next": "true"}, {}),
        ("list_aftersale", last, {}, {"list_aftersale": False}),
        ("list_ties", last, {}, {"list_ties": "against"}),
        ("list_order", last, {}, {"list_order": "modified_asc"}),
    ]
    for name, page, filters, chosen in cases:
        rates: tuple[list[float], list[float]] = ([], [])
        costs: tuple[list[float], list[float]] = ([], [])
        for server in (small, large):
            server.choose(chosen)
            began = time.perf_counter()
            measure(server.port, server.pages(1, page, **filters), b"request_id")
            if (took := time.perf_counter() - began) > NOTABLE:
                print(f"page, {name:14} took {took:.1f} s when it was first asked for")
        for _ in range(rounds):
            for server, kept, cpu in zip((small, large), rates, costs, strict=True):
                pages, before = server.pages(400, page, **filters), server.spent()
                kept.append(measure(server.port, pages, b"request_id"))
                cpu.append(server.spent() - before)
        ratio = statistics.median(rates[0]) / statistics.median(rates[1])
        by_cpu = statistics.median(costs[1]) / statistics.median(costs[0])
        print(f"page, {name:14} costs {ratio:4.2f} times as much over the larger number, {by_cpu:4.2f} by CPU time")


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refunds", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only-pages", action="store_true", help="memory and pages, no rates of calls")
    chosen = parser.parse_args()
    small = Server(1000)
    large = Server(chosen.refunds)
    small.ready["total"], large.ready["total"] = 1000, chosen.refunds
    grown = large.ready["grown_kb"] / 1024
    print(f"memory: {grown:.0f} MB for {chosen.refunds:,} refunds with their trades and messages")
    flatness(small, large, chosen.rounds)
    large.close()
    small.close()
    if chosen.only_pages:
        return
    fresh = Server(1000 * chosen.rounds)
    fresh.ready["total"] = 1000 * chosen.rounds
    ratios(fresh, chosen.rounds)
    fresh.close()
    profile(chosen.rounds)


if __name__ == "__main__":
    main()
