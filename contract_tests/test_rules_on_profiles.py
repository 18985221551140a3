"""The rules that look at ERP documents, on every profile there is: the law is the same in every dialect."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.judge import judge
from simulator.actors import perform
from simulator.clock import Clock
from simulator.erp import registry
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Mark
from simulator.tmall import platform
from simulator.world import World

TEMPO = Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, margin=5)


class Leaping(Clock):
    """A clock that can be moved on."""

    ahead = 0

    def mono(self) -> int:
        return super().mono() + self.ahead


@pytest.fixture(params=registry.names())
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    declared = Declaration(profile=request.param, tempo=TEMPO)
    return Side(World.open(tmp_path, chosen={"agree_needs_review": False}, declaration=declared, clock=Leaping()))


def _outcome(erp: Side, rule: str) -> tuple[str, int]:
    """End the run a minute later, and return a rule's outcome and how many findings it has."""
    erp.world.clock.ahead += 60_000_000  # type: ignore[attr-defined]
    erp.world.note(Mark(name="end", detail={"complete": True}, side="harness"))
    erp.world.book.close()
    found = {result.id: result for result in judge(erp.world.book.path).rules}[rule]
    return str(found.outcome), len(found.findings)


def _approve(erp: Side, content: dict[str, Any]) -> None:
    assert perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]})["accepted"]


def _pay(erp: Side, content: dict[str, Any]) -> None:
    platform.agree(erp.world, erp.world.state.refunds[content["refund_id"]])


def _nothing(_erp: Side, _content: dict[str, Any]) -> None:
    """Do nothing."""


Step = Callable[[Side, dict[str, Any]], None]


@pytest.mark.parametrize(
    ("rule", "steps", "outcome"),
    [
        ("ORD-01", (_approve, _pay), "held"),
        ("ORD-01", (_pay,), "broken"),
        ("COV-04", (_approve, _pay), "held"),
        ("COV-04", (_approve,), "broken"),
        ("COV-04", (_nothing,), "not exercised"),
    ],
)
def test_a_decision_counts_in_every_dialect(erp: Side, rule: str, steps: tuple[Step, ...], outcome: str) -> None:
    content, _ = erp.brought()

    for step in steps:
        step(erp, content)

    assert _outcome(erp, rule) == (outcome, int(outcome == "broken"))


def test_a_decision_about_other_content_stands_behind_nothing(erp: Side) -> None:
    content, seen = erp.brought()
    _approve(erp, content)
    erp.ask(erp.caller.update(seen, content | {"amount": 600}))
    changed = perform(erp.world, "buyer.modify", {"refund": content["refund_id"], "amount": "6.00"})
    assert changed["accepted"]

    _pay(erp, content)

    assert _outcome(erp, "ORD-01") == ("broken", 1)


def test_a_refund_that_is_created_twice_is_two_documents_unless_the_erp_knows_it(erp: Side) -> None:
    content = erp.refund()

    for _ in range(2):
        erp.ask(erp.caller.create(content))

    expected = ("held", 0) if erp.caller.repeats else ("broken", 1)
    assert _outcome(erp, "DUP-03") == expected


def test_one_document_a_refund_holds_through_updates(erp: Side) -> None:
    content, seen = erp.brought()

    erp.ask(erp.caller.update(seen, content | {"amount": 600}))

    assert _outcome(erp, "DUP-03") == ("held", 0)
