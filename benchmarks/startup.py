"""How soon the simulator is ready on an empty folder, and how fast it recovers from a ledger.

uv run python -m benchmarks.startup [--refunds 30000]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from simulator import actors
from simulator.ledger.replay import read
from simulator.tmall.trades import create_trade
from simulator.world import World


def ready(folder: Path) -> float:
    """Return the seconds from the start of the process to the line that says it is ready."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "simulator.serving", "--data", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        took = time.perf_counter() - began
        process.terminate()
    return took


def fill(folder: Path, refunds: int) -> int:
    """Write a ledger of *refunds* refunds and return how many entries it has."""
    world = World.open(folder)
    world.add_shop()
    for _ in range(refunds):
        trade = create_trade(world, {"orders": [{"price": "19.99"}]})
        actors.perform(world, "buyer.apply", {"tid": trade.tid, "amount": "8.35"})
    world.book.close()
    return sum(1 for _ in read(folder / "ledger.jsonl"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refunds", type=int, default=30_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        times = [ready(Path(place) / str(number)) for number in range(5)]
        print(f"ready on an empty folder after {statistics.median(times):.2f} s (median of 5)")
        folder = Path(place) / "filled"
        folder.mkdir()
        entries = fill(folder, chosen.refunds)
        began = time.perf_counter()
        World.open(folder).book.close()
        print(f"recovers {entries / (time.perf_counter() - began):,.0f} entries a second ({entries:,} entries)")


if __name__ == "__main__":
    main()
