"""What the warehouse and the reviewers of exchanges do: receipts, parcels stopped or gone, and parcels shipped."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp import generic_json, writing
from simulator.erp.document import Document
from simulator.ledger.entry import Act, Decision
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
    trade = create_trade(world, {"orders": [{"price": "19.99", "num": 3}]}, play="S04#1")
    return str(perform(world, "buyer.apply", {"tid": str(trade.tid)})["result"]["refund_id"])


@pytest.fixture
def exchange(world: World) -> str:
    trade = create_trade(world, {"orders": [{"price": "19.99"}], "shipped": True}, play="S08#1")
    wants = {"oid": str(trade.oids[0]), "wanted": "颜色:蓝"}
    return str(perform(world, "buyer.apply_exchange", wants)["result"]["dispute_id"])


@pytest.fixture
def reship(world: World) -> str:
    trade = create_trade(world, {"orders": [{"price": "19.99", "num": 3}], "shipped": True}, play="S08c#1")
    return str(perform(world, "buyer.apply_reship", {"oid": str(trade.oids[0]), "num": 2})["result"]["dispute_id"])


def _document(world: World, refund: str, **content: Any) -> Document:
    plain = {"shop": "一号店", "refund_id": refund, "type": "refund_only", "amount": 835, "quantity": 3}
    return writing.create(world, f"TM-{len(world.state.documents.rows)}", plain | content, {})


def _inbound(world: World, refund: str, **content: Any) -> Document:
    return _document(world, refund, **{"kind": "inbound", "type": "", "amount": 0, "status": "waiting_buyer"} | content)


def _now(world: World, document: Document) -> Document:
    return world.state.documents.rows[document.id]


def _done(world: World, act: str, refund: str, **args: Any) -> Decision:
    """Do *act* and return the decision that the ledger holds of it."""
    done = perform(world, act, {"refund": refund, **args})
    assert done["accepted"], done["reason"]
    return [entry for entry in read(world.book.path) if isinstance(entry, Decision)][-1]


def _refused(world: World, act: str, refund: str, **args: Any) -> str:
    done = perform(world, act, {"refund": refund, **args})
    assert not done["accepted"]
    return str(done["reason"])


def test_goods_are_received_on_the_inbound_document_and_approve_the_money_of_the_refund(
    world: World, refund: str
) -> None:
    main = _document(world, refund, type="return_refund", status="waiting_receipt")
    inbound = _inbound(world, refund)

    decision = _done(world, "warehouse.receive", refund)

    assert (decision.document, decision.decision, decision.amount) == (inbound.id, "receive", 835)
    assert (decision.type, decision.quantity, decision.receipt) == ("return_refund", 3, f"{inbound.id}-R1")
    assert _now(world, main).decision == {}
    assert (_now(world, inbound).received, _now(world, inbound).decision["kind"]) == (3, "receive")
    assert perform(world, "reviewer.approve", {"refund": refund})["accepted"]


def test_goods_come_back_in_parts_and_a_receipt_can_be_corrected(world: World, refund: str) -> None:
    _document(world, refund, type="return_refund", status="waiting_receipt")
    inbound = _inbound(world, refund)

    first = _done(world, "warehouse.receive", refund, quantity=2)
    second = _done(world, "warehouse.receive", refund)
    corrected = _done(world, "warehouse.receive", refund, quantity=1, receipt=first.receipt)

    assert [found.quantity for found in (first, second, corrected)] == [2, 3, 2]
    assert corrected.receipt == first.receipt != second.receipt
    shown = generic_json.show(_now(world, inbound))
    assert (shown["received"], [row["quantity"] for row in shown["receipts"]]) == (2, [1, 1])
    assert "more than the 3" in _refused(world, "warehouse.receive", refund, quantity=2)
    assert "has no receipt R9" in _refused(world, "warehouse.receive", refund, quantity=1, receipt="R9")


def test_goods_are_received_for_an_open_notice_though_the_money_went_long_ago(world: World, refund: str) -> None:
    _document(world, refund, status="refunded")
    inbound = _inbound(world, refund)

    assert _done(world, "warehouse.receive", refund).document == inbound.id

    writing.update(world, _now(world, inbound), {"status": "closed"}, {})
    assert "is refunded" in _refused(world, "warehouse.receive", refund)


def test_a_later_answer_about_the_parcel_replaces_the_earlier(world: World, refund: str) -> None:
    document = _document(world, refund, intercept={"result": "requested"})
    assert _now(world, document).intercept.items() >= {"result": "requested", "revision": 1}.items()

    stopped = _done(world, "warehouse.intercept", refund, result="stopped")
    gone = _done(world, "warehouse.intercept", refund, result="gone")

    assert [(found.decision, found.result, found.by) for found in (stopped, gone)] == [
        ("intercept", "stopped", "warehouse"),
        ("intercept", "gone", "warehouse"),
    ]
    assert _now(world, document).intercept.items() >= {"result": "gone", "revision": gone.revision}.items()
    assert "is none of stopped, gone" in _refused(world, "warehouse.intercept", refund, result="lost")


def test_the_integration_can_take_its_request_back_but_not_the_warehouses_answer(world: World, refund: str) -> None:
    document = _document(world, refund)
    asked = writing.update(world, document, {"intercept": {"result": "requested"}}, {})
    assert asked.intercept.items() >= {"result": "requested", "revision": 2}.items()
    assert writing.update(world, asked, {"intercept": {"result": "requested"}}, {}) is asked
    assert writing.update(world, asked, {"intercept": {}}, {}).intercept == {}

    _done(world, "warehouse.intercept", refund, result="stopped")
    answered = _now(world, document)

    for written in ({"result": "requested"}, {}):
        assert writing.update(world, answered, {"intercept": written}, {}) is answered


def test_a_late_answer_is_taken_though_the_refund_is_over(world: World, refund: str) -> None:
    document = _document(world, refund, status="closed")

    _done(world, "warehouse.intercept", refund, result="gone")

    assert _now(world, document).intercept["result"] == "gone"


def test_a_parcel_that_is_shipped_shows_on_the_documents_of_its_sub_order(world: World, refund: str) -> None:
    held = _document(world, refund, oid="77", tid="70", hold=True)
    other = _document(world, refund, oid="78", tid="70", kind="refund")

    assert perform(world, "warehouse.ship", {"oid": "77", "company": "中通", "waybill": "ZT1"})["accepted"]

    assert _now(world, held).shipped.items() >= {"company": "中通", "waybill": "ZT1", "revision": 2}.items()
    assert _now(world, other).shipped == {}
    assert "needs tid or oid" in perform(world, "warehouse.ship", {})["reason"]
    assert "no open document about 79" in perform(world, "warehouse.ship", {"oid": "79"})["reason"]


def test_an_exchange_is_agreed_received_and_shipped(world: World, exchange: str) -> None:
    document = _document(world, exchange, kind="exchange", type="exchange", amount=0, quantity=1, wanted="颜色:蓝")
    assert "no document of kind refund" in _refused(world, "reviewer.approve", exchange)

    agreed = _done(world, "reviewer.approve_exchange", exchange)
    assert (agreed.decision, agreed.address, agreed.type) == ("approve_exchange", "810012", "exchange")
    assert agreed.plays == ("S08#1",)

    writing.update(world, _now(world, document), {"status": "waiting_receipt"}, {})
    early = _refused(world, "warehouse.ship_exchange", exchange, company="中通", waybill="ZT1")
    assert "the goods have not come back yet" in early
    assert _done(world, "warehouse.receive", exchange).decision == "receive"
    assert "waybill is empty" in _refused(world, "warehouse.ship_exchange", exchange, company="中通", waybill=" ")

    shipped = _done(world, "warehouse.ship_exchange", exchange, company="中通", waybill="ZT1")
    assert (shipped.decision, shipped.company, shipped.waybill) == ("ship", "中通", "ZT1")
    assert _now(world, document).shipped["waybill"] == "ZT1"
    acts = [
        entry for entry in read(world.book.path) if isinstance(entry, Act) and entry.act == "warehouse.ship_exchange"
    ]
    assert {(act.side, act.shop, act.refunds) for act in acts} == {("erp", "一号店", (exchange,))}


def test_an_exchange_can_be_refused_with_proof_and_new_wishes_ask_again(world: World, exchange: str) -> None:
    document = _document(world, exchange, kind="exchange", type="exchange", amount=0, wanted="颜色:蓝")

    refused = _done(world, "reviewer.refuse_exchange", exchange, text="没有蓝色", proof="photo", reason="90006")

    assert (refused.decision, refused.text, bool(refused.proof)) == ("refuse_exchange", "没有蓝色", True)
    writing.update(world, _now(world, document), {"wanted": "颜色:红"}, {})
    assert _now(world, document).decision == {}


def test_goods_are_sent_again_once_that_is_approved_or_the_platform_waits_for_it(world: World, reship: str) -> None:
    parcel = {"company": "中通", "waybill": "ZT7"}
    document = _document(world, reship, kind="reship", type="reship", amount=0, quantity=2)
    assert "is pending, not waiting_ship" in _refused(world, "warehouse.ship_reship", reship, **parcel)
    assert "no document of kind exchange" in _refused(world, "warehouse.ship_exchange", reship, **parcel)

    agreed = _done(world, "reviewer.approve_reship", reship)
    assert (agreed.decision, agreed.type, agreed.quantity) == ("approve_reship", "reship", 2)
    shipped = _done(world, "warehouse.ship_reship", reship, **parcel)
    assert (shipped.decision, shipped.waybill, shipped.plays) == ("ship", "ZT7", ("S08c#1",))

    writing.update(world, _now(world, document), {"quantity": 1}, {})
    assert _now(world, document).decision == {}  # it was about other pieces
    writing.update(world, _now(world, document), {"status": "waiting_ship"}, {})
    assert _done(world, "warehouse.ship_reship", reship, company="中通", waybill="ZT8").waybill == "ZT8"


@pytest.mark.parametrize("status", ["pending", "waiting_ship"])
def test_goods_are_not_sent_again_where_a_reviewer_says_so(world: World, reship: str, status: str) -> None:
    _document(world, reship, kind="reship", type="reship", amount=0, quantity=2, status=status)
    refused = _done(world, "reviewer.refuse_reship", reship, text="签收时完好", proof="photo")
    assert (refused.decision, refused.text, bool(refused.proof)) == ("refuse_reship", "签收时完好", True)


def test_receipts_and_parcels_survive_a_restart(world: World, refund: str) -> None:
    _document(world, refund, type="return_refund", status="waiting_receipt", intercept={"result": "requested"})
    _inbound(world, refund)
    _done(world, "warehouse.receive", refund, quantity=2)
    _done(world, "warehouse.intercept", refund, result="stopped")
    before = msgspec.json.encode(world.state.dump())
    world.book.close()

    assert msgspec.json.encode(World.open(world.folder).state.dump()) == before
