"""Rate limits: five calls in a second (code 199), a hundred in a minute (code 200)."""

from simulator.erp.jushuitan.errors import Refusal
from simulator.erp.recent_calls import SECOND, RecentCalls
from simulator.world import World


class Limits:
    """The limits of an app."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._made = RecentCalls(60 * SECOND)

    def check(self) -> None:
        """Count a call.

        Raises:
            Refusal: 199 or 200, if there were too many.
        """
        if not self._world.settings["jst_rate_limits"]:
            return
        now = self._world.clock.mono()
        if self._made.reached(100, 60 * SECOND, now):
            raise Refusal(200)
        if self._made.reached(5, SECOND, now):
            raise Refusal(199)
        self._made.add(now)
