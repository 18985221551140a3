"""A model check of the tables: anybody does anything at any time; each step is one row, its message and no other."""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from simulator.act import yuan
from simulator.errors import ActRefused
from simulator.ledger.entry import AnyEntry, Changed, Published
from simulator.tmall import (
    dispute_cycles,
    exchange_lifecycle,
    exchange_staff,
    exchanges,
    platform,
    repair_lifecycle,
    reship_lifecycle,
    shipping,
    staff,
    timers,
)
from simulator.tmall.amounts import ceiling_for
from simulator.tmall.countdowns import HOUR
from simulator.tmall.dispute_cycles import TABLES
from simulator.tmall.exchange import EXCHANGE, REPAIR, RESHIP, Exchange
from simulator.tmall.exchange import TERMINAL as EXCHANGE_TERMINAL
from simulator.tmall.lifecycle import TABLE, find
from simulator.tmall.lifecycle_row import NONE, Transition
from simulator.tmall.model_ways import VALUES_OF, WAYS, Way, nearest
from simulator.tmall.refund import CLOSED, FREIGHT, OPEN, SPECIAL, SUCCESS, TERMINAL, Refund
from simulator.tmall.test_flow import Stepped
from simulator.tmall.test_transition import VALUES
from simulator.tmall.trades import create_trade
from simulator.tmall.transition import choose, step
from simulator.world import World

PURPOSES = st.sampled_from(["", "", "", "", FREIGHT, *SPECIAL])
KINDS = st.sampled_from(["refund_only", "return_refund"])
TENTHS = st.sampled_from([1, 5, 9, 10, 10, 11])
NUMBERS = st.integers(0, 10_000)
BY: dict[str, tuple[str, ...]] = {"seller": ("agent", "integration"), "anyone": ("buyer", "agent")}
OPENING = {"refuse_unshipped": True, "agree_in_wait_buyer_return": True, "agree_needs_review": False}
"""Settings that open rows which are closed by default."""
ANSWERS = ("intercept", "intercept_success", "intercept_failure", "decline_offer", "correct_waybill", "ship_back")


def _topics(row: Transition, number: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the topics that *row* publishes about refund or exchange *number*, and the numbers that each names."""
    if not row.message:
        return []
    topic = row.topic("refund" if row in TABLE else "dispute")
    found: list[tuple[str, tuple[str, ...]]] = [(topic, () if row.message == "RefundTimeoutRemind" else (number,))]
    if row.action in ("cancel_shipment", "store_return"):
        found.append(("taobao_rdc_AgDealRefund", (number,)))
    return found


class Life(RuleBasedStateMachine):
    """Two shops' worth of trades in which anybody tries any row of the tables."""

    performed: ClassVar[set[str]] = set()
    """Ids of the rows that were performed, over all walks."""
    known: ClassVar[frozenset[str]] = frozenset()
    """Those of earlier walks: the others come first. It stays the same during a walk, or examples could not repeat."""
    reached: ClassVar[set[str]] = set()
    reached_of: ClassVar[dict[str, set[str]]] = {EXCHANGE: set(), RESHIP: set(), REPAIR: set()}
    """The states of exchanges, of re-sends, and of repairs."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Stepped()
        self.world = World.open(Path(self.folder.name), seed=3, chosen=OPENING, clock=self.clock)
        self.world.add_shop(ag=True)
        self.watch = timers.Timers(self.world)
        self.watch.heed("")
        self.read = self.world.book.seq
        self.refunds: dict[str, Refund] = {}
        self.exchanges: dict[str, Exchange] = {}

    @initialize(shipped=st.booleans())
    def first(self, shipped: bool) -> None:
        self.buy(prices=[1999, 450], post_fee=800, shipped=shipped)

    @precondition(lambda self: len(self.world.state.trades) < 4)
    @rule(
        prices=st.lists(st.integers(3, 4000), min_size=1, max_size=2),
        post_fee=st.integers(0, 999),
        shipped=st.booleans(),
    )
    def buy(self, prices: list[int], post_fee: int, shipped: bool) -> None:
        orders = [{"price": yuan(price)} for price in prices]
        create_trade(self.world, {"orders": orders, "post_fee": yuan(post_fee), "shipped": shipped})

    @rule(number=NUMBERS, kind=KINDS, tenths=TENTHS, purpose=PURPOSES)
    def apply(self, number: int, kind: str, tenths: int, purpose: str) -> None:
        orders = list(self.world.state.orders.values())
        order = orders[number % len(orders)]
        most = ceiling_for(self.world.state, order, purpose)
        self._try(lambda: platform.apply(self.world, order, kind, most * tenths // 10, purpose=purpose))

    @precondition(lambda self: self.world.state.refunds)
    @rule(number=NUMBERS, which=NUMBERS, by=NUMBERS, tenths=TENTHS)
    def row(self, number: int, which: int, by: int, tenths: int) -> None:
        refund = self._one(number)
        rows = [row for row in TABLE if refund.status in row.from_]
        if which % 2:  # rows that nobody came to yet come first
            rows = [row for row in rows if row.id not in self.known] or rows
        deeds = [self._deed(row, refund, by, tenths) for row in rows]
        if not deeds:
            self._must_fail(refund)
            return
        if which % 5:  # mostly something that is possible, sometimes anything
            deeds = [deed for deed in deeds if self._possible(refund, *deed)] or deeds
        self._do(refund, *deeds[which % len(deeds)])

    def _do(self, refund: Refund, actor: str, action: str, values: dict[str, Any]) -> None:
        if action == "ship":
            self._try(lambda: shipping.ship(self.world, [self.world.state.orders[refund.oid]]))
        else:
            self._try(lambda: step(self.world, refund, actor, action, **values))

    def _deed(self, row: Transition, refund: Refund, by: int, tenths: int) -> tuple[str, str, dict[str, Any]]:
        """Return who would do what with which values."""
        actors = BY.get(row.actor, (row.actor,))
        values = dict(VALUES.get(row.action, {}))
        if row.action == "timeout" and row.guard != "returns_goods":
            values = {}
        if "amount" in values:
            values["amount"] = self.world.state.orders[refund.oid].paid * tenths // 10
        if row.action == "extend":
            values = {"due": refund.due + HOUR}
        return actors[by % len(actors)], row.action, values

    def _possible(self, refund: Refund, actor: str, action: str, values: dict[str, Any]) -> bool:
        try:
            choose(self.world, refund, actor, action, **values)
        except ActRefused:
            return False
        return True

    @precondition(lambda self: self.world.state.refunds)
    @rule(which=NUMBERS, tenths=TENTHS)
    def answer(self, which: int, tenths: int) -> None:
        """Do what only few refunds allow: the carrier was asked, the buyer has an offer, or goods are on their way."""
        found = [
            (row.id, refund, self._deed(row, refund, 0, tenths))
            for refund in self.world.state.refunds.values()
            for row in TABLE
            if refund.status in row.from_ and (row.action in ANSWERS or row.id not in self.known)
        ]
        found = [one for one in found if self._possible(one[1], *one[2])]
        fresh = [one for one in found if one[0] not in self.known]
        deeds = [(refund, deed) for _, refund, deed in fresh or found]
        if deeds:
            refund, deed = deeds[which % len(deeds)]
            self._do(refund, *deed)

    @rule(number=NUMBERS, kind=st.sampled_from([EXCHANGE, RESHIP, REPAIR]))
    def exchange(self, number: int, kind: str) -> None:
        """Ask for an exchange, for a re-send, or for a repair."""
        orders = list(self.world.state.orders.values())
        order = orders[number % len(orders)]
        if kind == RESHIP:
            self._try(lambda: exchanges.apply_reship(self.world, order, number % (order.num + 2)))
        elif kind == REPAIR:
            self._try(lambda: exchanges.apply_repair(self.world, order))
        else:
            self._try(lambda: exchanges.apply(self.world, order, "颜色:蓝"))

    @precondition(lambda self: self.world.state.exchanges.rows)
    @rule(number=NUMBERS, which=NUMBERS)
    def exchange_row(self, number: int, which: int) -> None:
        rows = list(self.world.state.exchanges.rows.values())
        found = rows[number % len(rows)]
        possible = [row for row in TABLES[found.kind] if found.status in row.from_]
        if which % 2:  # as with refunds
            possible = [row for row in possible if row.id not in self.known] or possible
        if possible:
            row = possible[which % len(possible)]
            if row.actor == "timer":
                self._try(lambda: exchanges.timer(self.world, found))
                return
            actor, values = BY.get(row.actor, (row.actor,))[0], VALUES_OF[found.kind].get(row.action, {})
            self._try(lambda: exchanges.step(self.world, found, actor, row.action, **values))

    @rule(number=NUMBERS, kind_way=st.sampled_from(WAYS))
    def exchange_way(self, number: int, kind_way: tuple[str, Way]) -> None:
        """Go some way, or all of it, through an exchange or a re-send: single steps rarely come so far."""
        kind, way = kind_way
        before = set(self.world.state.exchanges.rows)
        self.exchange(number, kind)
        for new in set(self.world.state.exchanges.rows) - before:
            for actor, action in way:
                row = self.world.state.exchanges.rows[new]
                if actor == "timer":
                    self._try(partial(exchanges.timer, self.world, row))
                else:
                    values = VALUES_OF[kind].get(action, {})
                    self._try(partial(exchanges.step, self.world, row, actor, action, **values))

    @precondition(lambda self: self.world.state.refunds)
    @rule(number=NUMBERS, which=NUMBERS, tenths=TENTHS, picks=st.lists(NUMBERS, min_size=3, max_size=9))
    def toward(self, number: int, which: int, tenths: int, picks: list[int]) -> None:
        """Lead one refund by the table's shortest way to a row that is new: chance rarely gets so far."""
        fresh = [row for row in TABLE if row.id not in self.known] or list(TABLE)
        goal = fresh[which % len(fresh)]
        refund_id = self._one(number).refund_id
        for pick in picks:
            refund = self.world.state.refunds[refund_id]
            deeds = {row: self._deed(row, refund, pick, tenths) for row in TABLE if refund.status in row.from_}
            rows = [row for row, deed in deeds.items() if self._possible(refund, *deed)]
            if pick % 3 or goal in rows:  # else anything: a guard may ask for more than a state
                rows = nearest(rows, refund.status, goal)
            if rows:
                self._do(refund, *deeds[rows[pick % len(rows)]])
                self.each_step_is_a_row_with_its_message_and_no_other()
            if goal in rows:
                return

    @rule(number=NUMBERS)
    def finish(self, number: int) -> None:
        trades = list(self.world.state.trades.values())
        self._try(lambda: shipping.finish(self.world, trades[number % len(trades)]))

    @rule(hours=st.sampled_from([1, 12, 20, 24, 40, 24 * 6]))
    def wait(self, hours: int) -> None:
        self.clock.now += hours * HOUR
        self.watch.pass_due()

    def _one(self, number: int) -> Refund:
        """Return an open refund mostly, and sometimes an ended one."""
        every = list(self.world.state.refunds.values())
        lively = [refund for refund in every if refund.status in OPEN] or every
        return (every if number % 5 == 0 else lively)[number % len(every if number % 5 == 0 else lively)]

    def _try(self, do: Any) -> None:
        """Do something; what is refused writes nothing."""
        before = self.world.book.seq
        try:
            do()
        except ActRefused:
            assert self.world.book.seq == before

    def _must_fail(self, refund: Refund) -> None:
        with pytest.raises(ActRefused):
            step(self.world, refund, "agent", "agree")

    @invariant()
    def each_step_is_a_row_with_its_message_and_no_other(self) -> None:
        lines = self.world.book.lines(self.read, 10_000)
        entries: list[Any] = [msgspec.json.decode(line, type=AnyEntry) for line in lines]
        self.read = self.world.book.seq
        told: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
        for entry in entries:
            if isinstance(entry, Published):
                told.setdefault(entry.cause, []).append((entry.topic, entry.refunds))
        for entry in entries:
            if isinstance(entry, Changed):
                messages: list[tuple[str, tuple[str, ...]]] = []
                for row in entry.rows:
                    if row.entity == "refund":
                        messages += self._refund_changed(entry, msgspec.convert(row.values, Refund))
                    elif row.entity == "exchange":
                        messages += self._exchange_changed(entry, msgspec.convert(row.values, Exchange))
                assert told.pop(entry.seq, []) == messages
        assert not told

    def _refund_changed(self, entry: Changed, new: Refund) -> list[tuple[str, tuple[str, ...]]]:
        """Check one change of a refund against the table; return what it has to tell."""
        old = self.refunds.get(new.refund_id)
        status = old.status if old is not None else NONE
        rows = [row for row in find(status, entry.actor, entry.action) if row.to_from(status) == new.status]
        assert rows, (status, entry.actor, entry.action, new.status)
        assert len({row.message for row in rows}) == 1
        self.performed.update(row.id for row in rows[:1] if len(rows) == 1)
        self.reached.add(new.status)
        if old is not None:
            assert new.change == old.change + 1
            assert new.version >= old.version
            assert (new.version > old.version) == self._bumps(rows[0])
            reversed_now = (status, entry.action, new.status) == (SUCCESS, "reverse", CLOSED)
            assert status not in TERMINAL or reversed_now or (new.status, new.ended) == (status, old.ended)
            changed = {name for name in new.__struct_fields__ if getattr(new, name) != getattr(old, name)}
            assert not {"refund_id", "tid", "oid", "phase", "total", "shop", "created", "first", "most"} & changed
        self.refunds[new.refund_id] = new
        return [*_topics(rows[0], new.refund_id), *self._by_ag(entry.action, new)]

    def _by_ag(self, action: str, new: Refund) -> list[tuple[str, tuple[str, ...]]]:
        """Return what AG says besides, in a shop that has it."""
        if not self.world.state.shops[new.shop].ag:
            return []
        if action == "refuse_return":
            return [("taobao_ag_SignInfo", ())]
        unshipped = new.kind == "refund_only" and not self.world.state.orders[new.oid].consigned
        return [("taobao_ag_RefundBroad", ())] if action in ("apply", "modify") and unshipped else []

    def _bumps(self, row: Transition) -> bool:
        return bool(self.world.settings[row.bumps] if isinstance(row.bumps, str) else row.bumps)

    def _exchange_changed(self, entry: Changed, new: Exchange) -> list[tuple[str, tuple[str, ...]]]:
        old = self.exchanges.get(new.dispute_id)
        row = dispute_cycles.find(new.kind, old.status if old is not None else NONE, entry.actor, entry.action)
        assert row is not None
        assert new.status == row.to_from(old.status if old is not None else NONE)
        if old is not None:
            assert old.status not in EXCHANGE_TERMINAL
            assert old.kind == new.kind
            assert new.version >= old.version
        self.performed.add(row.id)
        self.reached_of[new.kind].add(new.status)
        self.exchanges[new.dispute_id] = new
        return _topics(row, new.dispute_id)

    @invariant()
    def no_more_goes_back_than_was_paid(self) -> None:
        state = self.world.state
        for trade in state.trades.values():
            orders = [state.orders[oid] for oid in trade.oids]
            for order in orders:
                refunds = state.refunds_on(order.oid)
                assert order.refunded == sum(refund.amount for refund in refunds if refund.status == SUCCESS)
                assert sum(refund.status in OPEN for refund in refunds) <= 1
                assert 0 <= order.freight <= order.refunded
                assert order.goods_left >= 0
            assert sum(order.freight for order in orders) <= trade.post_fee
            assert sum(order.refunded for order in orders) <= trade.payment

    def teardown(self) -> None:
        self._everything_can_end()
        live = self.world.state.dump()
        self.world.book.close()
        again = World.open(Path(self.folder.name), clock=self.clock)
        assert again.state.dump() == live
        assert again.state.due.first() == self.world.state.due.first()
        again.book.close()
        self.folder.cleanup()

    def _everything_can_end(self) -> None:
        """Let time alone bring every refund and exchange to its end, once staff's cases are withdrawn."""
        for refund in list(self.world.state.refunds.values()):
            if refund.left:
                by = "agent" if refund.case_of == "seller" else "buyer"
                staff.withdraw_complaint(self.world, refund, actor=by)
        for found in list(self.world.state.exchanges.rows.values()):
            if found.left:
                exchange_staff.withdraw_complaint(self.world, found)
        for _ in range(4):
            self.wait(24 * 30)
        self.each_step_is_a_row_with_its_message_and_no_other()
        self.no_more_goes_back_than_was_paid()
        assert all(refund.status in TERMINAL for refund in self.world.state.refunds.values())
        assert all(found.status in EXCHANGE_TERMINAL for found in self.world.state.exchanges.rows.values())


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.mark.slow
def test_long_walks_perform_every_row_and_reach_every_state() -> None:
    checks = list(HealthCheck)
    long = settings(
        max_examples=200,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=checks,
        derandomize=False,  # a continuous integration's profile would repeat the first round for ever
        database=None,
    )
    rows = {row.id for row in (*TABLE, *exchange_lifecycle.TABLE, *reship_lifecycle.TABLE, *repair_lifecycle.TABLE)}
    for number in range(60):
        Life.known = frozenset(Life.performed)
        run_state_machine_as_test(seed(number)(Life), settings=long)
        if rows <= Life.performed and Life.reached == OPEN | TERMINAL:
            break
    assert sorted(rows - Life.performed) == []
    assert Life.reached == OPEN | TERMINAL
    assert Life.reached_of[EXCHANGE] == set(exchange_lifecycle.STATES)
    assert Life.reached_of[RESHIP] == set(reship_lifecycle.STATES)
    assert Life.reached_of[REPAIR] == set(repair_lifecycle.STATES)
