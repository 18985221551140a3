"""Acts that hang on a moment of a call: how a story hits a race."""

from pathlib import Path
from typing import Any

import pytest

from simulator import actors
from simulator.errors import UserError
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.tmall.caller import Caller
from simulator.tmall.refund import SUCCESS, Refund
from simulator.wire import Wire


class Stage:
    """A gateway behind a wire, one reviewed refund, and hooks."""

    def __init__(self, folder: Path) -> None:
        self.caller = Caller.open(folder)
        self.hooks = Hooks(self.caller.world)
        self.wire = Wire(self.caller.world, FaultPlan(self.caller.world), self.hooks, self.caller.gateway)
        self.refund = self.caller.refund(835)
        self._call("taobao.rp.refund.review", operator="a", message="ok", result="true")

    def _call(self, method: str, *, sub: bool = False, **params: Any) -> Any:
        refund = self.now()
        public = {"refund_id": refund.refund_id, "refund_version": refund.version, "refund_phase": refund.phase}
        received = self.caller.receive(self.caller.signed(method, sub=sub, **(params if sub else public | params)))
        assert received.call is not None
        assert received.effect is not None
        return self.wire._happen(received.call, received.effect)

    def agree(self) -> Any:
        refund = self.now()
        infos = f"{refund.refund_id}|{refund.amount}|{refund.version}|{refund.phase}"
        return self._call("taobao.rp.refunds.agree", sub=True, refund_infos=infos)

    def now(self) -> Refund:
        return self.caller.now(self.refund)

    def hang(self, moment: str, act: str, **args: Any) -> str:
        spec = {"call": "tmall.agree", "refund": self.refund.refund_id, "moment": moment, "act": act, "args": args}
        return self.hooks.hang(spec)


@pytest.fixture(name="stage")
def _stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_buyer_can_raise_the_amount_the_moment_before_the_money_moves(stage: Stage) -> None:
    stage.hang("before effect", "buyer.modify", refund=stage.refund.refund_id, amount="9.99")

    answer = stage.agree()

    assert not answer.effect
    assert (stage.now().amount, stage.now().status) == (999, "WAIT_SELLER_AGREE")


def test_an_act_after_the_effect_comes_when_the_money_has_moved(stage: Stage) -> None:
    stage.hang("after effect", "buyer.withdraw", refund=stage.refund.refund_id)

    answer = stage.agree()

    assert answer.effect
    assert stage.now().status == SUCCESS


def test_an_act_after_the_effect_waits_for_a_call_that_has_one(stage: Stage) -> None:
    other = stage.caller.refund(100)
    stage.hooks.hang(
        {
            "call": "tmall.agree",
            "refund": stage.refund.refund_id,
            "moment": "after effect",
            "act": "buyer.withdraw",
            "args": {"refund": other.refund_id},
        }
    )
    actors.perform(stage.caller.world, "buyer.modify", {"refund": stage.refund.refund_id, "amount": "1.00"})

    stage.agree()

    assert stage.caller.now(other).status == "WAIT_SELLER_AGREE"
    assert len(stage.hooks.waiting) == 1


@pytest.mark.parametrize(("page", "fired"), [("1", False), ("2", True)])
def test_an_act_happens_while_a_page_of_the_list_is_read(stage: Stage, page: str, *, fired: bool) -> None:
    shop = stage.caller.shop.nick
    for nick in (shop, "another"):
        spec = {"call": "tmall.list", "shop": nick, "page": 2, "moment": "before effect", "act": "buyer.withdraw"}
        stage.hooks.hang({**spec, "args": {"refund": stage.refund.refund_id}})
    listed = stage.caller.signed("taobao.refunds.receive.get", fields="refund_id", page_no=page)
    received = stage.caller.receive(listed)
    assert received.call is not None
    assert received.effect is not None

    stage.wire._happen(received.call, received.effect)

    assert (stage.now().status == "CLOSED") is fired
    assert len(stage.hooks.waiting) == (1 if fired else 2)


def test_a_hook_fires_once(stage: Stage) -> None:
    stage.hang("before effect", "buyer.modify", refund=stage.refund.refund_id, amount="9.99")

    stage.agree()

    assert stage.hooks.waiting == {}


def test_hooks_survive_a_restart(stage: Stage) -> None:
    ident = stage.hang("before effect", "buyer.withdraw", refund=stage.refund.refund_id)

    assert list(Hooks(stage.caller.world).waiting) == [ident]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"call": "tmall.agre"}, "Did you mean tmall.agree"),
        ({"moment": "during"}, "before effect"),
        ({"act": "buyer.aply"}, "Did you mean buyer.apply"),
        ({"refund": 7}, "a hook is wrong"),
        ({"refund": ""}, "neither a refund nor shop and page"),
        ({"page": 2, "shop": "a"}, "neither a refund nor shop and page"),
        ({"refund": "", "page": 2}, "neither a refund nor shop and page"),
    ],
)
def test_a_wrong_hook_is_refused_with_what_would_have_been_right(
    stage: Stage, change: dict[str, Any], message: str
) -> None:
    spec = {"call": "tmall.agree", "refund": "1", "moment": "before effect", "act": "buyer.withdraw", "args": {}}

    with pytest.raises(UserError, match=message):
        stage.hooks.hang({**spec, **change})
