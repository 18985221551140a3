"""Rate limits: calls a second of the whole company and of each group of calls, and calls at once (help page 11261)."""

from simulator.erp.jiandaoyun.calls import Call
from simulator.erp.jiandaoyun.errors import Crowded, Refusal
from simulator.erp.recent_calls import SECOND, RecentCalls
from simulator.world import World

COMPANY = 50
"""Calls a second, all keys and groups together."""
LASTS = 100_000
"""µs that a call is taken to be under way: how many are at once is said in public, how long each takes is not."""


class Limits:
    """The limits of a company."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._every = RecentCalls(SECOND)
        self._of: dict[str, RecentCalls] = {}

    def check(self, call: Call) -> None:
        """Count *call*.

        Raises:
            Crowded: if there are too many at once.
            Refusal: 8303, if there were too many in the last second.
        """
        settings = self._world.settings
        at_once = settings["jdy_calls_at_once"]
        if not settings["jdy_rate_limits"] and not at_once:
            return
        now = self._world.clock.mono()
        every, of = self._every, self._of.setdefault(call.name, RecentCalls(SECOND))
        if at_once and every.reached(at_once, LASTS, now):
            raise Crowded
        if settings["jdy_rate_limits"] and (every.reached(COMPANY, SECOND, now) or of.reached(call.limit, SECOND, now)):
            raise Refusal(8303)
        every.add(now)
        of.add(now)
