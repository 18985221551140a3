"""Time limits pass by themselves, once each, after a restart too; they can be lengthened, and end on GMT+8 dates."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.actors import perform
from simulator.clock import from_text
from simulator.ledger.entry import Changed, Timer
from simulator.ledger.replay import read
from simulator.tmall import exchanges, platform, shipping, timers
from simulator.tmall.caller import Caller
from simulator.tmall.countdowns import DAY, HOUR
from simulator.tmall.due_times import DueTimes
from simulator.tmall.refund import Refund
from simulator.tmall.test_flow import Stepped
from simulator.world import World

FAST = DAY / 40
"""A time scale by which a day lasts 40 ms."""


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller.open(tmp_path, clock=Stepped())


def _step(caller: Caller, milliseconds: int) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now += milliseconds


def _watch(world: World) -> timers.Timers:
    watch = timers.Timers(world)
    watch.heed("")
    return watch


def _passed(world: World) -> list[str]:
    return [entry.timer for entry in read(world.book.path) if isinstance(entry, Timer)]


async def _until(world: World, done: Any) -> None:
    async with asyncio.timeout(10):
        while not done():
            await world.book.wait(world.book.seq, 10)


def test_a_limit_passes_by_itself_while_the_loop_sleeps(tmp_path: Path) -> None:
    async def live() -> Caller:
        caller = Caller.open(tmp_path, time_scale=FAST, remind_hours=12)
        watch = timers.Timers(caller.world)
        watch.start()
        refund, kept = caller.refund(), caller.refund(finished=True, returns=True)
        await _until(caller.world, lambda: caller.now(refund).status == "SUCCESS")
        watch.stop()
        assert caller.now(kept).status in ("WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS")
        return caller

    caller = asyncio.run(live())
    entries = [entry for entry in read(caller.world.book.path) if isinstance(entry, Changed | Timer)]
    (passed,) = [entry for entry in entries if isinstance(entry, Timer) and entry.timer == "seller_unshipped"]
    changes = [entry for entry in entries if isinstance(entry, Changed) and entry.refunds == passed.refunds]
    assert [entry.action for entry in changes] == ["apply", "remind", "timeout"]
    assert (changes[-1].actor, changes[-1].cause) == ("timer", passed.seq)
    assert passed.mono - changes[0].mono >= 39_000


def test_an_exchange_that_the_seller_forgets_turns_into_a_refund_by_itself(tmp_path: Path) -> None:
    async def live() -> None:
        caller = Caller.open(tmp_path, time_scale=FAST)
        watch = timers.Timers(caller.world)
        watch.start()
        exchange = exchanges.apply(caller.world, caller.order(shipped=True), "颜色:蓝")
        await _until(caller.world, lambda: bool(caller.world.state.refunds))
        watch.stop()
        assert caller.world.state.exchanges.rows[exchange.dispute_id].status == "14"
        (refund,) = caller.world.state.refunds.values()
        assert refund.oid == exchange.oid

    asyncio.run(live())


def test_what_fell_due_while_nobody_ran_passes_once_at_the_start(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped())
    refund = caller.refund()
    running = caller.refund(finished=True)
    caller.world.book.close()

    clock = Stepped()
    clock.now += 25 * HOUR
    world = World.open(tmp_path, clock=clock)

    async def live() -> None:
        watch = timers.Timers(world)
        watch.start()
        await _until(world, lambda: world.state.refunds[refund.refund_id].status == "SUCCESS")
        watch.stop()

    asyncio.run(live())
    world.book.close()
    again = World.open(tmp_path, clock=clock)
    assert _watch(again).pass_due() == 0
    assert again.state.refunds[running.refund_id].status == "WAIT_SELLER_AGREE"
    assert _passed(again) == ["seller_unshipped"]


def test_a_limit_that_was_reset_does_not_pass_at_its_old_time(caller: Caller) -> None:
    refund = caller.refund()
    _step(caller, 23 * HOUR)
    platform.modify(caller.world, refund, amount=500)
    watch = _watch(caller.world)
    _step(caller, 2 * HOUR)
    assert watch.pass_due() == 0
    _step(caller, 22 * HOUR)
    assert watch.pass_due() == 2  # the reminder, long due, and the end
    assert caller.now(refund).status == "SUCCESS"


def test_a_limit_is_lengthened_and_passes_later(caller: Caller) -> None:
    refund = caller.refund()
    done = perform(caller.world, "platform.extend", {"refund": refund.refund_id, "hours": 48})
    assert done["accepted"]
    assert caller.now(refund).due == refund.due + 48 * HOUR
    watch = _watch(caller.world)
    _step(caller, 60 * HOUR)
    assert watch.pass_due() == 0
    _step(caller, 12 * HOUR)
    watch.pass_due()
    assert caller.now(refund).status == "SUCCESS"
    for hours in (0, -1, True, "2", 1e9):
        refused = perform(caller.world, "platform.extend", {"refund": refund.refund_id, "hours": hours})
        assert "hours are a number" in refused["reason"]


def test_a_new_rule_moves_a_deadline_closer_or_away(caller: Caller) -> None:
    refund = caller.refund()
    for left in (3600, 90 * 3600, "12.5"):
        perform(caller.world, "platform.set_deadline", {"refund": refund.refund_id, "left": left})
        assert caller.now(refund).due == caller.world.clock.wall() + int(float(left) * 1000)
    _step(caller, 12_500)
    _watch(caller.world).pass_due()
    assert caller.now(refund).status == "SUCCESS"
    wrongs: list[Any] = [0, -1, True, "soon", "nan", 1e9, []]
    for wrong in wrongs:
        refused = perform(caller.world, "platform.set_deadline", {"refund": refund.refund_id, "left": wrong})
        assert "left is a number of seconds" in refused["reason"]


def test_parties_are_reminded_once_a_countdown(caller: Caller) -> None:
    refund = caller.refund()
    watch = _watch(caller.world)
    _step(caller, 18 * HOUR)
    assert [watch.pass_due(), watch.pass_due()] == [1, 0]
    reminded = caller.now(refund)
    assert (reminded.reminded, reminded.version, reminded.due) == (refund.due, refund.version, refund.due)
    assert perform(caller.world, "platform.remind", {"refund": refund.refund_id})["accepted"]
    platform.modify(caller.world, reminded, amount=500)
    _step(caller, 18 * HOUR)
    assert watch.pass_due() == 1


def test_the_lead_of_reminders_follows_the_setting_while_it_runs(caller: Caller) -> None:
    refund = caller.refund()
    watch = _watch(caller.world)
    caller.world.heeds.append(watch.heed)
    caller.world.set("remind_hours", 20, origin="test")
    _step(caller, 5 * HOUR)
    assert watch.pass_due() == 1
    assert caller.now(refund).reminded


def test_what_the_limit_was_for_may_have_become_impossible(caller: Caller) -> None:
    exchange = exchanges.apply(caller.world, caller.order(shipped=True), "颜色:蓝")
    refund: Refund = caller.refund(shipped=True)
    watch = _watch(caller.world)
    shipping.ship(caller.world, [caller.order()])
    _step(caller, 300 * DAY)
    assert watch.pass_due() >= 2
    assert caller.now(refund).status == "SUCCESS"
    assert caller.world.state.exchanges.rows[exchange.dispute_id].status == "14"
    assert watch.pass_due() >= 0


@pytest.mark.parametrize(
    ("applied", "ends"),
    [
        ("2026-11-29 23:59:59", "2026-11-30 23:59:59"),
        ("2026-11-30 00:00:00", "2026-12-01 00:00:00"),
        ("2026-12-31 16:00:00", "2027-01-01 16:00:00"),
        ("2028-02-28 07:59:59", "2028-02-29 07:59:59"),
        ("2028-02-29 08:00:00", "2028-03-01 08:00:00"),
    ],
)
def test_ends_of_days_and_months_are_those_of_gmt8(caller: Caller, applied: str, ends: str) -> None:
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now = from_text(applied) * 1000
    refund = caller.refund()
    shown = caller.call("taobao.refund.get", refund_id=refund.refund_id, fields="created,refund_remind_timeout")
    assert shown["refund"]["created"] == applied
    assert shown["refund"]["refund_remind_timeout"]["timeout"] == ends


def test_the_last_day_for_a_refund_ends_at_midnight_in_gmt8(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), aftersale_end="day")
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now = from_text("2026-11-15 09:00:00") * 1000
    tid = caller.order(finished=True).tid
    clock.now = from_text("2026-11-30 23:59:59") * 1000
    assert perform(caller.world, "buyer.apply", {"tid": tid, "amount": "1.00"})["accepted"]
    other = Caller(caller.world, caller.shop).order(finished=True)
    clock.now = from_text("2026-12-16 00:00:00") * 1000
    assert not perform(caller.world, "buyer.apply", {"tid": other.tid, "amount": "1.00"})["accepted"]


def _put(found: DueTimes, rows: dict[str, int], ident: str, due: int) -> None:
    rows[ident] = due
    found.put(ident, due)


def test_due_times_forget_what_was_moved() -> None:
    rows: dict[str, int] = {}
    found = DueTimes(lambda ident: rows.get(ident, 0))
    for due in range(1000, 2000):
        _put(found, rows, "r", due)
    _put(found, rows, "s", 5000)
    _put(found, rows, "s", 0)
    assert len(list(found._idents())) < 100
    assert found.pop(1998) is None
    first = found.pop(2000)
    assert first is not None
    assert (first.ident, first.due, first.reminds) == ("r", 1999, False)
    assert found.first() is None


def test_due_times_lose_none_of_very_many() -> None:
    rows: dict[str, int] = {}
    found = DueTimes(lambda ident: rows.get(ident, 0))
    for number in range(1000):
        _put(found, rows, f"r{number}", 5000 + 7 * number)

    passed = list(iter(lambda: found.pop(10**6), None))

    assert sorted(one.ident for one in passed) == sorted(rows)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 40_000)), max_size=150),
    st.integers(0, 9000),
    st.integers(0, 45_000),
)
def test_due_times_find_each_moment_once_and_in_order(moves: list[tuple[str, int]], lead: int, now: int) -> None:
    rows: dict[str, int] = {}
    found = DueTimes(lambda ident: rows.get(ident, 0))
    found.remind(lead)
    for number, (ident, due) in enumerate(moves):
        if due != rows.get(ident, 0):
            _put(found, rows, ident, due)
        if number % 7 == 0:
            moments = [due - lead for due in rows.values() if due]
            assert found.first() == min(moments, default=None)

    passed = list(iter(lambda: found.pop(now), None))

    expected = {(due - lead, ident) for ident, due in rows.items() if due and due - lead <= now}
    expected |= {(due, ident) for ident, due in rows.items() if due and due <= now}
    assert [one.at for one in passed] == sorted(at for at, _ in expected)
    assert {(one.at, one.ident) for one in passed} == expected
