"""What reviewers and the warehouse can do with a document, when they cannot, and what the integration then sees."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp import generic_json, proof, writing
from simulator.erp.document import Document
from simulator.ledger.entry import AnyEntry, Changed, Decision
from simulator.ledger.replay import read
from simulator.tmall.trades import create_trade
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path, seed=7)
    world.add_shop("一号店")
    return world


@pytest.fixture
def refund(world: World) -> str:
    trade = create_trade(world, {"orders": [{"price": "19.99"}]}, play="S01#1")
    return str(perform(world, "buyer.apply", {"tid": str(trade.tid), "amount": "8.35"})["result"]["refund_id"])


def _document(world: World, refund: str, **content: Any) -> Document:
    plain = {"shop": "一号店", "refund_id": refund, "type": "refund_only", "amount": 835, "quantity": 2}
    return writing.create(world, f"TM-{len(world.state.documents.rows)}", plain | content, {})


def _now(world: World, document: Document) -> Document:
    return world.state.documents.rows[document.id]


def _refused(world: World, act: str, refund: str, **args: Any) -> str:
    """Try *act* and return why it is impossible; nothing may have changed."""
    before = world.state.documents.cursor
    done = perform(world, act, {"refund": refund, **args})
    assert not done["accepted"]
    assert world.state.documents.cursor == before
    return str(done["reason"])


def _entries(world: World) -> list[AnyEntry]:
    return list(read(world.book.path))


def test_an_approval_is_one_change_and_one_decision_about_what_the_document_shows(world: World, refund: str) -> None:
    document = _document(world, refund)

    done = perform(world, "reviewer.approve", {"refund": refund, "text": "同意"})

    (decision,) = (entry for entry in _entries(world) if isinstance(entry, Decision))
    (changed,) = (entry for entry in _entries(world) if isinstance(entry, Changed) and entry.action == "approve")
    assert done["accepted"]
    assert (decision.document, decision.decision, decision.by) == (document.id, "approve", "reviewer")
    assert (decision.amount, decision.type, decision.quantity, decision.revision) == (835, "refund_only", 2, 2)
    assert (decision.refunds, decision.plays, decision.side, decision.shop) == ((refund,), ("S01#1",), "erp", "一号店")
    assert decision.cause == changed.cause == done["seq"]
    assert (changed.actor, changed.refunds) == ("reviewer", (refund,))


def test_the_document_shows_the_decision_with_its_new_revision(world: World, refund: str) -> None:
    document = _document(world, refund)
    perform(world, "reviewer.approve", {"refund": refund})

    shown = generic_json.show(_now(world, document))

    assert (shown["revision"], shown["cursor"]) == (2, 2)
    assert shown["decision"].items() >= {"kind": "approve", "revision": 2, "by": "reviewer", "amount": "8.35"}.items()
    assert (shown["decision"]["proof"], shown["decision"]["address"]) == (None, None)


@pytest.mark.parametrize("content", [{"amount": 600}, {"type": "return_refund"}])
def test_new_content_clears_the_decision(world: World, refund: str, content: dict[str, Any]) -> None:
    document = _document(world, refund)
    perform(world, "reviewer.approve", {"refund": refund})

    writing.update(world, _now(world, document), content, {})

    assert _now(world, document).decision == {}


def test_a_status_that_goes_back_to_pending_clears_the_decision(world: World, refund: str) -> None:
    document = _document(world, refund)
    perform(world, "reviewer.refuse", {"refund": refund, "text": "请提供照片"})
    writing.update(world, _now(world, document), {"status": "refused"}, {})
    assert _now(world, document).decision["kind"] == "refuse"

    writing.update(world, _now(world, document), {"status": "pending"}, {})

    assert _now(world, document).decision == {}


def test_content_that_stays_the_same_keeps_the_decision(world: World, refund: str) -> None:
    document = _document(world, refund)
    perform(world, "reviewer.approve", {"refund": refund})

    writing.update(world, _now(world, document), {"hold": True, "version": 5, "status": "pending"}, {})

    assert _now(world, document).decision["kind"] == "approve"


def test_a_refusal_carries_its_proof_as_a_real_picture(world: World, refund: str) -> None:
    document = _document(world, refund)

    perform(world, "reviewer.refuse", {"refund": refund, "text": "请提供照片", "proof": "photo", "reason": "90001"})

    decision = _now(world, document).decision
    picture = proof.picture_of(world, decision["proof"])
    assert picture is not None
    assert picture == proof.photo(7, refund)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < 2_000
    assert (decision["reason_code"], decision["text"]) == ("90001", "请提供照片")
    assert proof.photo(7, "another") != picture


def test_a_return_goes_through_reviewer_and_warehouse(world: World, refund: str) -> None:
    document = _document(world, refund, type="return_refund")
    assert "use reviewer.approve_return" in _refused(world, "reviewer.approve", refund)

    perform(world, "reviewer.approve_return", {"refund": refund})
    assert _now(world, document).decision["address"] == 810012
    assert "is pending, not waiting_receipt" in _refused(world, "warehouse.receive", refund)

    writing.update(world, _now(world, document), {"status": "waiting_receipt"}, {})
    assert "warehouse.receive" in _refused(world, "reviewer.approve", refund)
    assert perform(world, "warehouse.receive", {"refund": refund, "quantity": 1})["accepted"]

    decision = _now(world, document).decision
    assert (decision["kind"], decision["by"], decision["quantity"]) == ("receive", "warehouse", 1)


def test_the_reviewer_can_choose_another_address_of_the_book(world: World, refund: str) -> None:
    document = _document(world, refund, type="return_refund")
    assert "has no address 5, only 810011, 810012" in _refused(world, "reviewer.approve_return", refund, address=5)

    perform(world, "reviewer.approve_return", {"refund": refund, "address": 810011})

    (decision,) = (entry for entry in _entries(world) if isinstance(entry, Decision))
    assert (_now(world, document).decision["address"], decision.address) == (810011, "810011")


def test_goods_can_be_refused_by_the_warehouse(world: World, refund: str) -> None:
    document = _document(world, refund, type="return_refund", status="waiting_receipt")

    perform(world, "warehouse.refuse", {"refund": refund, "text": "货物破损", "proof": "photo"})

    assert _now(world, document).decision["kind"] == "refuse_return"


def test_a_note_gives_a_new_revision_and_decides_nothing(world: World, refund: str) -> None:
    document = _document(world, refund)
    perform(world, "reviewer.approve", {"refund": refund})

    perform(world, "reviewer.edit", {"refund": refund, "note": "老客户"})

    edited = _now(world, document)
    assert (edited.note, edited.revision, edited.decision["revision"]) == ("老客户", 3, 2)
    assert sum(isinstance(entry, Decision) for entry in _entries(world)) == 1


@pytest.mark.parametrize("status", ["refunded", "closed"])
def test_nothing_can_be_decided_about_a_closed_or_refunded_document(world: World, refund: str, status: str) -> None:
    _document(world, refund, status=status)

    for act in ("reviewer.approve", "reviewer.approve_return", "warehouse.receive"):
        assert f"is {status}" in _refused(world, act, refund)


def test_only_a_pending_document_is_approved_or_refused(world: World, refund: str) -> None:
    _document(world, refund, status="refused")

    assert "is refused, not pending" in _refused(world, "reviewer.approve", refund)
    assert "is refused, not pending" in _refused(world, "reviewer.refuse", refund, text="不")


def test_no_goods_come_back_for_a_refund_only(world: World, refund: str) -> None:
    _document(world, refund)

    assert "use reviewer.approve" in _refused(world, "reviewer.approve_return", refund)


def test_without_a_document_there_is_nothing_to_decide(world: World, refund: str) -> None:
    assert "has no document in the ERP yet" in _refused(world, "reviewer.approve", refund)
    assert "there is no refund 1" in _refused(world, "reviewer.approve", "1")


@pytest.mark.parametrize("args", [{"quantity": 3}, {"quantity": -1}, {"quantity": "one"}, {"quantity": True}])
def test_no_more_pieces_come_back_than_were_expected(world: World, refund: str, args: dict[str, Any]) -> None:
    _document(world, refund, type="return_refund", status="waiting_receipt")

    assert "quantity" in _refused(world, "warehouse.receive", refund, **args)


def test_a_second_document_of_the_refund_is_decided_if_the_first_is_closed(world: World, refund: str) -> None:
    first = _document(world, refund, status="closed")
    second = _document(world, refund)

    perform(world, "reviewer.approve", {"refund": refund})

    assert _now(world, first).decision == {}
    assert _now(world, second).decision["kind"] == "approve"


def test_documents_decisions_and_pictures_survive_a_restart(world: World, refund: str) -> None:
    _document(world, refund)
    perform(world, "reviewer.refuse", {"refund": refund, "text": "请提供照片", "proof": "photo"})
    before = msgspec.json.encode(world.state.dump())
    world.book.close()

    again = World.open(world.folder)

    assert msgspec.json.encode(again.state.dump()) == before
    assert again.state.documents.cursor == 2
