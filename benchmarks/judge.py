"""Measures how many entries a second the judge takes, all rules included, from the file on disk to the judgement.

    python -m benchmarks.judge [LEDGER] [--refunds N] [--runs N]

Give the ledger of a real load; without one, a ledger is built of refunds that are applied for, listed, imported,
approved, agreed and booked. The target is 100,000 entries a second.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from contract_tests.builder import Ledger
from contract_tests.call import REVIEW
from contract_tests.judge import judge

TARGET = 100_000
PAGE = 40


def build(path: Path, refunds: int) -> None:
    """Write a ledger of *refunds* refunds to *path*."""
    ledger = Ledger(play="LOAD", judges=("COV-03", "MNY-01", "DUP-01"))
    for first in range(0, refunds, PAGE):
        page = [f"{number:018d}" for number in range(first, min(refunds, first + PAGE))]
        for refund in page:
            ledger.applied(refund)
        ledger.listed(*page)
        for refund in page:
            ledger.told(refund).document(refund).decide(refund, "approve").told(refund).act(REVIEW, refund)
            ledger.agree(refund).told(refund).document(refund)
        ledger.listed(*page).listed(*page)
    ledger.end()
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        file.writelines(encode(entry) + b"\n" for entry in ledger.entries)


def measure(path: Path) -> tuple[int, float]:
    """Return the number of entries of the ledger at *path*, and the seconds that judging it takes."""
    began = time.perf_counter()
    judgement = judge(path)
    return judgement.entries, time.perf_counter() - began


def main(arguments: list[str]) -> int:
    """Measure several times, each in a process of its own, and print the median."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("ledger", nargs="?", type=Path)
    parser.add_argument("--refunds", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.once:
        print(*measure(chosen.ledger))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        ledger = chosen.ledger
        if ledger is None:
            ledger = Path(folder) / "ledger.jsonl"
            build(ledger, chosen.refunds)
        command = [sys.executable, "-m", "benchmarks.judge", str(ledger), "--once"]
        results = [subprocess.check_output(command, text=True).split() for _ in range(chosen.runs)]
    entries = int(results[0][0])
    rates = sorted(entries / float(taken) for _, taken in results)
    rate = statistics.median(rates)
    print(f"{entries:,} entries: {rate:,.0f} a second (median of {chosen.runs}; {rates[0]:,.0f} to {rates[-1]:,.0f})")
    print(f"{rate / TARGET:.2f} of the target of {TARGET:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
