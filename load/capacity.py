"""Whether the numbers of a wave can be trusted: was the generator late, was the simulator the bottleneck?

A saturated generator did not offer the load it claims; a saturated simulator makes the integration look slow.
Either is said in words beside the lags. Times are milliseconds.
"""

from collections.abc import Iterable

import msgspec

from load.crowd import Record
from load.lag import Percentiles
from load.words import say
from simulator.ledger.entry import Answered, AnyEntry, Asked

LATE = 100
"""An arrival is late when it begins more than this after it was due (ms)."""

LATE_SHARE = 0.05
"""From this share of late arrivals on, the generator counts as saturated."""

SLOW = 250
"""From this 95th percentile of a request's time on (ms), the simulator counts as saturated."""


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """Both saturations: numbers, and what they mean in words."""

    late_share: float
    """Share of arrivals that began more than `LATE` ms after they were due."""
    late: Percentiles
    control: Percentiles
    """Requests of the crowd to the control API."""
    probe: Percentiles
    """Requests that cost nothing: how far the simulator's event loop lags behind, as seen from outside."""
    gateway: Percentiles
    """From the last byte of a platform call to its answer, in the ledger."""
    stall: Percentiles
    """How late the load process itself was when it wanted to look."""
    generator_saturated: bool
    simulator_saturated: bool
    words: tuple[str, ...]
    words_zh: tuple[str, ...]


class Gateway:
    """Collects the answer times of platform calls from a ledger, as its entries come by."""

    def __init__(self) -> None:
        """Start with none."""
        self._asked: dict[int, int] = {}
        self._took: list[float] = []

    def add(self, entry: AnyEntry) -> None:
        """Take the next entry."""
        if isinstance(entry, Asked):
            if entry.side == "tmall":
                self._asked[entry.seq] = entry.mono
        elif isinstance(entry, Answered):
            asked = self._asked.pop(entry.call, None)
            if asked is not None and not entry.fault:  # a fault that delays is not the simulator's slowness
                self._took.append((entry.mono - asked) / 1000)

    def result(self) -> Percentiles:
        """Return the times so far."""
        return Percentiles.of(self._took)


def weigh(record: Record, gateway: Percentiles) -> Capacity:
    """Return what *record* and the *gateway*'s answer times say about both ends of the load."""
    lateness = [arrival.late * 1000 for arrival in record.arrivals]
    share = sum(late > LATE for late in lateness) / len(lateness) if lateness else 0.0
    control, probe, stall = (_ms(times) for times in (record.control, record.probes, record.stalls))
    generator = share > LATE_SHARE
    simulator = max(control.p95, probe.p95 - stall.p95, gateway.p95) > SLOW
    facts = {
        "late": sum(late > LATE for late in lateness),
        "arrivals": len(lateness),
        "limit": LATE,
        "control": control.p95,
        "probe": probe.p95,
        "gateway": gateway.p95,
    }
    keys = (
        "generator_saturated" if generator else "generator_kept_up",
        "simulator_saturated" if simulator else "simulator_kept_up",
    )
    return Capacity(
        late_share=round(share, 4),
        late=Percentiles.of(lateness),
        control=control,
        probe=probe,
        gateway=gateway,
        stall=stall,
        generator_saturated=generator,
        simulator_saturated=simulator,
        words=tuple(WORDS[key].format_map(facts) for key in keys),
        words_zh=tuple(say.texts[key].format_map(facts) for key in keys),
    )


def _ms(seconds: Iterable[float]) -> Percentiles:
    return Percentiles.of(value * 1000 for value in seconds)


WORDS = {
    "generator_kept_up": "The generator kept its rate: {late} of {arrivals} arrivals began more than {limit} ms late.",
    "generator_saturated": (
        "The generator was saturated: {late} of {arrivals} arrivals began more than {limit} ms late, so the load was"
        " lower than asked for. Give this machine more cores, or ask for a lower rate."
    ),
    "simulator_kept_up": (
        "The simulator was not the bottleneck (95 % of answers within: gateway {gateway} ms, control {control} ms,"
        " idle probe {probe} ms)."
    ),
    "simulator_saturated": (
        "The simulator was saturated (95 % of answers within: gateway {gateway} ms, control {control} ms, idle probe"
        " {probe} ms): the lags are partly its own, and say little about the integration."
    ),
}
"""What is said in each case."""
