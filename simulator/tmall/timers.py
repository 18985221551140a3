"""Lets the platform's time limits pass: by themselves when they are due, or now because somebody says so.

What is due when stands in the rows (`due` of refunds and exchanges), so that a simulator that was killed knows it
still; `Timers` sleeps on the loop until the earliest of them. Parties are reminded some hours before the end.
"""

import asyncio

from simulator.errors import ActRefused
from simulator.ledger.entry import Timer
from simulator.tmall import exchanges, platform, shipping
from simulator.tmall.countdowns import HOUR, countdown_in, scaled
from simulator.tmall.due_times import DueTimes, Found
from simulator.tmall.refund import Refund
from simulator.tmall.transition import choose, step
from simulator.world import World

_AT_ONCE = 500
"""Receipts that are confirmed at one go: where the time moved on by months, thousands are due."""
_LONGEST = 60.0
"""Seconds after which the wall clock is looked at again: it may have been set while we slept."""


def timer(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Let the running countdown of *refund* pass now.

    Raises:
        Impossible: if none runs.
    """
    address = platform.default_address(world, refund.shop)
    row, _ = choose(world, refund, "timer", "timeout", address_id=address.contact_id)
    shipped = bool(world.state.orders[refund.oid].consigned)
    name = countdown_in(refund.status, kind=refund.kind, shipped=shipped, intercept=refund.intercept)
    seq = world.note(Timer(timer=name, refunds=(refund.refund_id,), shop=refund.shop, side="tmall"))
    if row.guard == "returns_goods":
        return platform.agree_return(world, refund, address, actor="timer", cause=cause or seq, action="timeout")
    return step(world, refund, "timer", "timeout", cause=cause or seq)


def extend(world: World, refund: Refund, hours: float, *, actor: str = "platform", cause: int = 0) -> Refund:
    """Lengthen the running countdown by *hours* of the platform's time.

    Raises:
        Impossible: if none runs.
    """
    due = refund.due + scaled(world.settings.of(refund.shop), int(hours * HOUR)) if refund.due else 0
    return step(world, refund, actor, "extend", cause=cause, due=due)


def set_deadline(world: World, refund: Refund, left: float, *, actor: str = "platform", cause: int = 0) -> Refund:
    """Let the running countdown end *left* seconds from now, sooner or later than it would have.

    Raises:
        Impossible: if none runs.
    """
    due = world.clock.wall() + int(left * 1000) if refund.due else 0
    return step(world, refund, actor, "extend", cause=cause, due=due)


def remind(world: World, refund: Refund, *, cause: int = 0) -> Refund:
    """Remind the parties of the countdown's end.

    Raises:
        Impossible: if none runs.
    """
    return step(world, refund, "timer", "remind", cause=cause, reminded=refund.due)


class Timers:
    """Lets time limits pass as soon as they are due; one sleep at a time, and none where nothing runs."""

    def __init__(self, world: World) -> None:
        """Watch over *world* once `start` is called."""
        self._world = world
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sleep: asyncio.TimerHandle | None = None
        self._passing = False

    @property
    def _due(self) -> DueTimes:
        return self._world.state.due

    def start(self) -> None:
        """Sleep until the earliest due time; what fell due while nobody ran passes at once."""
        self._loop = asyncio.get_running_loop()
        self._world.heeds.append(self.heed)
        self.heed("")

    def stop(self) -> None:
        """Let nothing pass any more."""
        self._world.heeds.remove(self.heed)
        self._due.sooner = self._world.state.receipts.sooner = None
        self._loop = None
        if self._sleep is not None:
            self._sleep.cancel()

    def heed(self, name: str) -> None:
        """Take over what setting *name* says now; an empty name: the world began again."""
        if name in ("", "remind_hours", "time_scale"):
            self._due.sooner = self._world.state.receipts.sooner = self._arm
            self._due.remind(scaled(self._world.settings, int(self._world.settings["remind_hours"] * HOUR)))

    def pass_due(self) -> int:
        """Let everything pass that is due by the wall clock; return how many limits and reminders that were."""
        passed = 0
        while (found := self._due.pop(self._world.clock.wall())) is not None:
            passed += self._pass(found)
        return passed + self._receive()

    def _receive(self) -> int:
        """Let receipts be confirmed that are due; return how many, some hundreds at most."""
        state, wall, passed = self._world.state, self._world.clock.wall(), 0
        while passed < _AT_ONCE and (order := state.receipts.pop(wall)) is not None:
            try:
                shipping.receive(self._world, state.trades[order.tid], by=wall)
            except ActRefused:
                continue  # something of it is in dispute by now, and its time stands still
            passed += 1
        return passed

    def _pass(self, found: Found) -> bool:
        """Let one limit pass, or remind of it, where that is possible."""
        world = self._world
        refund = world.state.refunds.get(found.ident)
        try:
            if refund is not None and found.reminds:
                if refund.reminded == found.due:
                    return False
                remind(world, refund)
            elif refund is not None:
                timer(world, refund)
            elif not found.reminds:
                exchanges.timer(world, world.state.exchanges.rows[found.ident])
        except ActRefused:
            # What the limit was for can no longer happen by itself: no row fits, or the sub-order has moved on.
            return False
        return True

    def _arm(self) -> None:
        """Sleep until the earliest due time instead of whatever was slept for."""
        if self._sleep is not None:
            self._sleep.cancel()
            self._sleep = None
        first = min(
            (at for at in (self._due.first(), self._world.state.receipts.first()) if at is not None), default=None
        )
        if self._loop is not None and first is not None and not self._passing:
            seconds = max(0.0, (first - self._world.clock.wall()) / 1000)
            self._sleep = self._loop.call_later(min(seconds, _LONGEST), self._wake)

    def _wake(self) -> None:
        self._sleep = None
        self._passing = True
        try:
            self.pass_due()
        finally:
            self._passing = False
            self._arm()
