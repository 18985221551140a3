"""Deals the messages of each queue to the connections that read it, as soon as they are due: by default each to one."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Pushed
from simulator.tmall import messages, tmc_session
from simulator.tmall.queue import Key, Message
from simulator.world import World

_HANDFUL = 32
"""Messages handed out at once, before whoever else waits has a turn."""


class Reader(Protocol):
    """A connection, as the channel knows it."""

    ident: str
    joined: int
    """How many came before it."""
    ready: bool
    """Whether it can be given messages now."""

    def push(self, given: list[tuple[Message, Pushed]]) -> None:
        """Send messages, or take them back."""

    def end(self, event: str, detail: str) -> None:
        """Close the connection, which *event* says of it."""


class Channel:
    """The queues of a world, and who is connected to them."""

    def __init__(self, world: World, plan: FaultPlan) -> None:
        """Serve the queues of *world*, disturbed by the faults of *plan*."""
        self.world = world
        self.plan = plan
        self._readers: dict[Key, list[Reader]] = {}
        """In the order in which they get their next message."""
        self._detach: dict[Key, Callable[[], None]] = {}
        self._joined = 0
        self._pending: set[Key] = set()
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def join(self, reader: Reader, key: Key) -> None:
        """Let *reader* read the queue *key*; by setting `tmc_connections`, in the place of the one that came first."""
        readers = self._readers.setdefault(key, [])
        most = int(self.world.settings["tmc_connections"])
        for old in sorted(readers, key=lambda other: other.joined)[: max(0, len(readers) + 1 - most)] if most else ():
            old.end("taken_over", f"by {reader.ident}")
        self._joined += 1
        reader.joined = self._joined
        readers.append(reader)
        if key not in self._detach:
            self._detach[key] = messages.attach(self.world, key, lambda: self.wake(key))
        self.wake(key)

    def leave(self, reader: Reader, key: Key) -> None:
        """Hand nothing more to *reader*."""
        readers = self._readers.get(key, [])
        if reader in readers:
            readers.remove(reader)
        if not readers and key in self._detach:
            self._detach.pop(key)()
            timer = self._timers.pop(key, None)
            if timer is not None:
                timer.cancel()

    def heed(self, name: str) -> None:
        """Take over what setting *name* says now; an empty name: the time was moved on, or the world began again."""
        if not name:
            for key, readers in self._readers.items():
                if readers:
                    self.wake(key)

    def wake(self, key: Key) -> None:
        """Hand out what is due in the queue *key* at the end of this moment of the loop."""
        if key not in self._pending:
            self._pending.add(key)
            asyncio.get_running_loop().call_soon(self._pump, key)

    def _pump(self, key: Key) -> None:
        self._pending.discard(key)
        readers = self._readers.get(key, [])
        ready = [reader for reader in readers if reader.ready]
        if not ready:
            return
        taken = messages.hand_out(self.world, key, _HANDFUL, channel="ws")
        turns: dict[Reader, list[tuple[Message, Pushed]]] = {}
        for number, (message, pushed) in enumerate(taken):
            first, *others = self._whose(ready, number)
            turns.setdefault(first, []).append((message, pushed))
            for other in others:
                turns.setdefault(other, []).append((message, messages.hand_also(self.world, pushed)))
        for reader, given in turns.items():
            readers.remove(reader)
            readers.append(reader)
            reader.push(given)
        if len(taken) == _HANDFUL:
            self.wake(key)
        else:
            self._set_timer(key)

    def _whose(self, ready: list[Reader], number: int) -> list[Reader]:
        """Return who of those *ready* gets the message that is *number* of a handful, by setting `tmc_spread`."""
        spread = self.world.settings["tmc_spread"]
        if spread == "turns":
            return [ready[number % len(ready)]]
        by_age = sorted(ready, key=lambda reader: reader.joined)
        return by_age if spread == "every" else [by_age[0 if spread == "oldest" else -1]]

    def _set_timer(self, key: Key) -> None:
        """Come back when the next message of the queue *key* is due (again)."""
        due = self.world.state.queues.next_due(key)
        old = self._timers.pop(key, None)
        if old is not None:
            old.cancel()
        if due is not None:
            seconds = max(0.001, (due - self.world.clock.wall()) / 1000)
            self._timers[key] = asyncio.get_running_loop().call_later(seconds, self.wake, key)

    def rules(self) -> tmc_session.Rules:
        """Return who may connect now."""
        groups = (ident.partition(":") for ident in self.world.state.plain.get("group", {}))
        return tmc_session.Rules(
            secrets=self.world.apps,
            groups=frozenset((app_key, name) for app_key, _, name in groups),
            skew=self.world.settings["tmc_timestamp_skew"],
        )

    def shops_of(self, app_key: str) -> frozenset[str]:
        """Return the nicks of the shops that were opened with *app_key*: whom its connections are about."""
        return frozenset(shop.nick for shop in self.world.state.shops.values() if shop.app_key == app_key)
