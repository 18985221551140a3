"""The lags of a load phase as the report shows them, measured from the ledger alone."""

from collections.abc import Iterable
from typing import Any

import msgspec

from load.crowd import PLAY
from load.lag import Lag, Percentiles, measure
from rehearsal.charts import backlog, seconds, spread
from rehearsal.words import both
from simulator.ledger.entry import AnyEntry


class LagRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a refund's way, with its percentiles in words."""

    name: dict[str, str]
    chart: str
    p50: str
    p95: str
    p99: str


class LagView(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown about lag."""

    opened: int
    settled: int
    peak: int
    left: int
    rows: tuple[LagRow, ...]
    backlog: str
    words: tuple[dict[str, str], ...]
    """What is said about generator, simulator and doubts."""


def lag_view(entries: Iterable[AnyEntry], load: dict[str, Any]) -> LagView | None:
    """Return the view of the load's refunds in *entries*, or None if there was no load."""
    lag = measure(entries, PLAY)
    if not lag.opened:
        return None
    stretches = _stretches(lag)
    longest = max(percentiles.longest for _, percentiles in stretches)
    return LagView(
        opened=lag.opened,
        settled=lag.settled,
        peak=lag.peak,
        left=lag.left,
        rows=tuple(_row(name, percentiles, longest) for name, percentiles in stretches if percentiles.count),
        backlog=backlog(lag.backlog),
        words=tuple(_said(load)),
    )


def _stretches(lag: Lag) -> list[tuple[dict[str, str], Percentiles]]:
    return [
        (both("lag.in_erp", "application → in ERP"), lag.in_erp),
        (both("lag.acted", "decision → on the platform"), lag.acted),
        (both("lag.booked", "at rest → booked in ERP"), lag.booked),
        (both("lag.closed", "application → closed"), lag.closed),
    ]


def _row(name: dict[str, str], percentiles: Percentiles, longest: int) -> LagRow:
    return LagRow(
        name=name,
        chart=spread(percentiles, longest),
        p50=seconds(percentiles.p50),
        p95=seconds(percentiles.p95),
        p99=seconds(percentiles.p99),
    )


def _said(load: dict[str, Any]) -> list[dict[str, str]]:
    """Return the sentences of the `load` mark about capacity and doubts, in both languages."""
    capacity = load.get("capacity", {})
    english = [*capacity.get("words", ()), *load.get("doubts", ())]
    chinese = [*capacity.get("words_zh", ()), *load.get("doubts_zh", ())]
    return [{"en": en, "zh": zh} for en, zh in zip(english, chinese, strict=True)]
