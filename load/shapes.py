"""Arrival rates: when each refund of a wave is opened, decided before the wave begins.

The load is *open-loop*: an arrival is due at its time whether or not earlier ones were answered, so a slow
simulator or integration shows as lateness and backlog, and never as less load.
"""

from simulator.chance import chance


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
    return tuple(sorted(draw.uniform(0, seconds) for _ in range(max(1, round(rate * seconds)))))
