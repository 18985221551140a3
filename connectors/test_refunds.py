"""What a refund is for the ERP, and what a decision demands."""

from typing import Any

import pytest

from connectors import refunds
from connectors.errors import Refused
from connectors.refunds import Payment, Step
from connectors.stand_in import Sides


def _detail(**fields: Any) -> dict[str, Any]:
    return Sides().add("181784773340365852", **fields)


def _decided(detail: dict[str, Any], kind: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    document = refunds.document(detail, "shop", refunds.amount(detail))
    return document, {"kind": kind, "amount": document["amount"], "type": document["type"], "revision": 2, **fields}


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [("0.01", 1), ("0.29", 29), ("1.15", 115), ("8.35", 835), ("19.99", 1999), ("145.05", 14505), ("1034.45", 103445)],
)
def test_yuan_become_fen_without_losing_one(yuan: str, fen: int) -> None:
    assert refunds.fen(yuan) == fen


def test_a_document_carries_the_refunds_amount_and_one_line_that_sums_up_to_it() -> None:
    document = refunds.document(_detail(), "shop", "8.35")

    assert document["amount"] == "8.35"
    assert document["lines"] == [{"oid": "2500071234567890013", "sku": "MUG", "quantity": 2, "amount": "8.35"}]
    assert (document["tid"], document["oid"]) == ("2500071234567890012", "2500071234567890013")


@pytest.mark.parametrize(
    ("status", "order", "hold"),
    [
        ("WAIT_SELLER_AGREE", "WAIT_SELLER_SEND_GOODS", True),
        ("SELLER_REFUSE_BUYER", "WAIT_SELLER_SEND_GOODS", True),
        ("CLOSED", "WAIT_SELLER_SEND_GOODS", False),
        ("WAIT_SELLER_AGREE", "WAIT_BUYER_CONFIRM_GOODS", False),
    ],
)
def test_goods_are_held_while_an_unshipped_refund_is_open(status: str, order: str, *, hold: bool) -> None:
    assert refunds.document(_detail(status=status, order_status=order), "shop", "8.35")["hold"] is hold


def test_an_unknown_status_is_never_written_as_a_guess() -> None:
    with pytest.raises(Refused, match="EXCHANGE_TRANSFORM_TO_REFUND"):
        refunds.document(_detail(status="EXCHANGE_TRANSFORM_TO_REFUND"), "shop", "8.35")


@pytest.mark.parametrize(
    ("change"),
    [
        {"status": "SELLER_REFUSE_BUYER"},
        {"refund_fee": "5.00"},
        {"modified": "2026-11-22 10:00:01"},
        {"refund_version": 1795313707202},
        {"sid": "SF1"},
    ],
)
def test_a_row_is_news_if_anything_about_it_is_even_within_the_same_second(change: dict[str, Any]) -> None:
    known = refunds.mark(_detail())

    assert not refunds.changed(_detail(), known)
    assert refunds.changed(_detail(**change), known)


@pytest.mark.parametrize(
    ("kind", "status", "returns", "step"),
    [
        ("approve", "WAIT_SELLER_AGREE", False, Step.PAY),
        ("approve", "WAIT_SELLER_AGREE", True, Step.MOOT),
        ("approve", "SELLER_REFUSE_BUYER", False, Step.MOOT),
        ("approve", "SUCCESS", False, Step.MOOT),
        ("approve_return", "WAIT_SELLER_AGREE", True, Step.TAKE_BACK),
        ("receive", "WAIT_BUYER_RETURN_GOODS", True, Step.MOOT),
        ("receive", "WAIT_SELLER_CONFIRM_GOODS", True, Step.PAY),
        ("refuse", "WAIT_SELLER_AGREE", False, Step.REFUSE),
        ("refuse_return", "WAIT_SELLER_CONFIRM_GOODS", True, Step.REFUSE_GOODS),
    ],
)
def test_a_decision_demands_what_the_state_allows(kind: str, status: str, *, returns: bool, step: Step) -> None:
    detail = _detail(status=status, has_good_return=returns)

    assert refunds.step(detail, *_decided(detail, kind), "8.35") is step


@pytest.mark.parametrize(
    "change",
    [{"refund_fee": "9.00"}, {"has_good_return": True}, {"refund_version": 1795313709999}],
)
def test_a_decision_about_something_else_is_stale(change: dict[str, Any]) -> None:
    document, decision = _decided(_detail(), "approve")
    now = _detail(**change)

    assert refunds.step(now, document, decision, refunds.amount(now)) is Step.STALE


@pytest.mark.parametrize(
    ("change", "kind", "step"),
    [
        ({"operation_contraint": "refund_onweb"}, "approve", Step.BLOCKED),
        ({"operation_contraint": "cannot_refuse"}, "refuse", Step.BLOCKED),
        ({"operation_contraint": "cannot_refuse"}, "approve", Step.PAY),
        ({"cs_status": 3}, "refuse", Step.BLOCKED),
    ],
)
def test_what_the_platform_forbids_is_left_to_a_person(change: dict[str, Any], kind: str, step: Step) -> None:
    detail = _detail(**change)

    assert refunds.step(detail, *_decided(detail, kind), "8.35") is step


def test_batches_hold_ten_rows_and_the_platforms_sum() -> None:
    small = [Payment(str(number), 100, 1, "onsale") for number in range(12)]
    large = [
        Payment("a", 999_999, 1, "onsale"),
        Payment("b", 103_445, 1, "onsale"),
        Payment("c", 2_000_000, 1, "onsale"),
    ]

    assert [len(batch) for batch in refunds.batches(small)] == [10, 2]
    assert [[row.refund_id for row in batch] for batch in refunds.batches(large)] == [["a"], ["b"], ["c"]]


def test_only_tmall_rows_have_a_phase() -> None:
    payment = Payment("181784773340365852", 835, 1795313707201, "onsale")

    assert payment.row(phased=True) == "181784773340365852|835|1795313707201|onsale"
    assert payment.row(phased=False) == "181784773340365852|835|1795313707201"
