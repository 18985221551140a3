"""Lets unread messages expire by themselves: a look every minute, or sooner when the oldest one's time ends."""

import asyncio

from simulator.tmall import messages
from simulator.world import World

LONGEST = 60.0
"""Seconds after which the queues are looked at again: the clock or the setting may have changed while we slept."""
SHORTEST = 1.0


class Expiry:
    """Drops what nobody confirmed within the retention, whether anybody reads the queue or not."""

    def __init__(self, world: World) -> None:
        """Watch over the queues of *world* once `start` is called."""
        self._world = world
        self._sleep: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Drop what expired while nobody ran, and go on from there."""
        self.look()

    def stop(self) -> None:
        """Let nothing expire by itself any more."""
        if self._sleep is not None:
            self._sleep.cancel()
            self._sleep = None

    def look(self) -> None:
        """Drop what is too old now, and sleep until the next one is."""
        messages.expire(self._world)
        seconds = LONGEST
        end = messages.first_end(self._world)
        if end is not None:
            seconds = min(LONGEST, max(SHORTEST, (end - self._world.clock.wall()) / 1000))
        self._sleep = asyncio.get_running_loop().call_later(seconds, self.look)
