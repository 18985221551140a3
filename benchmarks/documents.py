"""What an ERP's calls cost over many documents, beside few: writing one again, and the first and the last page.

    uv run python -m benchmarks.documents [--documents 100000] [PROFILE...]

In process, without any of HTTP, and by CPU time; the memory that the documents take is printed, too.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from simulator.erp import registry
from simulator.erp.caller import Wanted
from simulator.erp.side import SHOP, Side
from simulator.ledger.declaration import Declaration
from simulator.world import World

FEW, MANY = 1000, 100_000
PAGE = 50
_WRITTEN, _READ, _ROUNDS = 500, 100, 7
UNLIMITED = {"jdy_rate_limits": False}
"""Settings that keep an ERP's own limits from being what is measured."""


def _content(number: int) -> dict[str, Any]:
    about = {"refund_id": 179_566_328_600_000_001, "tid": 2_179_566_328_600_000_001, "oid": 3_179_566_328_600_000_001}
    texts = {name: str(begin + number) for name, begin in about.items()}
    return {
        "shop": SHOP,
        **texts,
        "type": "refund_only",
        "status": "pending",
        "amount": 835,
        "quantity": 1,
        "version": 1,
    }


def _least(ask: Callable[[Wanted], object], rounds: list[list[Wanted]]) -> float:
    """Return what one of the cheapest round of requests costs: the others met other work."""
    took = []
    for wanted in rounds:
        began = time.process_time()
        for one in wanted:
            ask(one)
        took.append((time.process_time() - began) / len(wanted))
    return min(took)


def costs(profile: str, count: int) -> dict[str, float]:
    """Return the seconds of CPU time that calls cost over *count* documents, and the bytes of a document."""
    with tempfile.TemporaryDirectory() as folder:
        world = World.open(Path(folder), chosen=UNLIMITED, declaration=Declaration(profile=profile))
        side = Side(world)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(count):
            side.ask(side.caller.create(_content(number)))
        memory = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / count
        first = page = side.caller.page(PAGE, None)
        assert first is not None
        last = first
        while page is not None:
            last, page = page, side.caller.page(PAGE, side.ask(page))
        spread = [_content(number) for number in range(0, count, count // _WRITTEN)]
        found = [side.found(content) for content in spread]
        upserts = [
            [
                side.caller.update(seen, content | {"amount": 900 + turn})
                for seen, content in zip(found, spread, strict=True)
            ]
            for turn in range(_ROUNDS)
        ]
        asked = {
            "upsert": upserts,
            "first page": [[first] * _READ] * _ROUNDS,
            "last page": [[last] * _READ] * _ROUNDS,
        }
        return {name: _least(side.ask, rounds) for name, rounds in asked.items()} | {"bytes": memory}


def flatness(profile: str, count: int) -> None:
    """Print what calls cost over *count* documents, relative to few; each number has a process of its own."""
    few, many = (_apart(profile, each) for each in (FEW, count))
    ratios = [f"{name} {many[name] / few[name]:.2f}" for name in ("upsert", "first page", "last page")]
    print(
        f"{profile:22} over {count:,} documents beside {FEW:,}: {', '.join(ratios)} times the cost;"
        f" {many['bytes']:.0f} bytes for each"
    )


def _apart(profile: str, count: int) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.documents", "--costs", str(count), profile]
    return msgspec.json.decode(subprocess.check_output(words), type=dict[str, float])


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE")
    parser.add_argument("--documents", type=int, default=MANY)
    parser.add_argument("--costs", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for profile in chosen.profiles or registry.names():
        if chosen.costs:
            print(msgspec.json.encode(costs(profile, chosen.costs)).decode())
        else:
            flatness(profile, chosen.documents)


if __name__ == "__main__":
    main()
