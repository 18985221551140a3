"""The connector that listens: `python -m connectors.messages`. Messages say where to look, and lists what they missed.

It is the polling connector but for one thing: what has changed is learned from the app's message queue, and the list
of refunds is read every RECONCILE seconds only (300), for messages are lost now and then. Further variables:

    GROUP       the queue's group; empty: the default one
    RECONCILE   seconds between two readings of the list
"""

from collections.abc import Sequence

from connectors import seeded
from connectors.desk import Cycle, Desk
from connectors.program import run
from connectors.settings import Settings

STRAGGLER = 1.0
"""Seconds without any progress after which a cycle leaves work under way to the next one."""


class Inbox:
    """What messages told about the refunds of one shop, and is still to be looked at."""

    def __init__(self, desk: Desk) -> None:
        """Bring with the desk's delivery."""
        self._desk = desk
        self._memory = desk.memory

    def cycle(self) -> None:
        """Read again each refund that a message named, and bring it to the ERP as it is now."""
        desk, jobs = self._desk, []
        for refund_id, number in self._memory.inbox(desk.nick):
            job, ours = desk.work.submit(refund_id, desk.bring, refund_id)
            if ours:  # somebody else's job may have read it before the message came
                jobs.append((refund_id, number, job))
        desk.work.finish([job for _, _, job in jobs], STRAGGLER)
        for refund_id, number, job in jobs:
            if job.done() and job.result():
                self._memory.looked_at(desk.nick, refund_id, number)


def listening(told: Settings, desks: Sequence[Desk]) -> list[Cycle]:
    """Return a cycle for each app's queue, and for each shop: the inbox, the ERP's decisions, and the list."""
    parts = seeded.parts(told.mutant)
    cycles = []
    for app_key in dict.fromkeys(desk.shop.app_key for desk in desks):
        mine = [desk for desk in desks if desk.shop.app_key == app_key]
        post = parts.post(mine[0].platform, mine[0].memory, [desk.nick for desk in mine], told.group)
        cycles.append(Cycle(f"messages of {app_key}", post.cycle, told.poll))
    for desk in desks:
        cycles += [desk.cycle("inbox", Inbox(desk).cycle, told.poll), *desk.cycles(told.poll)]
        if parts.reconciles:
            cycles.append(desk.cycle("refunds", desk.intake.cycle, told.reconcile))
    return cycles


if __name__ == "__main__":
    run(listening)
