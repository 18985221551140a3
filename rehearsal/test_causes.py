"""The likely cause of a wrong amount is read from the amounts themselves."""

import pytest

from contract_tests.verdict import Finding
from rehearsal.causes import likely_cause
from simulator.ledger.entry import AnyEntry, Asked, Changed
from simulator.ledger.values import Row


def _applied(seq: int, amount: int, total: int) -> Changed:
    return Changed(
        seq=seq, actor="buyer", action="apply", rows=(Row("refund", "R", {"amount": amount, "total": total}),)
    )


def _agreed(seq: int, amount: int) -> Asked:
    return Asked(
        seq=seq, method="taobao.rp.refunds.agree", params={"refund_infos": f"Q|1|1|onsale,R|{amount}|1|onsale"}
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (1999, "total_fee"),
        (1164, "payment"),
        (83500, "factor of 100"),
        (834, "binary floating point"),
        (5000, "before the buyer's change"),
        (777, "Often:"),
    ],
)
def test_the_amount_gives_the_mistake_away(sent: int, said: str) -> None:
    story: list[AnyEntry] = [_applied(1, 5000, 1999), _applied(2, 835, 1999), _agreed(3, sent), _applied(4, 1, 1)]

    cause = likely_cause(Finding(rule="MNY-01", because="", refund="R", entries=(2, 3)), [story[2]], story)

    assert cause is not None
    assert said in cause["en"]
    assert cause["zh"] != cause["en"]


def test_the_amount_of_a_document_is_read_too() -> None:
    wrong = Changed(seq=3, side="erp", actor="integration", rows=(Row("document", "D", {"amount": 1999}),))

    cause = likely_cause(
        Finding(rule="MNY-02", because="", refund="R", entries=(3,)), [wrong], [_applied(2, 835, 1999), wrong]
    )

    assert cause is not None
    assert "total_fee" in cause["en"]


def test_an_unknown_rule_has_no_likely_cause() -> None:
    assert likely_cause(Finding(rule="NEW-99", because=""), [], []) is None
