"""Arrival rates: when each refund of a wave is opened, decided before the wave begins.

The load is *open-loop*: an arrival is due at its time whether or not earlier ones were answered, so a slow
simulator or integration shows as lateness and backlog, and never as less load.
"""

from simulator.chance import chance

RUSH = (0.4, 0.6)
"""Shares of a wave between which its rush lies."""


def steady(rate: float, seconds: float, seed: int) -> tuple[float, ...]:
    """Return when refunds arrive, in seconds from the start, ascending: *rate* a second for *seconds*.

    Arrivals are independent of each other, as buyers are (a Poisson process with its number fixed), so short
    crowds occur as they do in life. Equal arguments give equal times.

    Raises:
        ValueError: if *rate* or *seconds* is not positive.
    """
    if rate <= 0 or seconds <= 0:
        raise ValueError(f"a wave needs a positive rate and duration, not {rate:g} a second for {seconds:g} s")
    draw = chance(seed, "arrivals", rate, seconds)
    return tuple(sorted(draw.uniform(0, seconds) for _ in range(size(rate, seconds))))


def rush(rate: float, seconds: float, seed: int, peak: float) -> tuple[float, ...]:
    """Return when refunds arrive if *peak* times the *rate* comes in the middle fifth, as at midnight of Double 11.

    A *peak* of 1 is a steady wave.

    Raises:
        ValueError: as `steady`, or if *peak* is below 1.
    """
    if peak < 1:
        raise ValueError(f"a rush has at least the rate of the rest, not {peak:g} times of it")
    calm = steady(rate, seconds, seed)
    draw = chance(seed, "rush", rate, seconds, peak)
    begin, end = (share * seconds for share in RUSH)
    more = size(rate, seconds, peak) - len(calm)
    return tuple(sorted((*calm, *(draw.uniform(begin, end) for _ in range(more)))))


def shown(rate: float, peak: float = 1.0) -> str:
    """Return the rate of a wave as a person reads it: `20`, or `20–100` of one with a rush."""
    return f"{rate:g}–{rate * peak:g}" if peak > 1 else f"{rate:g}"


def size(rate: float, seconds: float, peak: float = 1.0) -> int:
    """Return how many refunds a wave has."""
    share = RUSH[1] - RUSH[0]
    return max(1, round(rate * seconds)) + round((peak - 1) * rate * seconds * share)
