"""Callbacks that the ERP did not send look like its own but for one defect, and the ledger knows which."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from simulator.actors import perform
from simulator.erp import registry
from simulator.erp.side import Side
from simulator.erp.strangers import DEFECTS, approved
from simulator.faults.plan import FaultPlan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Callback, Decision
from simulator.ledger.replay import read
from simulator.world import World


@pytest.fixture(params=registry.names())
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    side = Side(World.open(tmp_path, declaration=Declaration(profile=request.param)))
    yield side
    side.world.book.close()


def _stranger(refund: str, defect: str) -> tuple[str, dict[str, str]]:
    return "stranger.callback", {"refund": refund, "defect": defect}


@pytest.mark.parametrize("defect", [name for name in DEFECTS if name != "replayed"])
def test_a_strangers_callback_says_what_no_reviewer_said(erp: Side, defect: str) -> None:
    content, _ = erp.brought()
    (document,) = erp.documents(content)
    if approved(erp.world, document, "cb1") is None:
        refused = perform(erp.world, *_stranger(content["refund_id"], defect))
        assert "has sent no callback" in refused["reason"]
        return

    (push,) = erp.heard(_stranger(content["refund_id"], defect))

    secret = erp.world.callback_secret
    assert erp.caller.genuine(push, secret) == (defect in {"foreign", "late"})
    said = unquote(push.content.decode())
    assert (f'"{content["refund_id"]}"' in said) == (defect != "foreign")
    entries = list(read(erp.world.book.path))
    assert {entry.defect for entry in entries if isinstance(entry, Callback)} == {defect}
    assert not [entry for entry in entries if isinstance(entry, Decision)]
    assert erp.documents(content) == [document]


def test_a_replayed_callback_is_the_last_genuine_one_byte_for_byte(erp: Side) -> None:
    content, _ = erp.brought()
    refund = content["refund_id"]
    (document,) = erp.documents(content)
    if approved(erp.world, document, "cb1") is None:
        return

    first, again = erp.heard(("reviewer.approve", {"refund": refund}), _stranger(refund, "replayed"))

    assert again == first


def test_what_is_replayed_is_what_came_through_and_not_what_was_lost(erp: Side) -> None:
    content, _ = erp.brought()
    refund = content["refund_id"]
    (document,) = erp.documents(content)
    if approved(erp.world, document, "cb1") is None:
        return
    plan = FaultPlan(erp.world)
    approve = ("reviewer.approve", {"refund": refund})

    plan.arm({"fault": "callback-lost", "times": 1})
    assert erp.heard(approve) == []
    none_came = perform(erp.world, *_stranger(refund, "replayed"))
    plan.arm({"fault": "callback-lost", "times": 1, "skip": 1})
    heard = erp.heard(approve, approve, _stranger(refund, "replayed"))

    assert "has come through yet" in none_came["reason"]
    assert len(heard) == 2
    assert heard[1] == heard[0]


def test_a_defect_that_nobody_knows_is_refused_with_those_known(erp: Side) -> None:
    content, _ = erp.brought()

    answered = perform(erp.world, *_stranger(content["refund_id"], "late-ish"))

    assert not answered["accepted"]
    assert all(name in str(answered["reason"]) for name in DEFECTS)


def test_a_callback_that_nobody_listens_for_is_refused(erp: Side) -> None:
    content, _ = erp.brought()

    assert not perform(erp.world, *_stranger(content["refund_id"], "unsigned"))["accepted"]
