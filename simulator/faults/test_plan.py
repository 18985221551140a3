"""Which faults strike which calls, how often, and what a wrong one is told."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import UserError
from simulator.exchange import Answer, Call
from simulator.faults.plan import FAULTS, FaultPlan
from simulator.ledger.entry import Fault
from simulator.ledger.replay import read
from simulator.world import World


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    return World.open(tmp_path, seed=7)


def _call(alias: str = "tmall.detail", *refunds: str, shop: str = "A", page: int = 0) -> Call:
    return Call(side="tmall", alias=alias, method=alias, shop=shop, refunds=refunds, plays=(), page=page)


def _outcome(plan: FaultPlan, call: Call) -> str:
    """Return what became of *call*: fine, error, or how it was lost."""

    async def rest() -> Answer:
        return Answer(effect=True)

    async def scene() -> Answer:
        struck = plan.around(call, rest)
        return await (rest() if struck is None else struck())

    answer = asyncio.run(scene())
    return answer.lost or ("error" if answer.error else "fine")


def test_without_faults_nothing_stands_around_a_call(world: World) -> None:
    assert FaultPlan(world).around(_call(), lambda: pytest.fail("not to be called")) is None


def test_a_fault_strikes_as_often_as_it_says_and_then_lets_everything_work(world: World) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "isp-error", "call": "tmall.detail", "times": 2})

    assert [_outcome(plan, _call("tmall.detail", "R1")) for _ in range(4)] == ["error", "error", "fine", "fine"]


def test_a_fault_that_another_keeps_from_having_any_effect_strikes_the_next_call(world: World) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "isp-error", "call": "tmall.detail"})
    lost = plan.arm({"fault": "lost-answer", "call": "tmall.detail"})

    assert [_outcome(plan, _call("tmall.detail", "R1")) for _ in range(3)] == ["error", "dropped", "fine"]
    assert plan.armed[lost].struck == {"R1": 1}


def test_strikes_are_counted_for_each_refund(world: World) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "lost-answer", "call": "tmall.detail"})

    assert [_outcome(plan, _call("tmall.detail", name)) for name in ("R1", "R2", "R1")] == [
        "dropped",
        "dropped",
        "fine",
    ]


def test_a_fault_may_let_calls_pass_before_it_strikes(world: World) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "isp-error", "call": "tmall.*", "skip": 1})

    assert [_outcome(plan, _call("tmall.detail", "R1")) for _ in range(3)] == ["fine", "error", "fine"]


@pytest.mark.parametrize(
    ("scope", "struck", "spared"),
    [
        ({"refund": "R1"}, _call("tmall.list", "R1"), _call("tmall.list", "R2")),
        ({"shop": "A"}, _call("tmall.list", shop="A"), _call("tmall.list", shop="B")),
        ({"page": 2}, _call("tmall.list", page=2), _call("tmall.list", page=1)),
        ({"call": "tmall.list"}, _call("tmall.list"), _call("tmall.detail")),
    ],
)
def test_a_scope_spares_every_other_call(world: World, scope: dict[str, Any], struck: Call, spared: Call) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "isp-error", "call": "tmall.*", "times": 0, **scope})

    assert (_outcome(plan, struck), _outcome(plan, spared)) == ("error", "fine")


def test_zero_times_means_until_it_is_lifted(world: World) -> None:
    plan = FaultPlan(world)
    ident = plan.arm({"fault": "lost-request", "call": "tmall.list", "times": 0})
    before = [_outcome(plan, _call("tmall.list")) for _ in range(5)]
    plan.lift(ident)

    assert before == ["dropped"] * 5
    assert _outcome(plan, _call("tmall.list")) == "fine"


def test_a_lost_request_has_no_effect_and_a_lost_answer_has(world: World) -> None:
    done: list[str] = []

    async def rest() -> Answer:
        done.append("effect")
        return Answer(effect=True)

    plan = FaultPlan(world)
    for name in ("lost-request", "lost-answer"):
        plan.arm({"fault": name, "call": "tmall.agree"})
        struck = plan.around(_call("tmall.agree", name), rest)
        assert struck is not None
        asyncio.run(struck())  # type: ignore[arg-type]
        plan.lift()
        done.append(name)

    assert done == ["lost-request", "effect", "lost-answer"]


def test_a_lost_request_keeps_its_caller_waiting_as_long_as_it_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    plan = FaultPlan(world)
    plan.arm({"fault": "lost-request", "call": "tmall.agree", "seconds": "6"})

    assert (_outcome(plan, _call("tmall.agree", "R1")), waited) == ("dropped", [6])
    with pytest.raises(UserError, match="seconds of fault lost-request is 'long'"):
        plan.arm({"fault": "lost-request", "call": "tmall.agree", "seconds": "long"})


def test_armed_faults_and_their_counts_survive_a_restart(world: World, tmp_path: Path) -> None:
    plan = FaultPlan(world)
    plan.arm({"fault": "isp-error", "call": "tmall.detail", "times": 2})
    _outcome(plan, _call("tmall.detail", "R1"))
    world.book.close()

    again = FaultPlan(World.open(tmp_path))

    assert [_outcome(again, _call("tmall.detail", "R1")) for _ in range(2)] == ["error", "fine"]


def test_every_fault_is_in_the_ledger_from_its_start_to_its_end(world: World, tmp_path: Path) -> None:
    plan = FaultPlan(world)
    ident = plan.arm({"fault": "isp-error", "call": "tmall.detail"})
    _outcome(plan, _call("tmall.detail", "R1"))
    plan.lift(ident)
    world.book.close()

    events = [entry.event for entry in read(tmp_path / "ledger.jsonl") if isinstance(entry, Fault)]

    assert events == ["start", "strike", "end"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"fault": "lost-anser", "call": "tmall.list"}, "Did you mean lost-answer"),
        ({"fault": "lost-answer", "call": "tmall.lst"}, "Did you mean tmall.list"),
        ({"fault": "lost-answer"}, "not told what to strike"),
        ({"fault": "erp-error", "call": "tmall.list"}, "does not strike tmall.list"),
        ({"fault": "isp-error", "call": "tmall.list", "times": "two"}, "times of a fault is 'two'"),
        ({"fault": "isp-error", "call": "tmall.list", "colour": 1}, "colour is not a known option"),
    ],
)
def test_a_wrong_fault_is_refused_with_what_would_have_been_right(
    world: World, spec: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        FaultPlan(world).arm(spec)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_says_in_one_sentence_what_it_does(name: str) -> None:
    text = (type(FAULTS[name]).__doc__ or "").split("\n")[0]

    assert text.endswith(".")
