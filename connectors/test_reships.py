"""Re-sends: brought with the refunds as documents of their own, told by the ERP's parcel, and never any money."""

import json
from collections.abc import Callable

import pytest

from connectors.conftest import Bench
from connectors.reships import PARCEL, STATE
from connectors.stand_in import LOST_AFTER, LOST_BEFORE, Sides

Build = Callable[..., Bench]

ID = "310020045678900017"
RESENT = {"dispute_type": "RESHIPPING", "refund_fee": "0.00", "order_status": "WAIT_BUYER_CONFIRM_GOODS"}
SENT = {"company": "中通快递", "waybill": "ZT1"}


def _imported(bench: Bench, **fields: object) -> Sides:
    bench.sides.add(ID, **RESENT, desc="碎了一只", **fields)
    bench.turn()
    return bench.sides


def _decide(sides: Sides, kind: str, **fields: object) -> None:
    sides.document(ID).setdefault("amount", "0.00")
    sides.decide(ID, kind, **fields)


def _told(sides: Sides, method: str) -> list[dict[str, object]]:
    return [json.loads(params["param0"]) for params in sides.asked(method)]


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("WAIT_SELLER_AGREE", "pending"),
        ("WAIT_SELLER_CONSIGN_GOODS", "waiting_ship"),
        ("WAIT_BUYER_CONFIRM_REDO_SEND_GOODS", "shipped"),
        ("SELLER_REFUSE_BUYER", "refused"),
        ("SUCCESS", "done"),
        ("CLOSED", "closed"),
    ],
)
def test_a_re_send_is_a_document_of_its_own_kind_without_money(bench: Bench, status: str, shown: str) -> None:
    document = _imported(bench, status=status).document(ID)

    assert (document["kind"], document["type"], document["status"]) == ("reship", "reship", shown)
    assert (document["quantity"], document["wanted"], "amount" in document) == (2, "碎了一只", False)


def test_the_erps_parcel_is_told_once_by_its_own_number(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_reship")
    bench.turn()
    assert not sides.asked(PARCEL)

    sides.report(ID, "shipped", **SENT)
    for _ in range(3):
        bench.turn()

    (told,) = _told(sides, PARCEL)
    assert (told["source_id"], told["tid"], told["status"]) == (ID, 2500071234567890012, 1)
    assert (told["mail_no"], told["company_name"]) == ("ZT1", "中通快递")
    assert told["goods_item_list"] == [{"oid": 2500071234567890013, "num": 2, "goods_id": "MUG"}]
    assert sides.document(ID)["status"] == "shipped"


def test_a_report_whose_answer_was_lost_is_not_made_again(bench: Bench) -> None:
    sides = _imported(bench, status="WAIT_SELLER_CONSIGN_GOODS")
    sides.trouble(PARCEL, LOST_AFTER)
    sides.report(ID, "shipped", **SENT)

    bench.until(lambda: sides.document(ID)["status"] == "shipped")

    assert len(sides.asked(PARCEL)) == 1


def test_a_report_that_was_lost_on_its_way_is_made_again(bench: Bench) -> None:
    sides = _imported(bench, status="WAIT_SELLER_CONSIGN_GOODS")
    sides.trouble(PARCEL, LOST_BEFORE)
    sides.report(ID, "shipped", **SENT)

    bench.until(lambda: sides.refunds[ID]["status"] == "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS")

    assert len(sides.asked(PARCEL)) == 2


def test_a_parcel_that_was_found_together_with_the_approval_is_made_up_for_too(bench: Bench) -> None:
    sides = _imported(bench)
    sides.trouble(PARCEL, LOST_BEFORE)
    _decide(sides, "approve_reship")
    sides.report(ID, "shipped", **SENT)

    bench.until(lambda: sides.refunds[ID]["status"] == "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS")

    assert len(sides.asked(PARCEL)) == 2


def test_a_repair_is_left_to_people(bench: Bench) -> None:
    bench.sides.add(ID, **RESENT | {"dispute_type": "REPAIR"}, status="WAIT_SELLER_CONFIRM_GOODS")
    for _ in range(3):
        bench.turn()

    assert not bench.sides.documents
    assert len(bench.sides.asked("taobao.refund.get")) == 1


def test_a_refusal_is_told_with_its_words(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "refuse_reship", text="称重与全件一致")

    bench.turn()

    (told,) = _told(sides, STATE)
    assert (told["source_id"], told["status"], told["msg"]) == (ID, -1, "称重与全件一致")
    assert sides.document(ID)["status"] == "refused"


def test_what_was_withdrawn_is_not_told_as_sent(bench: Bench) -> None:
    sides = _imported(bench)
    sides.report(ID, "shipped", **SENT)
    sides.refunds[ID] |= {"status": "CLOSED", "refund_version": 1795313707999}

    bench.turn()

    assert not sides.asked(PARCEL)
    assert sides.document(ID)["status"] == "closed"


def test_a_refusal_of_other_wishes_is_not_told(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "refuse_reship", text="不补")
    sides.refunds[ID] |= {"num": 1, "refund_version": 1795313707999}

    bench.turn()

    assert not sides.asked(STATE)
    assert sides.document(ID)["quantity"] == 1


def test_no_money_is_ever_asked_for(bench: Bench) -> None:
    sides = _imported(bench)
    _decide(sides, "approve_reship")
    for _ in range(3):
        bench.turn()

    assert not [name for name, _ in sides.calls if name.startswith("taobao.rp.")]


def test_a_message_about_a_re_send_brings_it(bench: Bench) -> None:
    bench.sides.add(ID, **RESENT)
    bench.sides.post(ID, content=json.dumps({"refund_id": ID, "biz_claim_type": 10}))
    bench.sides.queue[-1]["topic"] = "taobao_dispute_ReshippingBuyerApply"

    bench.listen()

    assert bench.sides.document(ID)["kind"] == "reship"


@pytest.mark.parametrize(("mutant", "kind"), [("", "reship"), ("M85", "refund")])
def test_m85_takes_it_for_a_refund(bench_of: Build, sides: Sides, mutant: str, kind: str) -> None:
    sides.add(ID, **RESENT)
    bench_of(mutant).turn()

    assert sides.document(ID)["kind"] == kind


@pytest.mark.parametrize(("mutant", "parcels"), [("", []), ("M86", [f"BFTM-{ID}"])])
def test_m86_tells_of_a_parcel_that_nobody_sent(bench_of: Build, sides: Sides, mutant: str, parcels: list[str]) -> None:
    bench = bench_of(mutant)
    sides.add(ID, **RESENT)
    bench.turn()
    _decide(sides, "approve_reship")
    bench.turn()

    assert [told["mail_no"] for told in _told(sides, PARCEL)] == parcels
