"""The crowd is the same for a seed, and does each thing once, when the ledger shows reason to."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from load.crowd import PLAY, Agenda, Arrival, Deed, Wave, arrivals, do, open_refund
from simulator.ledger.entry import Changed
from simulator.ledger.values import Row

WAVE = Wave(
    control="http://127.0.0.1:1",
    token="t",
    shops=("a", "b"),
    kinds=("refund_only", "return_refund"),
    rate=20,
    seconds=50,
    seed=3,
    after=0,
    patience=5,
    record="load.json",
)


def _buyer(fate: str, **more: Any) -> Arrival:
    facts = {
        "number": 7,
        "due": 0.5,
        "shop": "a",
        "kind": "refund_only",
        "total": 1999,
        "amount": 835,
        "thinking": 0.1,
    }
    return Arrival(fate=fate, **{**facts, **more})


def _shows(entity: str, status: str, refund: str = "R", play: str = PLAY) -> Changed:
    return Changed(rows=(Row(entity, "1", {"refund_id": refund, "status": status}),), refunds=(refund,), plays=(play,))


class _Answer:
    def __init__(self, body: Any, status: int = 200) -> None:
        self.status_code = status
        self.content = msgspec.json.encode(body)


class _Session:
    """Answers each request from a list, and remembers what it was asked."""

    def __init__(self, *answers: _Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def post(self, url: str, *, json: Any, headers: Mapping[str, str], name: str) -> _Answer:
        self.asked.append((url, json))
        return self.answers.pop(0)


def test_most_are_approved_and_one_in_ten_each_is_refused_or_withdrawn() -> None:
    fates = Counter(buyer.fate for buyer in arrivals(WAVE))

    assert fates.total() == 1000
    assert 0.75 < (fates["approve"] + fates["return"]) / 1000 < 0.85
    assert 0.07 < fates["refuse"] / 1000 < 0.13
    assert 0.07 < fates["withdraw"] / 1000 < 0.13
    assert fates["return"] > 50


def test_the_same_seed_brings_the_same_crowd() -> None:
    assert arrivals(WAVE) == arrivals(WAVE)
    assert arrivals(WAVE) != arrivals(msgspec.structs.replace(WAVE, seed=4))


@pytest.mark.parametrize("kind", ["refund_only", "return_refund"])
def test_nobody_asks_for_a_kind_that_the_integration_does_not_handle(kind: str) -> None:
    crowd = arrivals(msgspec.structs.replace(WAVE, kinds=(kind,)))

    assert {buyer.kind for buyer in crowd} == {kind}


def test_amounts_stay_within_what_was_paid_and_many_are_partial() -> None:
    crowd = arrivals(WAVE)

    assert all(0 < buyer.amount <= buyer.total for buyer in crowd)
    assert sum(buyer.amount < buyer.total for buyer in crowd) > 300


def test_a_buyer_buys_and_then_applies_in_yuan() -> None:
    http = _Session(_Answer({"tid": 5}), _Answer({"accepted": True, "reason": "", "result": {"refund_id": "R1"}}))

    assert open_refund(http, {}, _buyer("approve")) == "R1"
    (where, trade), (there, act) = http.asked
    assert (where, there) == ("/v1/trades", "/v1/acts")
    assert trade["play"] == act["play"] == PLAY
    assert trade["orders"] == [{"price": "19.99", "num": 1}]
    assert act["args"] == {"tid": 5, "kind": "refund_only", "amount": "8.35"}


def test_goods_whose_refund_will_be_refused_have_left_the_shelf() -> None:
    http = _Session(_Answer({"tid": 5}), _Answer({"accepted": True, "reason": "", "result": {"refund_id": "R1"}}))

    open_refund(http, {}, _buyer("refuse"))

    assert http.asked[0][1]["shipped"] is True


def test_a_refused_application_says_why() -> None:
    http = _Session(_Answer({"tid": 5}), _Answer({"accepted": False, "reason": "nothing left", "result": {}}))

    with pytest.raises(RuntimeError, match="nothing left"):
        open_refund(http, {}, _buyer("approve"))


def test_an_error_of_the_control_api_is_not_taken_for_an_opened_refund() -> None:
    with pytest.raises(RuntimeError, match="answered 500"):
        open_refund(_Session(_Answer({}, 500)), {}, _buyer("approve"))


def test_a_refused_deed_is_reported_with_its_refund() -> None:
    http = _Session(_Answer({"accepted": False, "reason": "is CLOSED", "result": {}}))

    assert do(http, {}, Deed("reviewer.approve", {"refund": "R1"}, 0)) == "reviewer.approve R1: is CLOSED"


def test_the_reviewer_decides_once_when_the_document_is_there() -> None:
    agenda = Agenda()
    agenda.opened("R", _buyer("approve"))

    assert agenda.saw(_shows("refund", "WAIT_SELLER_AGREE")) == []
    assert agenda.waiting == 1
    assert [deed.act for deed in agenda.saw(_shows("document", "pending"))] == ["reviewer.approve"]
    assert agenda.saw(_shows("document", "pending")) == []
    assert agenda.waiting == 0


def test_a_document_that_was_there_before_the_buyer_had_her_answer_is_decided_too() -> None:
    agenda = Agenda()

    assert agenda.saw(_shows("document", "pending")) == []
    assert [deed.act for deed in agenda.opened("R", _buyer("withdraw"))] == ["buyer.withdraw"]


def test_goods_go_back_before_the_warehouse_receives_them() -> None:
    agenda = Agenda()
    agenda.opened("R", _buyer("return"))
    done = []
    for entity, status in [
        ("document", "pending"),
        ("document", "waiting_receipt"),
        ("refund", "WAIT_BUYER_RETURN_GOODS"),
        ("document", "waiting_receipt"),
    ]:
        done += [deed.act for deed in agenda.saw(_shows(entity, status))]

    assert done == ["reviewer.approve_return", "buyer.ship_back", "warehouse.receive"]


def test_other_plays_are_left_alone() -> None:
    agenda = Agenda()
    agenda.opened("R", _buyer("approve"))

    assert agenda.saw(_shows("document", "pending", play="S01#1")) == []
