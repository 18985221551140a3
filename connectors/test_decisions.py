"""From the ERP's decision to the platform."""

from collections.abc import Callable

import pytest

from connectors.conftest import Bench
from connectors.stand_in import DIGEST, ISP, LOST_AFTER, LOST_BEFORE, PICTURE, Sides

PROOF = {"sha256": DIGEST, "filename": "photo.png", "url": "/proofs"}


def _imported(bench: Bench, *refund_ids: str, **fields: object) -> Sides:
    for refund_id in refund_ids:
        bench.sides.add(refund_id, **fields)
    bench.turn()
    return bench.sides


def _agreed(sides: Sides) -> list[str]:
    return [call["refund_infos"] for call in sides.asked("taobao.rp.refunds.agree")]


def test_an_approval_is_reviewed_agreed_by_the_sub_account_and_booked(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")

    bench.turn()

    (review,) = sides.asked("taobao.rp.refund.review")
    (agree,) = sides.asked("taobao.rp.refunds.agree")
    assert (review["session"], review["result"]) == ("main", "true")
    assert (agree["session"], agree["refund_infos"]) == ("sub", "R1|835|1795313707201|onsale")
    assert sides.document("R1")["status"] == "refunded"


def test_a_platform_whose_review_raises_the_version_is_paid_at_the_new_one(bench: Bench) -> None:
    sides = _imported(bench, "R1", "R2")
    sides.trouble("review bumps", True, times=99)
    for refund_id in ("R1", "R2"):
        sides.decide(refund_id, "approve")
        bench.until(lambda name=refund_id: sides.document(name)["status"] == "refunded")  # type: ignore[misc]

    assert _agreed(sides) == ["R1|835|1795313707202|onsale", "R2|835|1795313707202|onsale"]


def test_success_is_never_agreed_again(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    for _ in range(5):
        bench.turn()

    assert len(_agreed(sides)) == 1


def test_what_a_callback_said_stands_until_the_list_is_as_new(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    ((listed,), cursor, _) = bench.delivery.erp.documents("shop", "0")
    older = {**listed, "decision": None, "revision": listed["revision"] - 1}
    bench.decisions.heard(listed)

    bench.memory.collect("shop", {}, {"R1": older}, cursor)
    bench.memory.collect("shop", {"R1": older}, {}, cursor)
    assert bench.memory.todo("shop")["R1"]["decision"]["kind"] == "approve"

    bench.memory.collect("shop", {}, {"R1": listed}, cursor)
    assert not bench.memory.todo("shop")


def test_approvals_go_in_one_batch_and_rows_are_read_by_their_id(bench: Bench) -> None:
    sides = _imported(bench, "R1", "R2", "R3")
    for refund_id in ("R1", "R2", "R3"):
        sides.decide(refund_id, "approve")
    sides.trouble("row", "isp.remote-service-timeout", when=lambda row: row["refund_id"] == "R1")

    bench.turn()

    assert len(_agreed(sides)) == 1
    assert {name: sides.document(name)["status"] for name in ("R1", "R2", "R3")} == {
        "R1": "pending",
        "R2": "refunded",
        "R3": "refunded",
    }
    bench.until(lambda: sides.document("R1")["status"] == "refunded")
    assert [infos.split("|")[0] for infos in _agreed(sides)[1:]] == ["R1"]


def test_a_row_missing_from_the_answer_is_read_and_not_agreed_again(bench: Bench) -> None:
    sides = _imported(bench, "R1", "R2")
    for refund_id in ("R1", "R2"):
        sides.decide(refund_id, "approve")
    sides.trouble("hide", "R2")

    bench.until(lambda: sides.document("R2")["status"] == "refunded")

    assert len(_agreed(sides)) == 1


def test_a_lost_answer_is_resolved_by_reading(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.trouble("taobao.rp.refunds.agree", LOST_AFTER)

    bench.until(lambda: sides.document("R1")["status"] == "refunded")

    assert len(_agreed(sides)) == 1
    assert not bench.memory.todo("shop")


def test_a_lost_request_is_repeated_identically_after_reading(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.trouble("taobao.rp.refunds.agree", LOST_BEFORE)

    bench.until(lambda: sides.document("R1")["status"] == "refunded")

    first, second = _agreed(sides)
    assert first == second
    between = [name for name, _ in sides.calls]
    agreed = [place for place, name in enumerate(between) if name == "taobao.rp.refunds.agree"]
    assert "taobao.refund.get" in between[agreed[0] : agreed[1]]


def test_what_was_unknown_survives_a_restart(bench_of: Callable[..., Bench]) -> None:
    before = bench_of()
    sides = _imported(before, "R1")
    sides.decide("R1", "approve")
    sides.trouble("taobao.rp.refunds.agree", LOST_AFTER)
    before.decisions.cycle()
    assert before.memory.unknown("shop", "R1", "platform") == "agree"

    after = bench_of()
    after.until(lambda: not after.memory.todo("shop"))

    assert sides.document("R1")["status"] == "refunded"
    assert len(_agreed(sides)) == 1
    assert after.memory.unknown("shop", "R1", "platform") == ""


def test_an_approval_of_another_amount_is_not_carried_out(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.refunds["R1"] |= {"refund_fee": "9.00", "refund_version": 1795313799999}

    bench.decisions.cycle()
    for _ in range(3):
        bench.turn()

    assert _agreed(sides) == []
    assert sides.document("R1")["amount"] == "9.00"
    assert sides.document("R1")["decision"] is None


def test_a_new_version_of_the_same_content_keeps_its_approval(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.refunds["R1"]["refund_version"] = 1795313799999

    bench.until(lambda: sides.document("R1")["status"] == "refunded")

    assert _agreed(sides) == ["R1|835|1795313799999|onsale"]


def test_a_clear_no_is_asked_for_twice_and_no_more(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    no = {"code": 15, "msg": "Remote service error", "sub_code": "isv.permission-denied"}
    sides.trouble("taobao.rp.refunds.agree", no, times=99)

    bench.until(lambda: not bench.memory.todo("shop"))
    for _ in range(3):
        bench.turn()

    assert len(_agreed(sides)) == 2


def test_one_refused_batch_is_sent_row_by_row(bench: Bench) -> None:
    sides = _imported(bench, "R1", "R2")
    for refund_id in ("R1", "R2"):
        sides.decide(refund_id, "approve")
    no = {"code": 15, "msg": "Remote service error", "sub_code": "isv.invalid-parameter:refund_infos"}
    sides.trouble("taobao.rp.refunds.agree", no, when=lambda call: "," in call["refund_infos"])

    bench.until(lambda: all(sides.document(name)["status"] == "refunded" for name in ("R1", "R2")))

    assert [len(infos.split(",")) for infos in _agreed(sides)] == [2, 1, 1]


def test_a_return_is_agreed_to_the_default_address_and_paid_after_the_goods_came(bench: Bench) -> None:
    sides = _imported(bench, "R1", has_good_return=True, order_status="WAIT_BUYER_CONFIRM_GOODS")
    sides.decide("R1", "approve_return")
    bench.turn()
    (taken,) = sides.asked("taobao.rp.returngoods.agree")
    assert taken["seller_address_id"] == "2"
    assert sides.document("R1")["status"] == "waiting_buyer"

    sides.refunds["R1"] |= {"status": "WAIT_SELLER_CONFIRM_GOODS", "sid": "SF1", "refund_version": 1795313799999}
    for _ in range(3):
        bench.turn()
    assert sides.document("R1")["waybill"] == "SF1"
    assert _agreed(sides) == []

    sides.decide("R1", "receive")
    bench.until(lambda: sides.document("R1")["status"] == "refunded")


def test_the_address_is_the_one_that_the_erp_chose(bench: Bench) -> None:
    sides = _imported(bench, "R1", has_good_return=True)
    sides.decide("R1", "approve_return", address="1")

    bench.turn()

    assert sides.asked("taobao.rp.returngoods.agree")[0]["seller_address_id"] == "1"


def test_a_refusal_carries_reason_words_and_the_picture(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "refuse", text="请提供照片", reason_code=90005, proof=PROOF)

    bench.turn()

    (refusal,) = sides.asked("taobao.refund.refuse")
    assert (refusal["refuse_reason_id"], refusal["refuse_message"]) == ("90005", "请提供照片")
    assert refusal["refuse_proof"] == PICTURE
    assert sides.document("R1")["status"] == "refused"


def test_a_transient_error_is_overcome(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.trouble("taobao.rp.refund.review", ISP, times=2)
    sides.trouble("taobao.rp.refunds.agree", ISP)

    bench.until(lambda: sides.document("R1")["status"] == "refunded")


def test_a_deleted_database_pays_nobody_twice(bench_of: Callable[..., Bench], sides: Sides) -> None:
    before = bench_of(database="a.sqlite")
    _imported(before, "R1", "R2")
    sides.decide("R1", "approve")
    before.turn()
    sides.decide("R2", "approve")

    bench_of(database="b.sqlite").until(lambda: sides.document("R2")["status"] == "refunded")

    assert [infos.split("|")[0] for infos in _agreed(sides)] == ["R1", "R2"]


@pytest.mark.parametrize(("mutant", "early"), [("", 0), ("M92", 1)])
def test_the_money_of_a_return_waits_until_all_of_its_pieces_are_back(
    bench_of: Callable[..., Bench], sides: Sides, mutant: str, early: int
) -> None:
    bench = bench_of(mutant)
    sides.add("R1", has_good_return=True, status="WAIT_SELLER_CONFIRM_GOODS", sid="SF1")
    bench.until(lambda: "TM-R1" in sides.documents)
    sides.decide("R1", "receive", quantity=1)
    for _ in range(3):
        bench.turn()
    assert len(_agreed(sides)) == early

    sides.decide("R1", "receive", quantity=2)
    bench.until(lambda: sides.document("R1")["status"] == "refunded")


def test_a_stretch_of_time_in_which_nothing_changed_is_passed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ERP that is asked by windows of time has empty ones; who stays there asks for ever, and learns nothing."""
    asked: list[str] = []

    def documents(shop: str, after: str, limit: int = 200) -> tuple[list[dict[str, object]], str, bool]:
        asked.append(after)
        return [], {"0": "100/0", "100/0": "200/0"}.get(after, after), len(asked) < 3

    monkeypatch.setattr(bench.delivery.erp, "documents", documents)
    bench.decisions.collect()

    assert asked == ["0", "100/0", "200/0"]
    assert bench.memory.cursor("shop", "decisions") == "200/0"


def test_what_was_refused_for_good_is_not_asked_for_again_though_the_erp_lists_it_on_every_poll(bench: Bench) -> None:
    sides = _imported(bench, "R1")
    sides.decide("R1", "approve")
    sides.trouble("taobao.rp.refunds.agree", {"code": 15, "sub_code": "isv.invalid-parameter"}, times=99)

    def turn() -> None:
        bench.memory.advance("shop", "decisions", "0")  # some ERPs' lists overlap
        bench.turn()

    bench.until(lambda: bool(bench.memory.fact("shop", "R1", "given up")), turn)
    before = len(_agreed(sides))
    for _ in range(3):
        turn()
    sides.troubles.clear()
    again = len(_agreed(sides))
    sides.decide("R1", "approve")
    bench.until(lambda: sides.document("R1")["status"] == "refunded", turn)

    assert (before, again) == (2, 2)
