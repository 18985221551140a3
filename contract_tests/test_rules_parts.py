"""Goods that come back in parts: whom that obliges, and whom it does not let pay."""

import msgspec
import pytest

from contract_tests.builder import DECLARED, Ledger
from contract_tests.call import AGREE_RETURN
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED


def _received(pays_on: str, *quantities: int) -> Ledger:
    """Return a return of two pieces, of which as many had come back as *quantities* say, one after the other."""
    declared = msgspec.structs.replace(DECLARED, pays_on=pays_on)
    ledger = Ledger(declared).applied("R", kind="return_refund", num=2).told("R").document("R", quantity=2)
    ledger.decide("R", "approve_return").act(AGREE_RETURN, "R")
    ledger.changed("R", "ship_back", status="WAIT_SELLER_CONFIRM_GOODS", waybill="SF1").told("R").document("R")
    for quantity in quantities:
        ledger.decide("R", "receive", quantity=quantity)
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_received("all", 1, 2).agree("R"), HELD, id="all pieces, then the money"),
        pytest.param(_received("all", 1).agree("R"), BROKEN, id="one of two pieces"),
        pytest.param(_received("all", 1).agree("R").decide("R", "receive", quantity=2), BROKEN, id="the other later"),
        pytest.param(_received("all", 1).decide("R", "approve").agree("R"), HELD, id="the ERP waived the other"),
        pytest.param(_received("all", 2, 1).agree("R"), HELD, id="corrected when the money may have been on its way"),
        pytest.param(_received("part", 1).agree("R"), HELD, id="declared: a part is enough"),
        pytest.param(_received("", 1).agree("R"), HELD, id="nothing is declared"),
    ],
)
def test_who_declares_to_wait_for_all_goods_does(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-02").outcome == outcome


@pytest.mark.parametrize(
    ("pays_on", "came", "outcome"),
    [
        ("all", 1, HELD),  # which the return itself is, that was agreed to
        ("", 1, HELD),
        ("part", 1, BROKEN),
        ("part", 0, HELD),
        ("all", 2, BROKEN),
        ("", 2, BROKEN),
    ],
)
def test_a_part_of_the_goods_obliges_only_who_declares_to_pay_for_it(pays_on: str, came: int, outcome: Outcome) -> None:
    assert _received(pays_on, came).after(20).end().rule("COV-04").outcome == outcome
