"""A smaller story keeps what concerns the refund of a finding, and nothing else."""

from itertools import islice
from pathlib import Path

import pytest

from contract_tests.generated import drawn
from contract_tests.reach import GENERATED
from contract_tests.smaller import offered, smaller
from scenarios.acts import FORMS
from scenarios.reading import read_story, read_text
from scenarios.story import Do, Story
from scenarios.writing import story_yaml

TWO = """
id: X001
title: two
given:
  trades:
    a: {shipped: true, orders: [{price: 10.00}, {price: 20.00}]}
    b: {orders: [{price: 30.00}]}
steps:
- buyer.apply: {refund: r1, of: a, order: 1, kind: refund_only}
- buyer.apply: {refund: r2, of: a, order: 2, kind: refund_only}
- buyer.apply: {refund: r3, of: b, kind: refund_only}
- fault: {fault: isp-error, call: tmall.detail, refund: r2}
  as: f1
- wait: {fault: f1}
- wait: {document: r1, amount: 10.00}
- together: [{buyer.modify: {refund: r1, amount: 5.00}}, {buyer.modify: {refund: r2, amount: 6.00}}]
- agent.ship: {of: b}
- lift: f1
- buyer.withdraw: r1
- buyer.apply: {refund: r4, of: a, order: 1, kind: refund_only}
- settle
"""


def _steps(story: Story) -> list[str]:
    return story_yaml(story).partition("steps:")[2].strip().splitlines()


def _made(act: Do) -> str:
    """Return the name of what *act* begins."""
    return act.refund if FORMS[act.act].about == "apply" else act.becomes


def test_only_the_steps_of_that_sub_order_are_kept() -> None:
    small = smaller(read_text(TWO), "r1")

    assert "r2" not in story_yaml(small)
    assert "r3" not in story_yaml(small)
    assert [trade.name for trade in small.variants[0].trades] == ["a"]
    assert [step.act for step in small.variants[0].steps if isinstance(step, Do)] == [
        "buyer.apply",
        "buyer.withdraw",
        "buyer.apply",
    ]


def test_a_fault_stays_with_the_refund_it_strikes() -> None:
    small = story_yaml(smaller(read_text(TWO), "r2"))

    assert "isp-error" in small
    assert "lift" in small


def test_waits_for_a_fault_go_with_the_fault() -> None:
    small = story_yaml(smaller(read_text(TWO), "r1"))

    assert "f1" not in small


def test_shipping_stays_with_the_trade_that_is_shipped() -> None:
    assert "agent.ship" in story_yaml(smaller(read_text(TWO), "r3"))
    assert "agent.ship" not in story_yaml(smaller(read_text(TWO), "r1"))


def test_a_refund_into_which_an_exchange_turned_keeps_the_exchange() -> None:
    turned = """
id: X009
title: turned
given:
  trade: {shipped: true, orders: [{price: 10.00}, {price: 20.00}]}
steps:
- buyer.apply_exchange: {refund: x, order: 1, wanted: 颜色:蓝色}
- buyer.apply_reship: {refund: s, order: 2}
- platform.timer: {refund: x, becomes: r}
- wait: {document: r, amount: 10.00}
- settle
"""
    small = smaller(read_text(turned), "r")

    assert [step.act for step in small.variants[0].steps if isinstance(step, Do)] == [
        "buyer.apply_exchange",
        "platform.timer",
    ]
    assert [step.act for step in smaller(read_text(turned), "s").variants[0].steps if isinstance(step, Do)] == [
        "buyer.apply_reship"
    ]


@pytest.mark.parametrize("kinds", [("refund_only", "return_refund"), GENERATED])
def test_smaller_stories_are_stories_and_never_longer(kinds: tuple[str, ...]) -> None:
    for story in islice(drawn(kinds, 9), 60):
        acts = [step for step in story.variants[0].steps if isinstance(step, Do)]
        refunds = [name for act in acts for name in (_made(act),) if name]
        for refund in refunds:
            small = smaller(story, refund)
            read_text(story_yaml(small))
            assert len(_steps(small)) <= len(_steps(story))


def test_a_smaller_story_is_offered_beside_the_generated_one(tmp_path: Path) -> None:
    (tmp_path / "X001.yaml").write_text(TWO, encoding="utf-8")

    path = offered(tmp_path, "X001#1", ["101", "102", "103", "104"], "102")

    assert path == tmp_path / "X001b.yaml"
    assert read_story(path).id == "X001b"
    assert "r1" not in path.read_text(encoding="utf-8")


def test_nothing_is_offered_where_the_refund_cannot_be_found_or_nothing_can_go(tmp_path: Path) -> None:
    (tmp_path / "X001.yaml").write_text(TWO, encoding="utf-8")

    assert offered(tmp_path, "X001#1", ["101", "102", "103", "104"], "999") is None
    assert offered(tmp_path, "X001#1", ["101"], "101") is None
    assert offered(tmp_path, "X002#1", ["101"], "101") is None
