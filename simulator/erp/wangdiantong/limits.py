"""How many calls an account may make in a minute; the numbers are on a page that is not public."""

from collections import deque

from simulator.erp.wangdiantong.errors import APPLICATION, TOO_OFTEN, Refusal
from simulator.world import World

MINUTE = 60_000_000


class Limit:
    """When the last calls were made. They are no state: after a restart everybody may begin again."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._made: deque[int] = deque()

    def check(self) -> None:
        """Count a call of this minute, if calls are limited.

        Raises:
            Refusal: if there were too many.
        """
        most = int(self._world.settings["wdt_calls_a_minute"])
        if not most:
            return
        now = self._world.clock.mono()
        while self._made and self._made[0] <= now - MINUTE:
            self._made.popleft()
        if len(self._made) >= most:
            raise Refusal(APPLICATION, TOO_OFTEN)
        self._made.append(now)
