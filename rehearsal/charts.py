"""Small SVG charts of a run's lags: percentiles on one scale, and the backlog over time."""

from collections.abc import Sequence
from html import escape

from load.lag import Percentiles

_WIDTH = 420
_LEFT = 8
_RIGHT = 412


def spread(percentiles: Percentiles, longest: int) -> str:
    """Return one bar from p50 to p99 with its median and 95th percentile; the scale ends at *longest* ms."""
    scale = (_RIGHT - _LEFT) / max(1, longest)
    p50, p95, p99, most = (_LEFT + value * scale for value in _values(percentiles))
    words = f"p50 {seconds(percentiles.p50)}, p95 {seconds(percentiles.p95)}, p99 {seconds(percentiles.p99)}"
    return (
        f'<svg class="spread" viewBox="0 0 {_WIDTH} 22" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(words)}</title>"
        f'<line class="axis" x1="{_LEFT}" y1="11" x2="{_RIGHT}" y2="11"/>'
        f'<line class="tail" x1="{p50:.1f}" y1="11" x2="{most:.1f}" y2="11"/>'
        f'<line class="body" x1="{p50:.1f}" y1="11" x2="{p95:.1f}" y2="11"/>'
        f'<circle class="p50" cx="{p50:.1f}" cy="11" r="4.5"/>'
        f'<line class="p95" x1="{p95:.1f}" y1="4" x2="{p95:.1f}" y2="18"/>'
        f'<line class="p99" x1="{p99:.1f}" y1="6" x2="{p99:.1f}" y2="16"/></svg>'
    )


def backlog(points: Sequence[Sequence[int]]) -> str:
    """Return an area chart of (second, waiting refunds); empty text if there is nothing to draw."""
    if len(points) < 2:
        return ""
    last, peak = max(1, points[-1][0]), max(1, *(waiting for _, waiting in points))
    top, bottom = 18, 104
    corners = [
        (_LEFT + second / last * (_RIGHT - _LEFT), bottom - waiting / peak * (bottom - top))
        for second, waiting in points
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return (
        f'<svg class="backlog" viewBox="0 0 {_WIDTH} 122" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>backlog, peak {peak} in {last} s</title>"
        f'<polygon class="area" points="{_LEFT},{bottom} {path} {_RIGHT},{bottom}"/>'
        f'<polyline class="edge" points="{path}"/>'
        f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{_RIGHT}" y2="{bottom}"/>'
        f'<text class="scale" x="{_LEFT}" y="12">{peak}</text>'
        f'<text class="scale" x="{_LEFT}" y="118">0 s</text>'
        f'<text class="scale" x="{_RIGHT}" y="118" text-anchor="end">{last} s</text></svg>'
    )


def seconds(milliseconds: float) -> str:
    """Return a duration as a person reads it: `0.8 s`, `12 s`, `3 min 20 s`."""
    value = milliseconds / 1000
    if value < 9.95:
        return f"{value:.1f} s"
    if value < 119.5:
        return f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _values(percentiles: Percentiles) -> tuple[int, int, int, int]:
    return percentiles.p50, percentiles.p95, percentiles.p99, percentiles.longest
