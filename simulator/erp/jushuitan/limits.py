"""Rate limits: five calls in a second (code 199), a hundred in a minute (code 200)."""

from collections import deque

from simulator.erp.jushuitan.errors import Refusal
from simulator.world import World

SECOND = 1_000_000


class Limits:
    """When the last calls were made. They are no state: after a restart everybody may begin again."""

    def __init__(self, world: World) -> None:
        """Count nothing yet."""
        self._world = world
        self._made: deque[int] = deque()

    def check(self) -> None:
        """Count a call.

        Raises:
            Refusal: 199 or 200, if there were too many.
        """
        if not self._world.settings["jst_rate_limits"]:
            return
        now = self._world.clock.mono()
        while self._made and self._made[0] <= now - 60 * SECOND:
            self._made.popleft()
        if len(self._made) >= 100:
            raise Refusal(200)
        if len(self._made) >= 5 and self._made[-5] > now - SECOND:
            raise Refusal(199)
        self._made.append(now)
