"""How many calls an account may make in a minute; the numbers are on a page that is not public."""

from simulator.erp.recent_calls import SECOND, RecentCalls
from simulator.erp.wangdiantong.errors import APPLICATION, TOO_OFTEN, Refusal
from simulator.world import World

MINUTE = 60 * SECOND


class Limit:
    """The limit of an account."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._made = RecentCalls(MINUTE)

    def check(self) -> None:
        """Count a call of this minute, if calls are limited.

        Raises:
            Refusal: if there were too many.
        """
        most = int(self._world.settings["wdt_calls_a_minute"])
        if not most:
            return
        now = self._world.clock.mono()
        if self._made.reached(most, MINUTE, now):
            raise Refusal(APPLICATION, TOO_OFTEN)
        self._made.add(now)
