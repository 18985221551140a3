"""Runs one wave: starts the load process, follows the ledger until the wave has settled, and compares the two.

The load process is a process of its own, because locust patches the one it is imported into.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from load.capacity import Capacity, Gateway, weigh
from load.crowd import PLAY, Record, Wave
from load.lag import Lag, Lags
from load.shapes import size
from load.words import say
from simulator.client import Control
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration

JUDGES = ("COV-01", "COV-03", "COV-04", "DUP-01", "DUP-03", "MNY-01", "MNY-02", "ORD-01", "PRO-01")
"""Rules that any wave exercises."""

_PACE = 0.1
"""Seconds in which entries are gathered, so that the ledger is read in handfuls."""

_PAGE = 5000
"""Entries read from the ledger at once."""

NAMED = 20
"""How many refund ids of a mismatch are named."""


class LoadProgress(msgspec.Struct, frozen=True):
    """How far a wave is; told to whoever watches."""

    expected: int
    opened: int
    in_erp: int
    settled: int
    backlog: int


class LoadResult(msgspec.Struct, frozen=True, kw_only=True):
    """One wave, as it goes into the report and, as the mark `load`, into the ledger."""

    rate: float
    peak: float = 1.0
    """How many times the rate came in the middle fifth."""
    seconds: float
    seed: int
    opened: int
    """Refunds that the load process opened."""
    judged: int
    """Refunds of the wave in the ledger, which is what rules judge."""
    equal: bool
    """Whether both are the same refunds."""
    missing: tuple[str, ...] = ()
    """Opened, but not in the ledger (the first few)."""
    unknown: tuple[str, ...] = ()
    """In the ledger, but nobody says she opened it (the first few)."""
    failed: int = 0
    """Arrivals that could not open a refund."""
    acts: int = 0
    lag: Lag
    capacity: Capacity
    doubts: tuple[str, ...] = ()
    """Why this wave proves less than it should, in words; empty: nothing to say."""
    doubts_zh: tuple[str, ...] = ()


def run_load(
    endpoints: Mapping[str, Any],
    declaration: Declaration,
    *,
    rate: float = 20.0,
    peak: float = 1.0,
    seconds: float = 15.0,
    seed: int = 0,
    out: Path,
    on_progress: Callable[[LoadProgress], None] | None = None,
    until: float | None = None,
) -> LoadResult:
    """Send a wave of *rate* refunds a second for *seconds* through the sandbox at *endpoints*.

    In its middle fifth *peak* times as many come. Returns when each opened refund is closed on both sides, or when
    the declared limits (sla and back-off) or *until* (monotonic seconds) have passed. *out* receives `load.json` and
    `locust.log`.

    Raises:
        UserError: if there is nothing to send.
        RuntimeError: if the load process failed; its log says why.
    """
    _check(rate, seconds)
    control = Control(endpoints["control"], endpoints["token"])
    patience = declaration.tempo.sla + declaration.tempo.backoff + 2 * declaration.tempo.poll
    started = time.monotonic()
    after = control.mark("play", _mark("started", judges=list(JUDGES)), play=PLAY)
    wave = Wave(
        control=endpoints["control"],
        token=endpoints["token"],
        shops=tuple(shop["nick"] for shop in endpoints["shops"]),
        kinds=declaration.kinds,
        rate=rate,
        peak=peak,
        seconds=seconds,
        seed=seed,
        after=after,
        patience=patience,
        record=str(out / "load.json"),
    )
    (out / "load.json").unlink(missing_ok=True)
    lags, gateway = Lags(), Gateway()
    with (out / "locust.log").open("wb") as log:
        process = _start(wave, log)
        try:
            _follow(control, wave, process, lags, gateway, on_progress, until)
        finally:
            _end(process)
    result = compare(wave, _record(process, out), lags, gateway)
    _tell(control, result, time.monotonic() - started)
    return result


def _check(rate: float, seconds: float) -> None:
    if rate <= 0 or seconds <= 0:
        raise UserError(
            say(
                "nothing.sent",
                "a load of {rate} refunds a second for {seconds} s sends nothing.",
                rate=f"{rate:g}",
                seconds=f"{seconds:g}",
            ),
            expected=say("nothing.give", "Give a rate and a duration above zero."),
        )


def _tell(control: Control, result: LoadResult, took: float) -> None:
    """Write into the ledger what the wave came to, and that it has ended, after *took* seconds."""
    control.mark("load", msgspec.to_builtins(result), play=PLAY)
    outcome = "inconclusive" if result.doubts else "passed"
    why, why_zh = " ".join(result.doubts), "".join(result.doubts_zh)
    ended = _mark("ended", outcome=outcome, reason=why, reason_zh=why_zh, seconds=round(took, 3))
    control.mark("play", ended, play=PLAY)


def _mark(event: str, **more: Any) -> dict[str, Any]:
    return {"play": PLAY, "story": PLAY, "event": event, **more}


def _start(wave: Wave, log: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("locustfile.py"))]
    command += ["--headless", "-u", "3", "-r", "3", "--only-summary", "--loglevel", "WARNING"]
    command += ["--run-time", f"{int(wave.seconds + wave.patience) + 30}s"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    own["REFUND_SANDBOX_WAVE"] = msgspec.json.encode(wave).decode()  # not in the arguments: it holds the token
    return subprocess.Popen(command, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


def _follow(
    control: Control,
    wave: Wave,
    process: subprocess.Popen[bytes],
    lags: Lags,
    gateway: Gateway,
    on_progress: Callable[[LoadProgress], None] | None,
    until: float | None,
) -> None:
    """Feed the ledger to *lags* and *gateway* until the wave has settled or its time is over."""
    after, end = wave.after, None
    expected = size(wave.rate, wave.seconds, wave.peak)
    while until is None or time.monotonic() < until:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PACE)
        entries = control.ledger(after, 0.5, _PAGE)
        for entry in entries:
            lags.add(entry)
            gateway.add(entry)
        if entries:
            after = entries[-1].seq
        if on_progress:
            on_progress(LoadProgress(expected, len(lags.refunds), lags.in_erp, lags.settled, lags.owed))
        if process.poll() is None:
            continue
        if process.returncode:
            return
        end = end or time.monotonic() + wave.patience
        if time.monotonic() > end or (len(entries) < _PAGE and lags.settled == len(lags.refunds)):
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the load process, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _record(process: subprocess.Popen[bytes], out: Path) -> Record:
    path = out / "load.json"
    if not path.exists():
        last = (out / "locust.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        raise RuntimeError(
            f"the load process ended with status {process.returncode} and left no record: {' / '.join(last)}"
        )
    return msgspec.json.decode(path.read_bytes(), type=Record)


def compare(wave: Wave, record: Record, lags: Lags, gateway: Gateway) -> LoadResult:
    """Return what the load process says beside what the ledger says."""
    opened = {arrival.refund for arrival in record.arrivals if arrival.refund}
    failed = [arrival.problem for arrival in record.arrivals if arrival.problem]
    missing, unknown = sorted(opened - lags.refunds), sorted(lags.refunds - opened)
    lag = lags.result()
    facts: dict[str, Any] = {
        "opened": len(opened),
        "judged": lag.opened,
        "missing": len(missing),
        "unknown": len(unknown),
        "left": len(lag.unsettled),
        "limit": round(wave.patience),
        "failed": len(failed),
        "refused": len(record.refused),
    }
    said = [key for key, applies in (("mismatch", missing or unknown), ("unsettled", lag.unsettled)) if applies]
    doubts = [(WORDS[key].format_map(facts), say.texts[key].format_map(facts)) for key in said]
    for key, texts in (("failed", failed), ("refused", record.refused), ("problem", record.problems)):
        if texts:
            more = {**facts, "example": texts[0]}
            doubts.append((WORDS[key].format_map(more), say.texts[key].format_map(more)))
    return LoadResult(
        rate=wave.rate,
        peak=wave.peak,
        seconds=wave.seconds,
        seed=wave.seed,
        opened=len(opened),
        judged=lag.opened,
        equal=not missing and not unknown,
        missing=tuple(missing[:NAMED]),
        unknown=tuple(unknown[:NAMED]),
        failed=len(failed),
        acts=record.acts,
        lag=lag,
        capacity=weigh(record, gateway.result()),
        doubts=tuple(english for english, _ in doubts),
        doubts_zh=tuple(chinese for _, chinese in doubts),
    )


WORDS = {
    "mismatch": (
        "Buyers opened {opened} refunds, the ledger holds {judged}: {missing} are known to the load process alone,"
        " {unknown} to the ledger alone."
    ),
    "unsettled": "{left} of {judged} refunds were not closed on both sides within {limit} s.",
    "failed": "{failed} arrivals could not open a refund, for example: {example}",
    "refused": "{refused} acts were refused by the sandbox, for example: {example}",
    "problem": "The load process says: {example}",
}
"""Why a wave proves less than it should."""
