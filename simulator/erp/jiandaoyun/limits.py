"""Rate limits: calls a second of the whole company and of each group of calls, and calls at once (help page 11261)."""

from collections import deque

from simulator.erp.jiandaoyun.calls import Call
from simulator.erp.jiandaoyun.errors import Crowded, Refusal
from simulator.world import World

COMPANY = 50
"""Calls a second, all keys and groups together."""
LASTS = 100_000
"""µs that a call is taken to be under way: how many are at once is said in public, how long each takes is not."""
_SECOND = 1_000_000


class Limits:
    """When the last calls were made. They are no state: after a restart everybody may begin again."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._every: deque[int] = deque()
        self._of: dict[str, deque[int]] = {}

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
        every, of = self._every, self._of.setdefault(call.name, deque())
        for times in (every, of):
            while times and times[0] <= now - _SECOND:
                times.popleft()
        if at_once and len(every) >= at_once and every[-at_once] > now - LASTS:
            raise Crowded
        if settings["jdy_rate_limits"] and (len(every) >= COMPANY or len(of) >= call.limit):
            raise Refusal(8303)
        every.append(now)
        of.append(now)
