"""Measures the life cycle: 50,000 refunds driven through a full return by acts alone, in one process.

    python -m benchmarks.lifecycle [--refunds N]

Beside it stands what the ledger alone costs: the same entries once more, by the same writer. The ratio of the two says
what acts, guards, values, indices and due times cost, whatever the machine. The target is 5,000 transitions a second.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from simulator.actors import perform
from simulator.clock import Clock
from simulator.ledger.book import Book
from simulator.ledger.entry import Act, Changed
from simulator.ledger.replay import read
from simulator.tmall.trades import create_trade
from simulator.world import World

STEPS = ("buyer.apply", "agent.agree_return", "buyer.ship_back", "agent.agree")
"""The four transitions of a full return."""


def trades(world: World, count: int) -> Iterator[int]:
    """Yield the numbers of *count* shipped trades of one line."""
    spec = {"orders": [{"price": "19.99", "sku": "MUG-BLUE", "title": "马克杯"}], "shipped": True}
    for _ in range(count):
        yield create_trade(world, spec).tid


def drive(world: World, tids: list[int]) -> int:
    """Drive a refund of each of *tids* through its return, all of them one step at a time; return the transitions."""
    done = 0
    refunds = []
    for tid in tids:
        answer = perform(world, "buyer.apply", {"tid": tid, "kind": "return_refund", "amount": "8.35"})
        refunds.append(answer["result"]["refund_id"])
        done += answer["accepted"]
    for act in STEPS[1:]:
        parcel = {"company": "顺丰速运", "waybill": "SF1"} if act == "buyer.ship_back" else {}
        for refund in refunds:
            done += perform(world, act, {"refund": refund, **parcel})["accepted"]
    return done


def bare(folder: Path, ledger: Path) -> float:
    """Write the acts and changes in *ledger* once more, with nothing else; return the seconds that it took."""
    entries = [entry for entry in read(ledger) if isinstance(entry, Act | Changed)]
    book = Book(folder / "bare.jsonl", Clock())
    began = time.perf_counter()
    for entry in entries:
        book.append(entry)
    took = time.perf_counter() - began
    book.close()
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refunds", type=int, default=50_000)
    refunds: int = parser.parse_args().refunds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = World.open(folder, seed=1)
        world.add_shop()
        tids = list(trades(world, refunds))
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)
        began = time.perf_counter()
        done = drive(world, tids)
        took = time.perf_counter() - began
        world.book.close()
        alone = bare(folder, world.book.path)
    print(f"{refunds} refunds, {done} transitions: {done / took:,.0f} a second")
    print(f"the ledger alone: {done / alone:,.0f} a second, ratio {took / alone:.1f}")


if __name__ == "__main__":
    main()
