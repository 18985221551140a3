"""Cycles are counted by what an integration asks again and again, in either style, and the slowest loop counts."""

from collections.abc import Callable

import msgspec
import pytest

from scenarios import cycles, settle, waits
from scenarios.seen import Change, Seen
from scenarios.story import Wait
from simulator.clock import to_text
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import (
    Answered,
    AnyEntry,
    Asked,
    Changed,
    Confirmed,
    Delivered,
    Expired,
    Life,
    Published,
    Pushed,
)
from simulator.ledger.values import Row

R = "318273645091827364"
SECOND = 1_795_000_000
POLLS = Declaration(tempo=Tempo.for_poll(0.5))
LISTENS = msgspec.structs.replace(POLLS, messages=True, reconcile=60.0)


class Days:
    """What an integration is seen to do, at moments given in seconds."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen = Seen()

    def add(self, at: float, *entries: AnyEntry) -> int:
        """Append *entries* at second *at* and return the number of the last one."""
        for entry in entries:
            entry.seq, entry.mono = self.seen.seq + 1, int(at * 1e6)
            entry.wall = int((SECOND + at) * 1000)
            self.seen.take([entry])
        return self.seen.seq

    def list(self, at: float, *, page: int = 1, total: int = 1) -> None:
        """Read a page of the list of shop a up to now."""
        params = {"start_modified": to_text(SECOND + int(at) - 2), "end_modified": to_text(SECOND + int(at))}
        params |= {"page_no": str(page), "page_size": "20"}
        asked = self.add(at, Asked(method="taobao.refunds.receive.get", params=params, shop="a"))
        self.add(at, Answered(call=asked, total=total, shop="a"), Delivered(call=asked))

    def ask_erp(self, at: float, shop: str = "a", **more: str) -> None:
        """Ask the ERP for documents."""
        self.add(at, Asked(side="erp", method="erp.list", params={"query": {"shop": shop, "after": str(at), **more}}))

    def consume(self, at: float) -> None:
        """Take messages from the queue."""
        self.add(at, Asked(method="taobao.tmc.messages.consume", params={"app_key": "1"}))

    def refund(self, at: float, **values: object) -> Change:
        """Change the refund, and return that change."""
        base = {"refund_id": R, "shop": "a", "tid": 1, "oid": 1, "kind": "refund_only", "phase": "onsale"}
        base |= {"status": "CLOSED", "amount": 6000, "total": 19900, "modified": SECOND + int(at)}
        seq = self.add(at, Changed(rows=(Row("refund", R, {**base, **values}),), refunds=(R,)))
        return Change(seq=seq, mono=int(at * 1e6), second=SECOND + int(at))

    def since(self, change: Change, declared: Declaration, now: float) -> int:
        """Return the cycles since *change*."""
        return cycles.cycles_since("a", change, self.seen, declared, int(now * 1e6))


@pytest.fixture
def days() -> Days:
    return Days()


def _each(*loops: Callable[[float], None], begin: float, end: float, every: float = 0.5) -> None:
    for n in range(round((end - begin) / every)):
        for loop in loops:
            loop(begin + n * every)


def test_who_polls_has_had_as_many_cycles_as_its_slowest_loop(days: Days) -> None:
    _each(days.list, days.ask_erp, begin=0, end=3)
    change = days.refund(3)
    _each(days.list, begin=3.1, end=5.1)
    assert days.since(change, POLLS, 5) == 0

    days.ask_erp(5.2)
    days.ask_erp(5.7)
    assert days.since(change, POLLS, 6) == 2


def test_a_list_that_was_not_read_to_its_end_is_no_cycle(days: Days) -> None:
    _each(days.list, begin=0, end=3)
    change = days.refund(3)
    days.list(4, total=25)
    assert days.since(change, POLLS, 4) == 0

    days.list(4, page=2, total=25)
    assert days.since(change, POLLS, 4) == 1


def test_who_listens_has_cycles_without_reading_the_list(days: Days) -> None:
    _each(days.consume, days.ask_erp, begin=0, end=3)
    change = days.refund(3)
    _each(days.consume, days.ask_erp, begin=3.1, end=5.1)

    assert days.since(change, LISTENS, 5) == 4


def test_who_is_called_by_both_sides_has_cycles_as_long_as_it_declares(days: Days) -> None:
    change = days.refund(3)

    assert [days.since(change, LISTENS, now) for now in (3.4, 3.6, 5.0)] == [0, 1, 4]

    days.add(5, Life(who="integration", event="exited"))
    assert days.since(change, LISTENS, 9) == 0


def test_what_was_asked_now_and_then_is_no_loop(days: Days) -> None:
    for at in (0.0, 0.2, 20.0, 40.0):
        days.ask_erp(at, numbers="TM-1")
    _each(days.list, begin=37, end=41)
    change = days.refund(41)
    _each(days.list, begin=41.1, end=42.1)

    assert days.since(change, POLLS, 42) == 2


def test_each_shops_loop_is_one_of_its_own(days: Days) -> None:
    _each(days.list, days.ask_erp, lambda at: days.ask_erp(at + 0.25, "b"), begin=0, end=3)
    change = days.refund(3)
    for at in (3.25, 3.75, 4.25):
        days.list(at)
        days.ask_erp(at, "b")
    days.ask_erp(4.3)

    assert days.since(change, POLLS, 4.5) == 1


def test_a_wait_for_cycles_is_met_after_as_many_and_may_take_the_time_of_as_many(days: Days) -> None:
    wait = Wait(kind="cycles", of="r", wants={"times": 2})
    _each(days.list, begin=0, end=3)
    since = days.refund(3)
    here = waits.Here(since=since.seq, began=since.mono, now=since.mono, declared=POLLS)
    days.list(3.5)
    assert not waits.met(wait, [R], days.seen, here)

    days.list(4)
    assert waits.met(wait, [R], days.seen, here)
    assert waits.cap(wait, days.seen, POLLS, since.mono) == waits.PATIENCE * (13 + 2 * 0.5)


def test_a_wait_for_the_overlap_ends_when_windows_no_longer_reach_back(days: Days) -> None:
    wait = Wait(kind="overlap", of="r", wants={"times": 12})
    _each(days.list, begin=0, end=20, every=5)  # each reaches back two seconds: they leave gaps, and do not overlap
    since = days.refund(20)
    here = waits.Here(since=since.seq, began=since.mono, declared=LISTENS)
    days.list(21)
    assert not waits.met(wait, [R], days.seen, here)

    days.list(26)
    assert waits.met(wait, [R], days.seen, here)


def _message(number: str, *, due: float = 0, lost: bool = False) -> Published:
    return Published(message=number, refunds=(R,), due=int((SECOND + due) * 1000) if due else 0, lost=lost)


def test_a_play_is_not_at_rest_while_a_message_about_it_has_not_been_handed_out(days: Days) -> None:
    def rests(now: float) -> str:
        return settle.settled([R], "S90#1", "a", days.seen, LISTENS, int(now * 1e6))

    _each(days.consume, begin=0, end=3)
    days.refund(3)
    days.add(3, _message("1"), _message("2", due=5), _message("3", due=86_400), _message("4", lost=True))
    _each(days.consume, begin=3.1, end=5.1)
    assert rests(5) == ""

    days.add(5.2, Pushed(message="1", refunds=(R,)), Expired(message="2", refunds=(R,)))
    _each(days.consume, begin=5.3, end=6.3)
    assert rests(6.3) == ""

    days.add(6.3, Confirmed(message="1", refunds=(R,)))
    assert rests(6.3) == "rest"


def test_a_play_is_not_at_rest_in_the_cycles_in_which_a_message_was_handed_out(days: Days) -> None:
    def rests(now: float) -> str:
        return settle.settled([R], "S90#1", "a", days.seen, LISTENS, int(now * 1e6))

    _each(days.consume, begin=0, end=3)
    days.refund(3)
    days.add(3, _message("1"))
    days.add(5.2, Pushed(message="1", refunds=(R,)), Confirmed(message="1", refunds=(R,)))
    assert rests(5.3) == ""
    _each(days.consume, begin=5.3, end=6.3)
    assert rests(6.3) == "rest"


def test_settling_waits_for_the_list_where_a_message_went_astray(days: Days) -> None:
    usual = settle.limit([R], LISTENS, days.seen)
    days.add(1, _message("1"))
    assert settle.limit([R], LISTENS, days.seen) == usual

    days.add(2, _message("2", lost=True))
    assert settle.limit([R], LISTENS, days.seen) == usual + LISTENS.reconcile


def test_limits_grow_when_the_list_is_read_more_slowly_than_declared(days: Days) -> None:
    _each(days.list, begin=0, end=500, every=100)

    assert cycles.stretch(days.seen, POLLS) == 3 * 99.5
    assert cycles.stretch(days.seen, LISTENS) == 3 * 40
