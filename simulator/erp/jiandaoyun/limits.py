"""Rate limits: calls a second of the whole company and of each group of calls (help page 11261)."""

from collections import deque

from simulator.erp.jiandaoyun.calls import Call
from simulator.erp.jiandaoyun.errors import Refusal
from simulator.world import World

COMPANY = 50
"""Calls a second, all keys and groups together."""
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
            Refusal: 8303, if there were too many in the last second.
        """
        if not self._world.settings["jdy_rate_limits"]:
            return
        now = self._world.clock.mono()
        of = self._of.setdefault(call.name, deque())
        for times, most in ((self._every, COMPANY), (of, call.limit)):
            while times and times[0] <= now - _SECOND:
                times.popleft()
            if len(times) >= most:
                raise Refusal(8303)
        self._every.append(now)
        of.append(now)
