"""However buyers, sellers and timers behave: money stays within the payment, and the ledger replays to the same."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulator.act import yuan
from simulator.errors import ActRefused
from simulator.tmall import negotiation, platform
from simulator.tmall.acts import TMALL_ACTS
from simulator.tmall.amounts import ceiling, open_refund
from simulator.tmall.lifecycle import STATES, find
from simulator.tmall.refund import CLOSED, OPEN, SELLER_REFUSE_BUYER, SUCCESS, TERMINAL, Refund
from simulator.tmall.trades import create_trade
from simulator.tmall.transition import Impossible
from simulator.world import World

ACTS = {spec.name: spec for spec in TMALL_ACTS}
ON_REFUNDS = sorted(name for name, spec in ACTS.items() if "refund" in spec.needs)
KINDS = st.sampled_from(["refund_only", "return_refund"])
FEN = st.integers(3, 4000)
PARTS = st.sampled_from([3, 6, 9, 10, 10, 11])
"""Tenths of what was paid."""


def _done(do: Callable[[], Any]) -> tuple[Any, ActRefused | None]:
    try:
        return do(), None
    except ActRefused as refused:
        return None, refused


class Shop(RuleBasedStateMachine):
    """A shop in which anybody may try anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        chosen = {"refuse_unshipped": True, "agree_in_wait_buyer_return": True}
        self.world = World.open(Path(self.folder.name), seed=3, chosen=chosen)
        self.world.add_shop()
        self.seen: dict[str, Refund] = {}

    @initialize(prices=st.lists(FEN, min_size=1, max_size=2), post_fee=st.just(700), shipped=st.booleans())
    def first(self, prices: list[int], post_fee: int, shipped: bool) -> None:
        self._buy(prices, post_fee, shipped)

    @precondition(lambda self: len(self.world.state.trades) < 3)
    @rule(prices=st.lists(FEN, min_size=1, max_size=3), post_fee=st.integers(0, 999), shipped=st.booleans())
    def buy(self, prices: list[int], post_fee: int, shipped: bool) -> None:
        self._buy(prices, post_fee, shipped)

    def _buy(self, prices: list[int], post_fee: int, shipped: bool) -> None:
        orders = [{"price": yuan(price)} for price in prices]
        create_trade(self.world, {"orders": orders, "post_fee": yuan(post_fee), "shipped": shipped})

    @precondition(lambda self: self.world.state.orders)
    @rule(data=st.data(), kind=KINDS, part=st.none() | PARTS)
    def apply(self, data: st.DataObject, kind: str, part: int | None) -> None:
        oid = data.draw(st.sampled_from(self._refundable()))
        args: dict[str, Any] = {"oid": oid, "kind": kind}
        if part is not None:
            args["amount"] = yuan(self.world.state.orders[oid].paid * part // 10)
        self._try("buyer.apply", args)

    @precondition(lambda self: self.world.state.orders)
    @rule(data=st.data(), name=st.sampled_from(["agent.ship", "platform.finish"]))
    def send_or_finish(self, data: st.DataObject, name: str) -> None:
        self._try(name, {"tid": data.draw(st.sampled_from(sorted(self.world.state.trades)))})

    @precondition(lambda self: self.world.state.refunds)
    @rule(data=st.data(), name=st.sampled_from(ON_REFUNDS), kind=KINDS, part=PARTS)
    def act(self, data: st.DataObject, name: str, kind: str, part: int) -> None:
        refund = data.draw(st.sampled_from(self._lively()))
        paid = self.world.state.orders[self.world.state.refunds[refund].oid].paid
        values = {
            "kind": kind,
            "amount": yuan(paid * part // 10),
            "company": "顺丰速运",
            "waybill": "SF1",
            "content": "在吗",
            "for": "buyer" if part > 8 else "seller",
            "return": part == 10,
            "hours": part,
            "left": part,
            "constraint": "refund_onweb" if part > 8 else "null",
        }
        spec = ACTS[name]
        self._try(name, {"refund": refund} | {k: v for k, v in values.items() if k in spec.needs or k in spec.takes})

    @precondition(lambda self: self.world.state.refunds)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        self._try("agent.agree", {"refund": data.draw(st.sampled_from(self._lively()))})

    @precondition(lambda self: self.world.state.refunds)
    @rule(data=st.data(), result=st.booleans())
    def call(self, data: st.DataObject, result: bool) -> None:
        refund = self.world.state.refunds[data.draw(st.sampled_from(self._lively()))]
        if refund.reviewed:
            self._expect(refund, "agree", lambda: platform.agree(self.world, refund))
        else:
            self._expect(refund, "review", lambda: platform.review(self.world, refund, result))

    @precondition(lambda self: self.world.state.refunds)
    @rule(data=st.data(), part=PARTS, intercept=st.booleans())
    def offer(self, data: st.DataObject, part: int, intercept: bool) -> None:
        refund = self.world.state.refunds[data.draw(st.sampled_from(self._lively()))]
        if intercept:
            self._expect(refund, "intercept", lambda: negotiation.intercept(self.world, refund))
            return
        amount = self.world.state.orders[refund.oid].paid * part // 10
        address = platform.default_address(self.world, refund.shop)
        self._expect(refund, "negotiate", lambda: negotiation.negotiate(self.world, refund, amount, address))

    def _lively(self) -> list[str]:
        """Return the open refunds and the newest one, so that most steps are possible, and some are not."""
        refunds = self.world.state.refunds
        return [key for key, refund in refunds.items() if refund.status in OPEN] + list(refunds)[-1:]

    def _refundable(self) -> list[int]:
        """Return the sub-orders that have something left and no open refund, and the newest one."""
        state = self.world.state
        free = [oid for oid, row in state.orders.items() if ceiling(state, row) and not open_refund(state, oid)]
        return free + list(state.orders)[-1:]

    def _try(self, name: str, args: dict[str, Any]) -> None:
        """Do an act: a refused one writes nothing, a done one one entry (and the timer its own), messages aside."""
        world, left = self.world, None
        if name == "buyer.apply":
            left = ceiling(world.state, world.state.orders[args["oid"]])
        before, published = world.book.seq, world.state.queues.published
        result, refused = _done(lambda: ACTS[name].do(world, args, 0))
        written = 0 if refused else 2 if name == "platform.timer" else 1
        assert world.book.seq == before + written + world.state.queues.published - published
        if left is not None and not refused:
            assert 0 < world.state.refunds[result["refund_id"]].amount <= left

    def _expect(self, refund: Refund, action: str, do: Callable[[], Refund]) -> None:
        """Do a call: where the table has no row, it is refused for its state; else for a guard, or done."""
        _, refused = _done(do)
        if not find(refund.status, "integration", action):
            assert isinstance(refused, Impossible)
            assert refused.guard == ""
        elif refused is not None:
            assert isinstance(refused, Impossible)
            assert refused.guard

    @invariant()
    def each_change_is_one_step_ahead(self) -> None:
        for refund in self.world.state.refunds.values():
            old = self.seen.get(refund.refund_id)
            if old is not None and old is not refund:
                assert old.status not in TERMINAL or (old.status, refund.status) == (SUCCESS, CLOSED)
                assert refund.change == old.change + 1
                refused = refund.status == SELLER_REFUSE_BUYER
                assert refund.version > old.version or refused or refund.status == old.status
                assert refund.version >= old.version
                assert refund.modified >= old.modified
                assert refund.round - old.round in (0, 1)
            assert refund.status in STATES
            assert (refund.due > 0 or refund.left > 0) == (refund.status in OPEN)
            assert not (refund.due and refund.left)
            self.seen[refund.refund_id] = refund

    @invariant()
    def no_more_goes_back_than_was_paid(self) -> None:
        state = self.world.state
        for trade in state.trades.values():
            paid_back = dict.fromkeys(trade.oids, 0)
            running = dict.fromkeys(trade.oids, 0)
            for oid in trade.oids:
                for refund in state.refunds_on(oid):
                    paid_back[oid] += refund.amount if refund.status == SUCCESS else 0
                    running[oid] += refund.status in OPEN
                assert state.orders[oid].refunded == paid_back[oid]
                assert running[oid] <= 1
            assert sum(paid_back.values()) <= trade.payment

    def teardown(self) -> None:
        live = self.world.state.dump()
        self.world.book.close()
        again = World.open(Path(self.folder.name))
        assert again.state.dump() == live
        again.book.close()
        self.folder.cleanup()


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
