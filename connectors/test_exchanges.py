"""Exchanges: brought as documents of their own, goods back before others go out, and never any money."""

import json

import pytest

from connectors.conftest import Bench
from connectors.stand_in import DIGEST, LOST_AFTER, Sides

ID = "310020045678900009"
PROOF = {"sha256": DIGEST, "filename": "photo.png", "url": "/proofs"}


def _imported(bench: Bench, **fields: object) -> Sides:
    bench.sides.goods.add(ID, **fields)
    bench.turn()
    return bench.sides


def _decide(sides: Sides, kind: str, **fields: object) -> None:
    sides.document(ID).setdefault("amount", "0.00")
    sides.decide(ID, kind, **fields)


def test_an_exchange_is_a_document_of_its_own_kind(bench: Bench) -> None:
    sides = _imported(bench)

    document = sides.document(ID)

    assert (document["kind"], document["type"], document["status"]) == ("exchange", "exchange", "pending")
    assert (document["wanted"], document["tid"], document["version"]) == (
        "颜色:蓝",
        "2500071234567890012",
        1795313707201,
    )


def test_it_is_agreed_to_the_address_the_erp_chose(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_exchange", address=1)

    bench.turn()

    (agree,) = sides.asked("tmall.exchange.agree")
    assert (agree["dispute_id"], agree["address_id"]) == (ID, "1")
    assert sides.document(ID)["status"] == "waiting_buyer"
    assert sides.documents[f"TM-{ID}-in"]["status"] == "waiting_buyer"


def test_it_is_refused_with_proof_words_and_a_reason_valid_for_it(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "refuse_exchange", proof=PROOF, text="没有蓝色", reason_code="90202")

    bench.turn()

    (refuse,) = sides.asked("tmall.exchange.refuse")
    assert (refuse["seller_refuse_reason_id"], refuse["leave_message"]) == ("90202", "没有蓝色")
    assert refuse["leave_message_pics"]
    assert sides.document(ID)["status"] == "refused"


def test_goods_back_are_confirmed_and_only_then_the_erps_parcel_goes_out(bench: Bench) -> None:
    sides = _imported(bench, status="3", buyer_logistic_no="SF7", buyer_logistic_name="顺丰")
    assert sides.documents[f"TM-{ID}-in"]["waybill"] == "SF7"
    sides.report(ID, "shipped", company="中通", waybill="ZT9")
    bench.turn()
    assert not sides.asked("tmall.exchange.consigngoods")

    sides.receive(ID)
    bench.until(lambda: sides.goods.exchanges[ID]["status"] == "13")

    (consign,) = sides.asked("tmall.exchange.consigngoods")
    assert (consign["logistics_no"], consign["logistics_company_name"]) == ("ZT9", "中通")
    assert len(sides.asked("tmall.exchange.returngoods.agree")) == 1
    assert sides.document(ID)["status"] == "shipped"


@pytest.mark.parametrize("status", ["4", "14"])
def test_an_exchange_that_closed_or_became_a_refund_is_let_go(bench: Bench, status: str) -> None:
    sides = _imported(bench, status="2")
    _decide(sides, "approve_exchange")
    sides.goods.exchanges[ID] |= {"status": status, "refund_version": 1795313707999}

    for _ in range(3):
        bench.turn()

    assert sides.document(ID)["status"] == "closed"
    assert sides.documents[f"TM-{ID}-in"]["status"] == "closed"
    assert not [name for name, _ in sides.calls if name in ("tmall.exchange.agree", "tmall.exchange.consigngoods")]


def test_a_decision_about_other_wishes_is_not_carried_out(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_exchange")
    sides.goods.exchanges[ID] |= {"exchange_sku": "颜色:红", "refund_version": 1795313707999}

    bench.desk.decisions.cycle()

    assert not sides.asked("tmall.exchange.agree")
    assert sides.document(ID)["wanted"] == "颜色:红"


def test_a_step_of_unknown_outcome_is_looked_at_and_not_repeated(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_exchange")
    sides.trouble("tmall.exchange.agree", LOST_AFTER)

    bench.until(lambda: sides.document(ID)["status"] == "waiting_buyer")

    assert len(sides.asked("tmall.exchange.agree")) == 1


def test_nothing_is_written_while_the_platforms_staff_have_it(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_exchange", address=1)
    sides.goods.exchanges[ID]["cs_status"] = 3

    for _ in range(3):
        bench.turn()
    assert not sides.asked("tmall.exchange.agree")

    sides.goods.exchanges[ID]["cs_status"] = 7
    bench.until(lambda: bool(sides.asked("tmall.exchange.agree")))


def test_no_money_is_ever_asked_for(bench: Bench) -> None:
    sides = _imported(bench, status="3")
    sides.receive(ID)

    for _ in range(3):
        bench.turn()

    assert not [name for name, _ in sides.calls if name.startswith("taobao.rp.")]


@pytest.mark.parametrize(
    ("topic", "content"),
    [
        ("taobao_dispute_RefundCreated", {"biz_claim_type": 4}),
        ("taobao_dispute_ExchangeAgree", {}),
    ],
)
def test_a_message_about_an_exchange_brings_it_and_asks_for_no_refund(
    bench: Bench, topic: str, content: dict[str, object]
) -> None:
    bench.sides.goods.add(ID)
    bench.sides.post(ID, content=json.dumps({"refund_id": int(ID), **content}))
    bench.sides.queue[-1]["topic"] = topic

    bench.listen()

    assert bench.sides.document(ID)["kind"] == "exchange"
    assert not bench.sides.asked("taobao.refund.get")
