"""Whatever readers do, whenever the simulator dies: nothing unconfirmed is lost, nothing confirmed comes again."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.tmall import messages
from simulator.tmall.permit import DEFAULT_GROUP
from simulator.tmall.test_flow import Stepped
from simulator.world import World

_HOUR = 3_600_000
_AGAIN = 300_000
"""Setting tmc_redelivery, in ms."""


class Readers(RuleBasedStateMachine):
    """A queue, and a model of it: what waits since when, and what was handed out last when."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Stepped()
        self.world = World.open(Path(self.folder.name), seed=5, clock=self.clock)
        self.shop = self.world.add_shop()
        self.key = (self.shop.app_key, DEFAULT_GROUP)
        self.waiting: dict[str, int] = {}
        self.handed: dict[str, int] = {}
        self.confirmed: set[str] = set()

    @rule(many=st.integers(1, 4))
    def publish(self, many: int) -> None:
        for _ in range(many):
            (entry,) = messages.publish(self.world, self.shop, "a_Topic", "{}")
            assert entry.message not in self.waiting.keys() | self.confirmed
            self.waiting[entry.message] = self.clock.now

    @rule(limit=st.integers(1, 5), away=st.booleans())
    def take(self, limit: int, away: bool) -> None:
        self._expire()
        found = messages.hand_out(self.world, self.key, limit, channel="ws", connection="c1")
        due = [n for n in self.waiting if self.handed.get(n, -_AGAIN) + _AGAIN <= self.clock.now]
        numbers = [str(message.id) for message, _ in found]
        assert len(numbers) == min(limit, len(due))
        assert set(numbers) <= set(due)
        assert not self.confirmed & set(numbers)
        for number, (_, pushed) in zip(numbers, found, strict=True):
            if away:
                self.world.note(pushed)
                self.handed[number] = self.clock.now
            else:
                messages.take_back(self.world, pushed)
                self.handed.pop(number, None)

    @rule(data=st.data(), failed=st.booleans())
    def confirm(self, data: st.DataObject, failed: bool) -> None:
        known = sorted(self.waiting.keys() | self.confirmed | {"1"})
        chosen = data.draw(st.lists(st.sampled_from(known), unique=True, max_size=4))
        self._expire()
        done = messages.confirm(self.world, self.key, chosen, channel="ws", connection="c1", failed=failed)
        there = [number for number in chosen if number in self.waiting]
        assert done == len(there)
        if not failed:
            for number in there:
                del self.waiting[number]
            self.confirmed.update(there)

    @rule(ms=st.sampled_from([1000, _AGAIN - 1, _AGAIN, _HOUR, 23 * _HOUR]))
    def wait(self, ms: int) -> None:
        self.clock.now += ms

    @rule()
    def kill_and_recover(self) -> None:
        before = self.world.state.dump()
        self.world = World.open(Path(self.folder.name), clock=self.clock)
        assert self.world.state.dump() == before

    @invariant()
    def what_is_not_confirmed_waits(self) -> None:
        assert self.waiting.keys() <= self.world.state.queues.rows.keys()
        assert not self.confirmed & self.world.state.queues.rows.keys()

    def _expire(self) -> None:
        """Forget what is too old; what is exactly a day old is there still."""
        messages.expire(self.world)
        end = self.clock.now - 24 * _HOUR
        self.waiting = {number: since for number, since in self.waiting.items() if since >= end}
        assert self.waiting.keys() == self.world.state.queues.rows.keys()

    def teardown(self) -> None:
        self.folder.cleanup()


TestReaders = Readers.TestCase
TestReaders.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
